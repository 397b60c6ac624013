/* SPDX-License-Identifier: BSD-2-Clause */
/* From the blocks of a file to the blocks of the disk: the block map of ext2, and the extents of
 * ext4. */
#include "files/ext.h"

#include <string.h>

enum { DIRECT = 12, LEVELS = 3, NUMBER = 4 };

#define BLOCKS_MAX (UINT64_C(1) << 32) /* block numbers of a file have 32 bits */

enum {
	EXTENT_MAGIC = 0xf30a,
	EXTENT_BYTES = 12, /* the size of an entry, and of the header */
	DEPTH_MAX = 5,
	/* A longer length marks reserved blocks, which read as zeroes. It exceeds their number by
	 * this. */
	WRITTEN_MAX = 32768,
};

/* ---- Block map ---- */

/* Consecutive block numbers, in the inode or at `at` on the disk. */
struct row {
	const uint8_t *inode; /* NULL: they are on the disk */
	uint64_t at;
};

static int number(struct vio_files *v, const struct row *row, uint64_t i, uint32_t *out)
{
	uint8_t raw[NUMBER] = { 0 };
	int rc = VIO_OK;

	if (row->inode)
		memcpy(raw, row->inode + i * NUMBER, NUMBER);
	else
		rc = vio_files_get(&v->disk, row->at + i * NUMBER, raw, NUMBER);
	*out = vio_files_32(raw);
	return rc;
}

/* Count the numbers from the `i`th one on that are consecutive, or that are all 0: at most
 * `most`. */
static int run_of(struct vio_files *v, const struct row *row, uint64_t i, uint64_t most,
		  struct ext_run *r)
{
	uint32_t first, next;
	int rc = number(v, row, i, &first);

	r->at = first;
	for (r->n = 1; rc == VIO_OK && r->n < most; r->n++) {
		/* If the next number is wrong, that is reported when its block is read. */
		if (number(v, row, i + r->n, &next) < 0 || next != (first ? first + r->n : 0))
			break;
	}
	return rc;
}

/* A tree of rows, from the `i`th number of the inode down. Each leaf covers `span` blocks. */
static int map_tree(struct vio_files *v, const struct vio_files_node *n, unsigned i, uint64_t block,
		    uint64_t span, uint64_t most, struct ext_run *r)
{
	const uint32_t numbers = v->ext.block_bytes / NUMBER;
	struct row row = { .inode = n->map };
	uint32_t from;
	int rc = number(v, &row, i, &from);

	for (; rc == VIO_OK && from != 0 && from < v->ext.blocks; block %= span) {
		row = (struct row){ .at = (uint64_t)from * v->ext.block_bytes };
		span /= numbers;
		if (span == 1) {
			const uint64_t left = numbers - block;

			return run_of(v, &row, block, most < left ? most : left, r);
		}
		rc = number(v, &row, block / span, &from);
	}
	*r = (struct ext_run){ 0, span - block };
	return rc == VIO_OK && from != 0 ? VIO_EFORMAT : rc;
}

static int map_blocks(struct vio_files *v, const struct vio_files_node *n, uint64_t block,
		      uint64_t most, struct ext_run *r)
{
	const uint32_t numbers = v->ext.block_bytes / NUMBER;
	const struct row inode = { .inode = n->map };
	uint64_t span = 1;

	if (block < DIRECT) {
		const uint64_t left = DIRECT - block;

		return run_of(v, &inode, block, most < left ? most : left, r);
	}
	block -= DIRECT;
	for (unsigned level = 0; level < LEVELS; level++) {
		span *= numbers;
		if (block < span)
			return map_tree(v, n, DIRECT + level, block, span, most, r);
		block -= span;
	}
	return VIO_EFORMAT;
}

/* ---- Extents ---- */

/* A node of the tree. It lies in the inode, or in a block of its own. */
struct tree {
	const uint8_t *inode; /* NULL: the node is at `at` on the disk */
	uint64_t at;
	uint32_t room;
};

static int get(struct vio_files *v, const struct tree *t, uint32_t i, uint8_t *raw)
{
	if (!t->inode)
		return vio_files_get(&v->disk, t->at + (uint64_t)i * EXTENT_BYTES, raw,
				     EXTENT_BYTES);
	memcpy(raw, t->inode + (size_t)i * EXTENT_BYTES, EXTENT_BYTES);
	return VIO_OK;
}

/* Find the last entry that begins at `block` or before, and copy it to `raw`. Returns 1, or 0 if
 * there is none. If another entry follows, `*end` is lowered to its beginning. */
static int search(struct vio_files *v, const struct tree *t, uint32_t entries, uint64_t block,
		  uint8_t *raw, uint64_t *end)
{
	/* Entries below `low` begin at `block` or before; from `high` on they begin after it. */
	uint32_t low = 0, high = entries;
	int rc;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		rc = get(v, t, middle + 1, raw);
		if (rc < 0)
			return rc;
		if (vio_files_32(raw) <= block) {
			low = middle + 1;
		} else {
			high = middle;
			*end = vio_files_32(raw) < *end ? vio_files_32(raw) : *end;
		}
	}
	if (low == 0)
		return 0;
	rc = get(v, t, low, raw);
	return rc < 0 ? rc : 1;
}

/* `r` is a hole, which ends at the next extent. */
static int map_leaf(const uint8_t *raw, uint64_t block, struct ext_run *r)
{
	const uint64_t skip = block - vio_files_32(raw), len = vio_files_16(raw + 4);
	const uint64_t start = vio_files_32(raw + 8) | (uint64_t)vio_files_16(raw + 6) << 32;

	if (len <= WRITTEN_MAX && skip < len) {
		*r = (struct ext_run){ start + skip, len - skip };
		return r->at == 0 ? VIO_EFORMAT : VIO_OK;
	}
	if (len > WRITTEN_MAX && skip < len - WRITTEN_MAX && r->n > len - WRITTEN_MAX - skip)
		r->n = len - WRITTEN_MAX - skip;
	return VIO_OK;
}

/* Check one level of the tree. `*depth` is the depth of the level above, and becomes that of this
 * one. */
static bool check_node(const uint8_t *raw, const struct tree *t, uint32_t *depth)
{
	const uint32_t own = vio_files_16(raw + 6);
	/* The depth decreases by one with each level, so the loop ends. */
	const bool is_next = t->inode ? own <= *depth : own + 1 == *depth;

	*depth = own;
	return is_next && vio_files_16(raw) == EXTENT_MAGIC &&
	       vio_files_16(raw + 2) <= t->room / EXTENT_BYTES - 1;
}

static int map_extents(struct vio_files *v, const struct vio_files_node *n, uint64_t block,
		       struct ext_run *r)
{
	struct tree t = { .inode = n->map, .room = VIO_FILES_MAP };
	uint64_t end = BLOCKS_MAX;
	uint32_t depth = DEPTH_MAX;

	for (;;) {
		uint8_t raw[EXTENT_BYTES];
		int rc = get(v, &t, 0, raw);

		if (rc < 0)
			return rc;
		if (!check_node(raw, &t, &depth))
			return VIO_EFORMAT;
		rc = search(v, &t, vio_files_16(raw + 2), block, raw, &end);
		*r = (struct ext_run){ 0, end - block };
		if (rc <= 0)
			return rc;
		if (depth == 0)
			return map_leaf(raw, block, r);
		uint64_t child = vio_files_32(raw + 4) | (uint64_t)vio_files_16(raw + 8) << 32;
		if (child >= v->ext.blocks)
			return VIO_EFORMAT;
		t = (struct tree){ .at = child * v->ext.block_bytes, .room = v->ext.block_bytes };
	}
}

int vio_ext_map(struct vio_files *v, const struct vio_files_node *n, uint64_t block, uint64_t most,
		struct ext_run *r)
{
	if (block >= BLOCKS_MAX)
		return VIO_EFORMAT;
	int rc = n->extents ? map_extents(v, n, block, r) : map_blocks(v, n, block, most, r);
	if (rc < 0 || r->at == 0)
		return rc;
	if (r->at >= v->ext.blocks)
		return VIO_EFORMAT;
	if (r->n > v->ext.blocks - r->at)
		r->n = v->ext.blocks - r->at;
	return VIO_OK;
}
