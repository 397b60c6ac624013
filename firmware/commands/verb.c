/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/verb.h"

#include "firmware/console/hint.h"
#include "firmware/console/shell.h"
#include "firmware/words/complain.h"

#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 32 };

static void print_help(const char *command, const struct verb *verbs, size_t n)
{
	char use[64];

	for (size_t i = 0; i < n; i++) {
		snprintf(use, sizeof(use), "%s %s %s", command, verbs[i].name, verbs[i].args);
		printf("  %-30s %s\n", use, verbs[i].help);
	}
}

static void print_unknown(const char *command, const struct verb *verbs, size_t n, const char *word)
{
	const char *names[VERBS_MAX];

	for (size_t i = 0; i < n; i++)
		names[i] = verbs[i].name;
	const char *near = hint_nearest(word, names, n);
	if (near)
		complain("%s: '%s' is no verb; did you mean '%s'?\n", command, word, near);
	else
		complain("%s: '%s' is no verb; '%s help' lists them\n", command, word, command);
}

void verb_run(const char *command, const struct verb *verbs, size_t n, void *arg, int argc,
	      char **argv)
{
	char name[NAME_BYTES];
	size_t i = 0;

	while (i < n && strcmp(verbs[i].name, argv[0]) != 0)
		i++;
	if (i < n) {
		snprintf(name, sizeof(name), "%s %s", command, verbs[i].name);
		if (shell_is_use(name, verbs[i].args, verbs[i].least, verbs[i].most, argc, argv))
			verbs[i].run(arg, argc - 1, argv + 1);
	} else if (strcmp(argv[0], "help") == 0) {
		print_help(command, verbs, n);
	} else {
		print_unknown(command, verbs, n, argv[0]);
	}
}

int verb_choice(const char *command, const char *word, const char *choices)
{
	const size_t len = strlen(word);
	const char *at = choices;

	for (int i = 0; *at != '\0'; i++) {
		const size_t n = strcspn(at, " ");

		if (n == len && strncmp(at, word, n) == 0)
			return i;
		at += n;
		at += strspn(at, " ");
	}
	complain("%s: '%s' is none of: %s\n", command, word, choices);
	return -1;
}

bool verb_sure(const char *command, const char *word)
{
	const bool sure = word && strcmp(word, "--yes") == 0;

	if (!word)
		complain("%s: this changes data; with --yes at the end, it does\n", command);
	else if (!sure)
		complain("%s: '%s' is not --yes\n", command, word);
	return sure;
}
