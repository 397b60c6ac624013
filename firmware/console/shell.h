/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: takes input from the terminal, runs commands, gives hints. */
#ifndef FIRMWARE_CONSOLE_SHELL_H
#define FIRMWARE_CONSOLE_SHELL_H

#include <picovirtio/loop.h>
#include "firmware/console/command.h"
#include "firmware/console/line.h"
#include "firmware/console/pager.h"

enum {
	SHELL_FAILED = 1,  /* exit codes: a command failed */
	SHELL_MISUSED = 2, /* the command does not exist, or its words are wrong */
};

struct shell {
	struct command_context context;
	struct line line;
	struct pager pager;
	bool asks_size;		/* the terminal is asked for its size at each prompt */
	bool all;		/* the command has the word --all */
	struct vio_timer pause; /* how long a key waits for the next byte */
	bool paused;		/* the time is over */
	bool running;		/* a command is running */
	bool hidden;		/* a message took the place of prompt and line */
	int code;		/* exit code of the first command that failed; 0: none did */
	uint32_t echo_left;	/* bytes still to be sent back unchanged (the command `loop`) */
};

/* `s` starts zeroed. */
void shell_init(struct shell *s, const struct command_context *c);

/* Show the prompt, with the text typed so far. */
void shell_prompt(struct shell *s);

/* Run commands. The text is changed. */
void shell_run_text(struct shell *s, char *text);

/* Are there `least` to `most` words after word[0]? If not, the function prints what is wrong. */
bool shell_is_use(const char *name, const char *args, int least, int most, int n, char **word);

/* Told how each command ends; may be NULL. */
struct shell_reporter {
	/* Called when a command has ended, with its exit code. */
	void (*ended)(int n, char **word, int code);
	/* Called when the machine ends: send everything that waits. */
	void (*finish)(void);
};
extern const struct shell_reporter *shell_reporter;

/* Called in each turn, also while a command waits. Ctrl-C sets loop->interrupted. True: Ctrl-C
 * came. */
bool shell_service(struct shell *s);

/* Work for the loop: true if there was input. */
bool shell_work(struct shell *s);

#endif
