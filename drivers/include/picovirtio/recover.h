/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bringing failed devices up again: a policy over vio_device_beat() and
 * vio_device_start(), for whoever runs the loop. A device that asks for a reset,
 * lies, or says nothing is failed and reset (picovirtio/device.h); here it is started
 * again, after a pause that grows from try to try. VIO_RECOVER_TRIES starts that
 * serve for less than VIO_RECOVER_SERVED_NS each are enough: then it is left off. A start after a
 * failure that the driver excuses (vio_device_excuse()) does not count.
 *
 * Not tried at all: what another start cannot change (no such queue, features
 * missing, no memory; see `problem`), and a device that was stopped by hand.
 *
 * Requests that came back with VIO_EDEVICE are not sent again by anybody here: whether
 * the device carried them out is unknown. Whoever asked may ask once more where the
 * driver says that it does no harm (`replayable` in picovirtio/driver.h).
 */
#ifndef VIO_RECOVER_H
#define VIO_RECOVER_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VIO_RECOVER_TRIES = 3 };

#define VIO_RECOVER_PAUSE_NS  UINT64_C(100000000)   /* before the first try; then 4 and 16 times */
#define VIO_RECOVER_SERVED_NS UINT64_C(60000000000) /* live for so long: tries are forgiven */

/*
 * vio_device_beat(), and what it takes to bring a failed device up again. Instead of it, at
 * the same places; never from within a callback. Waits as vio_device_start() does, and
 * only if a try is due. Returns the time of the next deadline, or UINT64_MAX.
 */
uint64_t vio_recover_beat(struct vio_device *d, uint64_t now);

/* Failed, and no further try will be made; vio_device_start() by hand is still possible. */
bool vio_recover_left_off(const struct vio_device *d);

#ifdef __cplusplus
}
#endif
#endif
