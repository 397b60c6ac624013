/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands with verbs, such as `nic vlan 5 on`. If a word is wrong, a message names that word. */
#ifndef FIRMWARE_COMMANDS_VERB_H
#define FIRMWARE_COMMANDS_VERB_H

#include <picovirtio/types.h>

enum { VERBS_MAX = 12 };

struct verb {
	const char *name, *args;
	int least, most;  /* number of words after the verb */
	const char *help; /* one line */
	/* Gets the words after the verb. */
	void (*run)(void *arg, int argc, char **argv);
};

/* Run the verb that argv[0] names; "help" lists the `n` verbs. */
void verb_run(const char *command, const struct verb *verbs, size_t n, void *arg, int argc,
	      char **argv);

/* The position of a word in a list such as "on off". -1: the word is not in the list, which is
 * printed. */
int verb_choice(const char *command, const char *word, const char *choices);

/* Is `word`, which may be NULL, the --yes that a change of data needs? If not, that is printed. */
bool verb_sure(const char *command, const char *word);

#endif
