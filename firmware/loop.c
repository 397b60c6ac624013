/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/loop.h"

#include <picovirtio/recover.h>

uint64_t loop_now(const struct loop *l)
{
	return l->platform->now(l->platform->ctx);
}

static void note(struct loop *l, enum trace_kind kind, uint64_t what)
{
	if (l->trace != NULL)
		trace_add(l->trace, l->now, kind, what);
}

void loop_timer_cancel(struct loop *l, struct loop_timer *t)
{
	struct loop_timer **at = &l->timers;

	if (!t->set)
		return;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	t->set = false;
}

void loop_timer_set(struct loop *l, struct loop_timer *t, uint64_t at)
{
	struct loop_timer **p = &l->timers;

	loop_timer_cancel(l, t);
	while (*p != NULL && (*p)->at <= at)
		p = &(*p)->next;
	t->at = at;
	t->next = *p;
	t->set = true;
	*p = t;
}

/* A timer that sets itself to a time that has passed must not keep the loop here. */
static bool fire_timers(struct loop *l)
{
	unsigned fired = 0;

	while (l->timers != NULL && l->timers->at <= l->now && fired < LOOP_TIMER_BURST) {
		struct loop_timer *t = l->timers;

		loop_timer_cancel(l, t);
		t->fire(t->arg, l->now);
		fired++;
	}
	if (fired > 0)
		note(l, TRACE_TIMER, 0);
	return fired > 0;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The first look after a sleep tells whether the line of a device with work was up. */
static void judge_lines(struct loop *l, uint64_t found)
{
	if (l->line_up) {
		l->heard |= found;
		l->any_line = true;
	} else if (l->slept_out && (found & ~l->heard) != 0) {
		l->missed |= found;
		l->misses += l->misses < LOOP_MISSES;
	}
	l->missed &= ~l->heard;
	if (l->missed == 0)
		l->misses = 0;
	l->line_up = l->slept_out = false;
}

uint64_t loop_unheard(const struct loop *l)
{
	return l->misses < LOOP_MISSES ? 0 : l->missed;
}

/* A line that never comes would be waited for until the next deadline, or for ever. */
static uint64_t longest_sleep(const struct loop *l)
{
	if (l->missed != 0)
		return l->now + LOOP_POLL;
	return l->any_line ? UINT64_MAX : l->now + LOOP_DOUBT;
}

static bool poll_devices(struct loop *l)
{
	bool busy = false;
	uint64_t found = 0, place = 1;
	struct vio_device *d;

	for (d = l->devices; d != NULL; d = d->next, place <<= 1) {
		if (vio_device_poll(d)) {
			found |= place;
			busy = true;
		}
	}
	judge_lines(l, found);
	return busy;
}

/* True: the beat changed something that service and work have to see before a sleep. */
static bool beat_devices(struct loop *l, uint64_t *deadline)
{
	bool changed = false;
	struct vio_device *d;

	for (d = l->devices; d != NULL; d = d->next) {
		const enum vio_state state = d->state;
		const uint32_t changes = d->config_changes, restarts = d->recovery.restarts;

		*deadline = earlier(*deadline, vio_recover_beat(d, l->now));
		if (d->config_changes != changes)
			note(l, TRACE_CONFIG_CHANGE, d->transport->device_type);
		changed |= d->state != state || d->config_changes != changes ||
			   d->recovery.restarts != restarts;
	}
	return changed;
}

/* Every device is armed, also after one had news: the others sleep with us later. */
static bool arm_devices(struct loop *l)
{
	bool busy = false;
	struct vio_device *d;

	for (d = l->devices; d != NULL; d = d->next)
		busy |= vio_device_arm(d);
	return busy;
}

static void sleep_until(struct loop *l, uint64_t deadline)
{
	const uint64_t before = l->now;

	l->line_up = l->platform->idle(l->platform->ctx, earlier(deadline, longest_sleep(l)));
	l->slept_out = !l->line_up;
	l->now = loop_now(l);
	l->slept += l->now - before;
	l->sleeps++;
	note(l, TRACE_WAKE, 0);
}

/*
 * The edge of idle. The order is what makes it safe to sleep: the beat acknowledges
 * device events, arming asks for the next one and then looks at the ring, and idle
 * returns for any line that was raised since it returned last.
 */
static void edge(struct loop *l, bool busy, uint64_t limit)
{
	uint64_t deadline = limit;

	l->busy_turns = 0;
	l->beats++;
	l->now = loop_now(l);
	busy |= fire_timers(l);
	busy |= beat_devices(l, &deadline);
	if (busy || arm_devices(l))
		return;
	if (l->timers != NULL)
		deadline = earlier(deadline, l->timers->at);
	sleep_until(l, deadline);
}

static void turn(struct loop *l, bool nested, uint64_t limit)
{
	bool busy = poll_devices(l);

	if (l->service != NULL)
		busy |= l->service(l->arg);
	if (!nested && l->work != NULL)
		busy |= l->work(l->arg);
	if (busy && ++l->busy_turns < LOOP_BEAT_TURNS)
		return;
	if (!l->stop)
		edge(l, busy, limit);
}

void loop_turn(struct loop *l, uint64_t limit)
{
	turn(l, false, limit);
}

void loop_run(struct loop *l)
{
	while (!l->stop)
		turn(l, false, UINT64_MAX);
}

static void set_true(void *arg, uint64_t now)
{
	(void)now;
	*(bool *)arg = true;
}

bool loop_wait(struct loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout)
{
	bool over = false;
	struct loop_timer t = { .fire = set_true, .arg = &over };

	if (timeout != UINT64_MAX)
		loop_timer_set(l, &t, loop_now(l) + timeout);
	while (!ready(arg) && !over && !l->stop)
		turn(l, true, UINT64_MAX);
	loop_timer_cancel(l, &t);
	return ready(arg);
}
