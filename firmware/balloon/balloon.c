/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of the arena that is not used goes to the host as the host asks, through the first
 * virtio-balloon. A part is kept, so that the machine can go on. If an allocation fails
 * nevertheless, memory is taken back, if DEFLATE_ON_OOM was negotiated.
 */
#include <picovirtio/balloon.h>
#include <picovirtio/board.h>
#include "firmware/devices/probe.h"
#include "firmware/image.h"
#include "firmware/words/failure.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	KEPT_BYTES = 2 << 20, /* the host never gets these */
	POLLS = 10000000,     /* most, while an allocation waits for the device */
};

#define WAIT_NS UINT64_C(1000000000)

static struct {
	struct vio_balloon *b; /* NULL: there is none */
	const struct slot *slot;
	/* The platform's own functions, which ours call. */
	void *(*ring_memory)(void *ctx, size_t len, size_t align, vio_dma *at);
	void *(*memory)(void *ctx, size_t len, size_t align);
	uint64_t rescued; /* bytes that were taken back for an allocation */
} balloon;

/* ---- What the driver asks for ---- */

static uint32_t take(struct vio_balloon *b, uint32_t pages)
{
	const size_t left = vio_board_alloc_left();
	const size_t most = left > KEPT_BYTES ? (left - KEPT_BYTES) / VIO_BALLOON_PAGE : 0;
	const uint32_t n = pages < most ? pages : (uint32_t)most;

	(void)b;
	return vio_board_alloc_cut((size_t)n * VIO_BALLOON_PAGE) ? n : 0;
}

static void give(struct vio_balloon *b, uint32_t pages)
{
	(void)b;
	vio_board_alloc_grow((size_t)pages * VIO_BALLOON_PAGE);
}

static unsigned stats(struct vio_balloon *b, struct vio_balloon_stat *s, unsigned room)
{
	(void)b;
	(void)room;
	s[0] = (struct vio_balloon_stat){ VIO_BALLOON_FREE, vio_board_alloc_left() };
	s[1] = (struct vio_balloon_stat){ VIO_BALLOON_TOTAL, vio_board.ram_bytes };
	s[2] = (struct vio_balloon_stat){ VIO_BALLOON_AVAILABLE, vio_board_alloc_left() };
	return 3;
}

extern const struct vio_balloon_options balloon_options;
const struct vio_balloon_options balloon_options = { .take = take, .give = give, .stats = stats };

/* ---- Out of memory ---- */

/* Wait until the device has given memory back. The device that allocates may be in the middle of
 * its start, so only the balloon is polled. */
static bool wait_for_more(size_t left)
{
	struct vio_device *d = &balloon.b->device;
	const struct vio_platform *p = d->platform;
	const uint64_t end = vio_later(p->now(p->ctx), WAIT_NS);

	for (uint32_t i = 0; i < POLLS && d->state == VIO_LIVE && vio_board_alloc_left() == left &&
			     p->now(p->ctx) < end;
	     i++)
		vio_device_poll(d);
	return vio_board_alloc_left() > left;
}

/* A report holds memory for a short time. Memory in the balloon may be taken back. */
static bool make_room(size_t len, size_t align)
{
	const size_t left = vio_board_alloc_left();
	const bool reports = balloon.b->op == VIO_BALLOON_REPORT;

	if (!reports && vio_balloon_spare(balloon.b, (uint32_t)((len + align) / VIO_BALLOON_PAGE +
								1)) != VIO_OK)
		return false;
	const bool more = wait_for_more(left);
	if (!reports && more)
		balloon.rescued += vio_board_alloc_left() - left;
	return more;
}

static void *ring_memory(void *ctx, size_t len, size_t align, vio_dma *at)
{
	void *p = balloon.ring_memory(ctx, len, align, at);

	while (!p && make_room(len, align))
		p = balloon.ring_memory(ctx, len, align, at);
	return p;
}

static void *memory(void *ctx, size_t len, size_t align)
{
	void *p = balloon.memory(ctx, len, align);

	while (!p && make_room(len, align))
		p = balloon.memory(ctx, len, align);
	return p;
}

/* ---- The room ---- */

static void start(struct probe *p, struct vio_loop *l)
{
	const struct vio_balloon_run run = { (void *)(uintptr_t)vio_board.free_base,
					     VIO_DMA(vio_board.free_base),
					     (uint32_t)(vio_board.free_bytes / VIO_BALLOON_PAGE) };

	(void)l;
	for (const struct slot *s = p->slots; s && !balloon.b; s = s->next) {
		balloon.b = vio_balloon_of(s->device);
		balloon.slot = s;
	}
	if (!balloon.b)
		return;
	balloon.ring_memory = vio_board.platform.ring_memory;
	balloon.memory = vio_board.platform.memory;
	vio_board.platform.ring_memory = ring_memory;
	vio_board.platform.memory = memory;
	const int rc = vio_balloon_use(balloon.b, &run);
	if (rc != VIO_OK)
		printf("%s: the arena cannot be used: %s\n", balloon.slot->label, vio_strerror(rc));
	else
		vio_balloon_report(balloon.b);
}

static void print_pages(const char *what, uint64_t pages)
{
	printf("  %-22s %26" PRIu64 " bytes\n", what, pages * VIO_BALLOON_PAGE);
}

static void print_memory(void)
{
	const struct vio_balloon *b = balloon.b;

	if (!b)
		return;
	print_pages("  the host has", b->pages);
	print_pages("  the host asks for", b->target);
	print_pages("  reported as free", b->reported);
	if (b->rounds > 0)
		print_pages("  hinted as free", b->hints);
	if (balloon.rescued > 0)
		printf("  %-22s %26" PRIu64 " bytes\n", "  taken back in need", balloon.rescued);
	if (b->device.state != VIO_LIVE)
		printf("  %s: %s\n", balloon.slot->label, device_state(&b->device));
}

extern const struct service service_balloon;
const struct service service_balloon = { .start = start, .print_memory = print_memory };
