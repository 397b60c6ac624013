/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi over its device model: reading, writing, several requests at once. */
#include "tests/unit/scsi_io.h"

static void test_blocks_are_read_and_written(void **state)
{
	(void)state;
	for (uint32_t v = 1; v <= 2; v++) {
		begin(v);
		struct vio_scsi_request q = request(VIO_SCSI_READ, 5, 1024);
		q.to_device = true; /* only COMMAND is asked for it */
		assert_int_equal(run(&q), VIO_OK);
		assert_memory_equal(data[0], disk->data + 5 * 512, 1024);
		assert_int_equal(data[0][1024], 0xee);
		assert_int_equal(q.bytes, 1024);
		assert_int_equal(host.latest[0], 0x28);
		assert_string_equal(vio_scsi_why(&q), "done");
		memset(data[0], 0x5a, 512);
		assert_int_equal(run_op(VIO_SCSI_WRITE, 63, 512), VIO_OK);
		assert_int_equal(host.latest[0], 0x2a);
		assert_memory_equal(disk->data + 63 * 512, data[0], 512);
		assert_int_not_equal(disk->data[63 * 512 - 1], 0x5a);
		assert_int_equal(run_op(VIO_SCSI_FLUSH, 0, 0), VIO_OK);
		assert_int_equal(disk->flushes, 1);
		assert_int_equal(s.errors, 0);
		teardown(NULL);
	}
}

static void test_pieces_of_data_keep_their_order(void **state)
{
	struct vio_buf buf[3] = { { data[0], { { 0 }, 100 } },
				  { data[1], { { 0 }, 412 } },
				  { data[2], { { 0 }, 512 } } };

	(void)state;
	begin(2);
	struct vio_scsi_request q = {
		.op = VIO_SCSI_READ, .unit = &s.unit[1], .block = 1, .buf = buf, .nbuf = 3
	};
	assert_int_equal(run(&q), VIO_OK);
	const uint8_t *want = host.unit[1].data + 512;
	assert_memory_equal(data[0], want, 100);
	assert_memory_equal(data[1], want + 100, 412);
	assert_memory_equal(data[2], want + 512, 512);
	q.op = VIO_SCSI_WRITE;
	q.block = 10;
	assert_int_equal(run(&q), VIO_OK);
	assert_memory_equal(host.unit[1].data + 5120, want, 1024);
}

/* Numbers beyond 32 bits, or more blocks than 16 bits count, need the long form. */
static void test_large_disk_is_read_with_long_commands(void **state)
{
	(void)state;
	begin(2);
	teardown(NULL);
	setup(NULL);
	disk = model_scsi_add(&host, 0, 0, 0);
	disk->blocks = UINT64_C(1) << 40;
	live(2);
	assert_int_equal(run_op(VIO_SCSI_READ, UINT32_MAX, 512), VIO_OK);
	assert_int_equal(host.latest[0], 0x28);
	assert_int_equal(run_op(VIO_SCSI_READ, (UINT64_C(1) << 40) - 1, 512), VIO_OK);
	assert_int_equal(host.latest[0], 0x88);
	assert_int_equal(run_op(VIO_SCSI_WRITE, UINT64_C(1) << 32, 1024), VIO_OK);
	assert_int_equal(host.latest[0], 0x8a);
	assert_int_equal(run_op(VIO_SCSI_READ, (UINT64_C(1) << 40) - 1, 1024), VIO_ERANGE);
	assert_int_equal(run_op(VIO_SCSI_READ, UINT64_MAX, 512), VIO_ERANGE);
}

static void test_blocks_are_given_up(void **state)
{
	(void)state;
	begin(2);
	struct vio_scsi_request q = request(VIO_SCSI_UNMAP, 3, 0);
	q.blocks = 4;
	assert_int_equal(run(&q), VIO_ENOTSUP);
	disk->thin = true;
	vio_scsi_look(&s, 0);
	settle();
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(disk->unmapped_at, 3);
	assert_int_equal(disk->unmapped, 4);
	q.blocks = 62;
	assert_int_equal(run(&q), VIO_ERANGE);
	q.blocks = 1025; /* more than the unit takes at once */
	assert_int_equal(run(&q), VIO_ERANGE);
	q.blocks = 0;
	assert_int_equal(run(&q), VIO_EINVAL);
	disk->write_protected = true;
	vio_scsi_look(&s, 0);
	settle();
	q.blocks = 1;
	assert_int_equal(run(&q), VIO_EREADONLY);
}

static void test_wrong_requests_are_refused(void **state)
{
	struct vio_buf many[VIO_SCSI_SEGS + 1] = { { 0 } };
	struct vio_scsi_request q;

	(void)state;
	begin(2);
	assert_int_equal(run_op(VIO_SCSI_READ, 0, 0), VIO_EINVAL);
	assert_int_equal(run_op(VIO_SCSI_READ, 0, 513), VIO_EINVAL);
	assert_int_equal(run_op(VIO_SCSI_READ, 64, 512), VIO_ERANGE);
	assert_int_equal(run_op(VIO_SCSI_READ, 63, 1024), VIO_ERANGE);
	assert_int_equal(run_op(VIO_SCSI_FLUSH, 0, 512), VIO_EINVAL);
	assert_int_equal(run_op((enum vio_scsi_op)5, 0, 0), VIO_EINVAL);
	q = request(VIO_SCSI_READ, 0, 512);
	q.unit = NULL;
	assert_int_equal(run(&q), VIO_EINVAL);
	q.unit = &s.unit[7]; /* nothing was found there */
	assert_int_equal(run(&q), VIO_ENODEV);
	q = request(VIO_SCSI_COMMAND, 0, 0);
	q.lun = VIO_SCSI_LUN_MAX + 1;
	assert_int_equal(run(&q), VIO_ERANGE);
	q.lun = VIO_SCSI_LUN_MAX; /* this one is sent, and the device does not know it */
	assert_int_equal(run(&q), VIO_ENODEV);
	for (unsigned i = 0; i <= VIO_SCSI_SEGS; i++)
		many[i] = (struct vio_buf){ .p = data[0] + i, .seg.len = 512 };
	q = request(VIO_SCSI_READ, 0, 512);
	q.buf = many;
	q.nbuf = VIO_SCSI_SEGS + 1;
	assert_int_equal(run(&q), VIO_EINVAL);
	q.nbuf = 2;
	many[1].seg.len = 0;
	assert_int_equal(run(&q), VIO_EINVAL);
	q.op = VIO_SCSI_COMMAND;
	many[0].seg.len = many[1].seg.len = UINT32_MAX;
	assert_int_equal(run(&q), VIO_EINVAL);
	disk->write_protected = true;
	vio_scsi_look(&s, 0);
	settle();
	assert_int_equal(run_op(VIO_SCSI_WRITE, 0, 512), VIO_EREADONLY);
	disk->no_medium = true;
	vio_scsi_look(&s, 0);
	settle();
	assert_int_equal(run_op(VIO_SCSI_READ, 0, 512), VIO_ENODEV);
	assert_int_equal(vq_free(&s.request.vq), vq_size(&s.request.vq));
}

static void test_limits_of_the_device(void **state)
{
	struct vio_buf buf[2] = { { data[0], { { 0 }, 512 } }, { data[1], { { 0 }, 512 } } };
	struct vio_scsi_request q;

	(void)state;
	for (unsigned limit = 0; limit < 2; limit++) {
		setup(NULL);
		disk = model_scsi_add(&host, 0, 0, 0);
		prepare(2, 0, NULL);
		model_scsi_set(&r.cfg, MODEL_SCSI_SEG_MAX, 4, limit);
		model_scsi_set(&r.cfg, MODEL_SCSI_MAX_SECTORS, 4, limit);
		start();
		q = (struct vio_scsi_request){
			.op = VIO_SCSI_READ, .unit = &s.unit[0], .buf = buf, .nbuf = 2
		};
		assert_int_equal(run(&q), VIO_EINVAL);
		q.nbuf = 1;
		assert_int_equal(run(&q), VIO_OK);
		assert_int_equal(run_op(VIO_SCSI_READ, 0, 1024), limit ? VIO_ERANGE : VIO_OK);
		teardown(NULL);
	}
}

/* ---- Several at once ---- */

static void test_scsi_004_no_more_for_a_unit_than_it_takes(void **state)
{
	struct vio_scsi_request q[3];

	(void)state;
	for (unsigned limit = 0; limit <= 2; limit++) {
		const unsigned most = limit ? limit : 1;

		setup(NULL);
		model_scsi_add(&host, 0, 0, 0);
		model_scsi_add(&host, 0, 0, 1);
		prepare(2, HOTPLUG, NULL);
		model_scsi_set(&r.cfg, MODEL_SCSI_CMD_PER_LUN, 4, limit);
		start();
		host.hold = true;
		for (unsigned i = 0; i < most; i++) {
			q[i] = request(VIO_SCSI_FLUSH, 0, 0);
			assert_int_equal(vio_scsi_submit(&s, &q[i]), VIO_OK);
		}
		q[most] = request(VIO_SCSI_FLUSH, 0, 0);
		assert_int_equal(vio_scsi_submit(&s, &q[most]), VIO_EFULL);
		q[most].unit = &s.unit[1];
		assert_int_equal(vio_scsi_submit(&s, &q[most]), VIO_OK);
		/* The driver's own questions wait, too. */
		vio_scsi_look(&s, 0);
		vio_scsi_kick(&s);
		model_run(&r.m);
		assert_int_equal(host.nheld, most + 1);
		host.hold = false;
		r.m.kicked[2] = true;
		settle();
		assert_false(vio_scsi_is_looking(&s));
		teardown(NULL);
	}
}

/* The driver's own questions count, and the units of other targets do not. */
static void test_scsi_004_a_question_in_flight_counts(void **state)
{
	struct vio_scsi_request q[3];

	(void)state;
	setup(NULL);
	model_scsi_add(&host, 0, 0, 0);
	model_scsi_add(&host, 0, 1, 0);
	model_scsi_add(&host, 0, 2, 0);
	prepare(2, HOTPLUG, NULL);
	model_scsi_set(&r.cfg, MODEL_SCSI_CMD_PER_LUN, 4, 1);
	start();
	host.hold = true;
	assert_int_equal(vio_scsi_look(&s, 0), VIO_OK);
	for (unsigned i = 0; i < 3; i++) {
		q[i] = request(VIO_SCSI_FLUSH, 0, 0);
		q[i].unit = &s.unit[i];
		assert_int_equal(vio_scsi_submit(&s, &q[i]), i ? VIO_OK : VIO_EFULL);
	}
	vio_scsi_kick(&s);
	model_run(&r.m);
	host.hold = false;
	r.m.kicked[2] = true;
	settle();
	assert_int_equal(q[2].err, VIO_OK);
}

static void test_answers_in_another_order(void **state)
{
	struct vio_scsi_request q[4];
	struct vio_buf buf[4];

	(void)state;
	begin(2);
	host.reversed = true;
	const unsigned long notifies = r.m.counts.notifies, reads = r.m.counts.reads;
	for (unsigned i = 0; i < 4; i++) {
		buf[i] = (struct vio_buf){ .p = data[i], .seg.len = 512 };
		q[i] = request(VIO_SCSI_READ, i, 512);
		q[i].buf = &buf[i];
		q[i].unit = &s.unit[i % 2];
		assert_int_equal(vio_scsi_submit(&s, &q[i]), VIO_OK);
		assert_int_equal(vio_scsi_submit(&s, &q[i]), VIO_EBUSY);
	}
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(host.most, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(q[i].err, VIO_OK);
		assert_memory_equal(data[i], host.unit[i % 2].data + 512 * i, 512);
	}
	assert_int_equal(r.m.counts.notifies, notifies + 1);
	assert_int_equal(r.m.counts.reads, reads);
}

static void test_all_slots_in_use(void **state)
{
	static struct vio_scsi_request q[VIO_SCSI_REQUESTS + 1];

	(void)state;
	begin(2);
	host.hold = true;
	for (unsigned i = 0; i <= VIO_SCSI_REQUESTS; i++) {
		q[i] = request(VIO_SCSI_FLUSH, 0, 0);
		q[i].bytes = q[i].status = 4; /* of an earlier use */
		assert_int_equal(vio_scsi_submit(&s, &q[i]),
				 i < VIO_SCSI_REQUESTS ? VIO_OK : VIO_EFULL);
	}
	vio_scsi_kick(&s);
	vio_scsi_look(&s, 0); /* the driver has a slot of its own */
	model_run(&r.m);
	assert_int_equal(host.nheld, VIO_SCSI_REQUESTS + 1);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(q[0].err, VIO_EDEVICE);
	assert_int_equal(q[0].status, 0);
	assert_int_equal(q[0].bytes, 0);
	assert_false(q[VIO_SCSI_REQUESTS - 1].busy);
	assert_string_equal(vio_scsi_why(&q[0]), "the device has failed, or is not live");
	assert_int_equal(vio_scsi_submit(&s, &q[0]), VIO_EDEVICE);
	vio_scsi_kick(&s);
	assert_int_equal(host_mapped(&r.p), 0);
	host.hold = false;
	assert_int_equal(vio_device_start(r.d), VIO_OK); /* all slots are free again */
	settle();
	for (unsigned i = 0; i < VIO_SCSI_REQUESTS; i++)
		assert_int_equal(vio_scsi_submit(&s, &q[i]), VIO_OK);
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(q[0].err, VIO_OK);
}

static void test_ring_that_is_full_keeps_the_questions_waiting(void **state)
{
	const struct vio_scsi_options o = { .ring = 4 };
	struct vio_scsi_request q[3];
	unsigned n = 0;

	(void)state;
	setup(NULL);
	disk = model_scsi_add(&host, 0, 0, 0);
	prepare(2, HOTPLUG, &o);
	start();
	host.hold = true;
	do {
		q[n] = request(VIO_SCSI_FLUSH, 0, 0);
	} while (vio_scsi_submit(&s, &q[n++]) == VIO_OK);
	assert_int_equal(q[n - 1].err, VIO_EFULL);
	disk->blocks = 9;
	event(MODEL_SCSI_PARAM_CHANGE, 0, 0, 0);
	while (vio_device_poll(r.d))
		;
	assert_true(vio_scsi_is_looking(&s));
	model_run(&r.m);
	host.hold = false;
	r.m.kicked[2] = true;
	settle();
	assert_int_equal(s.unit[0].blocks, 9);
}

static void test_memory_that_cannot_be_mapped(void **state)
{
	struct vio_scsi_request q;

	(void)state;
	begin(2);
	r.p.fail_map = 1;
	q = request(VIO_SCSI_READ, 0, 512);
	assert_int_equal(vio_scsi_submit(&s, &q), VIO_EADDR);
	assert_false(q.busy);
	assert_int_equal(run(&q), VIO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_blocks_are_read_and_written),
		T(test_pieces_of_data_keep_their_order),
		T(test_large_disk_is_read_with_long_commands),
		T(test_blocks_are_given_up),
		T(test_wrong_requests_are_refused),
		T(test_limits_of_the_device),
		T(test_scsi_004_no_more_for_a_unit_than_it_takes),
		T(test_scsi_004_a_question_in_flight_counts),
		T(test_answers_in_another_order),
		T(test_all_slots_in_use),
		T(test_ring_that_is_full_keeps_the_questions_waiting),
		T(test_memory_that_cannot_be_mapped),
#undef T
	};

	return cmocka_run_group_tests_name("scsi_request", tests, NULL, NULL);
}
