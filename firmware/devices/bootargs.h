/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot arguments: words with blanks between them, in the devicetree's /chosen/bootargs (QEMU:
 * -append). A part in "quotes" may have blanks; there \" and \\ stand for " and \.
 */
#ifndef FIRMWARE_DEVICES_BOOTARGS_H
#define FIRMWARE_DEVICES_BOOTARGS_H

#include <picovirtio/types.h>

enum { BOOTARGS_WORD = 64 }; /* room for words that are short */

/* The next word, without quotes, and `*args` behind it; false: there is none. What does not fit is
 * cut off, and `*whole` says so. */
bool bootargs_next(const char **args, char *word, size_t room, bool *whole);

/* The value of the first word KEY=VALUE. VIO_ENODEV: there is none. VIO_ERANGE: it does not fit.
 * `args` may be NULL. */
int bootargs_value(const char *args, const char *key, char *value, size_t room);

/* Is there such a word, alone? */
bool bootargs_has(const char *args, const char *word);

#endif
