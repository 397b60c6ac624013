/* SPDX-License-Identifier: BSD-2-Clause */
/* A device that answers nothing any more, for tests of what waits for an answer: it is not
 * notified, and no queue of it is ever overdue. The clock may jump meanwhile, so that no test waits
 * for a time-out. */
#include <picovirtio/board.h>
#include <picovirtio/device.h>
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/devices/probe.h"
#include "firmware/words/complain.h"

#include <stdio.h>

enum { QUEUES = 8 };

/* The device that is mute, or NULL; and what it had before. */
static struct {
	struct vio_device *device;
	const struct vio_transport_ops *ops;
	struct vio_transport_ops mute_ops;
	uint64_t timeout[QUEUES];
	uint64_t left; /* notifications that the device still gets */
	uint64_t jump; /* of the clock, in nanoseconds, when one did not get to the device */
} muted;

/* The clock of the board, which is ahead of its own by `skipped`. */
static struct {
	uint64_t (*now)(void *ctx);
	bool (*idle)(void *ctx, uint64_t deadline);
	uint64_t skipped, due; /* `due`: at the next sleep */
} clock;

static uint64_t now(void *ctx)
{
	return clock.now(ctx) + clock.skipped;
}

static bool idle(void *ctx, uint64_t deadline)
{
	clock.skipped += clock.due;
	if (clock.due == 0)
		return clock.idle(ctx, deadline < UINT64_MAX ? deadline - clock.skipped : deadline);
	clock.due = 0;
	return false;
}

static void may_jump(void)
{
	struct vio_platform *p = &vio_board.platform;

	if (clock.now)
		return;
	clock.now = p->now;
	clock.idle = p->idle;
	p->now = now;
	p->idle = idle;
}

static void notify(struct vio_transport *t, uint16_t index, uint16_t next)
{
	if (muted.left == 0) {
		clock.due = muted.jump;
		return;
	}
	muted.left--;
	muted.ops->notify(t, index, next);
}

static void mute(struct vio_device *d, uint64_t left)
{
	unsigned n = 0;

	muted.left = left;
	muted.device = d;
	muted.ops = d->transport->ops;
	muted.mute_ops = *muted.ops;
	muted.mute_ops.notify = notify;
	d->transport->ops = &muted.mute_ops;
	for (struct vio_queue *q = d->queues; q && n < QUEUES; q = q->next, n++) {
		muted.timeout[n] = q->timeout;
		q->timeout = 0;
	}
}

/* The device sees what was published meanwhile. */
static void speak(void)
{
	struct vio_device *const d = muted.device;
	unsigned n = 0;

	if (!d)
		return;
	muted.device = NULL;
	d->transport->ops = muted.ops;
	for (struct vio_queue *q = d->queues; q && n < QUEUES; q = q->next, n++) {
		q->timeout = muted.timeout[n];
		if (d->state == VIO_LIVE)
			vio_queue_nudge(q);
	}
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *s = argc > 1 ? probe_find(c->probe, argv[1]) : NULL;
	uint64_t left = 0, seconds = 0;

	speak();
	if ((argc > 2 && !shell_number_word("mute", argv[2], 0, UINT16_MAX, &left)) ||
	    (argc > 3 && !shell_number_word("mute", argv[3], 1, UINT16_MAX, &seconds)))
		return;
	muted.jump = seconds * UINT64_C(1000000000);
	if (seconds > 0)
		may_jump();
	if (s && s->device)
		mute(s->device, left);
	else if (argc > 1)
		complain("mute: '%s' is no device with a driver\n", argv[1]);
}

extern const struct command command_mute;
const struct command command_mute = {
	.name = "mute",
	.args = "[SLOT [N [SECONDS]]]",
	.help = "silence test: notify a device N times more, and let SECONDS pass at once then; "
		"without SLOT always again",
	.most = 3,
	.run = run,
};
