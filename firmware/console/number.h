/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in commands. */
#ifndef FIRMWARE_CONSOLE_NUMBER_H
#define FIRMWARE_CONSOLE_NUMBER_H

#include <picovirtio/types.h>

/* Parse a number, decimal or 0x... False: not a number, or above `max`. */
bool shell_number(const char *s, uint32_t max, uint32_t *out);
bool shell_number64(const char *s, uint64_t max, uint64_t *out);

#endif
