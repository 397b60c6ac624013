/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Workarounds for devices that cannot be recognised. A person chooses them for all devices, by a
 * word in the devicetree's /chosen/bootargs (QEMU: -append), when the symptom is there. Workarounds
 * that are detected, or that harm no device, are not here: they are always on (docs/caveats.md).
 */
#ifndef FIRMWARE_DEVICES_QUIRKS_H
#define FIRMWARE_DEVICES_QUIRKS_H

#include <picovirtio/types.h>

/* The same choice at build time (CMake: -DPICOVIRTIO_USE_QUEUE_SIZE_MAX=ON). */
#ifndef PICOVIRTIO_USE_QUEUE_SIZE_MAX
#define PICOVIRTIO_USE_QUEUE_SIZE_MAX 0
#endif

enum quirk {
	QUIRK_QUEUE_SIZE_MAX = 1, /* sets vio_device.use_queue_size_max */
	QUIRK_CONFIG_WORDS = 2,	  /* selects VIO_CONFIG_WORDS */
	QUIRK_CONFIG_BYTES = 4,	  /* selects VIO_CONFIG_BYTES */
	QUIRK_BOUNCE = 16,	  /* puts picovirtio/bounce.h between drivers and board */
	QUIRK_QUEUE_RESET = 8,	  /* sets VIO_F_RING_RESET in features_off; detected too */
};

struct quirk_row {
	enum quirk quirk;
	const char *word;    /* the word in the boot arguments */
	const char *symptom; /* when to try it */
};

/* Ends with a row without a word. */
extern const struct quirk_row quirk_table[];

/* The set of quirks that are named in `args`, which may be NULL. */
unsigned quirks_named(const char *args);

#endif
