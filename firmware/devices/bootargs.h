/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boot arguments in the devicetree's /chosen/bootargs (QEMU: -append): words with blanks
 * between them. A part in "quotes" may contain blanks; within quotes \" and \\ stand for " and \.
 * Control characters count as blanks, so a value is text of one line.
 */
#ifndef FIRMWARE_DEVICES_BOOTARGS_H
#define FIRMWARE_DEVICES_BOOTARGS_H

#include <picovirtio/types.h>

enum { BOOTARGS_WORD = 64 }; /* room for short words */

/* Read the next word, without its quotes, and move `*args` past it. False: there are no more
 * words. A word that does not fit is cut, and `*whole` is false then. */
bool bootargs_next(const char **args, char *word, size_t room, bool *whole);

/* Read the value of the first word KEY=VALUE. VIO_ENODEV: there is none. VIO_ERANGE: it does not
 * fit. `args` may be NULL. */
int bootargs_value(const char *args, const char *key, char *value, size_t room);

/* Is `word` one of the words? */
bool bootargs_has(const char *args, const char *word);

#endif
