/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/commands.h"

#include <string.h>

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}
