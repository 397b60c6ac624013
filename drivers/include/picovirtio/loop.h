/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event loop: one core, one loop. A turn polls the used rings of every device (their
 * callbacks run there), then the application's own work. When nothing is left to do the loop
 * looks at timers, deadlines and device events, asks every queue for a notification, looks once
 * more, and sleeps.
 *
 *     struct vio_loop loop = { .platform = &platform, .devices = &disk.device };
 *     vio_loop_wait(&loop, is_done, &job, timeout);     or, for ever: vio_loop_run(&loop);
 *
 * The busy path reads no clock and no register; both are looked at on the edge of
 * idle, and every VIO_LOOP_BEAT_TURNS busy turns so that a flood cannot starve them.
 */
#ifndef VIO_LOOP_H
#define VIO_LOOP_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_LOOP_BEAT_TURNS = 1024,
	VIO_LOOP_TIMER_BURST = 16, /* timers that one beat fires at most */
	VIO_LOOP_WATCHED = 64,	   /* devices whose lines are watched, the first ones */
	VIO_LOOP_MISSES = 3,	   /* sleeps without a line before vio_loop_unheard() tells */
};

/* ns of sleep at most: while work was found that no line had told of; and before any line came. */
#define VIO_LOOP_POLL  UINT64_C(10000000)
#define VIO_LOOP_DOUBT UINT64_C(500000000)

/* Caller-owned; zeroed: not set. Not to be moved or dropped while set. */
struct vio_timer {
	struct vio_timer *next; /* private */
	uint64_t at;		/* ns, private */
	bool set;		/* private */
	void (*fire)(void *arg, uint64_t now);
	void *arg;
};

enum vio_loop_note {
	VIO_LOOP_WAKE,		/* a sleep ended */
	VIO_LOOP_TIMER,		/* timers fired */
	VIO_LOOP_CONFIG_CHANGE, /* value: the type of the device */
};

struct vio_loop {
	/* Filled by the caller, all else zero. */
	const struct vio_platform *platform;
	struct vio_device *devices; /* through ->next */
	bool alone;		    /* the first of them only, whatever its `next` */
	uint64_t longest;	    /* ns of one sleep at most; 0: no limit of its own */
	/* vio_recover_beat(), where failed devices are to be started again. NULL:
	 * vio_device_beat(). */
	uint64_t (*beat)(struct vio_device *d, uint64_t now);
	/* Hears what happens, for a trace; may be NULL. */
	void (*note)(void *arg, enum vio_loop_note what, uint64_t value);
	/* Called each turn; true: something was done, do not sleep yet. Either may be NULL. */
	bool (*service)(void *arg); /* nested waits included: moves text, reports failures */
	bool (*work)(void *arg);    /* the outermost loop only: may itself call vio_loop_wait() */
	void *arg;

	struct vio_timer *timers; /* by time */
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
	/* The application's own: whoever waits for long should end early (Ctrl-C in a shell). The
	 * loop does not look at it, since not every wait may end early. */
	bool interrupted;
};

/* One turn. Sleeps, if there is nothing to do, until `limit` (ns) at most. */
void vio_loop_turn(struct vio_loop *l, uint64_t limit);

/* Turn until loop->stop. */
void vio_loop_run(struct vio_loop *l);

/*
 * Turn, without `work`, until ready(arg) or until `timeout` nanoseconds have passed
 * (UINT64_MAX: never). For the application's own code; a device callback polls its
 * device instead. Returns ready(arg).
 */
bool vio_loop_wait(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout);

/* Fire once at `at` or soon after. Setting a timer again moves it. */
void vio_timer_set(struct vio_loop *l, struct vio_timer *t, uint64_t at);
void vio_timer_cancel(struct vio_loop *l, struct vio_timer *t);

/*
 * The devices whose interrupts do not come, by their place in `devices`, a bit each: their work
 * was found after deadlines alone, VIO_LOOP_MISSES times. 0: there is none, as far as is known.
 */
uint64_t vio_loop_unheard(const struct vio_loop *l);

/* The platform's clock. */
uint64_t vio_loop_now(const struct vio_loop *l);

#ifdef __cplusplus
}
#endif
#endif
