/* SPDX-License-Identifier: BSD-2-Clause */
/* Bring-up (virtio 1.4, 3.1.1). */
#include "drivers/device/device_internal.h"

/*
 * The bits that belong to rings and transport (6). ACCESS_PLATFORM: every address goes through
 * platform->map(). ORDER_PLATFORM: our barriers are strong enough for a device that is not a CPU
 * (picovirtio/barrier.h).
 */
#define RING_MODERN                                                                                \
	(VIO_F_VERSION_1 | VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX | VIO_F_ACCESS_PLATFORM |         \
	 VIO_F_ORDER_PLATFORM | (PICOVIRTIO_PACKED ? VIO_F_RING_PACKED : 0) |                      \
	 (PICOVIRTIO_EXTENSIONS ? VIO_F_EXTENSIONS : 0))
#define RING_LEGACY (VIO_F_ANY_LAYOUT | VIO_F_INDIRECT_DESC | VIO_F_EVENT_IDX)

static uint8_t status(const struct vio_device *d)
{
	return d->transport->ops->status(d->transport);
}

static int reset_and_greet(struct vio_device *d)
{
	if (!vio_reset(d)) /* step 1 */
		return vio_record(d, VIO_C_RESET_TIMEOUT, VIO_ETIMEDOUT, status(d), 0);
	int rc = vio_add_status(d, VIO_S_ACKNOWLEDGE); /* step 2 */
	if (rc < 0)
		return rc;
	return vio_add_status(d, VIO_S_DRIVER); /* step 3 */
}

/* By allow list: a bit that this driver does not know is never accepted (2.2.1). */
static uint64_t choose(const struct vio_device *d)
{
	const struct vio_features *const f = &d->driver->features;
	const uint64_t ring = vio_legacy(d->transport) ? RING_LEGACY : RING_MODERN;
	/* VERSION_1 is required (6.1). */
	uint64_t without = (d->features_off | d->declined) & ~VIO_F_VERSION_1;

	if (d->queue_reset_ignored)
		without |= VIO_F_RING_RESET;
	return d->offered & (f->wanted | f->harmless | ring) & ~without;
}

static int check_features(struct vio_device *d, uint64_t accepted)
{
	const uint64_t required = d->driver->features.required;

	if (!vio_legacy(d->transport) && !(accepted & VIO_F_VERSION_1))
		return vio_record(d, VIO_C_NO_VERSION_1, VIO_ENOTSUP, d->offered, VIO_F_VERSION_1);
	if (required & ~accepted)
		return vio_record(d, VIO_C_MISSING_FEATURES, VIO_ENOTSUP, d->offered, required);
	return VIO_OK;
}

/* Steps 4 to 6. Returns 1 if the device accepts these features, 0 if it refuses them. */
static int propose(struct vio_device *d, uint64_t accepted)
{
	int rc = check_features(d, accepted);

	if (rc < 0)
		return rc;
	d->features = accepted;
	d->transport->ops->accept(d->transport, accepted);
	if (vio_legacy(d->transport)) /* version 1 has no FEATURES_OK (3.1.2) */
		return 1;
	rc = vio_add_status(d, VIO_S_FEATURES_OK);
	if (rc < 0)
		return rc;
	return (status(d) & VIO_S_FEATURES_OK) != 0;
}

/*
 * A device may refuse a set of features because a bit is missing in it. The second try, after a
 * reset, adds all bits that do no harm to the driver. The offered features are read once, since two
 * reads could differ.
 */
static int negotiate(struct vio_device *d)
{
	d->offered = d->transport->ops->features(d->transport);
	int rc = d->driver->screen ? d->driver->screen(d) : VIO_OK;
	if (rc < 0)
		return vio_record(d, VIO_C_DRIVER, rc, 0, 0);
	const uint64_t most = choose(d);
	rc = propose(d, most & ~d->driver->features.harmless);
	if (rc == 0 && most != d->features) {
		rc = reset_and_greet(d);
		if (rc == VIO_OK)
			rc = propose(d, most);
	}
	if (rc == 0)
		return vio_record(d, VIO_C_REFUSED_FEATURES, VIO_ENOTSUP, d->offered, d->features);
	return rc < 0 ? rc : VIO_OK;
}

/* Step 7: the class sets up its queues. */
static int set_up(struct vio_device *d)
{
	d->begun = true;
	int rc = d->driver->start(d);
	if (rc < 0)
		return vio_record(d, VIO_C_DRIVER, rc, 0, 0);
	if (d->problem.cause == VIO_C_DRIVER) /* the class called vio_device_protocol_error() */
		return d->problem.err;
	d->problem = (struct vio_problem){ 0 }; /* the class works without what failed */
	return VIO_OK;
}

/* Step 8. Bits that were set before are checked as well. */
static int go_live(struct vio_device *d)
{
	const int rc = vio_add_status(d, VIO_S_DRIVER_OK);

	if (rc < 0)
		return rc;
	uint8_t s = status(d);
	if (!vio_status_good(d, s))
		return vio_record(d, VIO_C_DRIVER_OK, VIO_EDEVICE, s, VIO_S_DRIVER_OK);
	d->state = VIO_LIVE;
	d->armed = true; /* a new ring has notifications enabled */
	return VIO_OK;
}

int vio_bring_up(struct vio_device *d)
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
