/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/lies/queue_pair.h"

struct vq_seg seg(const struct pair *p, unsigned i, uint32_t off, uint32_t len)
{
	return (struct vq_seg){ { p->at.addr + BYTES * i + off }, len };
}

void publish(struct pair *p)
{
	if (vq_publish(&p->vq))
		mq_kicked(&p->mq);
	mq_look(&p->mq);
}

/* One lap of the ring, so that the used ring holds old entries. */
static void warm_up(struct pair *p)
{
	struct vq_done d;
	struct mq_chain c;

	for (unsigned i = 0; i < SIZE; i++) {
		const struct vq_seg s = seg(p, i, 0, BYTES);

		assert_int_equal(vq_submit(&p->vq, &s, 0, 1, &p->returned[i]), VIO_OK);
	}
	publish(p);
	while (mq_take(&p->mq, &c))
		mq_complete(&p->mq, c.head, 1);
	while (vq_reap(&p->vq, &d) == 1)
		assert_int_equal(d.written, 1);
	assert_int_equal(vq_free(&p->vq), SIZE);
}

void open_pair(struct pair *p)
{
	const struct vio_platform *host = &p->host.platform;
	struct vq_config c = { .format = p->packed ? &vq_format_packed : &vq_format_split,
			       .size = SIZE,
			       .in_order = p->in_order,
			       .event_idx = p->event_idx,
			       .strict_len = p->strict,
			       .used_align = p->legacy ? 4096 : 4,
			       .priv = p->priv };
	struct mq_setup s = { .memory = &p->host.memory,
			      .size = SIZE,
			      .in_order = p->in_order,
			      .event_idx = p->event_idx,
			      .legacy = p->legacy,
			      .packed = p->packed };
	struct vq_layout l;

	host_platform_init(&p->host, HOST_OFFSET);
	p->at = host_give(&p->host, p->bytes, sizeof(p->bytes));
	assert_int_equal(vq_get_layout(c.format, SIZE, c.used_align, &l), VIO_OK);
	c.mem = host->ring_memory(host->ctx, l.bytes, l.align, &c.mem_dma);
	assert_int_equal(vq_init(&p->vq, &c), VIO_OK);
	struct vio_queue_areas at = vq_areas(&p->vq);
	s.desc = at.desc.addr;
	s.avail = at.driver.addr;
	s.used = at.device.addr;
	mq_open(&p->mq, &s);
	warm_up(p);
}

/* Two requests are in flight: 0 (one readable, two writable segments), 1 (one of each). */
void two_out(struct pair *p)
{
	const struct vq_seg a[3] = { seg(p, 0, 0, 4), seg(p, 0, 4, 8), seg(p, 0, 12, 4) };
	const struct vq_seg b[2] = { seg(p, 1, 0, 4), seg(p, 1, 4, 8) };

	assert_int_equal(vq_submit(&p->vq, a, 1, 2, &p->returned[0]), VIO_OK);
	assert_int_equal(vq_submit(&p->vq, b, 1, 1, &p->returned[1]), VIO_OK);
	publish(p);
}

/* The queue is broken, reports that, and returns the requests in flight. */
void expect_broken(struct pair *p)
{
	const struct vq_seg s = seg(p, 3, 0, 1);
	struct vq_done d;
	void *cookie;

	assert_int_equal(vq_reap(&p->vq, &d), VIO_EDEVICE);
	assert_int_equal(vq_submit(&p->vq, &s, 1, 0, NULL), VIO_EDEVICE);
	assert_false(vq_publish(&p->vq));
	assert_true(vq_has_used(&p->vq));
	assert_true(vq_arm(&p->vq));
	mq_close(&p->mq); /* the device is reset */
	while (vq_drain(&p->vq, &cookie) == 1)
		++*(unsigned *)cookie;
	assert_int_equal(p->returned[0], 1);
	assert_int_equal(p->returned[1], 1);
	assert_int_equal(vq_drain(&p->vq, &cookie), 0);
}

void close_pair(struct pair *p)
{
	mq_close(&p->mq);
	host_platform_done(&p->host);
}

/* Kinds of rings: modern, legacy, packed, then packed and modern with IN_ORDER. */
static void on_first(unsigned kinds, void (*body)(struct pair *p), bool strict)
{
	for (unsigned kind = 0; kind < 2 * kinds; kind++) {
		struct pair p = { .legacy = kind % kinds == 1,
				  .packed = kind % kinds == 2 || kind % kinds == 3,
				  .in_order = kind % kinds >= 3,
				  .event_idx = kind < kinds,
				  .strict = strict };

		open_pair(&p);
		body(&p);
		close_pair(&p);
	}
}

void on_split(void (*body)(struct pair *p), bool strict)
{
	on_first(2, body, strict);
}

void on_all(void (*body)(struct pair *p), bool strict)
{
	on_first(5, body, strict);
}
