/* SPDX-License-Identifier: BSD-2-Clause */
/* What TAB does: the word before the cursor is completed as far as all names agree that begin with
 * it. If they agree no further, they are listed. */
#ifndef FIRMWARE_CONSOLE_COMPLETE_H
#define FIRMWARE_CONSOLE_COMPLETE_H

#include "firmware/commands/commands.h"
#include "firmware/console/line.h"

struct completion {
	const char *word; /* what was typed of it, without quotes */
	size_t len;
	char common[LINE_MAX_BYTES + 1]; /* how all that fit begin */
	unsigned fits;
	bool whole; /* the one that fits is a whole word */
	bool list;  /* print those that fit */
};

/* A name that the word may mean. `whole`: no more belongs to it. */
void completion_offer(struct completion *c, const char *name, bool whole);

/* Offer each of some words, which are separated by blanks. */
void completion_offer_words(struct completion *c, const char *words);

/* Enough names have been offered. */
bool completion_is_over(const struct completion *c);

/* TAB was pressed. */
void complete_line(const struct command_context *c, struct line *l);

#endif
