/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-entropy (virtio 1.4, 5.4). The device has one queue and fills buffers with random bytes.
 * Requests may have any length, and several may be in flight.
 *
 *     vio_rng_init(&rng, transport, platform, NULL);
 *     vio_device_start(&rng.device);
 *     struct vio_rng_request r = { .p = bytes, .len = sizeof(bytes), .done = fn };
 *     vio_rng_submit(&rng, &r);   repeat for further requests
 *     vio_rng_kick(&rng);         the device sees all of them
 *     (vio_device_poll)           calls fn(&rng, &r) with the result in r.err and r.n
 */
#ifndef VIO_RNG_H
#define VIO_RNG_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VIO_RNG_REQUESTS = 8 }; /* default: most requests in flight */

struct vio_rng;
struct vio_rng_request;

typedef void (*vio_rng_fn)(struct vio_rng *r, struct vio_rng_request *request);

/* A request. It belongs to the caller, who sets unused fields to zero. The struct and the memory at
 * `p` stay in place from submit until done(). */
struct vio_rng_request {
	void *p;
	uint32_t len;	 /* bytes wanted, > 0 */
	vio_rng_fn done; /* may submit unless err is VIO_EDEVICE; NULL: the caller checks `busy` */
	void *arg;	 /* for the caller; the driver does not use it */

	/*
	 * The result. VIO_OK: `n` bytes are at `p`, between 1 and `len`. VIO_EDEVICE, with n 0: the
	 * device failed, returned no data, returned one byte value 8 times or more, or repeated the
	 * start of its previous answer. These checks do not measure the quality of the bytes: mix
	 * them with bytes from other sources.
	 */
	int err;
	uint32_t n;
	bool busy; /* in flight: request and memory belong to the device */

	struct vio_request request; /* private, as all below */
	struct vio_buf buf;
};

struct vio_rng_options {
	uint16_t requests; /* most in flight, a power of two; 0: VIO_RNG_REQUESTS */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_RNG_MEMORY()
	 * of `requests` (not 0) is enough. NULL: the platform's memory() provides the memory. */
	void *memory;
	size_t bytes;
};

#define VIO_RNG_MEMORY(requests) VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(requests))

struct vio_rng {
	struct vio_device device; /* first member */
	struct vio_queue queue;	  /* private, as all below */
	void *priv;
	uint16_t requests;
	uint64_t previous; /* the first bytes of the previous answer */
};

extern const struct vio_driver vio_rng_driver;

/* Prepare a zeroed `r` for vio_device_start(&r->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_rng_init(struct vio_rng *r, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_rng_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_rng *vio_rng_of(struct vio_device *d);

/*
 * Submit a request for random bytes. On an error nothing was submitted.
 *
 * VIO_EINVAL   `len` is 0
 * VIO_EBUSY    `request` is in flight already
 * VIO_EFULL    the queue is full, or the platform cannot map the memory now; retry later
 * VIO_EADDR    the platform cannot map the memory
 * VIO_EDEVICE  the device is not live
 */
int vio_rng_submit(struct vio_rng *r, struct vio_rng_request *request);

/* Make all submitted requests visible to the device. Not needed in done(), since vio_device_poll()
 * does it afterwards. */
void vio_rng_kick(struct vio_rng *r);

#ifdef __cplusplus
}
#endif
#endif
