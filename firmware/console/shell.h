/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: takes input from the terminal, runs commands, hints. */
#ifndef FIRMWARE_CONSOLE_SHELL_H
#define FIRMWARE_CONSOLE_SHELL_H

#include <picovirtio/loop.h>
#include "firmware/commands/commands.h"
#include "firmware/console/line.h"

enum {
	SHELL_FAILED = 1,  /* exit codes: a command failed */
	SHELL_MISUSED = 2, /* there is no such command, or its words are wrong */
};

struct shell {
	struct command_context context;
	struct line line;
	struct vio_timer pause; /* a key waits for what follows it */
	bool paused;		/* nothing followed */
	bool running;		/* a command is */
	bool hidden;		/* something was printed where prompt and line were */
	int code;		/* exit code of the first command that failed; 0: none did */
	uint32_t echo_left;	/* bytes still to be sent back as they come (the `loop` command) */
};

/* Zeroed before. */
void shell_init(struct shell *s, const struct command_context *c);

/* Show the prompt, with what has been typed so far. */
void shell_prompt(struct shell *s);

/* Run the commands of a line. */
void shell_run(struct shell *s, const char *line);

/* Each turn, also while a command waits: Ctrl-C sets loop->interrupted. True: it came. */
bool shell_service(struct shell *s);

/* Work for the loop: true if there was input. */
bool shell_work(struct shell *s);

#endif
