/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/console/shell.h"

#include <stdio.h>

static void run(const struct command_context *c, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	/* A script runs commands without a line that was typed. */
	for (unsigned back = LINE_HISTORY; back > 0; back--) {
		const char *const text = line_remembered(&c->shell->line, back);

		if (text)
			printf("%s\n", text);
	}
}

extern const struct command command_history;
const struct command command_history = {
	.name = "history",
	.args = "",
	.help = "the last lines that were typed; the arrow keys bring them back",
	.run = run,
};
