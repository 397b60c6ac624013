/* SPDX-License-Identifier: BSD-2-Clause */
/* Two levels, each of which fits a terminal of 80 x 24: the list of names, and the text of one
 * command. */
#include "firmware/console/command.h"
#include "firmware/console/complete.h"
#include "firmware/words/complain.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 79, INDENT = 4 };

/* Text in lines that are not too long. */
static void print_wrapped(const char *s)
{
	size_t column = 0;

	while (*s != '\0') {
		const size_t n = strcspn(s, " ");

		if (column == 0 || column + 1 + n > COLUMNS) {
			printf("%s%*s", column == 0 ? "" : "\n", INDENT, "");
			column = INDENT;
		} else {
			putchar(' ');
			column++;
		}
		for (size_t i = 0; i < n; i++)
			putchar(s[i]);
		column += n;
		s += n + (s[n] == ' ');
	}
	printf("\n");
}

static void print_command(const struct command *c)
{
	printf("%s %s\n", c->name, c->args);
	print_wrapped(c->help);
}

static void print_group(const struct command_table *t, size_t i)
{
	const size_t end = i + 1 < t->groups ? t->group[i + 1].first : t->count;

	printf("  %-9s", t->group[i].name);
	for (size_t k = t->group[i].first; k < end; k++)
		printf(" %s", t->command[k]->name);
	printf("\n");
}

static void print_names(const struct command_table *t)
{
	printf("The commands; 'help NAME' explains one of them, and 'help all' each:\n");
	for (size_t i = 0; i < t->groups; i++)
		print_group(t, i);
	printf("Several on one line: rng 4; devices. TAB completes words, the arrow keys bring\n"
	       "lines back, and Ctrl-C ends a command.\n");
}

static void complete(const struct command_context *c, int argc, char **argv, struct completion *out)
{
	(void)argv;
	for (size_t i = 0; argc == 1 && i < c->commands->count; i++)
		completion_offer(out, c->commands->command[i]->name, true);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct command *one = argc > 1 ? command_find(c->commands, argv[1]) : NULL;

	if (argc == 1)
		print_names(c->commands);
	else if (one)
		print_command(one);
	else if (strcmp(argv[1], "all") != 0)
		complain("help: '%s': no such command; 'help' lists them\n", argv[1]);
	else
		for (size_t i = 0; i < c->commands->count; i++)
			print_command(c->commands->command[i]);
}

extern const struct command command_help;
const struct command command_help = {
	.name = "help",
	.args = "[NAME | all]",
	.help = "the names of all commands, or how one of them is used",
	.most = 1,
	.words = "all",
	.complete = complete,
	.run = run,
};
