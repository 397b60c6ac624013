/* SPDX-License-Identifier: BSD-2-Clause */
/* A device that is not live, for tests of what commands say then. */
#include <picovirtio/device.h>
#include "firmware/console/command.h"
#include "firmware/devices/probe.h"
#include "firmware/words/complain.h"

#include <string.h>

/* The cause is one that no restart ends. */
static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *s = probe_find(c->probe, argv[1]);

	(void)argc;
	if (!s || !s->device)
		complain("state: '%s' is no device with a driver\n", argv[1]);
	else if (strcmp(argv[2], "down") == 0)
		vio_device_stop(s->device);
	else
		vio_device_refuse(s->device, (struct vio_problem){ .cause = VIO_C_NO_QUEUE,
								   .err = VIO_ENODEV });
}

extern const struct command command_state;
const struct command command_state = {
	.name = "state",
	.args = "SLOT failed|down",
	.help = "state test: a device fails, or is stopped",
	.least = 2,
	.most = 2,
	.run = run,
};
