/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/disks/disk.h"

#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"
#include "firmware/image.h"
#include "firmware/words/failure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TIMEOUT UINT64_C(10000000000)

static const struct probe *probe;
static struct vio_loop *loop;

/* Static, since a request in flight may outlive the command that made it. */
static struct {
	struct vio_blk_request r;
	struct vio_blk_seg seg;
	uint8_t bytes[VIO_BLK_BLOCK_MAX];
} job;

/* The request that timed out, or that the user stopped waiting for. */
static struct {
	const struct vio_blk_request *r;
	struct disk disk;
	uint64_t begun;
} late;

bool disk_find(uint64_t number, struct disk *out)
{
	const struct slot *s;
	unsigned n = 0;

	for (s = probe->slots; s; s = s->next) {
		struct vio_blk *b = vio_blk_of(s->device);

		if (!b || n++ != number)
			continue;
		*out = (struct disk){ s, b, n - 1 };
		return true;
	}
	return false;
}

uint8_t *disk_buffer(void)
{
	return job.bytes;
}

bool disk_is_late(const struct disk *d)
{
	if (late.r && !late.r->busy) /* the request is back, so its memory may be used again */
		late.r = NULL;
	return late.r && late.disk.b == d->b;
}

static bool is_done(void *arg)
{
	return !((const struct vio_blk_request *)arg)->busy;
}

int disk_wait(const struct disk *d, struct vio_blk_request *r)
{
	const uint64_t begun = vio_loop_now(loop);

	if (disk_is_late(d)) /* an earlier request timed out, so do not wait again */
		return VIO_EBUSY;
	if (wait_until(loop, is_done, r, TIMEOUT))
		return r->err;
	late.r = r;
	late.disk = *d;
	late.begun = begun;
	return loop->interrupted ? VIO_ESTOPPED : VIO_ETIMEDOUT;
}

int disk_turn(void)
{
	return wait_stopped(loop) ? VIO_ESTOPPED : VIO_OK;
}

int disk_request(const struct disk *d, struct vio_blk_request r, uint32_t n)
{
	if (job.r.busy || disk_is_late(d))
		return VIO_EBUSY;
	job.seg = (struct vio_blk_seg){ job.bytes, n };
	job.r = r;
	job.r.seg = &job.seg;
	job.r.nseg = n > 0 ? 1 : 0;
	int rc = vio_blk_submit(d->b, &job.r);
	if (rc != VIO_OK)
		return rc;
	vio_blk_kick(d->b);
	return disk_wait(d, &job.r);
}

static const char *op_name(enum vio_blk_op op)
{
	switch (op) {
	case VIO_BLK_READ: return "read";
	case VIO_BLK_WRITE: return "write";
	case VIO_BLK_FLUSH: return "flush";
	case VIO_BLK_GET_ID: return "question for its serial (GET_ID)";
	case VIO_BLK_GET_LIFETIME: return "question for its lifetime";
	case VIO_BLK_DISCARD: return "discard";
	case VIO_BLK_WRITE_ZEROES: return "write of zeroes";
	case VIO_BLK_SECURE_ERASE: return "secure erase";
	}
	return "request";
}

const char *disk_error(const struct disk *d, int rc)
{
	static char text[160];

	if (loop->interrupted)
		return "stopped";
	if (rc == VIO_EBUSY && disk_is_late(d))
		snprintf(text, sizeof(text),
			 "%s has not answered a %s, of sector %" PRIu64 ", for %" PRIu64
			 " s; that comes first",
			 late.disk.slot->label, op_name(late.r->op), late.r->sector,
			 (vio_loop_now(loop) - late.begun) / UINT64_C(1000000000));
	else if (rc == VIO_EDEVICE && d->slot->device->state != VIO_LIVE)
		snprintf(text, sizeof(text), "the disk is %s; `devices` shows why",
			 device_state(d->slot->device));
	else
		return vio_strerror(rc);
	return text;
}

struct vio_part_table *disk_table(void)
{
	static struct vio_part_table table;

	return &table;
}

static void start(struct probe *p, struct vio_loop *l)
{
	probe = p;
	loop = l;
}

extern const struct service service_disks;
const struct service service_disks = { .start = start };
