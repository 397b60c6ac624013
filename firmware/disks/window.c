/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk for files/: its reads are requests, several at once, that are waited for while the loop
 * turns. */
#include <picovirtio/board.h>
#include <picovirtio/cache.h>
#include "firmware/disks/disk.h"

/* What files/ reads with; its large memory is the board's. Static: a read that the device still
 * owns outlives the command that made it. */
enum { DATA_BYTES = 128 * 1024, CACHE_LINE = 64 };

static struct {
	bool open;
	struct vio_files_cache cache;
	struct vio_files_block block[DISK_BLOCKS];
	struct disk_request reading[DISK_BLOCKS];
	uint8_t least[DISK_BLOCK_MAX]; /* where the board has no memory left */
} cache;

static void read_done(struct disk_request *r)
{
	struct vio_files_block *block = r->arg;

	block->err = r->err;
	block->busy = false;
}

static int start_read(void *ctx, struct vio_files_block *b)
{
	struct disk_request *r = b->arg;

	if (disk_is_late(ctx))
		return VIO_EBUSY;
	*r = (struct disk_request){ .op = DISK_READ,
				    .sector = b->at / DISK_SECTOR,
				    .p = b->p,
				    .n = b->n,
				    .done = read_done,
				    .arg = b };
	return disk_submit(ctx, r);
}

/* The block may be in flight for a disk of another kind. */
static int wait_read(void *ctx, struct vio_files_block *b)
{
	struct disk_request *r = b->arg;

	return b->busy && !r->busy ? VIO_EBUSY : disk_wait(ctx, r);
}

static int turn(void *ctx)
{
	(void)ctx;
	return disk_turn();
}

/* Called once, before files are read for the first time. On a small machine less is read ahead. */
static void open_cache(void)
{
	const struct vio_platform *p = &vio_board.platform;
	struct vio_files_memory m = { .block = cache.block,
				      .maps = DISK_MAPS,
				      .map_bytes = DISK_BLOCK_MAX,
				      .datas = DISK_DATAS };

	for (uint32_t n = DATA_BYTES; !m.p && n > DISK_BLOCK_MAX; n /= 2) {
		m.data_bytes = n;
		m.p = p->memory(p->ctx,
				VIO_FILES_CACHE_BYTES(DISK_MAPS, m.map_bytes, DISK_DATAS, n),
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

struct vio_files_cache *disk_cache(void)
{
	if (!cache.open)
		open_cache();
	vio_files_cache_forget(&cache.cache);
	return &cache.cache;
}

unsigned disk_block_number(const struct vio_files_block *b)
{
	return (unsigned)(b - cache.block);
}

int disk_window(struct disk *d, struct vio_files_disk *out)
{
	const uint64_t most = UINT64_MAX / DISK_SECTOR;
	struct disk_info i;

	*out = (struct vio_files_disk){ .ctx = d };
	if (d->slot->device->state != VIO_LIVE)
		return VIO_EDEVICE;
	if (disk_lack(d))
		return VIO_EIO;
	d->class->info(d, &i);
	const uint64_t bytes = (i.sectors < most ? i.sectors : most) * DISK_SECTOR;
	*out = (struct vio_files_disk){ .ctx = d,
					.bytes = bytes - bytes % i.block_bytes,
					.block_bytes = i.block_bytes,
					.cache = disk_cache(),
					.start = start_read,
					.wait = wait_read,
					.turn = turn };
	return VIO_OK;
}
