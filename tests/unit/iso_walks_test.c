/* SPDX-License-Identifier: BSD-2-Clause */
/* ISO 9660: directories without an end, and disks that change while they are read. */
#include "tests/unit/iso_rig.h"

/* The root of the volume, which lies on a disk of 1 TiB that `read` plays from now on. */
static struct vio_files_node endless_root(int (*read)(void *, uint64_t, void *, uint32_t),
					  void *ctx)
{
	struct vio_files_node n;

	volume();
	mounted();
	assert_int_equal(vio_files_find(&v, "/", &n), VIO_OK);
	n.bytes = v.disk.bytes = UINT64_C(1) << 40;
	v.disk.read = read;
	v.disk.ctx = ctx;
	return n;
}

static int read_zeroes(void *ctx, uint64_t from, void *to, uint32_t n)
{
	(void)ctx;
	(void)from;
	memset(to, 0, n);
	return VIO_OK;
}

static int read_late(void *ctx, uint64_t from, void *to, uint32_t n)
{
	const uint8_t raw[64] = { 64, [32] = 1, [33] = 'X' };

	memset(to, 0, n);
	if (from >= *(uint64_t *)ctx)
		memcpy(to, raw + from % 64, n);
	return VIO_OK;
}

/* A directory that is all empty costs a bounded amount of work. */
static void test_directory_without_an_end(void **state)
{
	struct vio_files_entry e;
	uint64_t from = 0;

	(void)state;
	struct vio_files_node n = endless_root(read_zeroes, NULL);
	assert_int_equal(vio_files_next(&v, &n, &from, &e), VIO_ERANGE);
	uint64_t late = ROOT * B + (uint64_t)VIO_FILES_FREE_MAX * B;
	v.disk.read = read_late;
	v.disk.ctx = &late;
	from = 0;
	memset(&e, 'x', sizeof(e));
	assert_int_equal(vio_files_next(&v, &n, &from, &e), 1);
	assert_string_equal(e.name, "X");
	assert_string_equal(e.alias, "");
	late += B;
	from = 0;
	assert_int_equal(vio_files_next(&v, &n, &from, &e), VIO_ERANGE);
}

/* Records of 64 bytes, of which the first `*ctx` belong to other files. */
static int read_hidden(void *ctx, uint64_t from, void *to, uint32_t n)
{
	const uint64_t nth = (from - ROOT * B) / 64;
	const uint8_t raw[64] = { 64, [25] = nth < *(uint32_t *)ctx ? 4 : 0, [32] = 1, [33] = 'X' };

	assert_true(from % 64 + n <= 64);
	memcpy(to, raw + from % 64, n);
	return VIO_OK;
}

/* A record of 40 bytes, and 120 the next time that its length is read. */
static int read_changing(void *ctx, uint64_t from, void *to, uint32_t n)
{
	unsigned *const reads = ctx;
	const uint8_t raw[120] = { *reads == 0 ? 40 : 120, [32] = 5, [33] = 'X' };
	const uint64_t first = from - ROOT * B;

	if (first == 0)
		++*reads;
	assert_true(first + n <= sizeof(raw));
	memcpy(to, raw + first, n);
	return VIO_OK;
}

static void test_length_that_changes_is_read_once(void **state)
{
	struct vio_files_entry e;
	unsigned reads = 0;
	uint64_t from = 0;

	(void)state;
	struct vio_files_node n = endless_root(read_changing, &reads);
	assert_int_equal(vio_files_next(&v, &n, &from, &e), 1);
	assert_int_equal(from, 40);
	assert_int_equal(reads, 1);
}

static void test_records_that_are_not_shown_in_a_row(void **state)
{
	struct vio_files_entry e;
	uint32_t hidden = VIO_FILES_FREE_MAX;
	uint64_t from = 0;

	(void)state;
	struct vio_files_node n = endless_root(read_hidden, &hidden);
	assert_int_equal(vio_files_next(&v, &n, &from, &e), 1);
	assert_string_equal(e.name, "X");
	hidden++;
	from = 0;
	assert_int_equal(vio_files_next(&v, &n, &from, &e), VIO_ERANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, blank)
		T(test_directory_without_an_end),
		T(test_records_that_are_not_shown_in_a_row),
		T(test_length_that_changes_is_read_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
