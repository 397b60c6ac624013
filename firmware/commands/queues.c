/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/devices/probe.h"
#include "firmware/words/failure.h"

#include <inttypes.h>
#include <stdio.h>

static void print_queue(const struct slot *s, const struct vio_queue *q)
{
	printf("%-26s %5u %5u %6" PRIu32 " %9" PRIu32 " %9" PRIu32 " %8" PRIu32 " %8" PRIu32
	       " %7" PRIu32 " %6" PRIu32 "  %s\n",
	       s->label, q->index, vq_size(&q->vq), q->requests - q->completions, q->requests,
	       q->completions, q->kicks, q->kicks_saved, q->vq.clamped, q->resets,
	       device_state(q->dev));
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *s;
	const struct vio_queue *q;

	(void)argc;
	(void)argv;
	printf("%-26s %5s %5s %6s %9s %9s %8s %8s %7s %6s  %s\n", "device", "queue", "size",
	       "flight", "requests", "completed", "notified", "saved", "clamped", "resets",
	       "state");
	for (s = c->probe->slots; s; s = s->next) {
		for (q = s->device ? s->device->queues : NULL; q; q = q->next)
			print_queue(s, q);
	}
	printf("saved: notifications that the device did not ask for; clamped: used lengths "
	       "beyond\n"
	       "what was writable; resets: of the queue alone, since its device was started\n");
}

extern const struct command command_queues;
const struct command command_queues = {
	.name = "queues",
	.args = "",
	.help = "queues: size, in flight, requests, notifications sent and saved, errors",
	.run = run,
};
