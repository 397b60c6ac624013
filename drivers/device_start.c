/* SPDX-License-Identifier: BSD-2-Clause */
/* Bring-up (virtio 1.4, 3.1.1) and its opposite: reset, and what follows from it. */
#include "drivers/device_internal.h"

/* A reset that takes longer is not waited for. */
#define RESET_NS UINT64_C(100000000)

/*
 * Bits that belong to the ring and the transport (6). ACCESS_PLATFORM: every address goes through
 * platform->map(). ORDER_PLATFORM: our barriers are device strength (picovirtio/barrier.h).
 */
#define RING_MODERN                                                                                \
	(VIO_F_VERSION_1 | VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX | VIO_F_ACCESS_PLATFORM |         \
	 VIO_F_ORDER_PLATFORM | VIO_F_IN_ORDER | VIO_F_NOTIF_DATA | VIO_F_RING_RESET |             \
	 VIO_F_SUSPEND | (PICOVIRTIO_PACKED ? VIO_F_RING_PACKED : 0))
#define RING_LEGACY (VIO_F_ANY_LAYOUT | VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX)

int vio_record(struct vio_device *d, struct vio_problem p)
{
	if (d->problem.cause == VIO_C_NONE)
		d->problem = p;
	return p.err;
}

static int problem(struct vio_device *d, enum vio_cause cause, int err, uint64_t got, uint64_t want)
{
	return vio_record(
		d, (struct vio_problem){ .cause = cause, .err = err, .got = got, .want = want });
}

static uint8_t status(const struct vio_device *d)
{
	return d->transport->ops->status(d->transport);
}

bool vio_reset(struct vio_device *d)
{
	const struct vio_platform *p = d->platform;
	bool late;

	d->reset_at = p->now(p->ctx);
	d->transport->ops->set_status(d->transport, 0);
	do {
		/* The clock first: a look at the status always follows it. */
		late = p->now(p->ctx) - d->reset_at >= RESET_NS;
		if (status(d) == 0)
			return true;
	} while (!late);
	return false;
}

bool vio_status_good(const struct vio_device *d, uint8_t s)
{
	uint8_t want = VIO_S_ACKNOWLEDGE | VIO_S_DRIVER | VIO_S_DRIVER_OK;

	if (!vio_legacy(d->transport))
		want |= VIO_S_FEATURES_OK;
	return (s & (want | VIO_S_NEEDS_RESET | VIO_S_FAILED)) == want;
}

/* Bits are added, never dropped (2.1.1); a device that wants a reset gets no further. */
int vio_add_status(struct vio_device *d, uint8_t bit)
{
	const uint8_t old = status(d);

	if (old & (VIO_S_NEEDS_RESET | VIO_S_FAILED))
		return problem(d, VIO_C_NEEDS_RESET, VIO_EDEVICE, old, 0);
	d->transport->ops->set_status(d->transport, old | bit);
	return VIO_OK;
}

static int reset_and_greet(struct vio_device *d)
{
	int rc;

	if (!vio_reset(d)) /* step 1 */
		return problem(d, VIO_C_RESET_TIMEOUT, VIO_ETIMEDOUT, status(d), 0);
	rc = vio_add_status(d, VIO_S_ACKNOWLEDGE); /* step 2 */
	if (rc < 0)
		return rc;
	return vio_add_status(d, VIO_S_DRIVER); /* step 3 */
}

/* By allow list: a bit that nobody here knows is never accepted (2.2.1). */
static uint64_t choose(const struct vio_device *d, uint64_t of_class)
{
	const uint64_t ring = vio_legacy(d->transport) ? RING_LEGACY : RING_MODERN;
	uint64_t without = (d->without | d->declined) & ~VIO_F_VERSION_1; /* 6.1: a must */

	if (d->queue_reset_ignored)
		without |= VIO_F_RING_RESET;
	return d->offered & (of_class | ring) & ~without;
}

static int check_features(struct vio_device *d, uint64_t accepted)
{
	const uint64_t required = d->driver->features.required;

	if (!vio_legacy(d->transport) && !(accepted & VIO_F_VERSION_1))
		return problem(d, VIO_C_NO_VERSION_1, VIO_ENOTSUP, d->offered, VIO_F_VERSION_1);
	if (required & ~accepted)
		return problem(d, VIO_C_MISSING_FEATURES, VIO_ENOTSUP, d->offered, required);
	return VIO_OK;
}

/* Steps 4 to 6. 1: the device takes the choice; 0: it refuses. */
static int propose(struct vio_device *d, uint64_t accepted)
{
	int rc = check_features(d, accepted);

	if (rc < 0)
		return rc;
	d->features = accepted;
	d->transport->ops->accept(d->transport, accepted);
	if (vio_legacy(d->transport)) /* 3.1.2: no FEATURES_OK */
		return 1;
	rc = vio_add_status(d, VIO_S_FEATURES_OK);
	if (rc < 0)
		return rc;
	return (status(d) & VIO_S_FEATURES_OK) != 0;
}

/*
 * A device may refuse a choice that leaves out a bit; so one more try, after a reset, with all that
 * the driver can bear. What was offered is read once: two answers could differ.
 */
static int negotiate(struct vio_device *d)
{
	const struct vio_features *f = &d->driver->features;
	uint64_t more;
	int rc;

	d->offered = d->transport->ops->features(d->transport);
	rc = d->driver->screen ? d->driver->screen(d) : VIO_OK;
	if (rc < 0)
		return problem(d, VIO_C_DRIVER, rc, 0, 0);
	rc = propose(d, choose(d, f->wanted));
	more = choose(d, f->wanted | f->harmless);
	if (rc == 0 && more != d->features) {
		rc = reset_and_greet(d);
		if (rc == VIO_OK)
			rc = propose(d, more);
	}
	if (rc == 0)
		return problem(d, VIO_C_REFUSED_FEATURES, VIO_ENOTSUP, d->offered, d->features);
	return rc < 0 ? rc : VIO_OK;
}

/* Step 7, the driver's own. */
static int set_up(struct vio_device *d)
{
	int rc;

	d->begun = true;
	rc = d->driver->start(d, d->driver_state);
	if (rc < 0)
		return problem(d, VIO_C_DRIVER, rc, 0, 0);
	if (d->problem.cause == VIO_C_DRIVER) /* vio_device_lied() */
		return d->problem.err;
	d->problem = (struct vio_problem){ 0 }; /* the driver can do without */
	return VIO_OK;
}

/* Step 8. The bits that were set before are looked at as well. */
static int go_live(struct vio_device *d)
{
	uint8_t s;
	const int rc = vio_add_status(d, VIO_S_DRIVER_OK);

	if (rc < 0)
		return rc;
	s = status(d);
	if (!vio_status_good(d, s))
		return problem(d, VIO_C_DRIVER_OK, VIO_EDEVICE, s, VIO_S_DRIVER_OK);
	d->state = VIO_LIVE;
	d->armed = true; /* rings start with notifications asked for */
	return VIO_OK;
}

static int bring_up(struct vio_device *d)
{
	int rc = reset_and_greet(d);

	if (rc == VIO_OK)
		rc = negotiate(d);
	if (rc == VIO_OK)
		rc = set_up(d);
	if (rc == VIO_OK)
		rc = go_live(d);
	return rc;
}

/* What was submitted before DRIVER_OK, the driver's first requests, and its first look at config
 * space: QEMU does not count changes before DRIVER_OK. */
static int first_steps(struct vio_device *d)
{
	const struct vio_driver *drv = d->driver;

	d->depth++;
	if (drv->ready)
		drv->ready(d);
	if (drv->config_changed && d->state == VIO_LIVE)
		drv->config_changed(d);
	d->depth--;
	vio_publish_all(d);
	if (d->state == VIO_FAILING) {
		vio_give_up(d, VIO_FAILED);
		return d->problem.err;
	}
	return VIO_OK;
}

static bool end_quarantine(struct vio_device *d)
{
	if (!vio_reset(d))
		return false;
	vio_reclaim(d, VIO_FAILED);
	return true;
}

/* Nothing of an earlier session may be out when a new one begins. */
static int prepare(struct vio_device *d)
{
	if (d->state == VIO_FAILING)
		vio_give_up(d, VIO_FAILED);
	if (d->state == VIO_QUARANTINED && !end_quarantine(d))
		return VIO_ETIMEDOUT;
	d->problem = (struct vio_problem){ 0 };
	d->offered = 0;
	d->declined = 0;
	d->features = 0;
	d->missed_config = false;
	d->state = VIO_STARTING;
	return VIO_OK;
}

int vio_device_start(struct vio_device *d)
{
	int rc;

	if (!d->transport || !d->platform || !d->driver || !d->driver_state ||
	    d->driver->device_type != d->transport->device_type)
		return VIO_EINVAL;
	if (d->depth != 0 || d->state == VIO_LIVE || d->state == VIO_STARTING ||
	    d->state == VIO_SUSPENDED)
		return VIO_EBUSY;
	rc = prepare(d);
	if (rc < 0)
		return rc;
	d->depth++;
	rc = bring_up(d);
	d->depth--;
	if (rc < 0) {
		vio_give_up(d, VIO_FAILED);
		return d->problem.err;
	}
	return first_steps(d);
}

void vio_reclaim(struct vio_device *d, enum vio_state end)
{
	struct vio_queue *q;
	void *cookie;

	d->state = end;
	d->depth++;
	for (q = d->queues; q; q = q->next) {
		while (vq_drain(&q->vq, &cookie) == 1) {
			q->completions++;
			q->done(q, cookie, VIO_EDEVICE, 0);
		}
	}
	d->queues = NULL;
	if (d->begun && d->driver->stopped)
		d->driver->stopped(d);
	d->begun = false;
	d->depth--;
}

void vio_give_up(struct vio_device *d, enum vio_state end)
{
	/* In the middle of a reset there is no status to add a bit to. */
	if (d->state == VIO_STARTING && d->problem.cause == VIO_C_RESET_TIMEOUT) {
		d->state = VIO_QUARANTINED;
		return;
	}
	/* 2.1.1: tell the device first, and keep the other bits. */
	if (d->problem.cause != VIO_C_NONE)
		d->transport->ops->set_status(d->transport, status(d) | VIO_S_FAILED);
	if (vio_reset(d)) {
		vio_reclaim(d, end);
		return;
	}
	problem(d, VIO_C_RESET_TIMEOUT, VIO_ETIMEDOUT, status(d), 0);
	d->state = VIO_QUARANTINED;
}

int vio_device_stop(struct vio_device *d)
{
	if (d->depth != 0)
		return VIO_EBUSY;
	if (d->state == VIO_QUARANTINED)
		end_quarantine(d);
	else if (d->state != VIO_DOWN && d->state != VIO_FAILED)
		vio_give_up(d, VIO_DOWN);
	if (d->state == VIO_QUARANTINED)
		return VIO_ETIMEDOUT;
	d->state = VIO_DOWN;
	return VIO_OK;
}
