/* SPDX-License-Identifier: BSD-2-Clause */
/* The reset of one queue (virtio 1.4, 2.6.1), and the same queue up again (2.6.2). */
#include "drivers/device_internal.h"

/* A reset that takes longer is not waited for. */
#define RESET_NS UINT64_C(100000000)

enum { RESETS = 3 }; /* of a stuck queue, before its device is failed after all */

bool vio_queue_may_reset(const struct vio_queue *q)
{
	if (!q->resettable || !vio_has(q->dev, VIO_F_RING_RESET))
		return false;
	return q->resets == 0 || (q->resets < RESETS && q->mark != q->completions);
}

/* VIO_OK: the queue is the driver's again. It is the registers that say so, never the time. */
static int reset(const struct vio_queue *q)
{
	struct vio_transport *t = q->dev->transport;
	const struct vio_platform *p = q->dev->platform;
	const uint64_t begin = p->now(p->ctx);
	bool late;
	int rc;

	t->ops->queue_reset(t, q->index);
	do {
		/* The clock first: a look at the registers always follows it. */
		late = p->now(p->ctx) - begin >= RESET_NS;
		rc = t->ops->queue_is_reset(t, q->index);
	} while (rc == 0 && !late);
	if (rc == 0)
		return VIO_ETIMEDOUT;
	return rc < 0 ? rc : VIO_OK;
}

/* The queue is dead meanwhile: what the callbacks submit to it is refused. */
static void take_back(struct vio_queue *q)
{
	void *cookie;

	q->dev->depth++;
	while (vq_drain(&q->vq, &cookie) == 1) {
		q->completions++;
		q->done(q, cookie, VIO_EDEVICE, 0);
	}
	q->dev->depth--;
	q->mark = q->completions;
}

/* The driver has set itself up for the size that the queue had. */
static int bring_back(struct vio_queue *q)
{
	const uint16_t size = vq_size(&q->vq);
	const int rc = vio_queue_set_up(q, size);

	if (rc < 0)
		return rc;
	if (vq_size(&q->vq) != size)
		return vio_record(q->dev, (struct vio_problem){ .cause = VIO_C_QUEUE_SIZE,
								.err = VIO_ERANGE,
								.queue = q->index,
								.got = vq_size(&q->vq),
								.want = size });
	q->resets++;
	q->dev->armed = true; /* rings start with notifications asked for */
	return VIO_OK;
}

/* The way back for all that is left: the device as a whole. */
static int fail(struct vio_device *d)
{
	d->state = VIO_FAILING;
	vio_give_up(d, VIO_FAILED);
	return d->problem.err == VIO_ETIMEDOUT ? VIO_ETIMEDOUT : VIO_EDEVICE;
}

int vio_queue_reset(struct vio_queue *q)
{
	struct vio_device *d = q->dev;
	int rc;

	if (!d)
		return VIO_EINVAL;
	if (d->depth != 0 || d->state != VIO_LIVE)
		return VIO_EBUSY;
	if (!q->resettable || !vio_has(d, VIO_F_RING_RESET))
		return VIO_ENOTSUP;
	rc = reset(q);
	if (rc < 0) {
		d->queue_reset_ignored |= rc == VIO_EDEVICE;
		vio_record(d, (struct vio_problem){
				      .cause = VIO_C_QUEUE_RESET, .err = rc, .queue = q->index });
		return fail(d);
	}
	take_back(q);
	/* A callback may have found the device lying. */
	if (d->state != VIO_LIVE || bring_back(q) < 0)
		return fail(d);
	return VIO_OK;
}
