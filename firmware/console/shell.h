/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: takes input from the terminal, runs commands, hints. */
#ifndef FIRMWARE_CONSOLE_SHELL_H
#define FIRMWARE_CONSOLE_SHELL_H

#include <picovirtio/types.h>
#include "firmware/console/line.h"

struct app;

struct shell {
	struct line line;
	bool running;	    /* a command is */
	uint32_t echo_left; /* bytes still to be sent back as they come (the `loop` command) */
};

/* Zeroed before. */
void shell_init(struct shell *s, struct app *a);

/* Show the prompt, with what has been typed so far. */
void shell_prompt(struct app *a);

/* Each turn, also while a command waits: Ctrl-C sets loop->interrupted. True: it came. */
bool shell_service(struct app *a);

/* Work for the loop: true if there was input. */
bool shell_work(struct app *a);

/* A number, decimal or 0x...; false: not one, or above `max`. */
bool shell_number(const char *s, uint32_t max, uint32_t *out);
bool shell_number64(const char *s, uint64_t max, uint64_t *out);

#endif
