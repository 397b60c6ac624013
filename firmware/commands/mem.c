/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/board.h>
#include <picovirtio/terminal.h>
#include "firmware/console/command.h"
#include "firmware/devices/probe.h"
#include "firmware/image.h"

#include <inttypes.h>
#include <stdio.h>

/* Symbols of the board's link script. Only their addresses have a meaning. */
extern const char __image_start[], __bss_start[], __bss_end[], __stack_bottom[], __stack_top[],
	__image_end[];

static void print_range(const char *what, uint64_t base, uint64_t bytes)
{
	printf("  %-22s 0x%09" PRIx64 "  %12" PRIu64 " bytes\n", what, base, bytes);
}

static void print_part(const char *what, const char *from, const char *end)
{
	print_range(what, (uintptr_t)from, (uintptr_t)end - (uintptr_t)from);
}

static void print_bounce(const struct vio_bounce *b)
{
	if (!b)
		return;
	printf("  %-22s %26" PRIu32 " of %" PRIu32 " units of %" PRIu32 " bytes\n",
	       "bounce pool, used", b->used, b->pool.units, b->pool.unit);
	printf("  %-22s %26" PRIu32 " units; %" PRIu32 " times full\n", "bounce pool, at most",
	       b->most, b->full);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const uint64_t used = vio_board_alloc_used();

	(void)argc;
	(void)argv;
	if (vio_board.dt_from)
		printf("  %-22s %s\n", "devicetree from", vio_board.dt_from);
	print_range("RAM", vio_board.ram_base, vio_board.ram_bytes);
	print_part("image", __image_start, __image_end);
	print_part("  code and data", __image_start, __bss_start);
	print_part("  zeroed data", __bss_start, __bss_end);
	print_part("  stack", __stack_bottom, __stack_top);
	print_range("arena", vio_board.free_base, vio_board.free_bytes);
	printf("  %-22s %26" PRIu64 " bytes\n", "  used", used);
	printf("  %-22s %26" PRIu64 " bytes\n", "  left", (uint64_t)vio_board_alloc_left());
	for (const struct service *const *s = image_services; *s; s++) {
		if ((*s)->print_memory)
			(*s)->print_memory();
	}
	print_bounce(c->probe->bounce);
	printf("  %-22s %26" PRIu32 " bytes\n", "console text dropped",
	       c->terminal->out.lost_total);
}

extern const struct command command_mem;
const struct command command_mem = {
	.name = "mem",
	.args = "",
	.help = "memory: RAM, the image and its parts, what the arena has given out",
	.run = run,
};
