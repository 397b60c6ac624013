/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop: one core, one loop, no handler. A turn polls the used rings of every
 * device (their callbacks run there), then the application's own work. When nothing
 * is left to do it looks at timers, deadlines and device events, asks every queue for
 * a notification, looks once more, and sleeps.
 *
 * The busy path reads no clock and no register; both are looked at on the edge of
 * idle, and every LOOP_BEAT_TURNS busy turns so that a flood cannot starve them.
 */
#ifndef FIRMWARE_LOOP_H
#define FIRMWARE_LOOP_H

#include <picovirtio/device.h>
#include "firmware/trace.h"

enum {
	LOOP_BEAT_TURNS = 1024,
	LOOP_TIMER_BURST = 16, /* timers that one beat fires at most */
	LOOP_WATCHED = 64,     /* devices whose lines are watched, the first ones */
	LOOP_MISSES = 3,       /* sleeps without a line before loop_unheard() tells */
};

/* ns of sleep at most: while work was found that no line had told of; and before any line came. */
#define LOOP_POLL  UINT64_C(10000000)
#define LOOP_DOUBT UINT64_C(500000000)

/* Caller-owned; zeroed: not set. Not to be moved or dropped while set. */
struct loop_timer {
	struct loop_timer *next; /* private */
	uint64_t at;		 /* ns, private */
	bool set;		 /* private */
	void (*fire)(void *arg, uint64_t now);
	void *arg;
};

struct loop {
	/* Filled by the caller, all else zero. */
	const struct vio_platform *platform;
	struct vio_device *devices; /* through ->next */
	struct trace *trace;	    /* may be NULL */
	/* Called each turn; true: something was done, do not sleep yet. Either may be NULL. */
	bool (*service)(void *arg); /* nested waits included: moves text, reports failures */
	bool (*work)(void *arg);    /* the outermost loop only: may itself call loop_wait() */
	void *arg;

	struct loop_timer *timers; /* by time */
	unsigned busy_turns;
	uint64_t now;	/* as of the last beat */
	uint64_t slept; /* ns in idle so far */
	uint32_t sleeps, beats;
	/*
	 * Which devices had work after a sleep that a line ended (heard), and which had work after
	 * one that the deadline ended, and were never heard: by their place in `devices`, a bit
	 * each. While there is one of these, the loop polls. Private.
	 */
	uint64_t heard, missed;
	unsigned misses;
	bool slept_out; /* the deadline ended the latest sleep, and no device was looked at since */
	bool line_up;	/* the same for a line */
	bool any_line;	/* a line has ended a sleep */
	bool stop;
	/* The user wants the command that waits to end (Ctrl-C); the shell sets and clears it.
	 * loop_wait() does not look at it: not every wait may end early. */
	bool interrupted;
};

/* One turn. Sleeps, if there is nothing to do, until `limit` (ns) at most. */
void loop_turn(struct loop *l, uint64_t limit);

/* Turn until loop->stop. */
void loop_run(struct loop *l);

/*
 * Turn, without `work`, until ready(arg) or until `timeout` nanoseconds have passed
 * (UINT64_MAX: never). For the application's own code; a device callback polls its
 * device instead. Returns ready(arg).
 */
bool loop_wait(struct loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout);

/* Fire once at `at` or soon after. Setting a timer again moves it. */
void loop_timer_set(struct loop *l, struct loop_timer *t, uint64_t at);
void loop_timer_cancel(struct loop *l, struct loop_timer *t);

/*
 * The devices whose interrupts do not come, by their place in `devices`, a bit each: their work
 * was found after deadlines alone, LOOP_MISSES times. 0: there is none, as far as is known.
 */
uint64_t loop_unheard(const struct loop *l);

/* The platform's clock. */
uint64_t loop_now(const struct loop *l);

#endif
