/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/recover.h>
#include "firmware/console/command.h"
#include "firmware/devices/probe.h"
#include "firmware/words/failure.h"
#include "firmware/words/names.h"

#include <inttypes.h>
#include <stdio.h>

static void print_features(const char *title, uint32_t type, uint64_t bits)
{
	if (bits == 0)
		return;
	printf("    %-10s", title);
	for (unsigned i = 0; i < 64; i++) {
		const char *name = feature_name(type, i);

		if ((bits >> i & 1) == 0)
			continue;
		if (name)
			printf(" %s", name);
		else
			printf(" bit-%u", i);
	}
	printf("\n");
}

static void print_queues(const struct vio_device *d)
{
	const struct vio_queue *q;

	printf("    %-10s", "queues");
	for (q = d->queues; q; q = q->next)
		printf(" %u (size %u)%s", q->index, vq_size(&q->vq), q->next ? "," : "");
	printf(!d->queues ? " none\n" : "\n");
}

static void print_interrupt(const struct slot *s)
{
	if (s->irq < 0)
		printf("    %-10s none (%s): polled\n", "interrupt", vio_strerror(s->irq));
	else
		printf("    %-10s %d\n", "interrupt", s->irq);
}

static void print_recovery(const struct vio_device *d)
{
	const struct vio_recovery *r = &d->recovery;

	if (r->tries == 0 && r->restarts == 0)
		return;
	printf("    %-10s %" PRIu32 " times, %u of %d tries used%s\n", "restarted", r->restarts,
	       r->tries, VIO_RECOVER_TRIES, vio_recover_left_off(d) ? ", gave up" : "");
}

/* Quirks that were detected, or chosen by the boot arguments (firmware/devices/quirks.h). */
static void print_quirks(const struct vio_device *d)
{
	if (d->queue_reset_ignored || (d->offered & d->features_off & VIO_F_RING_RESET) != 0)
		printf("    %-10s RING_RESET is offered, but does nothing\n", "quirk");
}

static void print_device(const struct slot *s)
{
	const struct vio_device *d = s->device;
	const uint32_t type = s->transport->device_type;

	print_features("features", type, d->features);
	print_features("declined", type, d->offered & ~d->features);
	print_queues(d);
	print_quirks(d);
	print_recovery(d);
	if (d->state != VIO_LIVE && d->problem.cause != VIO_C_NONE) {
		printf("    ");
		failure_print("problem", d);
	}
}

/* A device without a driver is shown without reading its registers: it may lack registers that are
 * newer than itself, and fault. */
static void print_slot(const struct slot *s)
{
	const char *type = device_type_name(s->transport->device_type);

	printf("slot %u  0x%08" PRIx64 "  version %" PRIu32 " (%s)  type %" PRIu32
	       " (%s)  %s  %s\n",
	       probe_number(s), s->window.base, s->version,
	       s->transport->legacy ? "legacy" : "modern", s->transport->device_type,
	       type ? type : "unknown", s->label,
	       s->device ? device_state(s->device) : "no driver");
	if (s->device)
		print_device(s);
	print_interrupt(s);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *s;

	(void)argc;
	(void)argv;
	for (s = c->probe->slots; s; s = s->next)
		print_slot(s);
	printf("%u of %u slots in use\n", c->probe->used, c->probe->windows);
}

extern const struct command command_devices;
const struct command command_devices = {
	.name = "devices",
	.args = "",
	.help = "virtio devices: slot, address, version, type, features, queues, interrupt",
	.run = run,
};
