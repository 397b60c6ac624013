/* SPDX-License-Identifier: BSD-2-Clause */
/* Blocks of the disk, and the cache for tables and directories, in which the block that was not
 * used for the longest time is replaced. */
#include "files/cache.h"

#include <string.h>

void vio_files_cache_forget(struct vio_files_cache *c)
{
	for (unsigned i = 0; i < c->memory.maps + c->memory.datas; i++)
		c->memory.block[i].n = 0;
	c->recent = NULL;
	c->format = NULL;
}

void vio_files_cache_init(struct vio_files_cache *c, const struct vio_files_memory *m)
{
	uint8_t *p = m->p;

	*c = (struct vio_files_cache){ .memory = *m };
	for (unsigned i = 0; i < m->maps + m->datas; i++) {
		m->block[i] = (struct vio_files_block){ .p = p };
		p += i < m->maps ? m->map_bytes : m->data_bytes;
	}
}

int vio_files_turn(const struct vio_files_disk *d)
{
	d->cache->work = 0;
	return d->turn ? d->turn(d->ctx) : VIO_OK;
}

bool vio_files_is_narrow(int err)
{
	return err == VIO_EIO || err == VIO_EADDR || err == VIO_EFULL || err == VIO_ERANGE;
}

void vio_files_block_start(const struct vio_files_disk *d, struct vio_files_block *b, uint64_t at,
			   uint32_t n)
{
	b->at = at;
	b->n = n;
	b->err = VIO_OK;
	b->busy = d->start;
	const int rc = d->start ? d->start(d->ctx, b) : d->read(d->ctx, at, b->p, n);
	if (rc < 0) {
		b->busy = false;
		b->err = rc;
	}
}

int vio_files_block_wait(const struct vio_files_disk *d, struct vio_files_block *b)
{
	int rc = b->busy ? d->wait(d->ctx, b) : VIO_OK;

	if (rc == VIO_OK)
		rc = b->busy ? VIO_EBUSY : b->err;
	if (rc < 0)
		b->n = 0;
	return rc;
}

static bool holds(const struct vio_files_block *b, uint64_t at)
{
	return !b->busy && at >= b->at && at - b->at < b->n;
}

/* The block that contains byte `at`, or one to read it into. NULL: all blocks are in flight. */
static struct vio_files_block *choose(struct vio_files_cache *c, uint64_t at)
{
	struct vio_files_block *oldest = NULL;

	for (unsigned i = 0; i < c->memory.maps; i++) {
		struct vio_files_block *b = &c->memory.block[i];

		if (holds(b, at))
			return b;
		if (!b->busy && (!oldest || c->clock - b->used > c->clock - oldest->used))
			oldest = b;
	}
	return oldest;
}

/* Read the `unit` bytes around byte `at` of the disk, as far as they lie within `d`. */
static int load(const struct vio_files_disk *d, struct vio_files_block *b, uint64_t at,
		uint32_t unit)
{
	const uint64_t begin = at - at % unit, first = begin > d->first ? begin : d->first;
	const uint64_t left = d->first + d->bytes - first, n = begin + unit - first;

	if (unit % d->block_bytes != 0)
		return VIO_EINVAL;
	vio_files_block_start(d, b, first, (uint32_t)(n < left ? n : left));
	return vio_files_block_wait(d, b);
}

static int find(const struct vio_files_disk *d, uint64_t at, struct vio_files_block **out)
{
	struct vio_files_cache *c = d->cache;
	struct vio_files_block *b = c->recent;

	if (!b || !holds(b, at))
		b = choose(c, at);
	if (!b)
		return VIO_EBUSY;
	int rc = holds(b, at) ? VIO_OK : load(d, b, at, c->memory.map_bytes);
	if (rc < 0 && vio_files_is_narrow(rc)) /* the bad sector may lie in the rest of the block */
		rc = load(d, b, at, d->block_bytes);
	b->used = ++c->clock;
	*out = c->recent = b;
	return rc;
}

int vio_files_cache_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n)
{
	uint8_t *p = to;
	int rc = ++d->cache->work >= VIO_FILES_TURN ? vio_files_turn(d) : VIO_OK;

	while (n > 0 && rc == VIO_OK) {
		struct vio_files_block *b;

		rc = find(d, at, &b);
		if (rc < 0)
			return rc;
		uint32_t len = (uint32_t)(b->at + b->n - at);
		if (len > n)
			len = n;
		memcpy(p, b->p + (at - b->at), len);
		p += len;
		at += len;
		n -= len;
	}
	return rc;
}
