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
#define NOTHING UINT64_MAX

static const struct probe *probe;
static struct vio_loop *loop;

/* Static: a request that the device still owns outlives the command that made it. */
static struct {
	struct vio_blk_request r;
	struct vio_blk_seg seg;
	struct disk disk; /* that the request went to */
	uint64_t begun;
	uint8_t bytes[VIO_BLK_BLOCK_MAX];
	uint64_t held; /* first sector of the buffer, for disk_read(); NOTHING: other data */
	uint32_t held_bytes;
} job;

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

static bool is_done(void *arg)
{
	(void)arg;
	return !job.r.busy;
}

int disk_request(const struct disk *d, struct vio_blk_request r, uint32_t n)
{
	if (job.r.busy)
		return VIO_EBUSY;
	job.held = NOTHING;
	job.seg = (struct vio_blk_seg){ job.bytes, n };
	job.r = r;
	job.r.seg = &job.seg;
	job.r.nseg = n > 0 ? 1 : 0;
	int rc = vio_blk_submit(d->b, &job.r);
	if (rc != VIO_OK)
		return rc;
	vio_blk_kick(d->b);
	job.disk = *d;
	job.begun = vio_loop_now(loop);
	return wait_until(loop, is_done, NULL, TIMEOUT) ? job.r.err : VIO_ETIMEDOUT;
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
	const uint64_t now = vio_loop_now(loop);

	if (loop->interrupted)
		return "stopped";
	if (rc == VIO_EBUSY && job.r.busy)
		snprintf(text, sizeof(text),
			 "%s has not answered a %s, of sector %" PRIu64 ", for %" PRIu64
			 " s; that comes first",
			 job.disk.slot->label, op_name(job.r.op), job.r.sector,
			 (now - job.begun) / UINT64_C(1000000000));
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

/* The buffer holds the sectors around byte `at`, as many as it has room for. */
static int fetch(const struct disk *d, uint64_t at)
{
	const uint64_t sector = at / VIO_BLK_BLOCK_MAX * (VIO_BLK_BLOCK_MAX / VIO_BLK_SECTOR);
	const uint64_t left = (d->b->info.sectors - sector) * VIO_BLK_SECTOR;
	const struct vio_blk_request r = { .op = VIO_BLK_READ, .sector = sector };
	uint32_t n = VIO_BLK_BLOCK_MAX;

	if (job.held == sector)
		return VIO_OK;
	if (left < n)
		n = (uint32_t)left;
	n -= n % d->b->info.block_bytes;
	int rc = disk_request(d, r, n);
	if (rc == VIO_OK) {
		job.held = sector;
		job.held_bytes = n;
	}
	return rc;
}

static int disk_read(void *ctx, uint64_t at, void *to, uint32_t n)
{
	uint8_t *p = to;

	while (n > 0) {
		const uint32_t within = (uint32_t)(at % VIO_BLK_BLOCK_MAX);
		const int rc = wait_stopped(loop) ? VIO_ETIMEDOUT : fetch(ctx, at);

		if (rc != VIO_OK)
			return rc;
		if (within >= job.held_bytes) /* it has shrunk */
			return VIO_ERANGE;
		uint32_t len = job.held_bytes - within;
		if (len > n)
			len = n;
		memcpy(p, job.bytes + within, len);
		p += len;
		at += len;
		n -= len;
	}
	return VIO_OK;
}

void disk_window(struct disk *d, struct vio_files_disk *out)
{
	const struct vio_blk_info *i = &d->b->info;
	const uint64_t most = UINT64_MAX / VIO_BLK_SECTOR;
	const uint64_t bytes = (i->sectors < most ? i->sectors : most) * VIO_BLK_SECTOR;

	job.held = NOTHING;
	*out = (struct vio_files_disk){ .read = disk_read,
					.ctx = d,
					.bytes = bytes - bytes % i->block_bytes,
					.block_bytes = i->block_bytes };
}

static void start(struct probe *p, struct vio_loop *l)
{
	probe = p;
	loop = l;
}

extern const struct service service_disks;
const struct service service_disks = { .start = start };
