/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/commands.h"
#include "firmware/words/complain.h"

#include <stdio.h>
#include <string.h>

static void print_command(const struct command *c)
{
	char use[64];

	snprintf(use, sizeof(use), "%s %s", c->name, c->args);
	if (strlen(use) > 16) /* the help text goes to the next line */
		printf("  %s\n  %-16s %s\n", use, "", c->help);
	else
		printf("  %-16s %s\n", use, c->help);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct command *one = argc > 1 ? command_find(argv[1]) : NULL;

	(void)c;
	if (one) {
		print_command(one);
		return;
	}
	if (argc > 1)
		complain("%s: no such command; there are:\n", argv[1]);
	for (size_t i = 0; i < command_count; i++)
		print_command(commands[i]);
}

extern const struct command command_help;
const struct command command_help = {
	.name = "help",
	.args = "[COMMAND]",
	.help = "this list, or the line of one command",
	.most = 1,
	.run = run,
};
