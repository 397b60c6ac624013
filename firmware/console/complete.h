/* SPDX-License-Identifier: BSD-2-Clause */
/* TAB completes the word before the cursor, as far as all names that begin with it are equal. If
 * they already differ after the word, they are listed. */
#ifndef FIRMWARE_CONSOLE_COMPLETE_H
#define FIRMWARE_CONSOLE_COMPLETE_H

#include "firmware/console/command.h"
#include "firmware/console/line.h"

struct completion {
	const char *word; /* what was typed of it, without quotes */
	size_t len;
	char common[LINE_MAX_BYTES + 1]; /* the common beginning of all names that fit */
	unsigned fits;
	bool whole; /* the only name that fits is a whole word */
	bool list;  /* print the names that fit */
};

/* Offer a name of the image. `whole`: the name is complete, and a blank may follow. */
void completion_offer(struct completion *c, const char *name, bool whole);

/* The same for a name from outside, of which the line gets only what a person could type. */
void completion_offer_outside(struct completion *c, const char *name, bool whole);

/* Offer each of some words, which are separated by blanks. */
void completion_offer_words(struct completion *c, const char *words);

/* Enough names have been offered. */
bool completion_is_over(const struct completion *c);

/* TAB was pressed. */
void complete_line(const struct command_context *c, struct line *l);

#endif
