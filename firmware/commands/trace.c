/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/devices/probe.h"
#include "firmware/devices/trace.h"
#include "firmware/words/names.h"

#include <picovirtio/terminal.h>

#include <inttypes.h>
#include <stdio.h>

static void print_time(uint64_t ns)
{
	const uint64_t us = ns / 1000;

	printf("%6" PRIu64 ".%06" PRIu64, us / 1000000, us % 1000000);
}

/* The name of what an event was about, or NULL. */
static const char *name_of(const struct command_context *c, const struct trace_event *e)
{
	static const char *const places[] = { [VIO_TERMINAL_NOWHERE] = "nowhere",
					      [VIO_TERMINAL_VIRTIO] = "virtio-console",
					      [VIO_TERMINAL_EARLY] = "early console" };
	const char *name = NULL;

	switch (e->kind) {
	case TRACE_DEVICE_UP:
	case TRACE_DEVICE_FAILED:
	case TRACE_DEVICE_OFF:
		for (const struct slot *s = c->probe->slots; s && !name; s = s->next)
			name = s->window.base == e->what ? s->label : NULL;
		return name;
	case TRACE_CONFIG_CHANGE: return device_type_name((uint32_t)e->what);
	case TRACE_CONSOLE: return e->what <= VIO_TERMINAL_EARLY ? places[e->what] : NULL;
	default: return NULL;
	}
}

static void print_event(const struct command_context *c, const struct trace_event *e)
{
	const char *name = name_of(c, e);

	print_time(e->first);
	printf("  %s", trace_name(e->kind));
	if (name)
		printf(" %s", name);
	else if (e->kind == TRACE_COMMAND)
		printf(" of %" PRIu64 " characters", e->what);
	else if (e->what != 0)
		printf(" 0x%" PRIx64, e->what);
	if (e->count > 1) {
		printf("  %" PRIu32 " times, last at", e->count);
		print_time(e->last);
	}
	printf("\n");
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct trace_event *e;

	(void)argc;
	(void)argv;
	for (uint32_t i = 0; (e = trace_get(c->trace, i)); i++)
		print_event(c, e);
	printf("%" PRIu32 " events; the last %d are kept\n", c->trace->next, TRACE_EVENTS);
}

extern const struct command command_trace;
const struct command command_trace = {
	.name = "trace",
	.args = "",
	.help = "the last events, in seconds since boot",
	.run = run,
};
