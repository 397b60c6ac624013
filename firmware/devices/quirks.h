/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What some devices need beyond the specification, and nobody can tell in advance: chosen by
 * hand, by a word in the devicetree's /chosen/bootargs (QEMU: -append), for all devices. The
 * symptom, not a vendor's name, says when. What is detected or harmless for all devices is not
 * here: it is done always (docs/caveats.md).
 */
#ifndef FIRMWARE_DEVICES_QUIRKS_H
#define FIRMWARE_DEVICES_QUIRKS_H

#include <picovirtio/types.h>

/* The same at build time (CMake: -DPICOVIRTIO_USE_QUEUE_SIZE_MAX=ON). */
#ifndef PICOVIRTIO_USE_QUEUE_SIZE_MAX
#define PICOVIRTIO_USE_QUEUE_SIZE_MAX 0
#endif

enum quirk {
	QUIRK_QUEUE_SIZE_MAX = 1, /* vio_device.use_queue_size_max */
	QUIRK_CONFIG_WORDS = 2,	  /* VIO_CONFIG_WORDS */
	QUIRK_CONFIG_BYTES = 4,	  /* VIO_CONFIG_BYTES */
	QUIRK_BOUNCE = 16,	  /* picovirtio/bounce.h between drivers and board */
	QUIRK_QUEUE_RESET = 8,	  /* VIO_F_RING_RESET in features_off; also found out */
};

struct quirk_row {
	enum quirk quirk;
	const char *word;    /* in bootargs */
	const char *symptom; /* when to try it */
};

/* Ends with a row without a word. */
extern const struct quirk_row quirk_table[];

/* The quirks that are named in `args`, words separated by spaces; NULL: none. */
unsigned quirks_named(const char *args);

#endif
