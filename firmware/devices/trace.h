/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last events, in a static ring of small records. Recording is cheap and prints nothing. A
 * repeated event is counted in its record, so that a thousand wakes do not push out the failure
 * before them.
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
	TRACE_DEVICE_OFF,    /* the device is given up; what: its address */
	TRACE_CONFIG_CHANGE, /* what: the device's type */
	TRACE_WAKE,	     /* a sleep ended */
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

/* The record number `i`, the oldest first. NULL: there are no more. */
const struct trace_event *trace_get(const struct trace *t, uint32_t i);

/* "device up"; never NULL. */
const char *trace_name(enum trace_kind kind);

#endif
