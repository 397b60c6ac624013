/* SPDX-License-Identifier: BSD-2-Clause */
/* From the blocks of a file to the blocks of the disk: the block map of ext2, and the extents of
 * ext4. */
#include "files/ext.h"

#include <string.h>

enum { DIRECT = 12, LEVELS = 3, NUMBER = 4 };

enum {
	EXTENT_MAGIC = 0xf30a,
	EXTENT_BYTES = 12, /* the size of an entry, and of the header */
	DEPTH_MAX = 5,
	WRITTEN_MAX = 32768, /* a longer length marks reserved blocks, which read as zeroes */
};

/* ---- Block map ---- */

/* Checks a block number of the map. */
static int check_block(const struct vio_files *v, uint64_t block)
{
	return block < v->ext.blocks ? VIO_OK : VIO_EFORMAT;
}

static int map_indirect(struct vio_files *v, uint32_t from, uint64_t block, uint64_t span,
			uint64_t *at)
{
	const uint32_t numbers = v->ext.block_bytes / NUMBER;
	uint8_t raw[NUMBER];

	while (span > 1 && from != 0) {
		int rc = check_block(v, from);

		span /= numbers;
		if (rc == VIO_OK)
			rc = vio_files_get(&v->disk,
					   (uint64_t)from * v->ext.block_bytes +
						   block / span * NUMBER,
					   raw, sizeof(raw));
		if (rc < 0)
			return rc;
		from = vio_files_32(raw);
		block %= span;
	}
	*at = from;
	return check_block(v, from);
}

static int map_blocks(struct vio_files *v, const struct vio_files_node *n, uint64_t block,
		      uint64_t *at)
{
	const uint32_t numbers = v->ext.block_bytes / NUMBER;
	uint64_t span = 1;

	if (block < DIRECT)
		return map_indirect(v, vio_files_32(n->map + block * NUMBER), 0, 1, at);
	block -= DIRECT;
	for (unsigned level = 0; level < LEVELS; level++) {
		span *= numbers;
		if (block < span)
			return map_indirect(v, vio_files_32(n->map + (DIRECT + level) * NUMBER),
					    block, span, at);
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
 * there is none. */
static int search(struct vio_files *v, const struct tree *t, uint32_t entries, uint64_t block,
		  uint8_t *raw)
{
	/* Entries below `low` begin at `block` or before; from `high` on they begin after it. */
	uint32_t low = 0, high = entries;
	int rc;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		rc = get(v, t, middle + 1, raw);
		if (rc < 0)
			return rc;
		if (vio_files_32(raw) <= block)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return 0;
	rc = get(v, t, low, raw);
	return rc < 0 ? rc : 1;
}

static int map_leaf(const struct vio_files *v, const uint8_t *raw, uint64_t block, uint64_t *at)
{
	const uint64_t skip = block - vio_files_32(raw), len = vio_files_16(raw + 4);
	const uint64_t start = vio_files_32(raw + 8) | (uint64_t)vio_files_16(raw + 6) << 32;

	if (len > WRITTEN_MAX || skip >= len)
		return VIO_OK;
	*at = start + skip;
	return *at == 0 ? VIO_EFORMAT : check_block(v, *at);
}

static int map_extents(struct vio_files *v, const struct vio_files_node *n, uint64_t block,
		       uint64_t *at)
{
	struct tree t = { .inode = n->map, .room = VIO_FILES_MAP };
	uint32_t depth = DEPTH_MAX;
	bool root = true;

	*at = 0;
	for (;;) {
		uint8_t raw[EXTENT_BYTES];
		int rc = get(v, &t, 0, raw);

		if (rc < 0)
			return rc;
		/* The depth decreases by one with each level, so the loop ends. */
		if (vio_files_16(raw) != EXTENT_MAGIC ||
		    vio_files_16(raw + 2) > t.room / EXTENT_BYTES - 1 ||
		    (root ? vio_files_16(raw + 6) > depth : vio_files_16(raw + 6) + 1 != depth))
			return VIO_EFORMAT;
		depth = vio_files_16(raw + 6);
		rc = search(v, &t, vio_files_16(raw + 2), block, raw);
		if (rc <= 0)
			return rc;
		if (depth == 0)
			return map_leaf(v, raw, block, at);
		uint64_t child = vio_files_32(raw + 4) | (uint64_t)vio_files_16(raw + 8) << 32;
		if (check_block(v, child) < 0)
			return VIO_EFORMAT;
		t = (struct tree){ .at = child * v->ext.block_bytes, .room = v->ext.block_bytes };
		root = false;
	}
}

int vio_ext_map(struct vio_files *v, const struct vio_files_node *n, uint64_t block, uint64_t *at)
{
	if (block > UINT32_MAX)
		return VIO_EFORMAT;
	return n->extents ? map_extents(v, n, block, at) : map_blocks(v, n, block, at);
}
