/* SPDX-License-Identifier: BSD-2-Clause */
/* The regular service of a device: status, events, overdue requests, quarantine. */
#include "drivers/device/device_internal.h"

#define QUARANTINE_LOOK_NS  UINT64_C(100000000)	 /* between two reads of the status */
#define QUARANTINE_RESET_NS UINT64_C(1000000000) /* between two attempts to reset */

static void check_status(struct vio_device *d)
{
	const uint8_t s = d->transport->ops->status(d->transport);

	if (vio_is_suspended(d) ? !vio_status_is(s, VIO_S_SUSPEND) : !vio_status_good(d, s))
		vio_fail_later(d, (struct vio_problem){ .cause = VIO_C_NEEDS_RESET,
							.err = VIO_EDEVICE,
							.got = s });
}

/* Did the handler set this flag? The flag is cleared before the work that it stands for. */
static bool take(bool *flag)
{
	const bool was = __atomic_load_n(flag, __ATOMIC_RELAXED);

	if (was)
		__atomic_store_n(flag, false, __ATOMIC_RELAXED);
	return was;
}

/* The events since the last call, including those that a handler acknowledged. */
static unsigned events(struct vio_device *d)
{
	unsigned ev = d->transport->ops->events(d->transport);

	ev |= take(&d->heard) ? VIO_EV_QUEUE : 0u;
	return ev | (take(&d->heard_config) ? VIO_EV_CONFIG : 0u);
}

bool vio_device_interrupt(struct vio_device *d)
{
	const unsigned ev = d->transport->ops->events(d->transport);

	if (ev & VIO_EV_QUEUE)
		__atomic_store_n(&d->heard, true, __ATOMIC_RELAXED);
	if (ev & VIO_EV_CONFIG)
		__atomic_store_n(&d->heard_config, true, __ATOMIC_RELAXED);
	return ev != 0;
}

static void check_events(struct vio_device *d)
{
	const unsigned ev = events(d);

	if (ev != 0)
		d->events++;
	if (!(ev & VIO_EV_CONFIG))
		return;
	d->config_changes++;
	if (d->driver->config_changed)
		d->driver->config_changed(d);
}

/* A notification may have been lost, so at first the device gets another one. */
static void overdue(struct vio_queue *q, uint64_t now)
{
	struct vio_queue_watch *w = &q->watch;

	if (!w->nudged || q->patient) {
		w->nudged = true;
		w->since = now;
		vio_queue_nudge(q);
	} else if (vio_queue_may_reset(q)) {
		w->stuck = true;
		w->since = now;
	} else {
		vio_fail_later(q->dev, (struct vio_problem){ .cause = VIO_C_SILENT,
							     .err = VIO_ETIMEDOUT,
							     .queue = q->index,
							     .got = q->timeout + (now - w->since),
							     .want = q->timeout });
	}
}

/*
 * Once per time-out: has one of the old requests come back, those that the device had at the start
 * of the time-out? The others do not count, because a device that lost one request may complete all
 * others for ever. A used ring that nobody has polled meanwhile is no silence of the device.
 */
static void look(struct vio_queue *q, uint64_t now)
{
	struct vio_queue_watch *w = &q->watch;
	const uint32_t old = vq_old(&q->vq), had = w->old;
	const bool unread = w->seen == q->completions && vq_has_used(&q->vq);

	w->old = old != 0 ? old : q->requests - q->completions;
	w->seen = q->completions;
	if (had != 0 && old >= had && !unread) {
		overdue(q, now);
		return;
	}
	w->nudged = w->stuck = false;
	w->since = now;
}

/* Returns the time of the next check. */
static uint64_t check_overdue(struct vio_queue *q, uint64_t now)
{
	if (q->timeout == 0 || q->requests == q->completions) {
		q->watch.old = 0;
		return UINT64_MAX;
	}
	if (q->watch.old == 0 || now - q->watch.since > q->timeout)
		look(q, now);
	return vio_later(q->watch.since, q->timeout);
}

static uint64_t check_queues(struct vio_device *d, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	for (struct vio_queue *q = d->queues; q && d->state == VIO_LIVE; q = q->next) {
		const uint64_t due = check_overdue(q, now);

		if (due < next)
			next = due;
	}
	return next;
}

/* The reset of a queue runs callbacks, so it waits until none is active. */
static void reset_stuck(struct vio_device *d)
{
	for (struct vio_queue *q = d->queues; q && d->state == VIO_LIVE && d->depth == 0;
	     q = q->next) {
		if (q->watch.stuck && q->requests != q->completions)
			vio_queue_reset(q);
	}
}

uint64_t vio_watch_live(struct vio_device *d, uint64_t now)
{
	d->depth++;
	check_status(d);
	if (d->state == VIO_LIVE)
		check_events(d);
	vio_device_kick(d);
	uint64_t next = check_queues(d, now);
	d->depth--;
	reset_stuck(d);
	return next;
}

void vio_watch_suspended(struct vio_device *d)
{
	check_status(d);
	if (events(d) & VIO_EV_CONFIG)
		d->missed_config = true;
}

uint64_t vio_watch_quarantine(struct vio_device *d, uint64_t now)
{
	const struct vio_transport_ops *ops = d->transport->ops;

	if (ops->status(d->transport) == 0) {
		vio_fail_return_all(d, VIO_FAILED);
		return UINT64_MAX;
	}
	if (now - d->reset_at >= QUARANTINE_RESET_NS) {
		d->reset_at = now;
		ops->set_status(d->transport, 0);
	}
	return vio_later(now, QUARANTINE_LOOK_NS);
}
