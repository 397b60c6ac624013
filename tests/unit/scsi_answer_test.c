/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: answers of units, byte by byte, and requests that must not reach the device. */
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

static void test_list_of_units_may_be_empty(void **state)
{
	uint8_t p[8] = { 0 };

	(void)state;
	memset(&s, 0, sizeof(s));
	vio_scsi_read_luns(&s, p, sizeof(p));
	assert_int_equal(s.refused, 0);
	p[3] = 8; /* a unit that did not come */
	vio_scsi_read_luns(&s, p, sizeof(p));
	assert_int_equal(s.refused, 1);
	assert_int_equal(s.scan.nluns, 0);
}

/* Before the mode page of a disk tells. */
static void test_of_all_types_only_a_cdrom_is_read_only(void **state)
{
	uint8_t p[36] = { VIO_SCSI_CDROM };
	struct vio_scsi_unit u = { 0 };

	(void)state;
	assert_true(vio_scsi_read_inquiry(&u, p, sizeof(p)));
	assert_true(u.read_only);
	assert_false(u.write_back);
	p[0] = VIO_SCSI_DISK;
	assert_true(vio_scsi_read_inquiry(&u, p, sizeof(p)));
	assert_false(u.read_only);
	assert_true(u.write_back);
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

static void test_command_block_of_the_caller_sends_data(void **state)
{
	(void)state;
	begin(2);
	memset(data[0], 0x3c, 512);
	struct vio_scsi_request q = request(VIO_SCSI_COMMAND, 0, 512);
	q.to_device = true;
	q.cdb[0] = 0x2a;
	q.cdb[5] = 7;
	q.cdb[8] = 1;
	assert_int_equal(run(&q), VIO_OK);
	assert_memory_equal(disk->data + 7 * 512, data[0], 512);
}

static void test_request_of_another_unit_is_aborted(void **state)
{
	struct vio_scsi_task task = { .op = VIO_SCSI_ABORT };

	(void)state;
	begin(2);
	host.hold = true;
	struct vio_scsi_request q = request(VIO_SCSI_FLUSH, 0, 0);
	q.unit = &s.unit[1];
	assert_int_equal(vio_scsi_submit(&s, &q), VIO_OK);
	task.request = &q;
	assert_int_equal(vio_scsi_manage(&s, &task), VIO_OK);
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(task.err, VIO_OK);
	assert_int_equal(q.err, VIO_ESTOPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		cmocka_unit_test(test_mode_page_counts_as_far_as_it_came),
		cmocka_unit_test(test_capacity_and_limits_count_as_far_as_they_came),
		cmocka_unit_test(test_list_of_units_may_be_empty),
		cmocka_unit_test(test_of_all_types_only_a_cdrom_is_read_only),
		T(test_what_is_refused_does_not_reach_the_device),
		T(test_command_block_of_the_caller_sends_data),
		T(test_request_of_another_unit_is_aborted),
#undef T
	};

	return cmocka_run_group_tests_name("scsi_answer", tests, NULL, NULL);
}
