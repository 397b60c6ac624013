/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop. A turn polls the used rings of every device, where the callbacks run, and then
 * does the application's own work. If there is nothing left to do, the loop handles timers,
 * deadlines and device events, asks every queue for a notification, looks at every ring once more,
 * and sleeps.
 *
 *     struct vio_loop loop = { .platform = &platform, .devices = &disk.device };
 *     vio_loop_wait(&loop, is_done, &job, timeout);     or, for ever: vio_loop_run(&loop);
 *
 * While it is busy the loop reads no clock and no register. It does so only before a sleep, and
 * every VIO_LOOP_SERVICE_TURNS busy turns, so that a flood of requests cannot delay timers for
 * ever.
 */
#ifndef VIO_LOOP_H
#define VIO_LOOP_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_LOOP_SERVICE_TURNS = 1024,
	VIO_LOOP_TIMER_BURST = 16, /* most timers that fire before devices are polled again */
	VIO_LOOP_WATCHED = 64,	   /* the interrupt lines of this many devices are watched */
	/* vio_loop_unheard() reports after this many sleeps: on a busy host a line may be later
	 * than the work that it announces, several times. */
	VIO_LOOP_MISSES = 16,
};

/* The longest sleeps in nanoseconds. VIO_LOOP_POLL: after the loop found work of a device whose
 * interrupt line did not end the sleep. VIO_LOOP_DOUBT: until a line has ended a sleep for the
 * first time, and while a device has a deadline. */
#define VIO_LOOP_POLL  UINT64_C(10000000)
#define VIO_LOOP_DOUBT UINT64_C(500000000)

/* A timer. It belongs to the caller, starts zeroed, and must stay in place while it is set. */
struct vio_timer {
	struct vio_timer *next; /* private */
	uint64_t at;		/* private */
	bool set;		/* private */
	void (*fire)(void *arg, uint64_t now);
	void *arg;
};

enum vio_loop_note {
	VIO_LOOP_WAKE,		/* a sleep ended */
	VIO_LOOP_TIMER,		/* timers fired */
	VIO_LOOP_CONFIG_CHANGE, /* the configuration of a device changed; value: its type */
};

struct vio_loop {
	/* The caller fills these fields; all other fields start zeroed. */
	const struct vio_platform *platform;
	struct vio_device *devices; /* a list, through the field `next` of each device */
	bool alone;		    /* use the first device only, whatever its `next` is */
	uint64_t longest;	    /* the longest sleep in nanoseconds; 0: no limit */
	/* vio_recover_service() if the loop should restart failed devices. NULL:
	 * vio_device_service(). */
	uint64_t (*service_device)(struct vio_device *d, uint64_t now);
	/* Called for each event, for a trace. May be NULL. */
	void (*note)(void *arg, enum vio_loop_note what, uint64_t value);
	/* The application's own work, called in each turn. Return true if something was done: the
	 * loop then does not sleep yet. Both may be NULL. */
	bool (*service)(void *arg); /* called in vio_loop_wait() too */
	bool (*work)(void *arg);    /* not called in vio_loop_wait(), so it may call that itself */
	void *arg;

	struct vio_timer *timers; /* sorted by time */
	unsigned busy_turns;
	uint64_t now;	/* the time when the clock was last read */
	uint64_t slept; /* nanoseconds of sleep so far */
	uint32_t sleeps, device_services;
	/*
	 * Private. Each bit stands for a device, by its place in `devices`. `heard`: it was the
	 * only device with work after a sleep that an interrupt line ended. `missed`: it had work
	 * after a sleep that the deadline ended. VIO_LOOP_MISSES of these take it out of `heard`.
	 * While a device is in `missed` and not in `heard`, the loop polls.
	 */
	uint64_t heard, missed;
	unsigned misses;
	bool slept_out; /* the deadline ended the latest sleep; no device was polled since */
	bool line_up;	/* a line ended the latest sleep; no device was polled since */
	bool any_line;	/* a line has ended a sleep before */
	bool stop;	/* set this to end vio_loop_run() and all waits */
	/* For the application: a sign that long waits should end early (Ctrl-C in a shell). The
	 * loop does not use this field, since not every wait may end early. */
	bool interrupted;
};

/* Do one turn. If there is nothing to do, it sleeps until the time `limit` at most. */
void vio_loop_turn(struct vio_loop *l, uint64_t limit);

/* Do turns until `stop` is set. */
void vio_loop_run(struct vio_loop *l);

/*
 * Do turns, without `work`, until ready(arg) returns true or `timeout` nanoseconds have passed
 * (UINT64_MAX: no time-out). A clock that stands still ends a wait that has a time-out. Returns the
 * latest result of ready(arg). Do not call this in a device callback; a callback that waits calls
 * vio_device_poll() for its device.
 */
bool vio_loop_wait(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout);

/* Set a timer: its fire() is called once, at the time `at` or soon after. A timer that is set
 * already moves. vio_timer_cancel() ends it. */
void vio_timer_set(struct vio_loop *l, struct vio_timer *t, uint64_t at);
void vio_timer_cancel(struct vio_loop *l, struct vio_timer *t);

/*
 * The devices whose interrupts do not arrive, one bit for each, by its place in `devices`. The loop
 * found work of such a device only after deadlines, VIO_LOOP_MISSES times. 0: no such device is
 * known.
 */
uint64_t vio_loop_unheard(const struct vio_loop *l);

/* The time, from the platform's clock. */
uint64_t vio_loop_now(const struct vio_loop *l);

#ifdef __cplusplus
}
#endif
#endif
