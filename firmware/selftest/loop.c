/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/console/shell.h"
#include "firmware/words/complain.h"

#include <stdio.h>

enum { BYTES_MAX = 0x10000000 };

static void run(const struct command_context *c, int argc, char **argv)
{
	uint64_t n;

	(void)argc;
	if (shell_number_word("loop", argv[1], 1, BYTES_MAX, &n))
		c->shell->echo_left = (uint32_t)n;
}

extern const struct command command_loop;
const struct command command_loop = {
	.name = "loop",
	.args = "N",
	.help = "link test: send back the next N bytes received, exactly as they are",
	.least = 1,
	.most = 1,
	.run = run,
};
