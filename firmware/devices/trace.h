/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last events, in a static ring of small records: cheap to write, from anywhere,
 * and never printed by itself. An event that repeats is counted in place, so that a
 * thousand wakes do not push out the failure before them.
 */
#ifndef FIRMWARE_DEVICES_TRACE_H
#define FIRMWARE_DEVICES_TRACE_H

#include <picovirtio/types.h>

enum {
	TRACE_EVENTS = 64, /* a power of two */
};

enum trace_kind {
	TRACE_BOOT,	     /* main() was entered */
	TRACE_DEVICE_UP,     /* what: the device's address */
	TRACE_DEVICE_FAILED, /* what: the device's address */
	TRACE_DEVICE_OFF,    /* it is not tried again; what: the device's address */
	TRACE_CONFIG_CHANGE, /* what: the device's type */
	TRACE_WAKE,	     /* idle ended */
	TRACE_TIMER,	     /* timers fired */
	TRACE_CONSOLE,	     /* the console moved; what: enum vio_terminal_place */
	TRACE_COMMAND,	     /* a line was entered; what: its length */
	TRACE_KINDS,
};

struct trace_event {
	uint64_t first, last; /* ns since boot */
	uint64_t what;
	uint32_t count;
	enum trace_kind kind;
};

struct trace {
	struct trace_event ring[TRACE_EVENTS];
	uint32_t next; /* events recorded so far */
};

void trace_add(struct trace *t, uint64_t now, enum trace_kind kind, uint64_t what);

/* The `i`th oldest event that is still here; NULL: no more. */
const struct trace_event *trace_get(const struct trace *t, uint32_t i);

/* "device up"; never NULL. */
const char *trace_name(enum trace_kind kind);

#endif
