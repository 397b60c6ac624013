/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the shell, as const data: one file each. */
#ifndef FIRMWARE_COMMANDS_H
#define FIRMWARE_COMMANDS_H

#include <picovirtio/types.h>

struct app;

struct command {
	const char *name;
	const char *args; /* "N", "[PATH]", "" */
	const char *help; /* one line */
	int least, most;  /* arguments */
	void (*run)(struct app *a, int argc, char **argv);
};

enum {
	COMMANDS_MAX = 40,
};

/* In the order that `help` shows them. */
extern const struct command *const commands[];
extern const size_t command_count;

/* NULL: no such command. */
const struct command *command_find(const char *name);

#endif
