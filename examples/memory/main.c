/* SPDX-License-Identifier: BSD-2-Clause */
/* Lends 4 MiB of memory to the host while the host asks for it, and ends when all is back. */
#include <picovirtio/app.h>
#include <picovirtio/balloon.h>
#include <picovirtio/console.h>

#include <inttypes.h>
#include <stdio.h>

enum { PAGES = 1024 };

static _Alignas(VIO_BALLOON_PAGE) uint8_t pool[PAGES * VIO_BALLOON_PAGE];
static uint32_t ours = PAGES; /* the first pages of the pool */

/* The host wants memory: we stop using the last pages that we have. */
static uint32_t take(struct vio_balloon *b, uint32_t pages)
{
	const uint32_t n = pages < ours ? pages : ours;

	(void)b;
	ours -= n;
	return n;
}

/* The host has returned these pages. */
static void give(struct vio_balloon *b, uint32_t pages)
{
	(void)b;
	ours += pages;
}

static bool has_some(void *arg)
{
	const struct vio_balloon *b = arg;

	return b->pages > 0 && b->pages == b->target;
}

static bool is_empty(void *arg)
{
	const struct vio_balloon *b = arg;

	return b->pages == 0;
}

int main(void)
{
	static const struct vio_balloon_options options = {
		.take = take, .give = give, .poison = true, .poison_val = 0x55aa55aa
	};
	static const struct vio_class classes[] = { { &vio_console_driver, NULL },
						    { &vio_balloon_driver, &options } };
	static struct vio_app app = { .classes = classes, .nclasses = 2 };
	const struct vio_balloon_run run = { pool, VIO_DMA((uintptr_t)pool), PAGES };

	vio_app_start(&app);
	struct vio_balloon *b = vio_balloon_of(vio_probe_first(&app.probe, &vio_balloon_driver));
	if (b && vio_balloon_use(b, &run) == VIO_OK) {
		printf("the host may have %u pages\n", PAGES);
		vio_loop_wait(&app.loop, has_some, b, UINT64_MAX);
		printf("the host has %" PRIu32 " pages, we have %" PRIu32 "\n", b->pages, ours);
		vio_loop_wait(&app.loop, is_empty, b, UINT64_MAX);
		printf("we have %" PRIu32 " pages; the last word is 0x%02x%02x\n", ours,
		       pool[sizeof(pool) - 1], pool[sizeof(pool) - 2]);
	}
	vio_terminal_finish(&app.terminal);
	return b && ours == PAGES ? 0 : 1;
}
