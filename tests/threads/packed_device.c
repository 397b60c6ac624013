/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of a packed ring (virtio 1.4, 2.8). */
#include "device.h"

enum { NEXT = 1, WRITE = 2, AVAIL = 1 << 7, USED = 1 << 15 };
enum { ENABLE = 0, DISABLE = 1, DESC = 2 };

struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t id, flags;
};

static struct desc *at(const struct device *d, unsigned place)
{
	return (struct desc *)(void *)d->desc + place;
}

static void step(const struct device *d, unsigned *place, bool *lap)
{
	if (++*place == d->size) {
		*place = 0;
		*lap = !*lap;
	}
}

static bool take(struct device *d, struct device_request *r)
{
	const unsigned flags = load16(&at(d, d->avail)->flags);

	if (!(flags & AVAIL) != !d->avail_lap || !(flags & USED) == !d->avail_lap)
		return false;
	device_rmb(); /* the flags before the rest */
	r->in = (const uint64_t *)(uintptr_t)at(d, d->avail)->addr;
	step(d, &d->avail, &d->avail_lap);
	r->out = (uint64_t *)(uintptr_t)at(d, d->avail)->addr;
	r->id = at(d, d->avail)->id;
	step(d, &d->avail, &d->avail_lap);
	return true;
}

/* Each request has two descriptors. The used descriptor is written at the first place of the batch.
 */
static void put(struct device *d, uint16_t id, uint32_t len, unsigned count)
{
	struct desc *const to = at(d, d->used);

	store16(&to->id, id);
	store32(&to->len, len);
	device_wmb(); /* buffer, id and length before the flags */
	store16(&to->flags, WRITE | (d->used_lap ? AVAIL | USED : 0));
	for (unsigned i = 0; i < 2 * count; i++)
		step(d, &d->used, &d->used_lap);
}

static bool interrupt(struct device *d)
{
	const unsigned old = d->told, lap = d->told_lap;
	const unsigned moved = (d->used + d->size - old) % d->size;

	d->told = d->used;
	d->told_lap = d->used_lap;
	device_mb(); /* the flags before the load that says whether the driver sleeps */
	const uint32_t said = load32(d->driver);
	if (said >> 16 != DESC || !d->event_idx)
		return (moved || lap != d->used_lap) && said >> 16 != DISABLE;
	/* Distances from `old` on, also across the end of the ring. */
	const unsigned wraps = !(said >> 15 & 1) != !lap;
	const unsigned distance = (said & 0x7fff) + (wraps ? d->size : 0) - old;
	return distance < (lap != d->used_lap && moved == 0 ? d->size : moved);
}

static void ask(struct device *d, bool notify)
{
	uint32_t say = (uint32_t)(notify ? ENABLE : DISABLE) << 16;

	if (notify && d->event_idx)
		say = (uint32_t)DESC << 16 | (uint32_t)d->avail_lap << 15 | d->avail;
	store32(d->device, say);
	device_mb(); /* ask before the next look at the flags */
}

const struct device_format device_packed = { take, put, interrupt, ask };
