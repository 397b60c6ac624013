/* SPDX-License-Identifier: BSD-2-Clause */
/* A live device: poll, beat, arm. */
#include "drivers/device_internal.h"

#define QUARANTINE_LOOK_NS  UINT64_C(100000000)	 /* between two looks at the status */
#define QUARANTINE_RESET_NS UINT64_C(1000000000) /* between two attempts to reset */

void vio_condemn(struct vio_device *d, struct vio_problem p)
{
	if (d->state != VIO_LIVE && d->state != VIO_SUSPENDED && d->state != VIO_STARTING)
		return;
	vio_record(d, p);
	if (d->state != VIO_STARTING)
		d->state = VIO_FAILING;
}

void vio_device_lied(struct vio_device *d, uint16_t queue, uint64_t what)
{
	vio_condemn(d, (struct vio_problem){ .cause = VIO_C_DRIVER,
					     .err = VIO_EDEVICE,
					     .queue = queue,
					     .got = what });
}

void vio_device_excuse(struct vio_device *d)
{
	d->recovery.excused = d->state != VIO_LIVE;
}

int vio_device_refuse(struct vio_device *d, struct vio_problem p)
{
	return vio_record(d, p);
}

int vio_device_config(struct vio_device *d, size_t off, void *dst, size_t len)
{
	const int rc = vio_config_read(d->transport, off, dst, len);

	if (rc < 0 && d->state == VIO_STARTING)
		vio_record(d, (struct vio_problem){ .cause = VIO_C_CONFIG, .err = rc, .got = off });
	return rc;
}

/* Failing calls back, so it waits until no callback is running. */
static bool fail_if_due(struct vio_device *d)
{
	if (d->state != VIO_FAILING || d->depth != 0)
		return false;
	vio_give_up(d, VIO_FAILED);
	return true;
}

/* One ring's worth at most, so that a flood does not keep the other queues waiting. */
static bool reap(struct vio_queue *q)
{
	struct vio_device *d = q->dev;
	struct vq_done done;
	unsigned left;
	int rc = vq_reap(&q->vq, &done);

	if (rc == 0)
		return false;
	for (left = vq_size(&q->vq); rc == 1; rc = vq_reap(&q->vq, &done)) {
		q->completions++;
		q->done(q, done.cookie, VIO_OK, done.written);
		if (--left == 0 || d->state != VIO_LIVE)
			return true;
	}
	if (rc < 0)
		vio_condemn(d, (struct vio_problem){
				       .cause = VIO_C_BAD_USED, .err = rc, .queue = q->index });
	return true;
}

/* Once per arm, so that the busy path stores nothing the device looks at. */
static void disarm(struct vio_device *d)
{
	struct vio_queue *q;

	if (!d->armed)
		return;
	d->armed = false;
	for (q = d->queues; q; q = q->next)
		vq_disarm(&q->vq);
}

bool vio_device_poll(struct vio_device *d)
{
	struct vio_queue *q;
	bool any = false;

	if (d->state == VIO_LIVE) {
		disarm(d);
		d->depth++;
		for (q = d->queues; q && d->state == VIO_LIVE; q = q->next)
			any = reap(q) || any;
		d->depth--;
		any = vio_publish_all(d) || any;
	}
	return fail_if_due(d) || any;
}

static void check_status(struct vio_device *d)
{
	const uint8_t s = d->transport->ops->status(d->transport);

	if (d->state == VIO_SUSPENDED ? !vio_status_suspended(s) : !vio_status_good(d, s))
		vio_condemn(d, (struct vio_problem){
				       .cause = VIO_C_NEEDS_RESET, .err = VIO_EDEVICE, .got = s });
}

static void check_events(struct vio_device *d)
{
	const unsigned ev = d->transport->ops->events(d->transport);

	if (ev != 0)
		d->events++;
	if (!(ev & VIO_EV_CONFIG))
		return;
	d->config_changes++;
	if (d->driver->config_changed)
		d->driver->config_changed(d);
}

/* The line must not stay up, or nobody could sleep; the driver hears of it when it may write
 * config space again. */
static void note_events(struct vio_device *d)
{
	if (d->transport->ops->events(d->transport) & VIO_EV_CONFIG)
		d->missed_config = true;
}

static uint64_t later(uint64_t now, uint64_t by)
{
	return by < UINT64_MAX - now ? now + by : UINT64_MAX;
}

static void watch(struct vio_queue *q, uint64_t now)
{
	q->nudged = q->stuck = false;
	q->seen = q->completions;
	q->since = now;
}

/* A notification may have got lost, so the first time the device gets another one. */
static void overdue(struct vio_queue *q, uint64_t now)
{
	if (q->nudged && vio_queue_may_reset(q)) {
		q->stuck = true;
		q->since = now;
		return;
	}
	if (q->nudged) {
		vio_condemn(q->dev, (struct vio_problem){ .cause = VIO_C_SILENT,
							  .err = VIO_ETIMEDOUT,
							  .queue = q->index,
							  .got = q->timeout + (now - q->since),
							  .want = q->timeout });
		return;
	}
	q->nudged = true;
	q->since = now;
	vio_queue_nudge(q);
}

/* Returns when to look again. */
static uint64_t check_overdue(struct vio_queue *q, uint64_t now)
{
	if (q->timeout == 0 || q->requests == q->completions)
		return UINT64_MAX;
	if (q->seen != q->completions || vq_has_used(&q->vq))
		watch(q, now);
	else if (now - q->since > q->timeout)
		overdue(q, now);
	return later(q->since, q->timeout);
}

static uint64_t check_queues(struct vio_device *d, uint64_t now)
{
	struct vio_queue *q;
	uint64_t next = UINT64_MAX;

	for (q = d->queues; q && d->state == VIO_LIVE; q = q->next) {
		const uint64_t due = check_overdue(q, now);

		if (due < next)
			next = due;
	}
	return next;
}

/* Calls back, so it waits until no callback is running. */
static void reset_stuck(struct vio_device *d)
{
	struct vio_queue *q;

	for (q = d->queues; q && d->state == VIO_LIVE && d->depth == 0; q = q->next) {
		if (q->stuck && q->requests != q->completions)
			vio_queue_reset(q);
	}
}

/* Never waits. The reset is asked for again only now and then: on a device that is busy with it,
 * that may start it anew. */
static uint64_t check_quarantine(struct vio_device *d, uint64_t now)
{
	const struct vio_transport_ops *ops = d->transport->ops;

	if (ops->status(d->transport) == 0) {
		vio_reclaim(d, VIO_FAILED);
		return UINT64_MAX;
	}
	if (now - d->reset_at >= QUARANTINE_RESET_NS) {
		d->reset_at = now;
		ops->set_status(d->transport, 0);
	}
	return later(now, QUARANTINE_LOOK_NS);
}

uint64_t vio_device_beat(struct vio_device *d, uint64_t now)
{
	uint64_t next = UINT64_MAX;

	if (d->state == VIO_LIVE) {
		d->depth++;
		check_status(d);
		if (d->state == VIO_LIVE)
			check_events(d);
		vio_publish_all(d);
		next = check_queues(d, now);
		d->depth--;
		reset_stuck(d);
	} else if (d->state == VIO_SUSPENDED) {
		check_status(d);
		note_events(d);
	}
	fail_if_due(d);
	if (d->state == VIO_QUARANTINED && d->depth == 0)
		return check_quarantine(d, now);
	return d->state == VIO_LIVE ? next : UINT64_MAX;
}

bool vio_device_arm(struct vio_device *d)
{
	struct vio_queue *q;
	bool any = d->state == VIO_FAILING;

	if (d->state != VIO_LIVE)
		return any;
	vio_publish_all(d);
	d->armed = true;
	for (q = d->queues; q; q = q->next)
		any = vq_arm(&q->vq) || any;
	return any;
}
