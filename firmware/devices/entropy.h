/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random bytes from the first live virtio-entropy device, for the firmware and for the C library.
 * getentropy() is defined here, and arc4random() of picolibc and newlib takes its seed from it.
 * (The standard says that rand() begins with the same seed at each start. That of picolibc is also
 * thread-local, so it does not link here.)
 *
 * There is no other source: without the device there are no bytes, and never weak ones.
 */
#ifndef FIRMWARE_DEVICES_ENTROPY_H
#define FIRMWARE_DEVICES_ENTROPY_H

#include <picovirtio/device.h>

enum { ENTROPY_MAX = 256 }; /* most bytes of one getentropy() */

/* The device, whether it is live or not. NULL: there is none. */
const struct vio_device *entropy_device(void);

/*
 * Fill `p` with `n` random bytes. The loop runs meanwhile, so do not call this in a callback. If
 * the device fails, the request is repeated when it is back. VIO_ENODEV: there is no device.
 * VIO_ETIMEDOUT: it did not answer within 30 s. VIO_EDEVICE: it is not live, it failed, or its
 * bytes are not random (picovirtio/rng.h). On an error all of `p` is zero.
 */
int entropy_get(void *p, size_t n);

/*
 * As in POSIX.1-2024: returns 0, or -1 with errno EINVAL (more than ENTROPY_MAX bytes), ENOSYS (no
 * device) or EIO (the device is not live, failed or did not answer in time). On an error all of `p`
 * is zero.
 */
int getentropy(void *p, size_t n);

#endif
