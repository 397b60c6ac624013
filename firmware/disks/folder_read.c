/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a folder's files as a disk for files/, which reads ahead: the byte of a disk is the
 * number of a node and a byte of its file. */
#include "firmware/disks/folder.h"

#include <picovirtio/cache.h>

#include <string.h>

/* A read of a block. Static: a read that the device still owns outlives the command. */
struct reading {
	struct folder_request r;
	struct vio_files_block *b;
	uint32_t want, have;
	uint64_t at; /* of the file */
};

static struct reading readings[DISK_BLOCKS];

uint64_t folder_place(uint32_t id, uint64_t at)
{
	return (uint64_t)id << FOLDER_PLACE_BITS | at;
}

static void end(struct reading *x, int err)
{
	x->b->err = err;
	x->b->busy = false;
}

static int ask(struct vio_device *d, struct reading *x)
{
	x->r.offset = x->at + x->have;
	x->r.data = x->b->p + x->have;
	x->r.len = x->want - x->have;
	return folder_submit(d, &x->r);
}

/* If the host returns fewer bytes than requested, the read continues after them. */
static void came(struct vio_device *d, struct folder_request *r)
{
	struct reading *x = r->arg;
	int rc = r->err;

	x->have += r->n;
	if (rc == VIO_OK && r->n == 0)
		rc = VIO_EIO; /* host_error is 0, which is FOLDER_SHORTER */
	if (rc == VIO_EIO)
		folder_remember(r);
	if (rc == VIO_OK && x->have < x->want) {
		rc = ask(d, x);
		if (rc == VIO_OK)
			return;
	}
	end(x, rc);
}

static int start(void *ctx, struct vio_files_block *b)
{
	const struct disk *d = ctx;
	struct reading *x = &readings[disk_block_number(b)];
	const uint64_t at = b->at & ((UINT64_C(1) << FOLDER_PLACE_BITS) - 1);
	const struct folder_node *n =
		folder_node(folder_of(d), (uint32_t)(b->at >> FOLDER_PLACE_BITS));

	if (!n)
		return VIO_EDEVICE;
	const uint64_t left = n->bytes > at ? n->bytes - at : 0;
	*x = (struct reading){ .b = b, .at = at, .want = b->n };
	if (x->want > left) { /* whole blocks were asked for */
		x->want = (uint32_t)left;
		memset(b->p + x->want, 0, b->n - x->want);
	}
	if (x->want == 0) {
		end(x, VIO_OK);
		return VIO_OK;
	}
	x->r = (struct folder_request){ .op = FOLDER_READ, .file = n->io, .done = came, .arg = x };
	return ask(folder_of(d), x);
}

static bool is_back(void *arg)
{
	return !((const struct vio_files_block *)arg)->busy;
}

static int wait(void *ctx, struct vio_files_block *b)
{
	(void)ctx;
	return folder_wait(is_back, b);
}

static int turn(void *ctx)
{
	(void)ctx;
	return disk_turn();
}

void folder_disk(struct disk *d, struct vio_files_disk *out)
{
	*out = (struct vio_files_disk){ .ctx = d,
					.bytes = UINT64_MAX - UINT64_MAX % VIO_FILES_SECTOR,
					.block_bytes = VIO_FILES_SECTOR,
					.cache = disk_cache(),
					.start = start,
					.wait = wait,
					.turn = turn };
}
