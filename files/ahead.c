/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading ahead. The data blocks are a ring that holds consecutive bytes of one file. */
#include "files/cache.h"

#include <string.h>

enum { SMALL = 8 }; /* the first block is smaller by this factor, since most files are short */

static struct vio_files_block *nth(const struct vio_files_cache *c, unsigned i)
{
	return &c->memory.block[c->memory.maps + (c->first + i) % c->memory.datas];
}

static uint32_t whole_blocks(const struct vio_files_disk *d, uint32_t n)
{
	return n > d->block_bytes ? n - n % d->block_bytes : d->block_bytes;
}

/* Start again at byte `at`, with an empty ring. The next block has at most `limit` bytes. */
static void restart(struct vio_files *v, const struct vio_files_node *n, uint64_t at,
		    uint32_t limit)
{
	struct vio_files_cache *c = v->disk.cache;

	c->file = *n;
	c->format = v->format;
	c->volume = v->disk.first;
	c->next = at;
	c->count = 0;
	c->window = 1;
	c->limit = whole_blocks(&v->disk, limit);
}

static bool is_file(const struct vio_files *v, const struct vio_files_node *n)
{
	const struct vio_files_cache *c = v->disk.cache;

	return c->format == v->format && c->volume == v->disk.first && c->file.id == n->id &&
	       c->file.bytes == n->bytes;
}

/* Drop the blocks before byte `at`. A file that is read in order is worth reading ahead. False: the
 * ring does not contain `at`. */
static bool advance(struct vio_files_cache *c, uint64_t at)
{
	while (c->count > 0) {
		const struct vio_files_block *b = nth(c, 0);

		if (at < b->pos)
			return false;
		if (at - b->pos < b->len)
			return true;
		c->first = (c->first + 1) % c->memory.datas;
		c->count--;
		c->window = c->memory.datas;
		c->limit =
			c->limit < c->memory.data_bytes / 2 ? 2 * c->limit : c->memory.data_bytes;
	}
	return at == c->next;
}

/* Start to read the bytes of the run, as many as fit into the block. */
static void ask(const struct vio_files *v, struct vio_files_block *b, const struct vio_files_run *r)
{
	const struct vio_files_disk *d = &v->disk;
	const uint64_t at = d->first + r->at, end = d->first + d->bytes;
	const uint32_t unit = d->block_bytes;

	b->skip = (uint32_t)(at % unit);
	if (b->len > d->cache->memory.data_bytes - b->skip)
		b->len = d->cache->memory.data_bytes - b->skip;
	const uint64_t begin = at - b->skip,
		       n = (b->skip + (uint64_t)b->len + unit - 1) / unit * unit;
	vio_files_block_start(d, b, begin, (uint32_t)(n < end - begin ? n : end - begin));
}

/* Read the next part of the file into `b`. The result is that of format->map(). */
static int next_block(struct vio_files *v, struct vio_files_block *b)
{
	struct vio_files_cache *c = v->disk.cache;
	struct vio_files_run r;
	const uint32_t unit = v->disk.block_bytes, room = c->memory.data_bytes - unit;
	/* Clusters of 512 bytes may begin within a block of 4096. */
	const uint32_t limit = unit > VIO_FILES_SECTOR && c->limit > room ? room : c->limit;
	/* The next block begins at the start of a block of the disk. */
	const uint32_t most = limit - (uint32_t)(c->next % unit);
	const int rc = c->format->map(v, &c->file, c->next, most, &r);

	if (rc <= 0)
		return rc;
	if (!r.hole && (r.at > v->disk.bytes || r.bytes > v->disk.bytes - r.at))
		return VIO_EFORMAT;
	b->pos = c->next;
	b->len = r.bytes < most ? (uint32_t)r.bytes : most;
	if (b->len > c->file.bytes - c->next)
		b->len = (uint32_t)(c->file.bytes - c->next);
	b->skip = 0;
	b->n = 0;
	b->err = VIO_OK;
	if (r.hole)
		memset(b->p, 0, b->len);
	else
		ask(v, b, &r);
	c->next += b->len;
	c->count++;
	return 1;
}

static bool wants_more(const struct vio_files_cache *c)
{
	return c->count < c->window && c->next < c->file.bytes;
}

/* Keep `window` blocks in flight. An error is reported when the reader reaches its block. */
static int fill(struct vio_files *v)
{
	struct vio_files_cache *c = v->disk.cache;
	int rc = 1;

	while (rc > 0 && wants_more(c)) {
		struct vio_files_block *b = nth(c, c->count);

		/* A read for an earlier file. */
		rc = b->busy ? vio_files_block_wait(&v->disk, b) : VIO_OK;
		if (rc == VIO_OK || !b->busy)
			rc = next_block(v, b);
	}
	return c->count > 0 || rc > 0 ? 1 : rc;
}

/* The first block of the ring, after waiting for it. If a large read fails, smaller reads get as
 * far as possible. The result is that of vio_files_ahead(). */
static int first_block(struct vio_files *v, const struct vio_files_node *n, uint64_t at)
{
	struct vio_files_cache *c = v->disk.cache;

	for (;;) {
		struct vio_files_block *b = nth(c, 0);
		int rc = fill(v);

		if (rc <= 0)
			return rc;
		rc = vio_files_block_wait(&v->disk, b);
		if (rc == VIO_OK)
			return 1;
		if (!vio_files_is_narrow(rc) || b->len <= v->disk.block_bytes) {
			c->format = NULL;
			return rc;
		}
		restart(v, n, at, b->len / 2);
	}
}

bool vio_files_reads_ahead(const struct vio_files_disk *d)
{
	const struct vio_files_cache *c = d->cache;

	return c && c->memory.datas > 0 && c->memory.data_bytes / d->block_bytes >= 2 &&
	       c->memory.data_bytes % d->block_bytes == 0;
}

int vio_files_ahead(struct vio_files *v, const struct vio_files_node *n, uint64_t at,
		    const uint8_t **p)
{
	struct vio_files_cache *c = v->disk.cache;

	if (!is_file(v, n) || !advance(c, at))
		restart(v, n, at, c->memory.data_bytes / SMALL);
	int rc = wants_more(c) ? vio_files_turn(&v->disk) : VIO_OK;
	if (rc == VIO_OK)
		rc = first_block(v, n, at);
	if (rc <= 0)
		return rc;
	const struct vio_files_block *b = nth(c, 0);
	*p = b->p + b->skip + (at - b->pos);
	return (int)(b->len - (at - b->pos));
}
