/* SPDX-License-Identifier: BSD-2-Clause */
/* The specification's names for its numbers. */
#ifndef FIRMWARE_WORDS_NAMES_H
#define FIRMWARE_WORDS_NAMES_H

#include <picovirtio/driver.h>

/* "block" for device type 2 (virtio 1.4, 5). NULL: the type is not assigned. */
const char *device_type_name(uint32_t type);

/* The feature bits of the classes of this image that have bits of their own (image.c). */
struct class_features {
	uint32_t type; /* of the device; 0: the end */
	const struct vio_feature *features;
};
extern const struct class_features class_features[];

/* The name of a feature bit of a device type, "EVENT_IDX" or "FLUSH", without VIRTIO_ and the
 * prefix of the class. NULL: the bit is unknown, or belongs to a class that is not in the image. */
const char *feature_name(uint32_t type, unsigned bit);

#endif
