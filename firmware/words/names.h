/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that the virtio specification gives to its numbers, for people. */
#ifndef FIRMWARE_WORDS_NAMES_H
#define FIRMWARE_WORDS_NAMES_H

#include <picovirtio/types.h>

/* "block" for device type 2 (virtio 1.4, 5); NULL: not assigned. */
const char *device_type_name(uint32_t type);

/* The feature bit of a device type, "EVENT_IDX" or "FLUSH", without VIRTIO_ and class
 * prefixes; NULL: none that we know (classes without a driver: the shared ones alone). */
const char *feature_name(uint32_t type, unsigned bit);

#endif
