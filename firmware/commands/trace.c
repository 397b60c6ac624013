/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/commands.h"
#include "firmware/devices/trace.h"

#include <inttypes.h>
#include <stdio.h>

static void print_time(uint64_t ns)
{
	const uint64_t us = ns / 1000;

	printf("%6" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct trace_event *e;

	(void)argc;
	(void)argv;
	for (uint32_t i = 0; (e = trace_get(c->trace, i)); i++) {
		print_time(e->first);
		printf("  %-14s 0x%" PRIx64, trace_name(e->kind), e->what);
		if (e->count > 1) {
			printf("  %" PRIu32 " times, last at", e->count);
			print_time(e->last);
		}
		printf("\n");
	}
	printf("%" PRIu32 " events; the last %d are kept\n", c->trace->next, TRACE_EVENTS);
}

extern const struct command command_trace;
const struct command command_trace = {
	.name = "trace",
	.args = "",
	.help = "the last events, in seconds since boot",
	.run = run,
};
