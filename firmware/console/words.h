/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line as words. Blanks separate words, `;` separates commands, and # begins a comment where a
 * word would begin. Text in 'single' or "double" quotes is taken as it is, as is a character after
 * a backslash (but not in single quotes; in double quotes only before " and \).
 */
#ifndef FIRMWARE_CONSOLE_WORDS_H
#define FIRMWARE_CONSOLE_WORDS_H

#include <picovirtio/types.h>

enum {
	WORDS_MAX = 32,
	WORDS_UNCLOSED = -1, /* a quote without its end */
	WORDS_TOO_MANY = -2, /* more than WORDS_MAX */
};

/*
 * Takes the first command off `*text`, and returns the number of its words; `*text` is what follows
 * it, "" at the end. The words are made of the text itself, one after the other with a NUL between
 * them. word[] has room for WORDS_MAX + 1 pointers, and the last one is NULL.
 */
int words_split(char **text, char **word);

#endif
