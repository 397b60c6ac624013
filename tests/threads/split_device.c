/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of a split ring (virtio 1.4, 2.7). */
#include "device.h"

struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

struct used {
	uint32_t id, len;
};

static void *avail_slot(const struct device *d, unsigned i)
{
	return d->driver + 4 + 2 * i; /* of d->size: used_event */
}

static bool take(struct device *d, struct device_request *r)
{
	const struct desc *const desc = (const void *)d->desc;

	if (load16(d->driver + 2) == (uint16_t)d->avail)
		return false;
	device_rmb(); /* the index before the entries that it covers */
	r->id = load16(avail_slot(d, d->avail % d->size));
	r->in = (const uint64_t *)(uintptr_t)desc[r->id].addr;
	r->out = (uint64_t *)(uintptr_t)desc[desc[r->id].next].addr;
	d->avail++;
	return true;
}

static void put(struct device *d, uint16_t id, uint32_t len, unsigned count)
{
	struct used *const entry = (struct used *)(void *)(d->device + 4) + d->used % d->size;

	store32(&entry->id, id);
	store32(&entry->len, len);
	d->used += count;
	device_wmb(); /* buffer and entry before the index */
	store16(d->device + 2, d->used);
}

static bool interrupt(struct device *d)
{
	const unsigned old = d->told;

	d->told = d->used;
	device_mb(); /* the index before the load that says whether the driver sleeps */
	if (!d->event_idx)
		return d->used != old && !(load16(d->driver) & 1);
	const uint16_t event = load16(avail_slot(d, d->size));
	return (uint16_t)(d->used - event - 1) < (uint16_t)(d->used - old);
}

static void ask(struct device *d, bool notify)
{
	if (!d->event_idx)
		store16(d->device, notify ? 0 : 1);
	else if (notify)
		store16(d->device + 4 + 8 * d->size, d->avail);
	device_mb(); /* ask before the next look at the index */
}

const struct device_format device_split = { take, put, interrupt, ask };
