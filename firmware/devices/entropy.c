/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/entropy.h"

#include <picovirtio/rng.h>
#include "firmware/devices/wait.h"
#include "firmware/image.h"
#include "firmware/devices/probe.h"

#include <errno.h>
#include <string.h>

#define TIMEOUT		UINT64_C(30000000000)
#define RESTART_TIMEOUT UINT64_C(5000000000)

static const struct probe *probe; /* NULL: this part is not in the image */
static struct vio_loop *loop;

/* Static, since a request in flight may outlive the call that made it. */
static struct vio_rng_request answer;
static uint8_t bytes[ENTROPY_MAX];

/* The first entropy device that is live; if none is live, the first one. */
static struct vio_rng *find(void)
{
	struct vio_rng *first = NULL;

	for (struct vio_device *d = probe ? probe->devices : NULL; d; d = d->next) {
		struct vio_rng *r = vio_rng_of(d);

		if (r && d->state == VIO_LIVE)
			return r;
		first = first ? first : r;
	}
	return first;
}

const struct vio_device *entropy_device(void)
{
	const struct vio_rng *r = find();

	return r ? &r->device : NULL;
}

/* An earlier request that timed out may still be in flight. */
static bool is_free(void *arg)
{
	(void)arg;
	return !answer.busy;
}

static bool is_live(void *arg)
{
	const struct vio_rng *r = arg;

	return r->device.state == VIO_LIVE;
}

static int fetch(struct vio_rng *r, size_t want)
{
	if (!wait_until(loop, is_free, NULL, TIMEOUT))
		return VIO_ETIMEDOUT;
	answer = (struct vio_rng_request){
		.p = bytes, .len = (uint32_t)(want < sizeof(bytes) ? want : sizeof(bytes))
	};
	int rc = vio_rng_submit(r, &answer);
	vio_rng_kick(r);
	if (rc != VIO_OK)
		return rc;
	return wait_until(loop, is_free, NULL, TIMEOUT) ? answer.err : VIO_ETIMEDOUT;
}

/* If the device failed during the request, or its queue was reset, the request is repeated once
 * when the device is live again. */
static int fetch_again(struct vio_rng *r, size_t want)
{
	const uint32_t resets = r->queue.resets;
	const int rc = fetch(r, want);

	if (rc == VIO_OK || (is_live(r) && r->queue.resets == resets) ||
	    !r->device.driver->replayable || !wait_until(loop, is_live, r, RESTART_TIMEOUT))
		return rc;
	return fetch(r, want);
}

int entropy_get(void *p, size_t n)
{
	struct vio_rng *r = find();
	uint8_t *to = p;
	size_t have = 0;

	while (have < n) {
		const int rc = r ? fetch_again(r, n - have) : VIO_ENODEV;

		if (rc != VIO_OK) {
			memset(p, 0, n);
			return rc;
		}
		memcpy(to + have, bytes, answer.n);
		have += answer.n;
		memset(bytes, 0, sizeof(bytes)); /* a later caller must not see them */
	}
	return VIO_OK;
}

int getentropy(void *p, size_t n)
{
	if (n > ENTROPY_MAX) {
		errno = EINVAL;
		return -1;
	}
	int rc = entropy_get(p, n);
	if (rc != VIO_OK)
		errno = rc == VIO_ENODEV ? ENOSYS : EIO;
	return rc == VIO_OK ? 0 : -1;
}

static void start(struct probe *p, struct vio_loop *l)
{
	probe = p;
	loop = l;
}

extern const struct service service_entropy;
const struct service service_entropy = { .start = start };
