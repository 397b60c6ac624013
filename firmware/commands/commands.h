/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of the shell, as const data. */
#ifndef FIRMWARE_COMMANDS_H
#define FIRMWARE_COMMANDS_H

#include <picovirtio/types.h>

struct probe;
struct shell;
struct trace;
struct vio_loop;
struct vio_terminal;

/* What a command has of the console that runs it. The disks and the network have headers of their
 * own. */
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
	int least, most;  /* arguments */
	void (*run)(const struct command_context *c, int argc, char **argv);
};

enum {
	COMMANDS_MAX = 40,
};

/* Those of this image (image.c), in the order that `help` shows them. */
extern const struct command *const commands[];
extern const size_t command_count;

/* NULL: no such command. */
const struct command *command_find(const char *name);

#endif
