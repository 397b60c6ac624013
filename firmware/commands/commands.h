/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the shell, as const data. */
#ifndef FIRMWARE_COMMANDS_H
#define FIRMWARE_COMMANDS_H

#include <picovirtio/types.h>

struct completion;
struct probe;
struct shell;
struct trace;
struct vio_loop;
struct vio_terminal;

/* The parts of the console that a command may use. Disks and network have headers of their own. */
struct command_context {
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

enum {
	COMMANDS_MAX = 48,
};

/* The commands of this image (image.c), in the order of `help`. */
extern const struct command *const commands[];
extern const size_t command_count;

/* The commands stand in groups. A group goes from its first command to that of the next group. */
struct command_group {
	const char *name;
	size_t first;
};
extern const struct command_group command_groups[];
extern const size_t command_group_count;

/* NULL: there is no such command. */
const struct command *command_find(const char *name);

#endif
