/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/trace.h"

void trace_add(struct trace *t, uint64_t now, enum trace_kind kind, uint64_t what)
{
	struct trace_event *e = &t->ring[(t->next - 1) % TRACE_EVENTS];

	if (t->next > 0 && e->kind == kind && e->what == what) {
		e->last = now;
		e->count++;
		return;
	}
	e = &t->ring[t->next % TRACE_EVENTS];
	*e = (struct trace_event){
		.first = now, .last = now, .what = what, .count = 1, .kind = kind
	};
	t->next++;
}

const struct trace_event *trace_get(const struct trace *t, uint32_t i)
{
	const uint32_t kept = t->next < TRACE_EVENTS ? t->next : TRACE_EVENTS;

	return i < kept ? &t->ring[(t->next - kept + i) % TRACE_EVENTS] : NULL;
}

const char *trace_name(enum trace_kind kind)
{
	static const char *const names[TRACE_KINDS] = {
		[TRACE_BOOT] = "boot",
		[TRACE_DEVICE_UP] = "device up",
		[TRACE_DEVICE_FAILED] = "device failed",
		[TRACE_DEVICE_OFF] = "device given up",
		[TRACE_CONFIG_CHANGE] = "config change",
		[TRACE_WAKE] = "idle wake",
		[TRACE_TIMER] = "timer",
		[TRACE_CONSOLE] = "console moved",
		[TRACE_COMMAND] = "command",
	};

	return kind < TRACE_KINDS ? names[kind] : "?";
}
