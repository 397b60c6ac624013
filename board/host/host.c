/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/host/host.h"
#include <picovirtio/io.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct vio_host_window *windows;
static vio_host_stray_fn on_stray;

void vio_host_window_add(struct vio_host_window *w)
{
	w->next = windows;
	windows = w;
}

void vio_host_window_remove(struct vio_host_window *w)
{
	for (struct vio_host_window **p = &windows; *p; p = &(*p)->next) {
		if (*p == w) {
			*p = w->next;
			return;
		}
	}
}

void vio_host_windows_clear(void)
{
	windows = NULL;
}

void vio_host_on_stray(vio_host_stray_fn fn)
{
	on_stray = fn;
}

static struct vio_host_window *window_of(uintptr_t at, unsigned width)
{
	for (struct vio_host_window *w = windows; w; w = w->next) {
		if (at >= w->base && at - w->base < w->len && width <= w->len - (at - w->base))
			return w;
	}
	return NULL;
}

static void stray(uintptr_t at, unsigned width, bool write)
{
	if (on_stray) {
		on_stray(at, width, write);
		return;
	}
	fflush(NULL);
	fprintf(stderr, "host: %s of %u bytes at 0x%" PRIxPTR ": no device is there\n",
		write ? "write" : "read", width, at);
	abort();
}

static uint32_t mmio_read(uintptr_t at, unsigned width)
{
	const struct vio_host_window *w = window_of(at, width);

	if (w)
		return w->read(w->ctx, at - w->base, width);
	stray(at, width, false);
	return UINT32_MAX;
}

static void mmio_write(uintptr_t at, unsigned width, uint32_t v)
{
	const struct vio_host_window *w = window_of(at, width);

	if (w)
		w->write(w->ctx, at - w->base, width, v);
	else
		stray(at, width, true);
}

uint8_t vio_read8(uintptr_t a)
{
	return (uint8_t)mmio_read(a, 1);
}

uint16_t vio_read16(uintptr_t a)
{
	return (uint16_t)mmio_read(a, 2);
}

uint32_t vio_read32(uintptr_t a)
{
	return mmio_read(a, 4);
}

uint64_t vio_read64(uintptr_t a)
{
	const struct vio_host_window *w = window_of(a, 8);

	if (w && w->read64)
		return w->read64(w->ctx, a - w->base);
	stray(a, 8, false);
	return UINT64_MAX;
}

void vio_write8(uintptr_t a, uint8_t v)
{
	mmio_write(a, 1, v);
}

void vio_write16(uintptr_t a, uint16_t v)
{
	mmio_write(a, 2, v);
}

void vio_write32(uintptr_t a, uint32_t v)
{
	mmio_write(a, 4, v);
}

void vio_write64(uintptr_t a, uint64_t v)
{
	const struct vio_host_window *w = window_of(a, 8);

	if (w && w->write64)
		w->write64(w->ctx, a - w->base, v);
	else
		stray(a, 8, true);
}
