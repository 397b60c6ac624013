/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/words/complain.h"

#include <picovirtio/board.h>

#include <stdio.h>

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct vio_platform *p = &vio_board.platform;
	uint64_t n;

	(void)c;
	(void)argc;
	if (!shell_number_word("take", argv[1], 1, SIZE_MAX / 2, &n))
		return;
	if (p->memory(p->ctx, (size_t)n, sizeof(uint64_t)))
		printf("take: done\n");
	else
		complain("take: not enough memory\n");
}

extern const struct command command_take;
const struct command command_take = {
	.name = "take",
	.args = "N",
	.help = "memory test: allocate N bytes of the arena, for ever",
	.least = 1,
	.most = 1,
	.run = run,
};
