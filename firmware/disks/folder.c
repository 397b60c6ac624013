/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests to folders, one at a time, and what the host says of them. */
#include "firmware/disks/folder.h"

#include "firmware/devices/wait.h"
#include "firmware/words/failure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TIMEOUT UINT64_C(30000000000)

static const struct probe *probe;
static struct vio_loop *loop;

/* Static, since a request in flight may outlive the command that made it. */
static struct {
	struct folder_request r;
	char name[FOLDER_NAME_MAX + 1];
	uint8_t data[FOLDER_PIECE];
	uint32_t host_error; /* of the last request that failed */
	uint64_t begun;
	struct vio_device *abandoned; /* no command waits for the answer any more */
} job;

void folder_begin(const struct probe *p, struct vio_loop *l)
{
	probe = p;
	loop = l;
}

/* ---- Kinds ---- */

const struct folder_kind *folder_kind_of(const struct vio_device *d)
{
	static const struct folder_kind *const kinds[] = { &folder_p9, &folder_fs };
	const unsigned n = sizeof(kinds) / sizeof(kinds[0]);
	unsigned i = 0;

	while (i < n && (!d || kinds[i]->driver != d->driver))
		i++;
	return i < n ? kinds[i] : NULL;
}

int folder_submit(struct vio_device *d, struct folder_request *r)
{
	const struct folder_kind *k = folder_kind_of(d);
	const int rc = k->submit(d, r);

	k->kick(d);
	return rc;
}

/* ---- Requests ---- */

const struct folder_request *folder_answer(void)
{
	return &job.r;
}

uint8_t *folder_data(void)
{
	return job.data;
}

bool folder_is_busy(void)
{
	return job.r.busy;
}

int folder_wait(bool (*ready)(void *arg), void *arg)
{
	return wait_result(loop, ready, arg, TIMEOUT);
}

static bool is_done(void *arg)
{
	return !((const struct folder_request *)arg)->busy;
}

static bool has_agreed(void *arg)
{
	struct vio_device *d = arg;

	return folder_kind_of(d)->is_ready(d) || d->state != VIO_LIVE;
}

void folder_remember(const struct folder_request *r)
{
	job.host_error = r->host_error;
}

static int result(const struct folder_request *r)
{
	if (r->err != VIO_EIO)
		return r->err;
	folder_remember(r);
	return r->host_error == FOLDER_ENOENT	 ? VIO_ENODEV
	       : r->host_error == FOLDER_ENOTDIR ? VIO_EINVAL
						 : VIO_EIO;
}

int folder_ask(struct vio_device *d, struct folder_request r)
{
	if (job.r.busy || job.abandoned)
		return VIO_EBUSY;
	int rc = folder_wait(has_agreed, d);
	if (rc < 0)
		return rc;
	job.r = r;
	if (r.name) {
		snprintf(job.name, sizeof(job.name), "%s", r.name);
		job.r.name = job.name;
	}
	job.begun = vio_loop_now(loop);
	rc = folder_submit(d, &job.r);
	if (rc < 0)
		return rc == VIO_EINVAL ? VIO_EDEVICE : rc; /* a file of an earlier start */
	rc = folder_wait(is_done, &job.r);
	if (rc == VIO_OK)
		return result(&job.r);
	job.abandoned = d;
	return rc;
}

void folder_wait_for_abandoned(void)
{
	const uint64_t waited = vio_loop_now(loop) - job.begun;

	if (job.r.busy && waited < TIMEOUT)
		wait_until(loop, is_done, &job.r, TIMEOUT - waited);
}

/* A file that was opened in place is known already. */
struct vio_device *folder_abandoned(uint32_t *made)
{
	struct vio_device *const d = job.abandoned;

	if (job.r.busy || !d)
		return NULL;
	job.abandoned = NULL;
	*made = job.r.made;
	return *made != 0 && *made != job.r.file ? d : NULL;
}

static const char *host_words(uint32_t error)
{
	static char text[64];

	switch (error) {
	case FOLDER_TAKES_NONE: return "the host takes no more bytes";
	case FOLDER_SHORTER: return "the file has become shorter meanwhile";
	case FOLDER_EPERM:
	case FOLDER_EACCES: return "the host denies access";
	case FOLDER_EISDIR: return "that is a directory";
	case FOLDER_ENOSPC: return "the host has no room left";
	case FOLDER_EROFS: return "the host shares the folder read-only";
	default:
		snprintf(text, sizeof(text), "the host reports the Linux error %" PRIu32, error);
		return text;
	}
}

const char *folder_error(const struct disk *d, int rc)
{
	static char text[SLOT_LABEL_BYTES + 64];
	const struct vio_device *device = folder_of(d);

	if (device->state != VIO_LIVE)
		return device_error("the folder", device, rc);
	if (rc == VIO_EDEVICE)
		return "the folder's device was restarted meanwhile";
	if (rc != VIO_EBUSY)
		return rc == VIO_EIO ? host_words(job.host_error) : vio_strerror(rc);
	snprintf(text, sizeof(text), "%s has not answered an earlier request",
		 probe_slot_of(probe, job.abandoned ? job.abandoned : device)->label);
	return text;
}
