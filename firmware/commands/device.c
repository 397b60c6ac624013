/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations on one device: suspend, resume, start, and the reset of one queue. */
#include <picovirtio/terminal.h>
#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/console/complete.h"
#include "firmware/console/number.h"
#include "firmware/console/shell.h"
#include "firmware/devices/probe.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"

#include <stdio.h>
#include <string.h>

/* Find a device by its label, or by its number in `devices`. */
static const struct slot *find(const struct command_context *c, const char *name)
{
	const struct slot *s;
	uint32_t number;
	const bool by_number = shell_number(name, UINT32_MAX, &number);

	for (s = c->probe->slots; s; s = s->next) {
		if (by_number && probe_number(s) == number)
			return s;
	}
	return probe_find(c->probe, name);
}

/* `lacking`: the reason for VIO_ENOTSUP. `state`: the state that the operation needs. The loop
 * prints why a device failed. */
static void say(const struct slot *s, const char *what, int rc, const char *lacking,
		const char *state)
{
	const struct vio_device *d = s->device;
	const bool known = (rc == VIO_EDEVICE || rc == VIO_ETIMEDOUT) && d->state != VIO_LIVE;

	if (rc != VIO_OK)
		complain_silently();
	printf("%s: %s: ", s->label, what);
	if (rc == VIO_EBUSY)
		printf("the device is %s; it has to be %s for that\n", device_state(d), state);
	else
		printf("%s\n", rc == VIO_OK	   ? "done"
			       : rc == VIO_ENOTSUP ? lacking
			       : known ? "failed; the device as a whole is reset instead"
				       : vio_strerror(rc));
}

static const char *why_no_reset(const struct vio_queue *q)
{
	if (!q->resettable)
		return "the requests of this queue depend on each other, so it is not reset alone";
	return q->dev->queue_reset_ignored ? "the device offers RING_RESET, which does nothing"
	       : (q->dev->offered & VIO_F_RING_RESET) == 0 ? "the device does not offer RING_RESET"
							   : "the driver did not accept RING_RESET";
}

static void reset(const struct slot *s, const char *which)
{
	uint64_t index;

	if (!shell_number_word("device", which, 0, UINT16_MAX, &index))
		return;
	for (struct vio_queue *q = s->device->queues; q; q = q->next) {
		if (q->index == index) {
			say(s, "reset of the queue", vio_queue_reset(q), why_no_reset(q), "live");
			return;
		}
	}
	complain("%s: there is no queue %s\n", s->label, which);
}

/* If the console in use were suspended, no input could resume it. */
static void suspend(const struct command_context *c, const struct slot *s)
{
	if (s->device == c->terminal->dev)
		complain("device: that is the console that you type on\n");
	else
		say(s, "suspend", vio_device_suspend(s->device),
		    "the device does not offer SUSPEND", "live");
}

/* A start by hand resets the count of restarts. */
static void start(const struct slot *s)
{
	struct vio_device *d = s->device;
	const int rc = vio_device_start(d);

	if (rc == VIO_OK)
		d->recovery.tries = 0;
	if (rc == VIO_OK || rc == VIO_EBUSY)
		say(s, "start", rc, NULL, "down or failed");
	else
		failure_print(s->label, d);
	if (rc != VIO_OK)
		complain_silently();
}

enum { SUSPEND, RESUME, START, RESET };

static const char verbs[] = "suspend resume start reset";

static void carry_out(const struct command_context *c, const struct slot *s, int argc, char **argv)
{
	static const char *const names[] = { "device SLOT suspend", "device SLOT resume",
					     "device SLOT start", "device SLOT reset" };
	const int verb = verb_choice("device", argv[2], verbs);
	const int words = verb == RESET ? 1 : 0;

	if (verb < 0 ||
	    !shell_is_use(names[verb], words > 0 ? "QUEUE" : "", words, words, argc - 2, argv + 2))
		return;
	switch (verb) {
	case SUSPEND: suspend(c, s); break;
	case RESUME: say(s, "resume", vio_device_resume(s->device), NULL, "suspended"); break;
	case START: start(s); break;
	default: reset(s, argv[3]);
	}
}

static void complete(const struct command_context *c, int argc, char **argv, struct completion *out)
{
	(void)argv;
	if (argc == 2)
		completion_offer_words(out, verbs);
	for (const struct slot *s = c->probe->slots; argc == 1 && s; s = s->next)
		completion_offer(out, s->label, true);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *s = find(c, argv[1]);

	if (!s)
		complain("device: '%s': no such device; `devices` shows labels and slots\n",
			 argv[1]);
	else if (!s->device)
		complain("device: %s has no driver\n", s->label);
	else
		carry_out(c, s, argc, argv);
}

extern const struct command command_device;
const struct command command_device = {
	.name = "device",
	.args = "SLOT suspend|resume|start|reset [QUEUE]",
	.help = "one device by hand; SLOT is a number or a label of `devices`",
	.least = 2,
	.most = 3,
	.complete = complete,
	.run = run,
};
