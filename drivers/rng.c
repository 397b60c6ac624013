/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/rng.h>

#include <string.h>

#include <picovirtio/driver.h>

enum {
	DEVICE_TYPE = 4,
	REQUEST_QUEUE = 0,
};

/* Entropy may be rationed on the host, so patience is long. */
#define TIMEOUT_NS UINT64_C(30000000000)

struct vio_rng *vio_rng_of(struct vio_device *d)
{
	return d && d->driver == &vio_rng_driver ? d->driver_state : NULL;
}

/* A source that is stuck. Honest ones do this once in 2^56 answers. */
static bool is_stuck(struct vio_rng *r, const uint8_t *p, size_t n)
{
	uint64_t first;
	bool again;
	size_t i;

	if (n < sizeof first)
		return false;
	memcpy(&first, p, sizeof first);
	again = first == r->previous;
	r->previous = first;
	for (i = 1; i < n && p[i] == p[0]; i++)
		;
	return again || i == n;
}

/* The caller sees a copy: the device could still change what is in the buffer. */
static void done(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	const struct vio_platform *p = q->dev->platform;
	struct vio_rng *r = cookie;
	uint8_t copy[VIO_RNG_BYTES];
	const size_t n = written < r->asked ? written : r->asked;

	p->unmap(p->ctx, r->at, r->buffer, r->asked, VIO_FROM_DEVICE);
	r->busy = false;
	if (err != VIO_OK || n == 0) {
		r->done(r->arg, VIO_EDEVICE, NULL, 0);
		return;
	}
	memcpy(copy, r->buffer, n);
	if (is_stuck(r, copy, n))
		r->done(r->arg, VIO_EDEVICE, NULL, 0);
	else
		r->done(r->arg, VIO_OK, copy, n);
}

int vio_rng_request(struct vio_rng *r, size_t len, vio_rng_fn fn, void *arg)
{
	const struct vio_platform *p;
	struct vq_seg seg = { .len = (uint32_t)len };
	int rc;

	if (len == 0 || len > VIO_RNG_BYTES || !fn)
		return VIO_EINVAL;
	if (!r->dev || r->dev->state != VIO_LIVE)
		return VIO_EDEVICE;
	if (r->busy)
		return VIO_EBUSY;
	/* Bytes that the device claims and did not write must not be old ones. */
	memset(r->buffer, 0, sizeof r->buffer);
	p = r->dev->platform;
	seg.addr = p->map(p->ctx, r->buffer, len, VIO_FROM_DEVICE);
	rc = vio_dma_error(seg.addr);
	if (rc < 0)
		return rc;
	rc = vio_queue_submit(&r->queue, &seg, 0, 1, r);
	if (rc < 0) {
		p->unmap(p->ctx, seg.addr, r->buffer, len, VIO_FROM_DEVICE);
		return rc;
	}
	r->at = seg.addr;
	r->asked = len;
	r->done = fn;
	r->arg = arg;
	r->busy = true;
	vio_queue_kick(&r->queue);
	return VIO_OK;
}

static int start(struct vio_device *d, void *state)
{
	struct vio_rng *r = state;
	const int rc = vio_queue_open(d, &r->queue, REQUEST_QUEUE, VIO_RNG_QUEUE, r->priv, done);

	r->dev = d;
	r->queue.timeout = TIMEOUT_NS;
	r->queue.resettable = true; /* one request, and whoever asked hears of its end */
	return rc;
}

const struct vio_driver vio_rng_driver = {
	.name = "virtio-rng",
	.device_type = DEVICE_TYPE,
	.replayable = true, /* other random bytes are as good */
	.state_size = sizeof(struct vio_rng),
	.start = start,
};
