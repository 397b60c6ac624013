/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk for files/: its reads are requests, several at once, that are waited for while the loop
 * turns. */
#include <picovirtio/board.h>
#include <picovirtio/cache.h>
#include "firmware/disks/disk.h"

/* What files/ reads with; its large memory is the board's. Static: a read that the device still
 * owns outlives the command that made it. */
enum { MAPS = 16, DATAS = 4, DATA_BYTES = 128 * 1024, CACHE_LINE = 64 };

struct reading {
	struct vio_blk_request r;
	struct vio_blk_seg seg;
};

static struct {
	bool open;
	struct vio_files_cache cache;
	struct vio_files_block block[MAPS + DATAS];
	struct reading reading[MAPS + DATAS];
	uint8_t least[VIO_BLK_BLOCK_MAX]; /* where the board has no memory left */
} cache;

static void read_done(struct vio_blk *b, struct vio_blk_request *r)
{
	struct vio_files_block *block = r->arg;

	(void)b;
	block->err = r->err;
	block->busy = false;
}

static int start_read(void *ctx, struct vio_files_block *b)
{
	struct reading *x = b->arg;
	const struct disk *d = ctx;

	if (disk_is_late(d))
		return VIO_EBUSY;
	if (b->n > (uint64_t)d->b->info.segs * d->b->info.seg_bytes)
		return VIO_ERANGE; /* files/ then asks for less */
	x->seg = (struct vio_blk_seg){ b->p, b->n };
	x->r = (struct vio_blk_request){ .op = VIO_BLK_READ,
					 .sector = b->at / VIO_BLK_SECTOR,
					 .seg = &x->seg,
					 .nseg = 1,
					 .done = read_done,
					 .arg = b };
	int rc = vio_blk_submit(d->b, &x->r);
	if (rc == VIO_OK)
		vio_blk_kick(d->b);
	return rc;
}

static int wait_read(void *ctx, struct vio_files_block *b)
{
	struct reading *x = b->arg;

	return disk_wait(ctx, &x->r);
}

static int turn(void *ctx)
{
	(void)ctx;
	return disk_turn();
}

/* Once, before files are looked at for the first time. A small machine reads ahead less. */
static void open_cache(void)
{
	const struct vio_platform *p = &vio_board.platform;
	struct vio_files_memory m = {
		.block = cache.block, .maps = MAPS, .map_bytes = VIO_BLK_BLOCK_MAX, .datas = DATAS
	};

	for (uint32_t n = DATA_BYTES; !m.p && n > VIO_BLK_BLOCK_MAX; n /= 2) {
		m.data_bytes = n;
		m.p = p->memory(p->ctx, VIO_FILES_CACHE_BYTES(MAPS, m.map_bytes, DATAS, n),
				CACHE_LINE);
	}
	if (!m.p) {
		m.p = cache.least;
		m.maps = 1;
		m.datas = 0;
	}
	vio_files_cache_init(&cache.cache, &m);
	for (unsigned i = 0; i < m.maps + m.datas; i++)
		cache.block[i].arg = &cache.reading[i];
	cache.open = true;
}

void disk_window(struct disk *d, struct vio_files_disk *out)
{
	const struct vio_blk_info *i = &d->b->info;
	const uint64_t most = UINT64_MAX / VIO_BLK_SECTOR;
	const uint64_t bytes = (i->sectors < most ? i->sectors : most) * VIO_BLK_SECTOR;

	if (!cache.open)
		open_cache();
	vio_files_cache_forget(&cache.cache);
	*out = (struct vio_files_disk){ .ctx = d,
					.bytes = bytes - bytes % i->block_bytes,
					.block_bytes = i->block_bytes,
					.cache = &cache.cache,
					.start = start_read,
					.wait = wait_read,
					.turn = turn };
}
