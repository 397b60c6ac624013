/* SPDX-License-Identifier: BSD-2-Clause */
/* A queue whose shared memory the test writes itself, as a device would. */
#ifndef VQ_RIG_H
#define VQ_RIG_H

#include "queue_rig.h"

static uint8_t rig_mem[VQ_SPLIT_BYTES(RIG_SIZE_MAX, 4096)] __attribute__((aligned(4096)));
static struct vq_layout rig_layout;

struct rig_desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

static inline volatile struct rig_desc *rig_desc(unsigned i)
{
	return (volatile struct rig_desc *)(void *)(rig_mem + rig_layout.desc) + i;
}

/* 16-bit word `i` of the available and of the used ring: 0 flags, 1 index. */
static inline volatile uint16_t *rig_avail(unsigned i)
{
	return (volatile uint16_t *)(void *)(rig_mem + rig_layout.driver) + i;
}

static inline volatile uint16_t *rig_used(unsigned i)
{
	return (volatile uint16_t *)(void *)(rig_mem + rig_layout.device) + i;
}

static inline uint16_t rig_avail_head(unsigned idx)
{
	return *rig_avail(2 + idx % vq_size(&q));
}

static inline volatile uint16_t *rig_used_event(void)
{
	return rig_avail(2u + vq_size(&q));
}

static inline volatile uint16_t *rig_avail_event(void)
{
	return rig_used(2u + 4u * vq_size(&q));
}

static inline struct vq_config rig_config(uint16_t size, struct rig_options o)
{
	return rig_config_of(&vq_format_split, rig_mem, size, o);
}

static inline void rig_start(uint16_t size, struct rig_options o)
{
	const struct vq_config cfg = rig_config(size, o);

	memset(rig_mem, 0xa5, sizeof(rig_mem));
	memset(rig_priv, 0xa5, sizeof(rig_priv));
	assert_int_equal(vq_get_layout(cfg.format, size, cfg.used_align, &rig_layout), VIO_OK);
	assert_int_equal(vq_init(&q, &cfg), VIO_OK);
}

/* The device writes an entry of the used ring, and in rig_complete() the index too. */
static inline void rig_entry(uint32_t id, uint32_t len)
{
	volatile uint32_t *const e = (volatile uint32_t *)(volatile void *)rig_used(2) +
				     2 * (*rig_used(1) % vq_size(&q));

	e[0] = id;
	e[1] = len;
}

static inline void rig_complete(uint32_t id, uint32_t len)
{
	rig_entry(id, len);
	++*rig_used(1);
}

static bool rig_more; /* of the latest completion */

static inline void rig_reap(unsigned n, uint32_t written)
{
	rig_more = rig_take(n, written);
}

/* The indices go on to `idx`, with ordinary traffic. */
static inline void rig_cycle(uint16_t idx)
{
	while (*rig_used(1) != idx) {
		assert_int_equal(rig_submit(0, 8), VIO_OK);
		(void)vq_publish(&q);
		rig_complete(rig_avail_head(*rig_used(1)), 8);
		rig_reap(0, 8);
	}
}

#endif
