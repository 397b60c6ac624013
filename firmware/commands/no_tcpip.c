/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of an image without lwIP: they say what is missing. */
#include "firmware/commands/commands.h"

#include <stdio.h>

static void run(struct app *a, int argc, char **argv)
{
	(void)a;
	(void)argc;
	printf("%s: this image was built without TCP/IP (lwIP's source was not at hand, or\n"
	       "PICOVIRTIO_LWIP is OFF). net and ping work.\n",
	       argv[0]);
}

extern const struct command command_dhcp, command_get, command_serve, command_tftp;
const struct command command_dhcp = {
	.name = "dhcp", .args = "", .help = "not in this image: no TCP/IP", .most = 8, .run = run
};
const struct command command_get = {
	.name = "get", .args = "", .help = "not in this image: no TCP/IP", .most = 8, .run = run
};
const struct command command_serve = {
	.name = "serve", .args = "", .help = "not in this image: no TCP/IP", .most = 8, .run = run
};
const struct command command_tftp = {
	.name = "tftp", .args = "", .help = "not in this image: no TCP/IP", .most = 8, .run = run
};
