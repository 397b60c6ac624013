/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person can do about a device that is missing: on QEMU, its options; elsewhere not. */
#ifndef FIRMWARE_WORDS_MACHINE_H
#define FIRMWARE_WORDS_MACHINE_H

#include <picovirtio/types.h>

/* Is this machine QEMU's, by the devicetree? */
bool machine_is_qemu(void);

/* "WHO: no WHAT among the virtio-mmio devices", and on QEMU the `options` that add one. */
void machine_lacks(const char *who, const char *what, const char *options);

/* The options that add a network device. */
extern const char machine_net_options[];

#endif
