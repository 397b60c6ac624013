/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/script.h"

#include "firmware/devices/bootargs.h"

#include <stdio.h>

static char text[SCRIPT_BYTES];
static bool due, whole;

void script_read(const char *bootargs)
{
	const int rc = bootargs_value(bootargs, "run", text, sizeof(text));

	due = rc != VIO_ENODEV;
	whole = rc == VIO_OK;
}

bool script_is_due(void)
{
	return due;
}

void script_run(struct shell *s)
{
	static char end[] = "exit";

	due = false;
	if (whole) {
		printf("run: %s\n", text);
		shell_run_text(s, text);
	} else {
		printf("run: the commands in the boot arguments have %d bytes at most\n",
		       SCRIPT_BYTES - 1);
		s->code = SHELL_MISUSED;
	}
	shell_run_text(s, end);
}
