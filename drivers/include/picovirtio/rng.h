/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-entropy (virtio 1.4, 5.4): one queue, the device fills what it is given. */
#ifndef VIO_RNG_H
#define VIO_RNG_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_RNG_BYTES = 64, /* most bytes of one request */
	VIO_RNG_QUEUE = 2,
};

/* `driver_state` of the device is a struct vio_rng. */
extern const struct vio_driver vio_rng_driver;

/*
 * A request has ended: `n` bytes at `p`, 1..len, valid until the callback returns;
 * or n 0 with err VIO_EDEVICE: the device failed, delivered nothing, or of 8 and more
 * bytes all are the same, or the first 8 those of the answer before. That is no test of
 * quality: mix what you get with other sources.
 */
typedef void (*vio_rng_fn)(void *arg, int err, const uint8_t *p, size_t n);

struct vio_rng {
	struct vio_device *dev;
	struct vio_queue queue;
	void *priv[(VQ_PRIVATE_BYTES(VIO_RNG_QUEUE) + sizeof(void *) - 1) / sizeof(void *)];
	uint8_t buffer[VIO_RNG_BYTES];
	vio_dma at;
	size_t asked;
	vio_rng_fn done;
	void *arg;
	bool busy;
	uint64_t previous; /* the first bytes of the answer before */
};

/* The entropy source behind a device; NULL if the device is of another class. */
struct vio_rng *vio_rng_of(struct vio_device *d);

/*
 * Ask for up to `len` random bytes (1..VIO_RNG_BYTES); one request at a time.
 * VIO_EBUSY: the previous one is still out. VIO_EINVAL: length. VIO_EDEVICE: the
 * device is not live. VIO_EADDR: the platform cannot map the buffer; VIO_EFULL: not now.
 */
int vio_rng_request(struct vio_rng *r, size_t len, vio_rng_fn done, void *arg);

#ifdef __cplusplus
}
#endif
#endif
