/* SPDX-License-Identifier: BSD-2-Clause */
/* A device that keeps every rule, in random order. */
#include "tests/random/traffic.h"

static void complete_any(struct traffic *t)
{
	const uint32_t n = t->kind.size, from = traffic_random(n);

	if (t->kind.in_order) {
		if (t->in_device)
			traffic_complete(t, t->order[t->given_back % n]);
		return;
	}
	for (uint32_t i = 0; i < n && t->in_device; i++) {
		struct request *r = &t->request[(from + i) % n];

		if (r->live && r->in_device) {
			traffic_complete(t, r);
			return;
		}
	}
}

void traffic_cycle(struct traffic *t)
{
	uint32_t left = t->kind.start;

	while (left) {
		uint32_t batch = t->kind.size < 16 ? t->kind.size : 16;

		batch = batch < left ? batch : left;
		for (uint32_t i = 0; i < batch; i++)
			traffic_submit(t, 1);
		traffic_publish(t);
		for (uint32_t i = 0; i < batch; i++)
			traffic_take(t);
		for (uint32_t i = 0; i < batch; i++)
			complete_any(t);
		traffic_flush(t);
		while (traffic_reap(t))
			;
		left -= batch;
	}
	EXPECT(t, t->mq.seen == t->kind.start && t->live == 0);
}

static void arm_or_disarm(struct traffic *t)
{
	if (traffic_random(4) == 0) {
		vq_disarm(&t->vq);
		t->armed = false;
		t->disarmed = true;
		return;
	}
	t->armed = !vq_arm(&t->vq);
	t->disarmed = false;
	EXPECT(t, t->armed == (t->completed == 0));
}

static void ask(struct traffic *t)
{
	const enum mq_ask what = (enum mq_ask)traffic_random(3);

	/* The device may ask at any time, not only between submit and publish. */
	mq_ask(&t->mq, what, mq_event_at(&t->mq, traffic_random(t->kind.size + 2u)));
}

static void step(struct traffic *t)
{
	switch (traffic_random(16)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4: traffic_submit(t, TRAFFIC_SEGS); break;
	case 5:
	case 6: traffic_publish(t); break;
	case 7: ask(t); break;
	case 8:
	case 9:
	case 10: traffic_take(t); break;
	case 11:
	case 12: complete_any(t); break;
	case 13:
	case 14:
		if (traffic_random(4) == 0)
			traffic_flush(t);
		traffic_reap(t);
		break;
	default: arm_or_disarm(t); break;
	}
}

void traffic_honest(struct traffic *t, unsigned steps)
{
	/* In waves, so that the ring is sometimes full and sometimes empty. */
	for (unsigned i = 0; i < steps; i++) {
		if (i % 1024 < 64) {
			traffic_submit(t, TRAFFIC_SEGS);
		} else if (i % 1024 > 960) {
			traffic_publish(t);
			traffic_take(t);
			complete_any(t);
			traffic_flush(t);
			traffic_reap(t);
		} else {
			step(t);
		}
	}
	mq_verify(&t->mq);
	EXPECT(t, t->mq.unasked_kicks == 0);
	/* Requests in flight come back through the reset. */
	mq_close(&t->mq);
	traffic_drain(t);
}
