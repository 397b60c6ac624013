/* SPDX-License-Identifier: BSD-2-Clause */
/* The message of a command that finds no live device of its class. */
#ifndef FIRMWARE_DEVICES_LACK_H
#define FIRMWARE_DEVICES_LACK_H

#include "firmware/devices/probe.h"

/* The first device of this driver that is not live, or NULL. */
const struct slot *device_out(const struct probe *p, const struct vio_driver *driver);

/* Prints "WHO: " and the state of the first device of this driver that is not live. If there is
 * none, machine_lacks(). */
void device_lacks(const struct probe *p, const struct vio_driver *driver, const char *who,
		  const char *what, const char *options);

#endif
