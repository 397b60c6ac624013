/* SPDX-License-Identifier: BSD-2-Clause */
/* The problem of a device, in one line for a person. */
#ifndef FIRMWARE_WORDS_FAILURE_H
#define FIRMWARE_WORDS_FAILURE_H

#include <picovirtio/device.h>

/* vio_explain(), or NULL in an image without words for causes. Defined in image.c. */
extern const struct vio_explanation *(*const failure_explain)(enum vio_cause cause);

/* "virtio-console@10008000: queue 0: QueueSizeMax is 0: the device has no such queue; ..." */
void failure_print(const char *label, const struct vio_device *d);

/* "live", "restarting", "failed"; never NULL. */
const char *device_state(const struct vio_device *d);

/* Why a call or a request to the device ended with the error `rc`, with the name of the device. If
 * the device is not live, that is the reason. Valid until the next call. */
const char *device_error(const char *label, const struct vio_device *d, int rc);

#endif
