/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: answers of units, byte by byte, and what must not reach the device. */
#include "drivers/scsi/scsi_internal.h"
#include "tests/unit/scsi_io.h"

static void test_mode_page_counts_as_far_as_it_came(void **state)
{
	uint8_t p[8] = { 0, 0, 0x7f, 0, 0xc8, 18, 0xff };
	struct vio_scsi_unit u = { .write_back = false };

	(void)state;
	vio_scsi_read_mode(&u, p, 6);
	assert_false(u.write_back);
	assert_false(u.read_only); /* other bits do not matter */
	vio_scsi_read_mode(&u, p, 7);
	assert_true(u.write_back);
	p[6] = 0xfb;
	vio_scsi_read_mode(&u, p, 7);
	assert_false(u.write_back);
	p[6] = 4;
	p[4] = 0x0a; /* another page */
	vio_scsi_read_mode(&u, p, 7);
	assert_false(u.write_back);
	p[4] = 8;
	p[3] = 8; /* block descriptors come first */
	vio_scsi_read_mode(&u, p, 7);
	assert_false(u.write_back);
	p[2] = 0x80;
	vio_scsi_read_mode(&u, p, 3);
	assert_false(u.read_only);
	vio_scsi_read_mode(&u, p, 4);
	assert_true(u.read_only);
}

static void test_capacity_and_limits_count_as_far_as_they_came(void **state)
{
	uint8_t p[32] = { [7] = 9, [10] = 2, [14] = 0x80 }, q[32] = { 0, 0xb0, [23] = 5, [27] = 1 };
	struct vio_scsi_unit u = { 0 };

	(void)state;
	assert_false(vio_scsi_read_capacity_16(&u, p, 11));
	assert_int_equal(u.blocks, 0);
	assert_false(vio_scsi_read_capacity_16(&u, p, 14));
	assert_int_equal(u.blocks, 10);
	assert_true(vio_scsi_read_capacity_16(&u, p, 15));
	p[14] = 0x7f;
	assert_false(vio_scsi_read_capacity_16(&u, p, 15));
	vio_scsi_read_limits(&u, q, 27);
	assert_int_equal(u.unmap_max, 0);
	vio_scsi_read_limits(&u, q, 28);
	assert_int_equal(u.unmap_max, 5);
}

static void test_what_is_refused_does_not_reach_the_device(void **state)
{
	(void)state;
	begin(2);
	s.unit[0].read_only = true;
	assert_int_equal(run_op(VIO_SCSI_WRITE, 0, 512), VIO_EREADONLY);
	assert_int_equal(host.count[0x2a], 0);
	assert_int_equal(run_op(VIO_SCSI_READ, 0, 512), VIO_OK);
	s.unit[0].read_only = false;
	s.unit[0].unmap_max = 4;
	struct vio_scsi_request q = request(VIO_SCSI_UNMAP, 0, 0);
	q.blocks = 5;
	assert_int_equal(run(&q), VIO_ERANGE);
	q.blocks = 4;
	assert_int_equal(run(&q), VIO_OK);
	s.unit[0].blocks = 1;
	assert_int_equal(run_op(VIO_SCSI_READ, 0, 1024), VIO_ERANGE);
	assert_int_equal(run_op(VIO_SCSI_READ, 0, 512), VIO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		cmocka_unit_test(test_mode_page_counts_as_far_as_it_came),
		cmocka_unit_test(test_capacity_and_limits_count_as_far_as_they_came),
		T(test_what_is_refused_does_not_reach_the_device),
#undef T
	};

	return cmocka_run_group_tests_name("scsi_answer", tests, NULL, NULL);
}
