/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/commands/place.h"
#include "firmware/words/complain.h"

#include <stdio.h>

static void run_cd(const struct command_context *c, int argc, char **argv)
{
	struct place p;

	(void)c;
	if (argc == 1) {
		place_print();
		return;
	}
	if (!place_find("cd", argc - 1, argv + 1, &p))
		return;
	if (p.node.kind != VIO_FILES_DIRECTORY)
		complain("cd: %s: that is not a directory\n", p.path);
	else
		place_enter(&p);
	place_end(&p);
}

static void run_files(const struct command_context *c, int argc, char **argv)
{
	struct disk d;
	unsigned n = 0;

	(void)c;
	(void)argc;
	(void)argv;
	for (unsigned i = 0; disk_find(i, &d) && !disk_is_stopped(); i++)
		n += place_print_all(i);
	if (n == 0 && !disk_is_stopped())
		printf("no disk has a file system that is known here; `blk` and `part` show what "
		       "is\n");
}

extern const struct command command_cd, command_files;
const struct command command_cd = {
	.name = "cd",
	.args = "[D:P] [PATH]",
	.help = "let relative paths begin there; without words, print where they begin",
	.most = 8,
	.complete = place_complete,
	.run = run_cd,
};
const struct command command_files = {
	.name = "files",
	.args = "",
	.help = "the file systems of all disks, by the names that ls, cat, crc and cd take",
	.run = run_files,
};
