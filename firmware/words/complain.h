/* SPDX-License-Identifier: BSD-2-Clause */
/* How a command reports a failure. */
#ifndef FIRMWARE_WORDS_COMPLAIN_H
#define FIRMWARE_WORDS_COMPLAIN_H

#include <picovirtio/types.h>

/* Print like printf(), and count the command as failed. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void complain(const char *format, ...);

/* Count the command as failed, after it has printed the reason. */
void complain_silently(void);

/* Was one of the two functions above called since the last call of this one? */
bool complained(void);

#endif
