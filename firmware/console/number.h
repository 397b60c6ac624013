/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers in commands. */
#ifndef FIRMWARE_CONSOLE_NUMBER_H
#define FIRMWARE_CONSOLE_NUMBER_H

#include <picovirtio/types.h>

/* Parse a number, decimal or 0x... False: not a number, or above `max`. */
bool shell_number(const char *s, uint32_t max, uint32_t *out);
bool shell_number64(const char *s, uint64_t max, uint64_t *out);

/* The same for a word of a command, with a lower bound. If the word is not such a number, an error
 * that names the word is printed. */
bool shell_number_word(const char *command, const char *word, uint64_t least, uint64_t most,
		       uint64_t *out);

#endif
