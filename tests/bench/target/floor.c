/* SPDX-License-Identifier: BSD-2-Clause */
#include "floor.h"

#include <picovirtio/barrier.h>
#include <picovirtio/io.h>

#include <string.h>

enum { QUEUE_NOTIFY = 0x50, NEXT = 1, WRITE = 2, INDIRECT = 4, NO_INTERRUPT = 1 };

/* More turns than any answer takes, also one of an emulator on a busy host. */
#define PATIENCE UINT32_C(4000000000)

struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

/* What the device sees (virtio 1.4, 2.7). */
static struct {
	struct desc ring[FLOOR_DEPTH_MAX];
	struct desc table[FLOOR_DEPTH_MAX][FLOOR_SEGS];
	struct {
		uint16_t flags, idx, ring[FLOOR_DEPTH_MAX];
	} avail;
	_Alignas(4) struct {
		uint16_t flags, idx;
		uint32_t ring[FLOOR_DEPTH_MAX][2];
	} used;
} shared __attribute__((aligned(4096)));

static struct vio_mmio *mmio;
static uint16_t queue, batch;

void floor_build(unsigned i, const struct floor_seg seg[FLOOR_SEGS])
{
	struct desc *const table = shared.table[i];
	uint16_t n = 0;

	for (; n < FLOOR_SEGS && seg[n].len != 0; n++) {
		table[n] = (struct desc){ (uintptr_t)seg[n].p, seg[n].len,
					  seg[n].written ? WRITE : 0, 0 };
		if (n != 0) {
			table[n - 1].flags |= NEXT;
			table[n - 1].next = n;
		}
	}
	/* One segment needs no table. */
	shared.ring[i] = table[0];
	if (n > 1)
		shared.ring[i] = (struct desc){ (uintptr_t)table, n * (uint32_t)sizeof(*table),
						INDIRECT, 0 };
}

static bool negotiate(struct vio_transport *t, uint8_t *status)
{
	const uint64_t wanted = VIO_F_VERSION_1 | VIO_F_INDIRECT_DESC;

	t->ops->set_status(t, 0);
	t->ops->set_status(t, VIO_S_ACKNOWLEDGE);
	t->ops->set_status(t, VIO_S_ACKNOWLEDGE | VIO_S_DRIVER);
	if ((t->ops->features(t) & wanted) != wanted)
		return false;
	t->ops->accept(t, wanted);
	*status = VIO_S_ACKNOWLEDGE | VIO_S_DRIVER | VIO_S_FEATURES_OK;
	t->ops->set_status(t, *status);
	return t->ops->status(t) == *status;
}

bool floor_open(struct vio_mmio *m, uint16_t index, unsigned depth)
{
	const struct vio_queue_areas areas = { { (uintptr_t)shared.ring },
					       { (uintptr_t)&shared.avail },
					       { (uintptr_t)&shared.used } };
	struct vio_transport *const t = &m->base;
	uint8_t status;

	mmio = m;
	queue = index;
	batch = (uint16_t)depth;
	memset(&shared.avail, 0, sizeof(shared.avail));
	memset(&shared.used, 0, sizeof(shared.used));
	shared.avail.flags = NO_INTERRUPT;
	for (unsigned i = 0; i < FLOOR_DEPTH_MAX; i++)
		shared.avail.ring[i] = (uint16_t)(i % depth);
	if (vio_legacy(t) || !negotiate(t, &status) ||
	    t->ops->queue_max(t, index) < FLOOR_DEPTH_MAX ||
	    t->ops->queue_set(t, FLOOR_DEPTH_MAX, &areas) != VIO_OK)
		return false;
	t->ops->set_status(t, status | VIO_S_DRIVER_OK);
	return true;
}

bool floor_batch(void)
{
	const volatile uint16_t *const used = &shared.used.idx;
	const uint16_t idx = (uint16_t)(shared.avail.idx + batch);
	uint32_t turns = 0;

	vio_wmb();
	*(volatile uint16_t *)&shared.avail.idx = idx;
	vio_write32(mmio->regs + QUEUE_NOTIFY, queue);
	while (*used != idx) {
		if (++turns == PATIENCE)
			return false;
	}
	vio_rmb();
	return true;
}

void floor_close(void)
{
	mmio->base.ops->set_status(&mmio->base, 0);
}
