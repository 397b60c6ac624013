/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/rng.h"

/* 5.4.6.1: the driver submits only buffers that the device writes. */
static enum mq_role rng_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	(void)queue;
	*rule = "rng-001";
	return MQ_WRITABLE_ONLY;
}

/* The bytes count up, so that a test can predict them. */
static uint32_t fill(struct model_rng *r, struct mq *q, const struct mq_chain *c)
{
	uint32_t n = (uint32_t)c->writable, done = 0;
	uint8_t part[64];

	if (r->nothing)
		return 0;
	if (r->at_most && n > r->at_most)
		n = r->at_most;
	while (done < n) {
		const uint32_t left = n - done, k = left < sizeof(part) ? left : sizeof(part);

		for (uint32_t i = 0; i < k; i++)
			part[i] = r->next++;
		done += (uint32_t)mq_write(q, c, done, part, k);
	}
	return n;
}

static void rng_serve(struct model *m, unsigned queue)
{
	struct model_rng *r = m->cfg.state;
	struct mq *q = &m->queue[queue];
	struct mq_chain c;

	while (!r->hold && mq_take(q, &c)) {
		const uint32_t n = fill(r, q, &c);

		r->requests++;
		model_complete(m, queue, c.head, n);
	}
}

const struct model_class model_rng_class = {
	.name = "entropy",
	.device_id = 4,
	.role = rng_role,
	.serve = rng_serve,
};

void model_rng_config(struct model_config *cfg, struct model_rng *r, uint32_t version,
		      uint64_t features, uint32_t max)
{
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_rng_class,
		.state = r,
		.features = features,
		.queue_max = { max },
	};
}
