/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/commands.h"

#include <string.h>

extern const struct command command_help, command_devices, command_device, command_dt,
	command_queues, command_trace, command_rng, command_blk, command_uptime, command_mem,
	command_loop, command_panic, command_reboot, command_poweroff, command_net, command_ping,
	command_nic, command_random, command_part, command_ls, command_cat, command_crc;

const struct command *const commands[] = {
	&command_help,	 &command_devices,  &command_device, &command_queues, &command_dt,
	&command_trace,	 &command_rng,	    &command_random, &command_blk,    &command_part,
	&command_ls,	 &command_cat,	    &command_crc,    &command_net,    &command_nic,
	&command_ping,	 &command_uptime,   &command_mem,    &command_loop,   &command_panic,
	&command_reboot, &command_poweroff,
};

const size_t command_count = sizeof(commands) / sizeof(commands[0]);

_Static_assert(sizeof(commands) / sizeof(commands[0]) <= COMMANDS_MAX, "raise COMMANDS_MAX");

const struct command *command_find(const char *name)
{
	size_t i;

	for (i = 0; i < command_count; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}
