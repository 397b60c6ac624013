/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/recover.h>

static bool is_down(const struct vio_device *d)
{
	return d->state == VIO_FAILED || d->state == VIO_QUARANTINED;
}

bool vio_recover_left_off(const struct vio_device *d)
{
	const struct vio_recovery *r = &d->recovery;

	if (d->state != VIO_FAILED)
		return false;
	/* Tries are forgiven only after the failure was seen. */
	return !vio_may_retry(d->problem.cause) ||
	       (r->down && r->tries >= VIO_RECOVER_TRIES && !r->excused);
}

static uint64_t pause_before(unsigned try)
{
	return VIO_RECOVER_PAUSE_NS << 2 * try;
}

/* The failure is seen for the first time since the device was up. */
static void went_down(struct vio_recovery *r, uint64_t now)
{
	if (now - r->at >= VIO_RECOVER_SERVED_NS)
		r->tries = 0;
	r->down = true;
	r->at = now + pause_before(r->tries);
}

static void came_up(struct vio_recovery *r, uint64_t now)
{
	r->down = false;
	r->excused = false;
	r->at = now;
}

/* The pause is over. The deadline is now, since the device has not been serviced after the
 * start. */
static uint64_t try_again(struct vio_device *d, uint64_t now)
{
	struct vio_recovery *r = &d->recovery;

	r->tries += !r->excused;
	r->excused = false;
	if (vio_device_start(d) == VIO_OK) {
		r->restarts++;
		came_up(r, now);
		return now;
	}
	r->at = now + pause_before(r->tries);
	return vio_recover_left_off(d) ? UINT64_MAX : now;
}

static uint64_t recover(struct vio_device *d, uint64_t now)
{
	struct vio_recovery *r = &d->recovery;

	if (!is_down(d)) {
		if (r->down) /* the application started it */
			came_up(r, now);
		return UINT64_MAX;
	}
	if (!r->down)
		went_down(r, now);
	/* A quarantined device must not be touched. vio_device_service() checks whether that is
	 * over. */
	if (d->state == VIO_QUARANTINED || vio_recover_left_off(d))
		return UINT64_MAX;
	return now < r->at ? r->at : try_again(d, now);
}

uint64_t vio_recover_service(struct vio_device *d, uint64_t now)
{
	const uint64_t due = vio_device_service(d, now);
	const uint64_t next = d->depth == 0 ? recover(d, now) : UINT64_MAX;

	return due < next ? due : next;
}
