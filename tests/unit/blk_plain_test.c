/* SPDX-License-Identifier: BSD-2-Clause */
/* The disk that reads, writes and flushes, as by -DPICOVIRTIO_BLK_EXTRAS=OFF. */
#undef PICOVIRTIO_BLK_EXTRAS
#define PICOVIRTIO_BLK_EXTRAS 0
#include "drivers/blk/blk.c"
#include "drivers/blk/blk_config.c"
#include "drivers/blk/blk_start.c"

#include "tests/unit/blk_rig.h"

#define EXTRAS                                                                                     \
	(BLK_F(TOPOLOGY) | BLK_F(CONFIG_WCE) | BLK_F(MQ) | BLK_F(DISCARD) | BLK_F(WRITE_ZEROES) |  \
	 BLK_F(LIFETIME) | BLK_F(SECURE_ERASE))

static struct blk_rig x;

/* A disk that offers everything, with four queues. */
static int setup(void **state)
{
	(void)state;
	blk_prepare(&x, 2, EXTRAS | BLK_F(FLUSH) | BLK_F(SEG_MAX) | BLK_INDIRECT);
	model_blk_queues(&x.r.cfg, 4, BLK_RING);
	return blk_go(&x);
}

static int teardown(void **state)
{
	(void)state;
	blk_close(&x);
	return 0;
}

static void test_the_features_are_never_accepted(void **state)
{
	(void)state;
	assert_true((x.r.d->offered & EXTRAS) == EXTRAS);
	assert_true((x.r.d->features & EXTRAS) == 0);
	assert_true(vio_has(x.r.d, VIO_BLK_F_FLUSH | VIO_BLK_F_SEG_MAX));
	assert_int_equal(x.b.nqueue, 1);
	assert_int_equal(x.b.queues, 1);
	assert_true(x.b.info.write_back); /* as of any disk with FLUSH alone */
	assert_int_equal(x.b.info.discard_max, 0);
}

static void test_it_reads_writes_and_flushes(void **state)
{
	(void)state;
	assert_int_equal(blk_do(&x, VIO_BLK_READ, 7, x.data, 1024), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 7 * 512, 1024);
	blk_pattern(x.data, 512, 9);
	assert_int_equal(blk_do(&x, VIO_BLK_WRITE, 5, x.data, 512), VIO_OK);
	assert_memory_equal(x.data, x.host.disk + 5 * 512, 512);
	assert_int_equal(blk_range(&x, VIO_BLK_FLUSH, 0, 0, false), VIO_OK);
	assert_int_equal(blk_do(&x, VIO_BLK_READ, BLK_SECTORS, x.data, 512), VIO_ERANGE);
}

static void test_other_operations_are_refused(void **state)
{
	(void)state;
	assert_int_equal(blk_range(&x, VIO_BLK_DISCARD, 0, 8, false), VIO_ENOTSUP);
	assert_int_equal(blk_range(&x, VIO_BLK_WRITE_ZEROES, 0, 8, true), VIO_ENOTSUP);
	assert_int_equal(blk_range(&x, VIO_BLK_SECURE_ERASE, 0, 8, false), VIO_ENOTSUP);
	assert_int_equal(blk_do(&x, VIO_BLK_GET_ID, 0, x.data, VIO_BLK_ID_BYTES), VIO_ENOTSUP);
	assert_int_equal(blk_do(&x, VIO_BLK_GET_LIFETIME, 0, x.data, VIO_BLK_LIFETIME_BYTES),
			 VIO_ENOTSUP);
	assert_int_equal(vio_blk_set_write_back(&x.b, false), VIO_ENOTSUP);
	assert_int_equal(x.b.ids, 0);
	assert_false(x.b.id_refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_features_are_never_accepted, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_it_reads_writes_and_flushes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_operations_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
