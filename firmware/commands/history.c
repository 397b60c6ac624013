/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/console/shell.h"

#include <stdio.h>

static void run(const struct command_context *c, int argc, char **argv)
{
	unsigned back = 1;

	(void)argc;
	(void)argv;
	while (line_remembered(&c->shell->line, back + 1))
		back++;
	for (; back > 0; back--)
		printf("%s\n", line_remembered(&c->shell->line, back));
}

extern const struct command command_history;
const struct command command_history = {
	.name = "history",
	.args = "",
	.help = "the last lines that were typed; the arrow keys bring them back",
	.run = run,
};
