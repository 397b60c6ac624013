/* SPDX-License-Identifier: BSD-2-Clause */
/* One device by hand: suspend, resume, reset of one queue. */
#include <picovirtio/terminal.h>
#include "firmware/commands/commands.h"
#include "firmware/console/number.h"
#include "firmware/devices/probe.h"
#include "firmware/words/complain.h"

#include <stdio.h>
#include <string.h>

/* By its label, or by its number as `devices` shows it. */
static const struct slot *find(const struct command_context *c, const char *name)
{
	const struct slot *s;
	uint32_t number;
	const bool by_number = shell_number(name, UINT32_MAX, &number);

	for (s = c->probe->slots; s; s = s->next) {
		if (s->device &&
		    (by_number ? probe_number(s) == number : strcmp(s->label, name) == 0))
			return s;
	}
	return NULL;
}

static void say(const struct slot *s, const char *what, int rc)
{
	const struct vio_device *d = s->device;
	const bool known = (rc == VIO_EDEVICE || rc == VIO_ETIMEDOUT) && d->state != VIO_LIVE;

	if (rc != VIO_OK)
		complain_silently();
	/* Why a device failed is said by the loop. */
	printf("%s: %s: %s\n", s->label, what,
	       rc == VIO_OK	   ? "done"
	       : rc == VIO_ENOTSUP ? "not offered by the device, or not for this queue"
	       : rc == VIO_EBUSY   ? "the device is not in a state for that"
	       : known		   ? "failed; the device as a whole is reset instead"
				   : vio_strerror(rc));
}

static void reset(const struct slot *s, const char *which)
{
	uint32_t index;

	if (!shell_number(which, UINT16_MAX, &index)) {
		complain("device: %s is no queue\n", which);
		return;
	}
	for (struct vio_queue *q = s->device->queues; q; q = q->next) {
		if (q->index == index) {
			say(s, "reset of the queue", vio_queue_reset(q));
			return;
		}
	}
	complain("%s: there is no queue %s\n", s->label, which);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *s = find(c, argv[1]);

	if (!s)
		complain("device: no such device; `devices` shows labels and slots\n");
	else if (strcmp(argv[2], "reset") == 0 && argc == 4)
		reset(s, argv[3]);
	else if (strcmp(argv[2], "suspend") == 0 && s->device == c->terminal->dev)
		complain("device: that is the console that you type on\n");
	else if (strcmp(argv[2], "suspend") == 0 && argc == 3)
		say(s, "suspend", vio_device_suspend(s->device));
	else if (strcmp(argv[2], "resume") == 0 && argc == 3)
		say(s, "resume", vio_device_resume(s->device));
	else
		complain("device: SLOT suspend, SLOT resume or SLOT reset QUEUE\n");
}

extern const struct command command_device;
const struct command command_device = {
	.name = "device",
	.args = "SLOT suspend|resume|reset [QUEUE]",
	.help = "one device by hand; SLOT is a number or a label of `devices`",
	.least = 2,
	.most = 3,
	.run = run,
};
