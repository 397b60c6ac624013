/* SPDX-License-Identifier: BSD-2-Clause */
/* The word that was probably meant. */
#ifndef FIRMWARE_CONSOLE_HINT_H
#define FIRMWARE_CONSOLE_HINT_H

#include <picovirtio/types.h>

/* The one of `n` names that begins with `word`, or else the nearest one by letters changed, added
 * or left out (at most two, and fewer than the word has). NULL: there is none. */
const char *hint_nearest(const char *word, const char *const *names, size_t n);

#endif
