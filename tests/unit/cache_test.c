/* SPDX-License-Identifier: BSD-2-Clause */
/* The cache of files/: when it reads what, and reads that fail or never end. */
#include "tests/unit/files_rig.h"

#include <picovirtio/cache.h>

/* FAT12 with clusters of a sector: table at 1 (6 sectors), root at 7 (2), data at 9. The file has
 * the clusters from FIRST on, and byte i of it is byte_of(i). */
enum { TABLE = 512, ROOT = 7 * 512, DATA = 9 * 512, FIRST = 10, CLUSTERS = 1000, SECTOR = 512 };
enum { MAPS = 6, DATAS = 4, BLOCK = 8192, BYTES = CLUSTERS * SECTOR };

static struct vio_files v;
static struct vio_files_disk d;
static uint64_t disk_bytes = DISK_BYTES;
static struct vio_files_node file;
static struct vio_files_cache cache;
static struct vio_files_block block[MAPS + DATAS];
static uint8_t memory[VIO_FILES_CACHE_BYTES(MAPS, 4096, DATAS, BLOCK)];

/* The disk under the cache. */
static struct {
	struct vio_files_block *flying[MAPS + DATAS];
	unsigned nflying, most_flying;
	unsigned map_reads, data_reads, turns;
	uint64_t bad;  /* a sector that cannot be read */
	uint32_t room; /* more bytes do not fit a request */
	bool silent;
	int turn;
} x;

static uint8_t byte_of(uint64_t i)
{
	return (uint8_t)(i * 7 + i / 251);
}

static int start(void *ctx, struct vio_files_block *b)
{
	const bool is_map = b < block + cache.memory.maps;
	const uint32_t most = is_map ? cache.memory.map_bytes : cache.memory.data_bytes;

	assert_ptr_equal(ctx, disk);
	for (unsigned i = 0; i < x.nflying; i++)
		assert_ptr_not_equal(x.flying[i], b);
	assert_true(b->n > 0 && b->n <= most && b->n % d.block_bytes == 0);
	assert_true(b->at % d.block_bytes == 0 && b->at + b->n <= d.bytes);
	if (x.room && b->n > x.room)
		return VIO_EFULL;
	if (is_map)
		x.map_reads++;
	else
		x.data_reads++;
	x.flying[x.nflying++] = b;
	if (x.nflying > x.most_flying)
		x.most_flying = x.nflying;
	return VIO_OK;
}

/* The one that was started last ends first. */
static void end_one(void)
{
	struct vio_files_block *b = x.flying[--x.nflying];
	const uint64_t bad = x.bad * SECTOR;

	memcpy(b->p, disk + b->at, b->n);
	b->err = bad && bad >= b->at && bad < b->at + b->n ? VIO_EIO : VIO_OK;
	b->busy = false;
}

static int end_until(void *ctx, struct vio_files_block *b)
{
	(void)ctx;
	if (x.silent)
		return VIO_ETIMEDOUT;
	while (b->busy)
		end_one();
	return VIO_OK;
}

static int turn(void *ctx)
{
	(void)ctx;
	x.turns++;
	return x.turn;
}

static void table(unsigned c, unsigned next)
{
	const uint64_t at = TABLE + c + c / 2;

	put(at, 2,
	    c & 1 ? (next << 4) | (disk[at] & 15u) : next | (unsigned)(disk[at + 1] & 0xf0) << 8);
}

static void entry(unsigned i, const char *name, unsigned first, uint32_t bytes)
{
	const uint64_t at = ROOT + 32 * i;

	memcpy(disk + at, name, 11);
	put(at + 11, 1, 0x20);
	put(at + 26, 2, first);
	put(at + 28, 4, bytes);
}

static void volume(void)
{
	static const struct {
		unsigned at, width, v;
	} boot[] = { { 11, 2, 512 },  { 13, 1, 1 },  { 14, 2, 1 },
		     { 16, 1, 1 },    { 17, 2, 32 }, { 19, 2, 2048 },
		     { 21, 1, 0xf8 }, { 22, 2, 6 },  { 510, 2, 0xaa55 } };

	blank(NULL);
	for (unsigned i = 0; i < sizeof(boot) / sizeof(*boot); i++)
		put(boot[i].at, boot[i].width, boot[i].v);
	for (unsigned i = 0; i < CLUSTERS; i++)
		table(FIRST + i, i + 1 < CLUSTERS ? FIRST + i + 1 : 0xfff);
	for (uint64_t i = 0; i < BYTES; i++)
		disk[DATA + (FIRST - 2) * SECTOR + i] = byte_of(i);
	entry(0, "FILE       ", FIRST, BYTES);
	entry(1, "LATER      ", FIRST + 500, BYTES / 2);
}

static void mount_with(struct vio_files_memory m, uint32_t block_bytes)
{
	m.p = memory;
	m.block = block;
	memset(block, 0, sizeof(block));
	memset(&x, 0, sizeof(x));
	d = whole;
	d.bytes = disk_bytes;
	d.block_bytes = block_bytes;
	d.cache = &cache;
	d.start = start;
	d.wait = end_until;
	d.turn = turn;
	vio_files_cache_init(&cache, &m);
	assert_int_equal(vio_files_mount(&v, &d), VIO_OK);
	assert_int_equal(vio_files_find(&v, "/FILE", &file), VIO_OK);
}

static const struct vio_files_memory usual = {
	.maps = MAPS, .map_bytes = SECTOR, .datas = DATAS, .data_bytes = BLOCK
};

static int setup(void **state)
{
	(void)state;
	volume();
	mount_with(usual, SECTOR);
	return 0;
}

/* Reads at most `n` bytes from `at`, and compares them. */
static int read_at(uint64_t at, uint32_t n)
{
	static uint8_t got[BYTES];
	const int rc = vio_files_read(&v, &file, at, got, n);

	for (int i = 0; i < rc; i++) {
		if (got[i] != byte_of(at + (unsigned)i))
			fail_msg("byte %u: %u", (unsigned)(at + (unsigned)i), got[i]);
	}
	return rc;
}

static void read_all(uint32_t step)
{
	for (uint64_t at = 0; at < BYTES; at += step)
		assert_int_equal(read_at(at, step), step < BYTES - at ? step : BYTES - at);
}

/* ---- Which bytes are read ---- */

static void test_maps_and_data_do_not_push_each_other_out(void **state)
{
	(void)state;
	read_all(1000);
	/* Boot sector, directory, and the three sectors of the table, each once. */
	assert_int_equal(x.map_reads, 5);
	/* The first ones are smaller. */
	assert_in_range(x.data_reads, BYTES / BLOCK, BYTES / BLOCK + 8);
	assert_int_equal(x.most_flying, DATAS);
}

static void test_one_block_is_read_until_the_next_is_wanted(void **state)
{
	(void)state;
	assert_int_equal(read_at(0, 100), 100);
	assert_int_equal(read_at(100, 924), 924);
	assert_int_equal(x.data_reads, 1);
	assert_int_equal(read_at(1024, 1), 1);
	assert_int_equal(x.data_reads, 1 + DATAS);
}

static void test_any_order_of_reads(void **state)
{
	uint64_t at = 1;

	(void)state;
	for (unsigned i = 0; i < 2000; i++) {
		at = at * UINT64_C(6364136223846793005) + 1442695040888963407u;
		const uint64_t from = (at >> 33) % BYTES;
		const uint32_t n = (uint32_t)(at >> 20) % 20000;

		assert_int_equal(read_at(from, n), n < BYTES - from ? n : BYTES - from);
	}
	read_all(BYTES);
}

static void test_files_in_turn(void **state)
{
	struct vio_files_node later;
	uint8_t got;

	(void)state;
	assert_int_equal(vio_files_find(&v, "/LATER", &later), VIO_OK);
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(read_at(i * 700, 1), 1);
		assert_int_equal(vio_files_read(&v, &later, i * 700, &got, 1), 1);
		assert_int_equal(got, byte_of(500 * SECTOR + i * 700));
	}
}

static void test_the_map_that_was_not_used_for_longest_gives_way(void **state)
{
	static const struct {
		unsigned sector, reads;
	} get[] = { { 20, 1 }, { 21, 2 }, { 20, 2 }, { 22, 3 }, { 20, 3 }, { 21, 4 } };
	const struct vio_files_memory two = {
		.maps = 2, .map_bytes = SECTOR, .datas = 1, .data_bytes = BLOCK
	};
	uint8_t got[4];

	(void)state;
	mount_with(two, SECTOR);
	x.map_reads = 0;
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(vio_files_get(&d, get[i].sector * SECTOR + 3, got, 4), VIO_OK);
		assert_memory_equal(got, disk + get[i].sector * SECTOR + 3, 4);
		assert_int_equal(x.map_reads, get[i].reads);
	}
	/* Over the end of a block. */
	assert_int_equal(vio_files_get(&d, 30 * SECTOR - 2, got, 4), VIO_OK);
	assert_memory_equal(got, disk + 30 * SECTOR - 2, 4);
}

static void test_blocks_larger_than_clusters(void **state)
{
	const struct vio_files_memory m = {
		.maps = 2, .map_bytes = 4096, .datas = 2, .data_bytes = 8192
	};

	(void)state;
	mount_with(m, 4096);
	read_all(700);
	assert_true(x.data_reads <= 3 + BYTES / 4096);
	read_all(BYTES);
}

static void test_what_was_read_is_forgotten(void **state)
{
	uint8_t got;

	(void)state;
	assert_int_equal(read_at(0, 10), 10);
	disk[DATA + (FIRST - 2) * SECTOR + 3]++;
	assert_int_equal(vio_files_read(&v, &file, 3, &got, 1), 1);
	assert_int_equal(got, byte_of(3));
	vio_files_cache_forget(&cache);
	assert_int_equal(vio_files_read(&v, &file, 3, &got, 1), 1);
	assert_int_equal(got, (uint8_t)(byte_of(3) + 1));
	put(ROOT, 1, 'X');
	assert_int_equal(vio_files_find(&v, "/XILE", &file), VIO_OK);
	put(ROOT, 1, 'Y');
	assert_int_equal(vio_files_find(&v, "/XILE", &file), VIO_OK);
	vio_files_cache_forget(&cache);
	assert_int_equal(vio_files_find(&v, "/YILE", &file), VIO_OK);
}

static void test_a_function_that_reads_is_enough(void **state)
{
	(void)state;
	d.start = NULL;
	d.wait = NULL;
	vio_files_cache_forget(&cache);
	assert_int_equal(vio_files_mount(&v, &d), VIO_OK);
	assert_int_equal(vio_files_find(&v, "/FILE", &file), VIO_OK);
	looks = 0;
	read_all(1000);
	assert_in_range(looks, BYTES / BLOCK, BYTES / BLOCK + 12);
	fail_at = looks + 1;
	assert_int_equal(read_at(0, 1), 1); /* the smaller read works */
	assert_int_equal(looks, fail_at + 1);
}

/* ---- Memory that does not fit ---- */

static void test_without_blocks_for_data_the_maps_serve(void **state)
{
	struct vio_files_memory m = usual;

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		m.datas = i == 0 ? 0 : DATAS;
		m.data_bytes = i == 1 ? SECTOR : i == 2 ? 3 * SECTOR / 2 : BLOCK;
		mount_with(m, SECTOR);
		read_all(900);
		assert_int_equal(x.data_reads, 0);
	}
}

/* A block that would go beyond the disk is shorter. */
static void test_the_disk_ends_within_a_block(void **state)
{
	const struct vio_files_memory maps = { .maps = MAPS, .map_bytes = 4096 };

	(void)state;
	disk_bytes = DATA + (FIRST - 2) * SECTOR + BYTES;
	assert_true(disk_bytes % maps.map_bytes != 0);
	put(19, 2, disk_bytes / SECTOR);
	mount_with(maps, SECTOR);
	disk_bytes = DISK_BYTES;
	assert_int_equal(read_at(BYTES - 10, 10), 10);
}

static void test_maps_smaller_than_blocks_of_the_disk_are_refused(void **state)
{
	uint8_t got;

	(void)state;
	d.block_bytes = 4096;
	vio_files_cache_forget(&cache);
	assert_int_equal(vio_files_get(&d, 0, &got, 1), VIO_EINVAL);
}

/* ---- Reads that fail ---- */

static void test_one_bad_sector_costs_no_other(void **state)
{
	const uint64_t bad = 300 * SECTOR;

	(void)state;
	x.bad = bad / SECTOR + DATA / SECTOR + FIRST - 2;
	for (uint64_t at = 0; at < BYTES; at += SECTOR)
		assert_int_equal(read_at(at, SECTOR), at == bad ? VIO_EIO : SECTOR);
	assert_true(x.data_reads < 3 * (BYTES / BLOCK));
	/* And one in the block in which the directory begins. */
	mount_with((struct vio_files_memory){ .maps = 2, .map_bytes = 4096 }, SECTOR);
	x.bad = ROOT / SECTOR - 1;
	vio_files_cache_forget(&cache);
	assert_int_equal(vio_files_find(&v, "/FILE", &file), VIO_OK);
}

/* The chain ends in a free cluster. Bytes after that are not taken from earlier reads. */
static void test_damaged_chain_is_told_where_it_is(void **state)
{
	(void)state;
	table(FIRST + 100, 0);
	vio_files_cache_forget(&cache);
	assert_int_equal(read_at(0, SECTOR), SECTOR);
	assert_int_equal(read_at(100 * SECTOR, SECTOR), SECTOR);
	assert_int_equal(read_at(101 * SECTOR, SECTOR), VIO_EFORMAT);
	assert_int_equal(read_at(200 * SECTOR, SECTOR), VIO_EFORMAT);
	assert_int_equal(read_at(0, SECTOR), SECTOR);
}

static void test_requests_that_are_too_large_become_smaller(void **state)
{
	(void)state;
	x.room = 1536;
	read_all(5000);
	x.room = SECTOR;
	read_all(5000);
	x.room = 1;
	assert_int_equal(read_at(50000, 1), VIO_EFULL);
}

static void test_a_read_that_never_ends_keeps_its_block(void **state)
{
	int rc;

	(void)state;
	x.silent = true;
	for (unsigned i = 0; i < 10; i++) /* start() sees to it that no block is used twice */
		assert_int_equal(read_at(i * 10000, 1), VIO_ETIMEDOUT);
	for (unsigned i = 0; i < 10; i++) {
		rc = vio_files_find(&v, i % 2 ? "/NONE" : "/", &file);
		assert_true(rc == VIO_ENODEV || rc == VIO_OK);
	}
	vio_files_cache_forget(&cache);
	for (unsigned i = 0; (rc = vio_files_find(&v, "/FILE", &file)) == VIO_ETIMEDOUT; i++)
		assert_true(i < MAPS);
	assert_int_equal(rc, VIO_EBUSY);
	x.silent = false;
	while (x.nflying > 0)
		end_one();
	assert_int_equal(vio_files_find(&v, "/FILE", &file), VIO_OK);
	read_all(4000);
}

static void test_the_loop_turns_and_may_end_the_walk(void **state)
{
	struct vio_files_node n;
	unsigned finds = 0;
	uint8_t got;

	(void)state;
	for (unsigned i = 0; i < 10 * VIO_FILES_TURN; i++)
		assert_int_equal(vio_files_get(&d, ROOT, &got, 1), VIO_OK);
	assert_int_equal(x.turns, 10);
	read_all(BYTES);
	assert_true(x.turns > BYTES / BLOCK);
	x.turn = VIO_ESTOPPED;
	assert_int_equal(read_at(0, 1), VIO_ESTOPPED);
	while (vio_files_find(&v, "/LATER", &n) == VIO_OK)
		assert_true(++finds < VIO_FILES_TURN);
	assert_int_equal(vio_files_find(&v, "/LATER", &n), VIO_OK); /* the next one goes on */
	d.turn = NULL;
	assert_int_equal(vio_files_mount(&v, &d), VIO_OK);
	read_all(BYTES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
		T(test_maps_and_data_do_not_push_each_other_out),
		T(test_one_block_is_read_until_the_next_is_wanted),
		T(test_any_order_of_reads),
		T(test_files_in_turn),
		T(test_the_map_that_was_not_used_for_longest_gives_way),
		T(test_blocks_larger_than_clusters),
		T(test_what_was_read_is_forgotten),
		T(test_a_function_that_reads_is_enough),
		T(test_without_blocks_for_data_the_maps_serve),
		T(test_the_disk_ends_within_a_block),
		T(test_maps_smaller_than_blocks_of_the_disk_are_refused),
		T(test_one_bad_sector_costs_no_other),
		T(test_damaged_chain_is_told_where_it_is),
		T(test_requests_that_are_too_large_become_smaller),
		T(test_a_read_that_never_ends_keeps_its_block),
		T(test_the_loop_turns_and_may_end_the_walk),
#undef T
	};

	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
