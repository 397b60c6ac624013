/* SPDX-License-Identifier: BSD-2-Clause */
/* A packed queue whose shared memory the test writes itself, as a device would. */
#ifndef PACKED_RIG_H
#define PACKED_RIG_H

#include "queue_rig.h"

enum { NEXT = 1, WRITE = 2, INDIRECT = 4, AVAIL = 1 << 7, USED = 1 << 15 };
enum { ENABLE = 0, DISABLE = 1, DESC = 2, LAP = 1 << 15 }; /* event suppression */

static uint8_t rig_mem[VQ_PACKED_BYTES(RIG_SIZE_MAX) + 16] __attribute__((aligned(16)));
static unsigned rig_used; /* descriptors that the device has used so far */

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
	return rig_config_of(&vq_format_packed, rig_mem, size, o);
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

/* The device writes a used descriptor, and moves on by `count`. */
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

static inline void rig_reap(unsigned n, uint32_t written)
{
	assert_true(rig_take(n, written));
}

/* Move the ring on by `n` descriptors, with ordinary traffic. */
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
