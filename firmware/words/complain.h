/* SPDX-License-Identifier: BSD-2-Clause */
/* How a command says that it failed. */
#ifndef FIRMWARE_WORDS_COMPLAIN_H
#define FIRMWARE_WORDS_COMPLAIN_H

#include <picovirtio/types.h>

/* As printf(), and the command counts as failed. */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void complain(const char *format, ...);

/* The command counts as failed; it has said why. */
void complain_silently(void);

/* Has there been a complaint since the last call? */
bool complained(void);

#endif
