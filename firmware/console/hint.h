/* SPDX-License-Identifier: BSD-2-Clause */
/* The word that was probably meant. */
#ifndef FIRMWARE_CONSOLE_HINT_H
#define FIRMWARE_CONSOLE_HINT_H

#include <picovirtio/types.h>

/* The one of `n` names that `word` begins, or that is nearest to it by letters changed,
 * added or left out (two at most, and fewer than the word is long); NULL: none. */
const char *hint_nearest(const char *word, const char *const *names, size_t n);

#endif
