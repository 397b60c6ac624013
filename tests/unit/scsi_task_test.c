/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi over its device model: task management, and a device that is silent. */
#include "drivers/scsi/scsi_internal.h"
#include "tests/unit/scsi_io.h"

enum { AT_TASK_TAG = 16 };

static unsigned tasks_ended;

static void task_done(struct vio_scsi *scsi, struct vio_scsi_task *t)
{
	assert_ptr_equal(scsi, &s);
	assert_false(t->busy);
	tasks_ended++;
}

static int manage(struct vio_scsi_task t)
{
	static struct vio_scsi_task task;
	const unsigned before = tasks_ended;

	task = t;
	task.done = task_done;
	const int rc = vio_scsi_manage(&s, &task);
	if (rc < 0)
		return rc;
	assert_true(task.busy);
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(tasks_ended, before + 1);
	return task.err;
}

static struct vio_scsi_request held[3];

/* Two requests for the first unit and one for the other are in flight. */
static void with_held(uint32_t v)
{
	begin(v);
	host.hold = true;
	for (unsigned i = 0; i < 3; i++) {
		held[i] = request(VIO_SCSI_FLUSH, 0, 0);
		held[i].unit = &s.unit[i / 2];
		assert_int_equal(vio_scsi_submit(&s, &held[i]), VIO_OK);
	}
}

static void test_one_request_is_aborted(void **state)
{
	(void)state;
	for (uint32_t v = 1; v <= 2; v++) {
		with_held(v);
		assert_int_equal(
			manage((struct vio_scsi_task){ .op = VIO_SCSI_ABORT, .request = &held[1] }),
			VIO_OK);
		assert_false(held[1].busy);
		assert_int_equal(held[1].err, VIO_ESTOPPED);
		assert_true(held[0].busy && held[2].busy);
		assert_int_equal(host.tasks[0], 1);
		assert_int_equal(
			manage((struct vio_scsi_task){ .op = VIO_SCSI_ABORT, .request = &held[1] }),
			VIO_EINVAL);
		assert_int_equal(manage((struct vio_scsi_task){ .op = VIO_SCSI_ABORT }),
				 VIO_EINVAL);
		host.hold = false;
		r.m.kicked[2] = true;
		settle();
		assert_int_equal(held[2].err, VIO_OK);
		teardown(NULL);
	}
}

static void test_unit_or_target_is_reset(void **state)
{
	static const struct {
		enum vio_scsi_task_op op;
		uint8_t target;
		uint16_t lun;
		unsigned code, back; /* bits of held[] */
		int err;
	} rows[] = {
		{ VIO_SCSI_ABORT_ALL, 0, 0, 1, 3, VIO_ESTOPPED },
		{ VIO_SCSI_RESET_UNIT, 1, 2, 5, 4, VIO_EIO },
		{ VIO_SCSI_RESET_TARGET, 1, 2, 4, 4, VIO_EIO },
	};

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		with_held(2);
		assert_int_equal(manage((struct vio_scsi_task){ .op = rows[i].op,
								.target = rows[i].target,
								.lun = rows[i].lun,
								.request = &held[0] }),
				 VIO_OK);
		assert_int_equal(host.tasks[rows[i].code], 1);
		for (unsigned k = 0; k < 3; k++) {
			const bool back = rows[i].back >> k & 1;

			assert_int_equal(held[k].busy, !back);
			if (back)
				assert_int_equal(held[k].err, rows[i].err);
		}
		host.hold = false;
		r.m.kicked[2] = true;
		settle();
		teardown(NULL);
	}
}

static void test_HD_SCSI_07_answers_to_tasks(void **state)
{
	static const struct {
		uint8_t answer;
		int err;
	} rows[] = { { 10, VIO_OK }, { 11, VIO_ENOTSUP }, { 12, VIO_ENODEV }, { 3, VIO_ENODEV },
		     { 9, VIO_EIO }, { 13, VIO_EIO },	  { 0xff, VIO_EIO } };

	(void)state;
	begin(2);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		host.task_answer = rows[i].answer;
		assert_int_equal(manage((struct vio_scsi_task){ .op = VIO_SCSI_ABORT_ALL }),
				 rows[i].err);
	}
	host.task_answer = 0;
	assert_int_equal(manage((struct vio_scsi_task){ .op = (enum vio_scsi_task_op)2 }),
			 VIO_EINVAL);
	assert_int_equal(manage((struct vio_scsi_task){ .op = VIO_SCSI_RESET_UNIT, .lun = 16384 }),
			 VIO_ERANGE);
	assert_int_equal(manage((struct vio_scsi_task){ .op = VIO_SCSI_RESET_UNIT, .lun = 16383 }),
			 VIO_ENODEV);
}

static void test_more_tasks_than_are_kept(void **state)
{
	struct vio_scsi_task t[VIO_SCSI_TASKS + 1];

	(void)state;
	begin(2);
	r.m.faults.silent = true;
	for (unsigned i = 0; i <= VIO_SCSI_TASKS; i++) {
		t[i] = (struct vio_scsi_task){ .op = VIO_SCSI_ABORT_ALL, .done = task_done };
		assert_int_equal(vio_scsi_manage(&s, &t[i]),
				 i < VIO_SCSI_TASKS ? VIO_OK : VIO_EFULL);
	}
	assert_int_equal(vio_scsi_manage(&s, &t[0]), VIO_EBUSY);
	vio_scsi_kick(&s);
	for (unsigned i = 0; i < VIO_SCSI_TASKS; i++)
		s.task_slot[i].wire[SCSI_TASK_BYTES] = SCSI_OK; /* written, and not reported */
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(t[0].err, VIO_EDEVICE);
	assert_int_equal(t[0].response, 0xff);
	assert_false(t[VIO_SCSI_TASKS - 1].busy);
	assert_int_equal(vio_scsi_manage(&s, &t[0]), VIO_EDEVICE);
	r.m.faults.silent = false;
	assert_int_equal(vio_device_start(r.d), VIO_OK); /* all are free again */
	settle();
	for (unsigned i = 0; i < VIO_SCSI_TASKS; i++)
		assert_int_equal(vio_scsi_manage(&s, &t[i]), VIO_OK);
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(t[VIO_SCSI_TASKS - 1].err, VIO_OK);
}

static void test_more_tasks_than_the_ring_takes(void **state)
{
	struct vio_scsi_task t[2] = { { .op = VIO_SCSI_ABORT_ALL }, { .op = VIO_SCSI_ABORT_ALL } };

	(void)state;
	setup(NULL);
	model_scsi_add(&host, 0, 0, 0);
	prepare(2, 0, NULL);
	r.cfg.queue_max[0] = 2;
	start();
	assert_int_equal(vio_scsi_manage(&s, &t[0]), VIO_OK);
	assert_int_equal(vio_scsi_manage(&s, &t[1]), VIO_EFULL);
	assert_false(t[1].busy);
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(t[0].err, VIO_OK);
}

/* At once, without a poll; and a request goes before the task that may be about it. */
static void test_kick_notifies_at_once(void **state)
{
	struct vio_scsi_task t = { .op = VIO_SCSI_ABORT_ALL };
	struct vio_scsi_request q;

	(void)state;
	begin(2);
	for (unsigned with = 1; with <= 3; with++) {
		unsigned long notifies = r.m.counts.notifies;

		q = request(VIO_SCSI_FLUSH, 0, 0);
		if (with & 1)
			assert_int_equal(vio_scsi_submit(&s, &q), VIO_OK);
		if (with & 2)
			assert_int_equal(vio_scsi_manage(&s, &t), VIO_OK);
		notifies += with == 3;
		assert_int_equal(r.m.counts.notifies, notifies);
		vio_scsi_kick(&s);
		assert_int_equal(r.m.counts.notifies, notifies + 1);
		settle();
	}
}

static void test_device_that_was_never_started(void **state)
{
	struct vio_scsi_request q = { .op = VIO_SCSI_COMMAND };
	struct vio_scsi_task t = { .op = VIO_SCSI_ABORT_ALL };

	(void)state;
	setup(NULL);
	prepare(2, 0, NULL);
	rig_plug(&r, true);
	assert_int_equal(vio_scsi_submit(&s, &q), VIO_EDEVICE);
	assert_int_equal(vio_scsi_manage(&s, &t), VIO_EDEVICE);
}

/* Whatever was in the memory that the device reads. The model looks at the bytes that are 0. */
static void test_questions_are_written_whole(void **state)
{
	struct vio_scsi_task t = { .op = VIO_SCSI_ABORT_ALL };

	(void)state;
	begin(2);
	for (unsigned i = 0; i <= VIO_SCSI_REQUESTS; i++)
		memset(s.slot[i].wire, 0xff, SCSI_OUT_BYTES);
	for (unsigned i = 0; i < VIO_SCSI_TASKS; i++) {
		memset(s.task_slot[i].wire, 0xff, SCSI_TASK_BYTES);
		s.task_slot[i].wire[SCSI_TASK_BYTES] = SCSI_OK;
	}
	const uint8_t *const wire = s.free_task->wire;
	assert_int_equal(run_op(VIO_SCSI_FLUSH, 0, 0), VIO_OK);
	assert_int_equal(vio_scsi_manage(&s, &t), VIO_OK);
	assert_int_equal(wire[SCSI_TASK_BYTES], 0xff); /* no answer yet */
	for (unsigned i = AT_TASK_TAG; i < SCSI_TASK_BYTES; i++)
		assert_int_equal(wire[i], 0);
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(t.err, VIO_OK);
}

static void silent(uint16_t queue)
{
	struct vio_scsi_task t = { .op = VIO_SCSI_RESET_UNIT };
	uint64_t now = 0;

	begin(2);
	struct vio_scsi_request q = request(VIO_SCSI_READ, 0, 512);
	r.m.faults.silent = true;
	assert_int_equal(queue == 2 ? vio_scsi_submit(&s, &q) : vio_scsi_manage(&s, &t), VIO_OK);
	vio_scsi_kick(&s);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(r.d->problem.queue, queue);
	assert_int_equal(queue == 2 ? q.err : t.err, VIO_EDEVICE);
	teardown(NULL);
}

static void test_silent_device_is_given_up(void **state)
{
	(void)state;
	silent(2);
	silent(0);
}

static void read_a_block(unsigned nth)
{
	static struct vio_scsi_request read[RIG_MORE];
	static uint8_t to[RIG_MORE][512];
	static struct vio_buf buf[RIG_MORE];

	buf[nth] = (struct vio_buf){ .p = to[nth], .seg.len = sizeof(*to) };
	read[nth] = request(VIO_SCSI_READ, 0, 512);
	read[nth].buf = &buf[nth];
	read[nth].done = done;
	assert_int_equal(vio_scsi_submit(&s, &read[nth]), VIO_OK);
	vio_scsi_kick(&s);
}

static void test_one_lost_request_fails_the_device(void **state)
{
	(void)state;
	begin(2);
	ended = 0;
	rig_loses_one(&r, 2, read_a_block);
	assert_true(ended > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_one_request_is_aborted),		T(test_unit_or_target_is_reset),
		T(test_HD_SCSI_07_answers_to_tasks),	T(test_more_tasks_than_are_kept),
		T(test_more_tasks_than_the_ring_takes), T(test_kick_notifies_at_once),
		T(test_device_that_was_never_started),	T(test_questions_are_written_whole),
		T(test_silent_device_is_given_up),	T(test_one_lost_request_fails_the_device),
#undef T
	};

	return cmocka_run_group_tests_name("scsi_task", tests, NULL, NULL);
}
