/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random bytes from the first virtio-entropy device that is live, for the firmware and for the C
 * library: getentropy() is defined here, and arc4random() of picolibc and newlib takes its seed
 * from it. (Their rand() needs no seed by the standard: it is the same after each start. picolibc's
 * is thread-local besides, and does not link here.)
 *
 * There is no other source behind it: without the device there are no bytes, never weak ones.
 */
#ifndef FIRMWARE_DEVICES_ENTROPY_H
#define FIRMWARE_DEVICES_ENTROPY_H

#include <picovirtio/device.h>

enum { ENTROPY_MAX = 256 }; /* bytes of one getentropy() */

/* The device, live or not; NULL: there is none. */
const struct vio_device *entropy_device(void);

/*
 * Fill `p` with `n` random bytes, running the loop meanwhile, so not from callbacks. A device that
 * fails is asked again when it is back. VIO_ENODEV: there is no device. VIO_ETIMEDOUT: it did
 * not answer within 30 s. VIO_EDEVICE: it is not live, it failed, or its bytes are none
 * (picovirtio/rng.h). On an error all of `p` is zero.
 */
int entropy_get(void *p, size_t n);

/*
 * As POSIX.1-2024 has it: 0; or -1 with errno EINVAL: more than ENTROPY_MAX bytes; ENOSYS: there is
 * no device; EIO: it is not live, failed or did not answer in time. Nothing is left in `p` then.
 */
int getentropy(void *p, size_t n);

#endif
