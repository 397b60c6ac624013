/* SPDX-License-Identifier: BSD-2-Clause */
/* The line editor on a small terminal that shows what a person would see. */
#ifndef LINE_RIG_H
#define LINE_RIG_H

#include "firmware/console/line.h"
#include "tests/unit/screen_rig.h"

extern struct screen screen;
extern bool answers; /* the terminal does, when it is asked for its size */
extern struct line line;
extern char finished[LINE_MAX_BYTES + 1];
extern unsigned lines;

/* A prompt on a terminal of this size. */
void begin(unsigned cols, unsigned rows);
int line_setup(void **state); /* of 80 x 24 */

void type_n(const char *keys, size_t n);
void type(const char *keys);
void pause_typing(void);
void answer(void); /* before the next key */

/* The screen ends with prompt and text, as a terminal shows them to which they were just written;
 * the cursor is before the character `cursor`. */
void shows(const char *text, size_t cursor);

/* The row above the one with the cursor. */
const char *above(void);

#endif
