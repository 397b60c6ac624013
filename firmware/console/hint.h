/* SPDX-License-Identifier: BSD-2-Clause */
/* The word that was probably meant. */
#ifndef FIRMWARE_CONSOLE_HINT_H
#define FIRMWARE_CONSOLE_HINT_H

#include <picovirtio/types.h>

/* Of `n` names, the one that begins with `word`. If there is none, the name that differs least in
 * changed, added or missing letters: at most two, and fewer than the word has. NULL: there is none.
 * */
const char *hint_nearest(const char *word, const char *const *names, size_t n);

#endif
