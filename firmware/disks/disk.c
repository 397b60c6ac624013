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
	struct disk_request r;
	uint8_t bytes[DISK_BLOCK_MAX];
} job;

/* The request that timed out, or that the user stopped waiting for; and the one that was in the way
 * of another when VIO_EBUSY was returned. */
static struct disk_request *late, *in_the_way;

/* The latest reason that a class gave for an error. */
static struct {
	int err;
	const char *why;
} told;

/* Find the `*n`th disk of this class; `*n` is reduced by the disks that were passed. */
static bool find_of(const struct disk_class *c, uint64_t *n, struct disk *out)
{
	for (const struct slot *s = probe->slots; s; s = s->next) {
		for (unsigned i = 0; c->find(s, i, out); i++) {
			if ((*n)-- == 0)
				return true;
		}
	}
	return false;
}

bool disk_find(uint64_t number, struct disk *out)
{
	uint64_t n = number;

	*out = (struct disk){ 0 };
	for (const struct disk_class *const *c = disk_classes; *c; c++) {
		if (!find_of(*c, &n, out))
			continue;
		out->number = (unsigned)number;
		if (out->class->refresh)
			out->class->refresh(out);
		return true;
	}
	*out = (struct disk){ 0 };
	return false;
}

bool disk_find_blocks(uint64_t number, struct disk *out)
{
	return disk_find(number, out) && !out->class->mount;
}

void disk_close(const struct disk *d)
{
	if (d->class && d->class->close)
		d->class->close(d);
}

uint8_t *disk_buffer(void)
{
	return job.bytes;
}

static bool is_done(void *arg)
{
	return !((const struct disk_request *)arg)->busy;
}

static int busy_with(struct disk_request *r)
{
	in_the_way = r;
	return VIO_EBUSY;
}

static bool is_late(const struct disk *d)
{
	if (late && !late->busy) /* the request is back, so its memory may be used again */
		late = NULL;
	return late && late->of.device == d->device;
}

/* An earlier command did not wait for it to the end. */
static void await(struct disk_request *r)
{
	const uint64_t waited = vio_loop_now(loop) - r->begun;

	if (r->busy && waited < TIMEOUT)
		wait_until(loop, is_done, r, TIMEOUT - waited);
}

bool disk_is_late(const struct disk *d)
{
	if (is_late(d))
		await(late);
	return is_late(d) && busy_with(late) < 0;
}

bool disk_wait_until(bool (*ready)(void *arg), void *arg)
{
	return wait_until(loop, ready, arg, TIMEOUT);
}

int disk_wait(const struct disk *d, struct disk_request *r)
{
	if (is_late(&r->of)) /* an earlier request timed out, so do not wait again */
		return busy_with(late);
	const int rc = wait_result(loop, is_done, r, TIMEOUT);
	if (rc == VIO_OK)
		return r->err;
	late = r;
	return rc == VIO_ETIMEDOUT && r->of.device != d->device ? busy_with(r) : rc;
}

int disk_turn(void)
{
	return wait_stopped(loop) ? VIO_ESTOPPED : VIO_OK;
}

const char *disk_lack(const struct disk *d)
{
	const bool is_live = d->slot->device->state == VIO_LIVE;

	told.err = VIO_EIO;
	told.why = is_live && d->class->lack ? d->class->lack(d) : NULL;
	return told.why;
}

int disk_submit(const struct disk *d, struct disk_request *r)
{
	if (disk_lack(d))
		return VIO_EIO;
	r->of = *d;
	r->begun = vio_loop_now(loop);
	const int rc = d->class->submit(d, r);
	r->busy = rc == VIO_OK;
	return rc;
}

void disk_ended(struct disk_request *r, int err, const char *why)
{
	if (err < 0) {
		told.err = err;
		told.why = why;
	}
	r->err = err;
	r->busy = false;
	if (r->done)
		r->done(r);
}

int disk_request(const struct disk *d, struct disk_request r, uint32_t n)
{
	await(&job.r); /* of any disk */
	if (disk_is_late(d))
		return VIO_EBUSY;
	if (job.r.busy)
		return busy_with(&job.r);
	job.r = r;
	job.r.p = job.bytes;
	job.r.n = n;
	const int rc = disk_submit(d, &job.r);
	return rc == VIO_OK ? disk_wait(d, &job.r) : rc;
}

bool disk_is_stopped(void)
{
	return loop->interrupted;
}

static const char *op_name(enum disk_op op)
{
	switch (op) {
	case DISK_READ: return "read";
	case DISK_WRITE: return "write";
	case DISK_FLUSH: return "flush";
	case DISK_ID: return "request for its serial (GET_ID)";
	case DISK_LIFETIME: return "request for its lifetime";
	case DISK_DISCARD: return "discard";
	case DISK_ZEROES: return "write of zeroes";
	case DISK_ERASE: return "secure erase";
	}
	return "request";
}

const char *disk_error(const struct disk *d, int rc)
{
	static char text[160];

	if (loop->interrupted)
		return "stopped";
	if (d->class->error)
		return d->class->error(d, rc);
	if (d->slot->device->state != VIO_LIVE && (rc == VIO_EDEVICE || rc == VIO_EBUSY))
		return device_error("the disk", d->slot->device, rc);
	if (rc != VIO_EBUSY || !in_the_way || !in_the_way->busy)
		return rc == told.err && told.why ? told.why : vio_strerror(rc);
	snprintf(text, sizeof(text),
		 "%s has not answered a %s, of sector %" PRIu64 ", for %" PRIu64
		 " s; that must end first",
		 in_the_way->of.label, op_name(in_the_way->op), in_the_way->sector,
		 (vio_loop_now(loop) - in_the_way->begun) / UINT64_C(1000000000));
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
