/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a chain, read and written as one run (virtio 1.4, 2.7.4). */
#include "tests/model/queue_private.h"

#include <string.h>

/* The part of segment `s` in [off, off + n), where `off` counts from the start of the segment. */
static size_t cut(const struct mq_seg *s, size_t *off, size_t n)
{
	if (*off >= s->len) {
		*off -= s->len;
		return 0;
	}
	size_t room = s->len - *off;
	return n < room ? n : room;
}

static size_t copy(struct mq *q, const struct mq_chain *c, bool write, size_t off, uint8_t *buf,
		   size_t n)
{
	size_t done = 0;

	for (unsigned i = 0; i < c->nseg && done < n; i++) {
		const struct mq_seg *s = &c->seg[i];

		if (s->write != write)
			continue;
		size_t part = cut(s, &off, n - done);
		if (part == 0)
			continue;
		if (write)
			model_store(q->set.memory, s->addr + off, buf + done, part);
		else
			model_load(q->set.memory, s->addr + off, buf + done, part);
		done += part;
		off = 0;
	}
	return done;
}

size_t mq_read(struct mq *q, const struct mq_chain *c, size_t off, void *dst, size_t n)
{
	return copy(q, c, false, off, dst, n);
}

void mq_overwrite(struct mq *q, const struct mq_chain *c)
{
	struct model_memory *mem = q->set.memory;

	for (unsigned i = 0; i < c->nseg; i++) {
		const struct mq_seg *s = &c->seg[i];
		/* The platform refuses a write here, so get the address as for a read. */
		uint8_t *p = s->write ? NULL : mem->at(mem->ctx, s->addr, s->len, false);

		if (p)
			memset(p, 0xa5, s->len);
	}
}

size_t mq_write(struct mq *q, const struct mq_chain *c, size_t off, const void *src, size_t n)
{
	struct mq_owned *o = &q->owned[c->head];

	mq_verify_chain(q, o);
	size_t done = copy(q, c, true, off, (uint8_t *)(uintptr_t)src, n);
	mq_rehash(q, o);
	return done;
}
