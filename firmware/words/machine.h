/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person can do about a missing device. On QEMU there are options for it. */
#ifndef FIRMWARE_WORDS_MACHINE_H
#define FIRMWARE_WORDS_MACHINE_H

#include <picovirtio/types.h>

/* Is the machine QEMU, according to the devicetree? */
bool machine_is_qemu(void);

/* Prints "WHO: no WHAT among the virtio-mmio devices", and on QEMU the `options` that add one. */
void machine_lacks(const char *who, const char *what, const char *options);

/* QEMU's options for a network device. */
extern const char machine_net_options[];

#endif
