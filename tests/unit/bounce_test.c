/* SPDX-License-Identifier: BSD-2-Clause */
/* The bounce pool: copies in both directions, bounds, and a full pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <picovirtio/bounce.h>
#include "tests/host_platform.h"

enum { UNIT = 64, UNITS = 8, ALL = UNIT * UNITS };

static struct host_platform host;
static struct vio_bounce b;
static struct vio_bounce_run runs[UNITS];
static uint8_t buffer[2 * ALL];

static int setup(void **state)
{
	(void)state;
	host_platform_init(&host, HOST_HIGH);
	memset(runs, 0xff, sizeof(runs));
	memset(buffer, 0x11, sizeof(buffer));
	return vio_bounce_init(&b, &host.platform, &(struct vio_bounce_pool){ UNIT, UNITS, runs });
}

static int teardown(void **state)
{
	(void)state;
	host_platform_done(&host);
	return 0;
}

static vio_dma map(size_t off, size_t len, enum vio_dir dir)
{
	return b.platform.map(b.platform.ctx, buffer + off, len, dir);
}

static void unmap(vio_dma at, size_t off, size_t len, enum vio_dir dir)
{
	b.platform.unmap(b.platform.ctx, at, buffer + off, len, dir);
}

/* What the device sees. */
static uint8_t *device(vio_dma at, size_t len)
{
	uint8_t *p = host.memory.at(host.memory.ctx, at.addr, len, true);

	assert_non_null(p);
	return p;
}

static void test_device_reads_a_copy(void **state)
{
	(void)state;
	memcpy(buffer, "hello", 5);
	vio_dma at = map(0, 5, VIO_TO_DEVICE);
	assert_int_equal(vio_dma_error(at), VIO_OK);
	assert_true(at.addr >= UINT64_C(0x100000000));
	assert_memory_equal(device(at, 5), "hello", 5);
	buffer[0] = 'j';
	assert_memory_equal(device(at, 5), "hello", 5);
	device(at, 5)[4] = 'x';
	unmap(at, 0, 5, VIO_TO_DEVICE);
	assert_memory_equal(buffer, "jello",
			    5); /* bytes that the device only reads are not copied back */
	assert_int_equal(b.used, 0);
}

static void test_what_the_device_writes_comes_back_at_the_unmap(void **state)
{
	(void)state;
	memcpy(buffer, "abcdef", 6);
	vio_dma at = map(1, 4, VIO_FROM_DEVICE);
	memcpy(device(at, 4), "XY", 2);
	assert_memory_equal(buffer, "abcdef", 6);
	unmap(at, 1, 4, VIO_FROM_DEVICE);
	assert_memory_equal(buffer, "aXYdef", 6); /* bytes that it did not write keep their value */
}

static void test_units_that_are_given_back_are_cleared(void **state)
{
	const uint8_t zero[UNIT + 1] = { 0 };

	(void)state;
	vio_dma at = map(0, UNIT + 1, VIO_TO_DEVICE);
	unmap(at, 0, UNIT + 1, VIO_TO_DEVICE);
	assert_memory_equal(device(at, UNIT + 1), zero, UNIT + 1);
}

/* One unit for each byte more than a multiple; no two share one. */
static void test_buffers_take_whole_units(void **state)
{
	const size_t len[] = { 1, UNIT - 1, UNIT, UNIT + 1, 2 * UNIT, 2 * UNIT + 1 };
	const uint32_t units[] = { 1, 1, 1, 2, 2, 3 };

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		const vio_dma at = map(0, len[i], VIO_TO_DEVICE);
		const vio_dma next = map(0, 1, VIO_TO_DEVICE);

		assert_int_equal(b.used, units[i] + 1);
		assert_true(next.addr == at.addr + (uint64_t)units[i] * UNIT);
		unmap(next, 0, 1, VIO_TO_DEVICE);
		unmap(at, 0, len[i], VIO_TO_DEVICE);
		assert_int_equal(b.used, 0);
	}
	assert_int_equal(b.most, 4);
	assert_int_equal(b.bad, 0);
}

static void test_full_pool_says_so_and_is_good_again(void **state)
{
	vio_dma at[UNITS];

	(void)state;
	for (unsigned i = 0; i < UNITS; i++)
		at[i] = map(i, 1, VIO_TO_DEVICE);
	assert_int_equal(vio_dma_error(map(0, 1, VIO_TO_DEVICE)), VIO_EFULL);
	assert_int_equal(b.full, 1);
	assert_int_equal(b.used, UNITS);
	/* Two units that are not in a row are no room for two. */
	unmap(at[2], 2, 1, VIO_TO_DEVICE);
	unmap(at[4], 4, 1, VIO_TO_DEVICE);
	assert_int_equal(vio_dma_error(map(0, UNIT + 1, VIO_TO_DEVICE)), VIO_EFULL);
	unmap(at[3], 3, 1, VIO_TO_DEVICE);
	assert_true(map(0, 3 * UNIT, VIO_TO_DEVICE).addr == at[2].addr);
	assert_int_equal(b.full, 2);
}

static void test_whole_pool_is_the_most(void **state)
{
	(void)state;
	assert_int_equal(vio_dma_error(map(0, ALL + 1, VIO_TO_DEVICE)), VIO_EADDR);
	assert_int_equal(vio_dma_error(map(0, SIZE_MAX, VIO_TO_DEVICE)), VIO_EADDR);
	assert_int_equal(vio_dma_error(map(0, 0, VIO_TO_DEVICE)), VIO_EADDR);
	vio_dma at = map(0, ALL, VIO_FROM_DEVICE);
	assert_int_equal(vio_dma_error(at), VIO_OK);
	device(at, ALL)[ALL - 1] = 0x77;
	unmap(at, 0, ALL, VIO_FROM_DEVICE);
	assert_int_equal(buffer[ALL - 1], 0x77);
	assert_int_equal(buffer[ALL], 0x11);
	assert_int_equal(b.full, 0);
}

static void test_unmap_of_what_was_not_mapped_so_does_nothing(void **state)
{
	const vio_dma at = map(0, UNIT + 1, VIO_FROM_DEVICE);
	const uint64_t wrong[] = { 0,
				   at.addr + 1,
				   at.addr + UNIT,
				   at.addr + 2 * UNIT,
				   at.addr - UNIT,
				   at.addr + ALL,
				   UINT64_MAX };

	(void)state;
	memset(device(at, UNIT + 1), 0x22, UNIT + 1);
	for (unsigned i = 0; i < 7; i++)
		unmap((vio_dma){ wrong[i] }, 0, UNIT + 1, VIO_FROM_DEVICE);
	unmap(at, 1, UNIT + 1, VIO_FROM_DEVICE);
	unmap(at, 0, UNIT, VIO_FROM_DEVICE);
	unmap(at, 0, UNIT + 1, VIO_TO_DEVICE);
	assert_int_equal(b.bad, 10);
	assert_int_equal(b.used, 2);
	assert_int_equal(buffer[0], 0x11);
	unmap(at, 0, UNIT + 1, VIO_FROM_DEVICE);
	assert_int_equal(buffer[UNIT], 0x22);
	unmap(at, 0, UNIT + 1, VIO_FROM_DEVICE); /* twice */
	assert_int_equal(b.bad, 11);
	assert_int_equal(b.used, 0);
	b.platform.unmap(b.platform.ctx, at, NULL, 0, VIO_TO_DEVICE); /* as what is free looks */
	assert_int_equal(b.bad, 12);
}

static void test_the_rest_is_the_platform_below(void **state)
{
	vio_dma at;
	void *p = b.platform.ring_memory(b.platform.ctx, 100, 16, &at);

	(void)state;
	assert_non_null(p);
	assert_ptr_equal(device(at, 100), p);
	host.clock = 5000;
	assert_true(b.platform.now(b.platform.ctx) == 5000 + host.step);
	assert_true(b.platform.idle(b.platform.ctx, 123));
	host.no_lines = true;
	assert_false(b.platform.idle(b.platform.ctx, 123));
	assert_true(host.idle_deadline == 123);
	assert_non_null(b.platform.memory(b.platform.ctx, 100, 16));
	host.platform.memory = NULL;
	assert_null(b.platform.memory(b.platform.ctx, 100, 16));
}

static void test_impossible_pools_are_refused(void **state)
{
	const struct vio_bounce_pool bad[] = {
		{ 32, 8, runs }, { 96, 8, runs },	{ 0, 8, runs },		{ 64, 0, runs },
		{ 64, 8, NULL }, { 1u << 31, 2, runs }, { 64, 1u << 26, runs },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(vio_bounce_init(&b, &host.platform, &bad[i]), VIO_EINVAL);
	host.fail_ring = MODEL_NEVER;
	assert_int_equal(
		vio_bounce_init(&b, &host.platform, &(struct vio_bounce_pool){ UNIT, UNITS, runs }),
		VIO_ENOMEM);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_device_reads_a_copy),
		T(test_what_the_device_writes_comes_back_at_the_unmap),
		T(test_units_that_are_given_back_are_cleared),
		T(test_buffers_take_whole_units),
		T(test_full_pool_says_so_and_is_good_again),
		T(test_whole_pool_is_the_most),
		T(test_unmap_of_what_was_not_mapped_so_does_nothing),
		T(test_the_rest_is_the_platform_below),
		T(test_impossible_pools_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
