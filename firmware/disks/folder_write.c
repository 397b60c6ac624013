/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing a file of the host. Several pieces are in flight, so an error is reported by a later
 * piece, or at the end. */
#include "firmware/disks/folder.h"

#include <string.h>

/* Together with the reads ahead and one request of folder_turn() they are as many as the driver
 * takes (VIO_P9_REQUESTS). */
enum { WRITES = 3 };

/* Static: a piece that the device still owns outlives the command. */
static struct writing {
	struct folder_request r;
	uint8_t data[FOLDER_PIECE];
} writings[WRITES];

static int failure; /* the first of this file */

static void came(struct vio_device *d, struct folder_request *r)
{
	int rc = r->err;

	if (rc == VIO_OK && r->n == 0) {
		rc = VIO_EIO;
		r->host_error = FOLDER_TAKES_NONE;
	}
	if (rc == VIO_OK && r->n < r->len) { /* the host took only a part of it */
		r->offset += r->n;
		r->data = (uint8_t *)r->data + r->n;
		r->len -= r->n;
		rc = folder_submit(d, r);
	}
	if (rc == VIO_OK || failure != VIO_OK)
		return;
	failure = rc;
	if (rc == VIO_EIO)
		folder_remember(r);
}

static struct writing *unused(void)
{
	for (struct writing *w = writings; w < writings + WRITES; w++) {
		if (!w->r.busy)
			return w;
	}
	return NULL;
}

static bool has_room(void *arg)
{
	(void)arg;
	return unused();
}

static bool is_empty(void *arg)
{
	(void)arg;
	for (const struct writing *w = writings; w < writings + WRITES; w++) {
		if (w->r.busy)
			return false;
	}
	return true;
}

int folder_write_begin(void)
{
	const int rc = folder_wait(is_empty, NULL);

	failure = VIO_OK;
	return rc == VIO_OK ? VIO_OK : VIO_EBUSY;
}

static int submit(struct vio_device *d, struct folder_request *r)
{
	const int rc = folder_submit(d, r);

	return rc == VIO_EINVAL ? VIO_EDEVICE : rc; /* a file of an earlier start */
}

int folder_write(struct vio_device *d, uint32_t file, uint64_t at, const uint8_t *bytes, uint32_t n)
{
	int rc = VIO_OK;

	for (uint32_t done = 0, piece = 0; done < n && rc == VIO_OK && failure == VIO_OK;
	     done += piece) {
		rc = folder_wait(has_room, NULL);
		struct writing *const w = rc == VIO_OK ? unused() : NULL;

		if (!w)
			return rc;
		piece = n - done < FOLDER_PIECE ? n - done : FOLDER_PIECE;
		memcpy(w->data, bytes + done, piece);
		w->r = (struct folder_request){ .op = FOLDER_WRITE,
						.file = file,
						.offset = at + done,
						.data = w->data,
						.len = piece,
						.done = came };
		rc = submit(d, &w->r);
	}
	return rc == VIO_OK ? failure : rc;
}

int folder_write_end(void)
{
	const int rc = folder_wait(is_empty, NULL);

	return rc == VIO_OK ? failure : rc;
}
