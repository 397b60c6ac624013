/* SPDX-License-Identifier: BSD-2-Clause */
/* A packed queue whose shared memory the test writes itself, as a device would. */
#ifndef PACKED_RIG_H
#define PACKED_RIG_H

#include <picovirtio/virtqueue.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { RIG_SIZE_MAX = 1024 };
enum { NEXT = 1, WRITE = 2, INDIRECT = 4, AVAIL = 1 << 7, USED = 1 << 15 };
enum { ENABLE = 0, DISABLE = 1, DESC = 2, LAP = 1 << 15 }; /* event suppression */
static const uint64_t rig_dma = 0x500000000;		   /* above 4 GiB */

static uint8_t rig_mem[VQ_PACKED_BYTES(RIG_SIZE_MAX) + 16] __attribute__((aligned(16)));
static void *rig_priv[VQ_PRIVATE_BYTES(RIG_SIZE_MAX) / sizeof(void *) + 1];
static struct vq q;
static int cookies[RIG_SIZE_MAX]; /* their addresses are the cookies */
static unsigned rig_used;	  /* descriptors that the device has used so far */

struct rig_options {
	bool event_idx, no_indirect, strict_len, in_order;
};

struct rig_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t id, flags;
};

static inline volatile struct rig_desc *rig_desc(unsigned i)
{
	return (volatile struct rig_desc *)(void *)rig_mem + i;
}

/* Event suppression of the driver (0, 1) and of the device (2, 3): place, mode. */
static inline volatile uint16_t *rig_event(unsigned i)
{
	return (volatile uint16_t *)(void *)(rig_mem + 16u * vq_size(&q)) + i;
}

static inline void rig_ask(uint16_t mode, unsigned place)
{
	*rig_event(2) = (uint16_t)place;
	*rig_event(3) = mode;
}

static inline struct vq_config rig_config(uint16_t size, struct rig_options o)
{
	return (struct vq_config){
		.format = &vq_format_packed,
		.size = size,
		.event_idx = o.event_idx,
		.indirect = !o.no_indirect,
		.strict_len = o.strict_len,
		.in_order = o.in_order,
		.used_align = 4,
		.mem = rig_mem,
		.mem_dma = { rig_dma },
		.priv = rig_priv,
	};
}

static inline void rig_start(uint16_t size, struct rig_options o)
{
	const struct vq_config cfg = rig_config(size, o);

	memset(rig_mem, 0xa5, sizeof(rig_mem));
	memset(rig_priv, 0xa5, sizeof(rig_priv));
	assert_int_equal(vq_init(&q, &cfg), VIO_OK);
	rig_used = 0;
}

/* The lap bits of a descriptor that is made available, or used, as number `n` of all. */
static inline uint16_t rig_avail_bits(unsigned n)
{
	return n / vq_size(&q) % 2 ? USED : AVAIL;
}

static inline uint16_t rig_used_bits(unsigned n)
{
	return n / vq_size(&q) % 2 ? 0 : AVAIL | USED;
}

/* The device writes a used descriptor, and goes on by `count`. */
static inline void rig_complete_flags(uint16_t id, uint32_t len, unsigned count, uint16_t flags)
{
	volatile struct rig_desc *const d = rig_desc(rig_used % vq_size(&q));

	d->id = id;
	d->len = len;
	d->flags = (uint16_t)(rig_used_bits(rig_used) | flags);
	rig_used += count;
}

static inline void rig_complete(uint16_t id, uint32_t len, unsigned count)
{
	rig_complete_flags(id, len, count, WRITE);
}

/* One request of one writable segment; its cookie is cookies + n. */
static inline int rig_submit(unsigned n, uint32_t len)
{
	const struct vq_seg seg = { { 0x1000 + n }, len };

	return vq_submit(&q, &seg, 0, 1, cookies + n);
}

static inline void rig_reap(unsigned n, uint32_t written)
{
	struct vq_done d;

	assert_int_equal(vq_reap(&q, &d), 1);
	assert_true(d.more);
	assert_ptr_equal(d.cookie, cookies + n);
	assert_int_equal(d.written, written);
}

/* The ring goes on by `n` descriptors, with ordinary traffic. */
static inline void rig_cycle(unsigned n)
{
	while (n-- > 0) {
		assert_int_equal(rig_submit(0, 8), VIO_OK);
		(void)vq_publish(&q);
		rig_complete(rig_desc(rig_used % vq_size(&q))->id, 8, 1);
		rig_reap(0, 8);
	}
}

#endif
