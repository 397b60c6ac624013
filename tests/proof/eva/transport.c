/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Eva: any calls of the transport, in any order and number, on registers that hold any value at
 * each read. An access outside of the window, of the caller's memory, or of a value that is not
 * set, is an alarm. -DVERSION chooses the registers. Config space in words is left out: Eva does
 * not relate an offset to the word that it lies in; proof.config_field does.
 */
#include <picovirtio/io.h>
#include <picovirtio/mmio.h>

enum { WINDOW = 0x100 + 24, VERSION_AT = 4, LONGEST = 8 };

/* Eva lets each read return any value. */
static volatile unsigned any;

static uint64_t window[WINDOW / 8];

uint8_t vio_read8(uintptr_t at)
{
	return *(volatile uint8_t *)at;
}

uint16_t vio_read16(uintptr_t at)
{
	return *(volatile uint16_t *)at;
}

uint32_t vio_read32(uintptr_t at)
{
	if (at == (uintptr_t)window + VERSION_AT)
		return VERSION;
	return *(volatile uint32_t *)at;
}

void vio_write8(uintptr_t at, uint8_t v)
{
	*(volatile uint8_t *)at = v;
}

void vio_write16(uintptr_t at, uint16_t v)
{
	*(volatile uint16_t *)at = v;
}

void vio_write32(uintptr_t at, uint32_t v)
{
	*(volatile uint32_t *)at = v;
}

/* The memory of a field ends behind it. */
static void config(struct vio_transport *t)
{
	static const size_t lens[] = { 0, 1, 2, 3, 4, 8 };
	uint8_t field[LONGEST] = { 0 };
	const size_t off = any;

	for (unsigned i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		uint8_t *const at = field + LONGEST - lens[i];

		switch (any) {
		case 0: vio_config_read(t, off, at, lens[i]); break;
		case 1: vio_config_field(t, off, at, lens[i]); break;
		default: t->ops->config_write(t, off, at, lens[i]); break;
		}
	}
}

static void queue(struct vio_transport *t)
{
	const struct vio_queue_areas at = { { any }, { any }, { any } };

	switch (any) {
	case 0: t->ops->queue_max(t, (uint16_t)any); break;
	case 1: t->ops->queue_set(t, (uint16_t)any, &at); break;
	case 2: t->ops->queue_unset(t, (uint16_t)any); break;
	default: t->ops->notify(t, (uint16_t)any, (uint16_t)any); break;
	}
}

static void region(struct vio_transport *t)
{
	const struct vio_span taken = { 0x1000, 0x1000 };
	struct vio_span found;

	vio_shm_find(t, (uint8_t)any, &taken, 1, &found);
}

static void reset_queue(struct vio_transport *t)
{
	t->ops->queue_reset(t, (uint16_t)any);
	t->ops->queue_is_reset(t, (uint16_t)any);
}

static void device(struct vio_transport *t)
{
	switch (any) {
	case 0: t->ops->features(t); break;
	case 1: t->ops->accept(t, any); break;
	case 2: t->ops->status(t); break;
	case 3: t->ops->set_status(t, (uint8_t)any); break;
	default: t->ops->events(t); break;
	}
}

int main(void)
{
	struct vio_mmio m = { 0 };

	if (vio_mmio_probe(&m, (uintptr_t)window, sizeof(window)) != VIO_OK)
		return 1;
	while (any) {
		m.config_access = any ? VIO_CONFIG_NATURAL : VIO_CONFIG_BYTES;
		if (any)
			config(&m.base);
		if (any)
			queue(&m.base);
		if (any)
			device(&m.base);
		if (any)
			region(&m.base);
		if (VERSION == 2)
			reset_queue(&m.base);
	}
	return 0;
}
