/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/rng.h>

#include <string.h>

#include <picovirtio/driver.h>

enum {
	DEVICE_TYPE = 4,
	REQUEST_QUEUE = 0,
};

/* The host may limit the rate of random bytes. */
#define TIMEOUT_NS UINT64_C(30000000000)

static struct vio_rng *rng_of(struct vio_device *d)
{
	return (struct vio_rng *)(void *)d;
}

struct vio_rng *vio_rng_of(struct vio_device *d)
{
	return d && d->driver == &vio_rng_driver ? rng_of(d) : NULL;
}

/* Does the source repeat itself? A good source does this once in 2^56 answers. */
static bool is_stuck(struct vio_rng *r, const uint8_t *p, size_t n)
{
	uint64_t first;
	size_t i;

	if (n < sizeof(first))
		return false;
	memcpy(&first, p, sizeof(first));
	bool again = first == r->previous;
	r->previous = first;
	for (i = 1; i < n && p[i] == p[0]; i++)
		;
	return again || i == n;
}

static void done(struct vio_queue *q, struct vio_request *device, int err, uint32_t written)
{
	struct vio_rng *r = rng_of(q->dev);
	struct vio_rng_request *request =
		(void *)((uint8_t *)device - offsetof(struct vio_rng_request, request));

	request->busy = false;
	request->n = err == VIO_OK ? written : 0;
	request->err =
		request->n > 0 && !is_stuck(r, request->p, request->n) ? VIO_OK : VIO_EDEVICE;
	if (request->err != VIO_OK)
		request->n = 0;
	if (request->done)
		request->done(r, request);
}

int vio_rng_submit(struct vio_rng *r, struct vio_rng_request *request)
{
	if (request->len == 0)
		return VIO_EINVAL;
	if (r->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (request->busy)
		return VIO_EBUSY;
	/* If the device claims bytes that it did not write, they must not be old data. */
	memset(request->p, 0, request->len);
	request->buf.p = request->p;
	request->buf.seg.len = request->len;
	vio_request_set(&request->request, &request->buf, 0, 1);
	int rc = vio_queue_request(&r->queue, &request->request);
	request->busy = rc == VIO_OK;
	return rc;
}

void vio_rng_kick(struct vio_rng *r)
{
	if (r->device.state == VIO_LIVE)
		vio_queue_kick(&r->queue);
}

int vio_rng_init(struct vio_rng *r, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_rng_options *o)
{
	static const struct vio_rng_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	r->requests = o->requests ? o->requests : VIO_RNG_REQUESTS;
	if (!vio_is_power_of_two(r->requests, UINT16_MAX))
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes, VIO_RNG_MEMORY((size_t)r->requests));
	if (rc < 0)
		return rc;
	r->priv = vio_room_take(&room, VQ_PRIVATE_BYTES((size_t)r->requests));
	vio_device_init(&r->device, t, p, &vio_rng_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_rng_init(rng_of(d), t, p, options);
}

static int start(struct vio_device *d)
{
	struct vio_rng *r = rng_of(d);
	const struct vio_queue_options o = {
		.index = REQUEST_QUEUE,
		.max = r->requests,
		.priv = r->priv,
		.request_done = done,
		.timeout = TIMEOUT_NS,
		.resettable = true, /* requests do not depend on each other */
	};

	return vio_queue_open(d, &r->queue, &o);
}

const struct vio_driver vio_rng_driver = {
	.name = "virtio-rng",
	.device_type = DEVICE_TYPE,
	.replayable = true, /* a repeated request returns other random bytes, which are as good */
	.state_size = sizeof(struct vio_rng),
	.init = init,
	.start = start,
};
