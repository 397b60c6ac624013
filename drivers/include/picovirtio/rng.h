/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-entropy (virtio 1.4, 5.4): one queue; the device fills what it is given, with random
 * bytes. Requests are of any length, several at once.
 *
 *     vio_rng_init(&rng, transport, platform, NULL);
 *     vio_device_start(&rng.device);
 *     struct vio_rng_request r = { .p = bytes, .len = sizeof(bytes), .done = fn };
 *     vio_rng_submit(&rng, &r);   as many as there is room for
 *     vio_rng_kick(&rng);         the device sees them all
 *     (vio_device_poll)           fn(&rng, &r): r.err and r.n say how it ended
 */
#ifndef VIO_RNG_H
#define VIO_RNG_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VIO_RNG_REQUESTS = 8 }; /* in flight, by default */

struct vio_rng;
struct vio_rng_request;

typedef void (*vio_rng_fn)(struct vio_rng *r, struct vio_rng_request *request);

/* The caller's; it and its memory stay in place from submit until done. Zero what is not used. */
struct vio_rng_request {
	void *p;
	uint32_t len;	 /* bytes wanted, > 0 */
	vio_rng_fn done; /* may submit, unless err is VIO_EDEVICE; NULL: look at `busy` */
	void *arg;	 /* the caller's own */

	/*
	 * How it ended: VIO_OK with `n` bytes at `p`, 1 to `len`. VIO_EDEVICE with n 0: the device
	 * failed, returned no data, returned one byte value 8 times or more, or repeated the start
	 * of an earlier answer. That is no test of quality: mix the bytes with other sources.
	 */
	int err;
	uint32_t n;
	bool busy; /* it is out, and its memory with it */

	struct vio_request request; /* private, as all below */
	struct vio_buf buf;
};

struct vio_rng_options {
	uint16_t requests; /* in flight at most, a power of two; 0: VIO_RNG_REQUESTS */
	void *memory;	   /* VIO_RNG_MEMORY(requests), aligned to 8; NULL: from the platform */
	size_t bytes;
};

#define VIO_RNG_MEMORY(requests) VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(requests))

struct vio_rng {
	struct vio_device device; /* first */
	struct vio_queue queue;	  /* private, as all below */
	void *priv;
	uint16_t requests;
	uint64_t previous; /* the first bytes of the answer before */
};

extern const struct vio_driver vio_rng_driver;

/* Prepare a zeroed `r` for vio_device_start(&r->device). `o` NULL: the defaults. VIO_ENOMEM: no
 * memory. VIO_EINVAL: options that cannot be. */
int vio_rng_init(struct vio_rng *r, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_rng_options *o);

/* The entropy source behind a device; NULL if the device is of another class. */
struct vio_rng *vio_rng_of(struct vio_device *d);

/*
 * Ask for random bytes. VIO_EINVAL: length. VIO_EBUSY: `request` is out already. VIO_EFULL: as many
 * are in flight as there is room for, or the platform cannot map the memory now. VIO_EDEVICE: the
 * device is not live. VIO_EADDR: the platform cannot map the memory.
 */
int vio_rng_submit(struct vio_rng *r, struct vio_rng_request *request);

/* Make what was submitted visible. Not needed in done(): the poll does it. */
void vio_rng_kick(struct vio_rng *r);

#ifdef __cplusplus
}
#endif
#endif
