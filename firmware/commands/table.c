/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/commands.h"

#include <string.h>

const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < command_count; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}
