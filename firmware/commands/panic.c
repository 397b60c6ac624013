/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/app.h"
#include "firmware/commands/commands.h"

#include <stdio.h>

static void run(struct app *a, int argc, char **argv)
{
	(void)a;
	(void)argc;
	(void)argv;
	printf("panic: on purpose\n");
	__builtin_trap();
}

extern const struct command command_panic;
const struct command command_panic = {
	.name = "panic",
	.args = "",
	.help = "run into a trap, to test what is reported then; ends with exit code 1",
	.run = run,
};
