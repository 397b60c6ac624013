/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the shell. The image passes its table of commands to the console. */
#ifndef FIRMWARE_CONSOLE_COMMAND_H
#define FIRMWARE_CONSOLE_COMMAND_H

#include <picovirtio/types.h>

struct command_table;
struct completion;
struct probe;
struct shell;
struct trace;
struct vio_loop;
struct vio_terminal;

/* The parts of the console that a command may use. Disks and network have headers of their own. */
struct command_context {
	const struct command_table *commands;
	struct vio_loop *loop;
	struct vio_terminal *terminal;
	struct shell *shell;
	struct probe *probe;
	struct trace *trace;
};

struct command {
	const char *name;
	const char *args; /* "N", "[PATH]", "" */
	const char *help; /* one line */
	int least, most;  /* number of arguments */
	void (*run)(const struct command_context *c, int argc, char **argv);
	/* For TAB: words that are offered, separated by blanks, and a function that offers more for
	 * the last of `argc` words, the one that is being typed. Both may be NULL. */
	const char *words;
	void (*complete)(const struct command_context *c, int argc, char **argv,
			 struct completion *out);
};

/* A group of commands goes from its first command to that of the next group. */
struct command_group {
	const char *name;
	size_t first;
};

enum {
	COMMANDS_MAX = 48,
};

/* The commands of an image, in the order of `help`. */
struct command_table {
	const struct command *const *command;
	size_t count; /* at most COMMANDS_MAX */
	const struct command_group *group;
	size_t groups;
};

/* NULL: there is no such command. */
const struct command *command_find(const struct command_table *t, const char *name);

#endif
