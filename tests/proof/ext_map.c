/* SPDX-License-Identifier: BSD-2-Clause */
/* ext with blocks of BLOCK bytes: from a block of a file to blocks of the disk. EXTENTS: the tree
 * of extents. SEARCH: search() in a node of any length. NUMBER_AND_ENTRY: number() and get().
 * Without these: the map of ext2, with any numbers. */
#include "tests/proof/bytes.h"

static void halve(uint32_t *low, uint32_t *high, uint32_t entries, uint64_t block, uint64_t *end);

#include "files/ext_map.c"

#include <stdlib.h>

static struct vio_files v;
static struct vio_files_node *node;

int vio_files_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n)
{
	(void)at;
	claim_that(d == &v.disk && __CPROVER_w_ok(to, n), "bytes of this disk have room");
	for (uint32_t i = 0; i < n; i++)
		((uint8_t *)to)[i] = (uint8_t)nondet_u16();
	return nondet_bool() ? VIO_EIO : VIO_OK;
}

static void any_ext(void)
{
	v.disk.bytes = nondet_u64();
	v.ext.block_bytes = BLOCK;
	v.ext.blocks = nondet_u64();
	assume(v.ext.blocks <= v.disk.bytes / BLOCK);
	node = malloc(sizeof(*node)); /* not set, so the map has any bytes */
	node->extents = false;
}

/* For number(): any number. */
int any_number(struct vio_files *files, const struct row *row, uint64_t i, uint32_t *out)
{
	claim_that(files == &v, "this disk");
	claim_that(row->inode ? row->inode == node->map && i < VIO_FILES_MAP / NUMBER
			      : row->at / BLOCK < v.ext.blocks && i < BLOCK / NUMBER,
		   "the number lies in the inode, or in a block of this disk");
	*out = nondet_u32();
	return nondet_bool() ? VIO_EIO : VIO_OK;
}

static bool node_holds(const struct tree *t)
{
	return t->inode ? t->inode == node->map && t->room == VIO_FILES_MAP
			: t->at / BLOCK < v.ext.blocks && t->room == BLOCK;
}

/* For get(): any entry. */
int any_entry(struct vio_files *files, const struct tree *t, uint32_t i, uint8_t *raw)
{
	claim_that(files == &v && node_holds(t) && i < t->room / EXTENT_BYTES,
		   "the entry lies in its node");
	return vio_files_get(&v.disk, t->at, raw, EXTENT_BYTES);
}

/* For search(): an entry, or none. Its beginning may lie behind `block`, since the disk may have
 * changed since. */
int any_search(struct vio_files *files, const struct tree *t, uint32_t entries, uint64_t block,
	       uint8_t *raw, uint64_t *end)
{
	claim_that(files == &v && node_holds(t) && entries <= t->room / EXTENT_BYTES - 1,
		   "the entries lie in their node");
	claim_that(block < *end, "the block is before the end of the hole");
	const uint64_t next = nondet_u64();
	assume(next > block && next <= *end);
	*end = next;
	if (nondet_bool())
		return 0;
	const int rc = vio_files_get(&v.disk, 0, raw, EXTENT_BYTES);
	return rc < 0 ? rc : 1;
}

static void it_was_mapped(const struct ext_run *r)
{
	place();
	claim_that(r->n > 0, "a block at least");
	claim_that(r->at == 0 || (r->at < v.ext.blocks && r->n <= v.ext.blocks - r->at),
		   "a hole, or blocks of the disk");
}

static void it_was_searched(uint64_t block, uint64_t end, uint64_t before)
{
	place();
	claim_that(end > block && before <= BLOCKS_MAX, "a hole ends behind the block");
}

/* In front of the condition of the loop of search(): the first call begins at any turn, and the
 * second one shows that one turn keeps what holds, and that it was a step towards the end. */
static void halve(uint32_t *low, uint32_t *high, uint32_t entries, uint64_t block, uint64_t *end)
{
	static bool under_way;
	static uint32_t left;
	static uint64_t was;
	const bool holds = *low <= *high && *high <= entries && *end > block && *end <= BLOCKS_MAX;

	claim_that(holds,
		   "the entries left are some of the node's, and the end is behind the block");
	claim_that(!under_way || *high - *low < left, "a turn is a step towards the end");
	claim_that(!under_way || *end <= was, "the next entry is the nearest one that was seen");
	assume(!under_way);
	under_way = true;
	*low = nondet_u32();
	*high = nondet_u32();
	*end = nondet_u64();
	assume(*low <= *high && *high <= entries && *end > block && *end <= BLOCKS_MAX);
	left = *high - *low;
	was = *end;
}

static void an_entry_was_read(void)
{
	place();
}

static void run(void)
{
	any_ext();
#if defined(SEARCH)
	const uint64_t block = nondet_u64(), before = nondet_u64();
	struct tree t = { nondet_bool() ? node->map : NULL, nondet_u64(), BLOCK };
	uint64_t end = before;
	uint8_t raw[EXTENT_BYTES];
	const uint32_t entries = nondet_u32();

	t.room = t.inode ? VIO_FILES_MAP : BLOCK;
	assume(node_holds(&t) && entries <= t.room / EXTENT_BYTES - 1);
	assume(block < before && before <= BLOCKS_MAX);
	if (search(&v, &t, entries, block, raw, &end) >= 0)
		it_was_searched(block, end, before);
#elif defined(NUMBER_AND_ENTRY)
	const uint8_t *const map = malloc(VIO_FILES_MAP);
	const struct row row = { nondet_bool() ? map : NULL, nondet_u64() };
	const struct tree t = { row.inode, row.at, VIO_FILES_MAP };
	const uint32_t i = nondet_u32();
	uint8_t raw[EXTENT_BYTES];
	uint32_t n;

	assume(!row.inode || i < VIO_FILES_MAP / NUMBER);
	if (number(&v, &row, i, &n) == VIO_OK && i < VIO_FILES_MAP / EXTENT_BYTES &&
	    get(&v, &t, i, raw) == VIO_OK)
		an_entry_was_read();
#else
	struct ext_run r;
	const uint64_t block = nondet_u64(), most = nondet_u64();

	assume(most > 0);
#ifdef EXTENTS
	node->extents = true;
#endif
	if (vio_ext_map(&v, node, block, most, &r) == VIO_OK)
		it_was_mapped(&r);
#endif
}

int main(void)
{
	run();
	return 0;
}
