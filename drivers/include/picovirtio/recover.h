/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy that restarts failed devices. The code that runs the loop calls it. A device fails if
 * it asks for a reset, breaks the protocol, or does not answer (picovirtio/device.h). This policy
 * starts the device again, after a pause that grows with each try. After VIO_RECOVER_TRIES starts
 * that each led to less than VIO_RECOVER_SERVED_NS of service, the device stays off, and
 * vio_recover_left_off() returns true. A start after a failure that the driver excuses
 * (vio_device_excuse()) does not count.
 *
 * The policy does not restart a device that the application stopped. It also does not restart a
 * device whose failure another start cannot change: no such queue, missing features, no memory.
 *
 * It does not submit requests again that came back with VIO_EDEVICE, because it is unknown whether
 * the device carried them out. The code that submitted a request may repeat it if the driver says
 * that this does no harm (`replayable` in picovirtio/driver.h).
 */
#ifndef VIO_RECOVER_H
#define VIO_RECOVER_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VIO_RECOVER_TRIES = 3 };

/* The pause before the first try. The second pause is 4 times as long, the third one 16 times. */
#define VIO_RECOVER_PAUSE_NS UINT64_C(100000000)
/* After this time in state live, earlier tries no longer count. */
#define VIO_RECOVER_SERVED_NS UINT64_C(60000000000)

/*
 * Call this instead of vio_device_service(). It calls that function, and restarts the device if a
 * try is due; only then it waits, as vio_device_start() does. Do not call it in a callback. Returns
 * the time of the next deadline, or UINT64_MAX.
 */
uint64_t vio_recover_service(struct vio_device *d, uint64_t now);

/* True if the device failed and will not be restarted. The application may still call
 * vio_device_start(). */
bool vio_recover_left_off(const struct vio_device *d);

#ifdef __cplusplus
}
#endif
#endif
