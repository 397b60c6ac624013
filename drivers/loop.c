/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of steps that makes it safe to sleep is in edge(), and only there. */
#include <picovirtio/loop.h>
#include "drivers/wait.h"

uint64_t vio_loop_now(const struct vio_loop *l)
{
	return l->platform->now(l->platform->ctx);
}

static void note(struct vio_loop *l, enum vio_loop_note what, uint64_t value)
{
	if (l->note)
		l->note(l->arg, what, value);
}

/* The next device of the loop. With `alone` the loop has one device only. */
static struct vio_device *after(const struct vio_loop *l, const struct vio_device *d)
{
	return l->alone ? NULL : d->next;
}

void vio_timer_cancel(struct vio_loop *l, struct vio_timer *t)
{
	struct vio_timer **at = &l->timers;

	if (!t->set)
		return;
	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	t->set = false;
}

void vio_timer_set(struct vio_loop *l, struct vio_timer *t, uint64_t at)
{
	struct vio_timer **p = &l->timers;

	vio_timer_cancel(l, t);
	while (*p && (*p)->at <= at)
		p = &(*p)->next;
	t->at = at;
	t->next = *p;
	t->set = true;
	*p = t;
}

/* At most VIO_LOOP_TIMER_BURST timers fire, since a timer may set itself to a time that is over. */
static bool fire_timers(struct vio_loop *l)
{
	unsigned fired = 0;

	while (l->timers && l->timers->at <= l->now && fired < VIO_LOOP_TIMER_BURST) {
		struct vio_timer *t = l->timers;

		vio_timer_cancel(l, t);
		t->fire(t->arg, l->now);
		fired++;
	}
	if (fired > 0)
		note(l, VIO_LOOP_TIMER, 0);
	return fired > 0;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The only device with work after a line rose. As many of these as there were misses end the doubt,
 * since the line may be another's that rose at the same time. */
static void hear(struct vio_loop *l, uint64_t device)
{
	l->any_line = true;
	if ((device & (device - 1)) != 0)
		return;
	if ((device & l->missed) != 0 && l->misses > 1) {
		l->misses--;
		return;
	}
	l->heard |= device;
	l->missed &= ~device;
}

/* A line that was heard may have been another's, or may have died since. */
static void miss(struct vio_loop *l, uint64_t found)
{
	l->missed |= found;
	l->misses += l->misses < VIO_LOOP_MISSES;
	if (l->misses == VIO_LOOP_MISSES)
		l->heard &= ~l->missed;
}

/* The first poll after a sleep shows which devices have work, and so whether their lines were
 * raised. */
static void judge_lines(struct vio_loop *l, uint64_t found)
{
	if (l->line_up)
		hear(l, found);
	else if (l->slept_out && found != 0)
		miss(l, found);
	if (l->missed == 0)
		l->misses = 0;
	l->line_up = l->slept_out = false;
}

uint64_t vio_loop_unheard(const struct vio_loop *l)
{
	return l->misses < VIO_LOOP_MISSES ? 0 : l->missed; /* none of these is in `heard` then */
}

/* If the line of a device never rises, a longer sleep would last until the next deadline. */
static uint64_t longest_sleep(const struct vio_loop *l)
{
	if (l->longest != 0)
		return l->longest;
	if ((l->missed & ~l->heard) != 0)
		return VIO_LOOP_POLL;
	return l->any_line ? UINT64_MAX : VIO_LOOP_DOUBT;
}

static bool poll_devices(struct vio_loop *l)
{
	bool busy = false;
	uint64_t found = 0, place = 1;

	for (struct vio_device *d = l->devices; d; d = after(l, d), place <<= 1) {
		if (vio_device_poll(d)) {
			found |= place;
			busy = true;
		}
	}
	judge_lines(l, found);
	return busy;
}

static uint64_t service_one(struct vio_loop *l, struct vio_device *d)
{
	return l->service_device ? l->service_device(d, l->now) : vio_device_service(d, l->now);
}

/* True: servicing the devices changed something that the application must see before a sleep. */
static bool service_devices(struct vio_loop *l, uint64_t *deadline)
{
	bool changed = false;

	for (struct vio_device *d = l->devices; d; d = after(l, d)) {
		const enum vio_state state = d->state;
		const uint32_t changes = d->config_changes, restarts = d->recovery.restarts;

		const uint64_t due = service_one(l, d);
		/* The device works for us, and its line may be dead. */
		if (due != UINT64_MAX)
			*deadline =
				earlier(*deadline, earlier(due, vio_later(l->now, VIO_LOOP_DOUBT)));
		if (d->config_changes != changes)
			note(l, VIO_LOOP_CONFIG_CHANGE, d->transport->device_type);
		changed |= d->state != state || d->config_changes != changes ||
			   d->recovery.restarts != restarts;
	}
	return changed;
}

/* Every device is armed, even if an earlier one had work: later all of them sleep together. */
static bool arm_devices(struct vio_loop *l)
{
	bool busy = false;

	for (struct vio_device *d = l->devices; d; d = after(l, d))
		busy |= vio_device_arm(d);
	return busy;
}

static void sleep_until(struct vio_loop *l, uint64_t deadline)
{
	const uint64_t before = l->now;

	deadline = earlier(deadline, vio_later(before, longest_sleep(l)));
	l->line_up = l->platform->idle(l->platform->ctx, deadline);
	l->slept_out = !l->line_up;
	l->now = vio_loop_now(l);
	l->slept += l->now - before;
	l->sleeps++;
	note(l, VIO_LOOP_WAKE, 0);
}

/*
 * The steps before a sleep. Their order makes the sleep safe: vio_device_service() acknowledges
 * device events; vio_device_arm() asks for the next notification and then looks at the ring; idle()
 * returns for every line that was raised since it returned last.
 */
static void edge(struct vio_loop *l, bool busy, uint64_t limit)
{
	uint64_t deadline = limit;

	l->busy_turns = 0;
	l->device_services++;
	l->now = vio_loop_now(l);
	busy |= fire_timers(l);
	busy |= service_devices(l, &deadline);
	if (busy || arm_devices(l))
		return;
	if (l->timers)
		deadline = earlier(deadline, l->timers->at);
	sleep_until(l, deadline);
}

static void turn(struct vio_loop *l, bool nested, uint64_t limit)
{
	bool busy = poll_devices(l);

	if (l->service)
		busy |= l->service(l->arg);
	if (!nested && l->work)
		busy |= l->work(l->arg);
	if (busy && ++l->busy_turns < VIO_LOOP_SERVICE_TURNS)
		return;
	if (!l->stop)
		edge(l, busy, limit);
}

void vio_loop_turn(struct vio_loop *l, uint64_t limit)
{
	turn(l, false, limit);
}

void vio_loop_run(struct vio_loop *l)
{
	while (!l->stop)
		turn(l, false, UINT64_MAX);
}

static void set_true(void *arg, uint64_t now)
{
	(void)now;
	*(bool *)arg = true;
}

bool vio_loop_wait(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout)
{
	bool over = false;
	struct vio_wait w = { 0 };
	struct vio_timer t = { .fire = set_true, .arg = &over };

	if (timeout != UINT64_MAX)
		vio_timer_set(l, &t, vio_later(vio_loop_now(l), timeout));
	while (!ready(arg) && !over && !l->stop &&
	       (timeout == UINT64_MAX || !vio_wait_is_still(&w, l->now)))
		turn(l, true, UINT64_MAX);
	vio_timer_cancel(l, &t);
	return ready(arg);
}
