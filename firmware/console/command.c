/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"

#include <string.h>

const struct command *command_find(const struct command_table *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->command[i]->name, name) == 0)
			return t->command[i];
	}
	return NULL;
}
