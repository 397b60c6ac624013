/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/board.h>
#include <picovirtio/loop.h>
#include "firmware/console/command.h"

#include <inttypes.h>
#include <stdio.h>

static void run(const struct command_context *c, int argc, char **argv)
{
	const uint64_t ms = vio_loop_now(c->loop) / 1000000;
	const uint64_t slept = c->loop->slept / 1000000;
	const struct vio_board_idle_counts n = vio_board_get_idle_counts();

	(void)argc;
	(void)argv;
	printf("up %" PRIu64 ".%03" PRIu64 " s, asleep for %" PRIu64 ".%03" PRIu64 " s of it\n",
	       ms / 1000, ms % 1000, slept / 1000, slept % 1000);
	printf("%" PRIu32 " sleeps, %" PRIu32 " ended by a device, %" PRIu32 " by the timer\n",
	       n.sleeps, n.wakes_device, n.wakes_timer);
}

extern const struct command command_uptime;
const struct command command_uptime = {
	.name = "uptime",
	.args = "",
	.help = "time since boot, and how much of it was spent asleep",
	.run = run,
};
