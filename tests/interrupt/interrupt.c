/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library under a real interrupt handler: it acknowledges the disk's events, and wakes the
 * owner by a flag. The owner waits for that flag only, whatever its deadline is. If a completion or
 * a configuration change is lost, the owner waits for ever and the test fails.
 *
 * On the early console: "reading", then "size N" for each new capacity, and a summary at the end.
 */
#include <picovirtio/blk.h>
#include <picovirtio/board.h>
#include <picovirtio/loop.h>
#include <picovirtio/probe.h>

#include "tests/interrupt/cpu.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS = 8, IN_FLIGHT = 8, READS_MIN = 2000 };

#define LAST_SIZE 200 /* sectors of the disk after the host has enlarged it */

static struct vio_slot slot[SLOTS];
static struct vio_blk *disk;
static volatile bool woken;
static volatile unsigned interrupts;
static unsigned reads, failed, sleeps;
static uint64_t said;

static struct job {
	struct vio_blk_request r;
	struct vio_blk_seg seg;
	uint8_t bytes[512];
} job[IN_FLIGHT];

static void say(const char *what, uint64_t n)
{
	char line[64];
	const int len = snprintf(line, sizeof(line), "%s %" PRIu64 "\n", what, n);

	vio_board_early_write(line, (size_t)len);
}

void on_interrupt(void)
{
	interrupts++;
	if (vio_device_interrupt(&disk->device))
		woken = true;
	cpu_take_lines();
}

/* Only the handler ends a sleep. The wait begins with interrupts masked, so that an interrupt
 * between the look at the flag and the wait ends the wait. */
static bool idle(void *ctx, uint64_t deadline)
{
	(void)ctx;
	(void)deadline;
	sleeps++;
	cpu_mask();
	while (!woken) {
		cpu_wait();
		cpu_unmask();
		cpu_mask();
	}
	woken = false;
	cpu_unmask();
	return true;
}

static void ended(struct vio_blk *b, struct vio_blk_request *r)
{
	const struct job *j = r->arg;

	(void)b;
	reads++;
	failed += r->err != VIO_OK || j->bytes[0] != (uint8_t)r->sector;
}

static void submit(struct job *j, uint64_t sector)
{
	j->seg = (struct vio_blk_seg){ j->bytes, sizeof(j->bytes) };
	j->r = (struct vio_blk_request){ .op = VIO_BLK_READ,
					 .sector = sector,
					 .seg = &j->seg,
					 .nseg = 1,
					 .done = ended,
					 .arg = j };
	failed += vio_blk_submit(disk, &j->r) != VIO_OK;
}

/* The work in each turn of the loop: submit each job again at once, and print a new size once. */
static bool keep_reading(void *arg)
{
	bool any = false;

	(void)arg;
	if (disk->info.sectors != said) {
		said = disk->info.sectors;
		say("size", said);
	}
	for (unsigned i = 0; i < IN_FLIGHT; i++) {
		if (!job[i].r.busy && (reads < READS_MIN || said < LAST_SIZE)) {
			submit(&job[i], (reads + i) % 100);
			any = true;
		}
	}
	vio_blk_kick(disk);
	return any;
}

static bool is_over(const struct vio_loop *l)
{
	bool busy = false;

	for (unsigned i = 0; i < IN_FLIGHT; i++)
		busy |= job[i].r.busy;
	return l->devices->state != VIO_LIVE || (!busy && reads >= READS_MIN && said >= LAST_SIZE);
}

int main(void)
{
	static const struct vio_class classes[] = { { &vio_blk_driver, NULL } };
	struct vio_platform platform = vio_board.platform;
	struct vio_probe p = {
		.dt = &vio_board.dt, .platform = &platform, .classes = classes, .nclasses = 1
	};
	struct vio_loop l = { .platform = &platform, .work = keep_reading };

	platform.idle = idle;
	if (vio_probe_all(&p, slot, SLOTS) < 1 || p.devices->state != VIO_LIVE)
		return 2;
	disk = vio_blk_of(p.devices);
	if (!slot[0].has_irq || vio_board_irq_enable(&slot[0].irq) < 0)
		return 3;
	l.devices = p.devices;
	said = disk->info.sectors;
	cpu_handle();
	cpu_unmask();
	say("reading", said);
	while (!is_over(&l))
		vio_loop_turn(&l, UINT64_MAX);
	say("interrupts", interrupts);
	say("sleeps", sleeps);
	say("resizes", disk->resizes);
	say("reads", reads);
	say("failed", failed);
	return failed == 0 && interrupts > 0 ? 0 : 4;
}
