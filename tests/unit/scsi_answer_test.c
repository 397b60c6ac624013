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
	vio_scsi_read_luns(&s, p, 7); /* not even the length */
	assert_int_equal(s.refused, 2);
	assert_int_equal(s.scan.nluns, 0);
}

/* One level and a method that is known; whatever the greatest LUN is. */
static void test_addresses_of_units(void **state)
{
	static const struct {
		uint8_t first, second;
		int lun;
	} rows[] = { { 0, 7, 7 },     { 0x40, 7, 7 },  { 0x7f, 0xff, 0x3fff }, { 1, 7, -1 },
		     { 0x80, 7, -1 }, { 0xc1, 1, -1 }, { 0x3f, 0xff, -1 },     { 0xff, 0xff, -1 } };

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint8_t p[16] = { [3] = 8, [8] = rows[i].first, rows[i].second };

		memset(&s, 0, sizeof(s));
		s.config.max_lun = UINT32_MAX;
		vio_scsi_read_luns(&s, p, sizeof(p));
		assert_int_equal(s.scan.nluns, rows[i].lun >= 0);
		assert_int_equal(s.refused, rows[i].lun < 0);
		if (rows[i].lun >= 0)
			assert_int_equal(s.scan.luns[0], rows[i].lun);
	}
}

static void test_text_is_plain(void **state)
{
	uint8_t p[36];
	struct vio_scsi_unit u = { 0 };

	(void)state;
	memset(p, ' ', sizeof(p));
	memcpy(p + 8, "\x1f\x20\x7e\x7f", 4);
	p[0] = 0x1f; /* the last type */
	assert_true(vio_scsi_read_inquiry(&u, p, sizeof(p)));
	assert_string_equal(u.vendor, "? ~?");
	assert_int_equal(u.type, 0x1f);
}

/* So that the bytes of the unit have 64 bits. */
static void test_greatest_capacity(void **state)
{
	uint8_t p[12] = { 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0, 0, 2, 0 };
	struct vio_scsi_unit u = { 0 };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		p[7] = (uint8_t)(0xfe + i);
		assert_false(vio_scsi_read_capacity_16(&u, p, sizeof(p)));
		assert_int_equal(u.blocks, UINT64_MAX / 512);
	}
}

static void test_bits_beside_the_sense_data(void **state)
{
	static const uint8_t rows[][14] = { { 0xf0, 0, 0xe3, [12] = 0x11, 2 },
					    { 0xf1, 0, 0xf3, [12] = 0x11, 2 },
					    { 0xf2, 0xf3, 0x11, 2 },
					    { 0x73, 0x83, 0x11, 2 } };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		const struct vio_scsi_sense sense = vio_scsi_decode(rows[i], sizeof(rows[i]));

		assert_int_equal(sense.key, 3);
		assert_int_equal(sense.asc, 0x11);
		assert_int_equal(sense.ascq, 2);
	}
}

/* Every byte of it, whatever was there. */
static void test_command_blocks(void **state)
{
	static const struct {
		enum vio_scsi_op op;
		uint64_t block;
		uint32_t bytes;
		uint8_t cdb[VIO_SCSI_CDB_BYTES];
	} rows[] = {
		{ VIO_SCSI_READ, 5, 65535 * 512, { 0x28, [5] = 5, [7] = 0xff, 0xff } },
		{ VIO_SCSI_READ, 5, 65536 * 512, { 0x88, [9] = 5, [11] = 1 } },
		{ VIO_SCSI_WRITE, 0x102030405, 512, { 0x8a, [5] = 1, 2, 3, 4, 5, [13] = 1 } },
		{ VIO_SCSI_FLUSH, 0, 0, { 0x35 } },
		{ VIO_SCSI_UNMAP, 0x102030405, 0, { 0x42, [8] = 24 } },
	};
	static const uint8_t want[SCSI_LIST_BYTES] = { [1] = 22, [3] = 16, [11] = 1, 2,
						       3,	 4,	   5,	     [19] = 6 };
	struct vio_scsi_unit u = {
		.present = true, .blocks = UINT64_C(1) << 40, .block_bytes = 512, .unmap_max = 6
	};
	uint8_t list[SCSI_LIST_BYTES];

	(void)state;
	memset(&s, 0, sizeof(s));
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vio_scsi_request q = {
			.op = rows[i].op, .unit = &u, .block = rows[i].block, .blocks = 6
		};

		memset(q.cdb, 0xff, sizeof(q.cdb));
		memset(list, 0xff, sizeof(list));
		assert_int_equal(vio_scsi_encode(&s, &q, rows[i].bytes, list), VIO_OK);
		assert_memory_equal(q.cdb, rows[i].cdb, sizeof(q.cdb));
	}
	assert_memory_equal(list, want, sizeof(list));
}

/* A chain has fewer than 2^32 bytes (2.7.5.2). */
static void test_data_beyond_what_a_chain_can_have(void **state)
{
	struct vio_buf buf[2] = {
		{ .p = data[0], .seg.len = UINT32_MAX - SCSI_WIRE - 512 },
		{ .p = data[1], .seg.len = 512 },
	};
	struct vio_scsi_request q = { .op = VIO_SCSI_COMMAND, .buf = buf, .nbuf = 2 };

	(void)state;
	begin(2);
	r.p.fail_map = 1;
	assert_int_equal(vio_scsi_submit(&s, &q), VIO_EINVAL);
	r.p.fail_map = 0;
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
		cmocka_unit_test(test_addresses_of_units),
		cmocka_unit_test(test_text_is_plain),
		cmocka_unit_test(test_greatest_capacity),
		cmocka_unit_test(test_bits_beside_the_sense_data),
		cmocka_unit_test(test_command_blocks),
		T(test_data_beyond_what_a_chain_can_have),
		T(test_what_is_refused_does_not_reach_the_device),
		T(test_command_block_of_the_caller_sends_data),
		T(test_request_of_another_unit_is_aborted),
#undef T
	};

	return cmocka_run_group_tests_name("scsi_answer", tests, NULL, NULL);
}
