/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: takes input from the terminal, runs commands, hints. */
#ifndef FIRMWARE_CONSOLE_SHELL_H
#define FIRMWARE_CONSOLE_SHELL_H

#include <picovirtio/types.h>
#include "firmware/commands/commands.h"
#include "firmware/console/line.h"

struct shell {
	struct command_context context;
	struct line line;
	bool running;	    /* a command is */
	uint32_t echo_left; /* bytes still to be sent back as they come (the `loop` command) */
};

/* Zeroed before. */
void shell_init(struct shell *s, const struct command_context *c);

/* Show the prompt, with what has been typed so far. */
void shell_prompt(struct shell *s);

/* Each turn, also while a command waits: Ctrl-C sets loop->interrupted. True: it came. */
bool shell_service(struct shell *s);

/* Work for the loop: true if there was input. */
bool shell_work(struct shell *s);

#endif
