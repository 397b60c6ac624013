/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/board.h>
#include <picovirtio/terminal.h>
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/console/shell.h"
#include "firmware/devices/probe.h"
#include "firmware/words/complain.h"

#include <stdio.h>

enum { CODE_MAX = 255 };

/* First the text is sent, since no console is left afterwards. Then every device is reset, so that
 * none writes to memory that will have another owner. */
static void end(const struct command_context *c)
{
	if (shell_reporter)
		shell_reporter->finish();
	vio_terminal_finish(c->terminal);
	for (struct vio_device *d = c->probe->devices; d; d = d->next) {
		if (d->state == VIO_LIVE)
			vio_device_stop(d);
	}
}

static void end_with(const struct command_context *c, int code)
{
	printf("power off, code %d\n", code);
	end(c);
	vio_board_poweroff(code);
}

static void poweroff(const struct command_context *c, int argc, char **argv)
{
	uint64_t code = 0;

	if (argc == 1 || shell_number_word("poweroff", argv[1], 0, CODE_MAX, &code))
		end_with(c, (int)code);
}

static void leave(const struct command_context *c, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	end_with(c, c->shell->code);
}

static void reboot(const struct command_context *c, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	printf("reboot\n");
	end(c);
	vio_board_reboot();
}

extern const struct command command_exit, command_poweroff, command_reboot;

const struct command command_exit = {
	.name = "exit",
	.args = "",
	.help = "power off, with the exit code of the first command that failed",
	.run = leave,
};

const struct command command_poweroff = {
	.name = "poweroff",
	.args = "[CODE]",
	.help = "stop the devices and end, with exit code CODE (0) where the machine has one",
	.most = 1,
	.run = poweroff,
};

const struct command command_reboot = {
	.name = "reboot",
	.args = "",
	.help = "stop the devices and start the machine again",
	.run = reboot,
};
