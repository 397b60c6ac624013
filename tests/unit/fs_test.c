/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-fs over its device model: the start, handles, what a caller may not do, failures. */
#include "tests/unit/fs_rig.h"

static void test_host_and_driver_agree_on_the_protocol(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version, "share", NULL);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(f.max_data, 0);
		struct vio_fs_request q = { .op = VIO_FS_GETATTR, .file = vio_fs_root(&f) };
		assert_int_equal(vio_fs_submit(&f, &q), VIO_EBUSY);
		settle();
		assert_int_equal(f.max_data, MODEL_FS_MAX_WRITE);
		assert_string_equal(f.tag, "share");
		assert_int_equal(f.queues, 1);
		assert_ptr_equal(vio_fs_of(&f.device), &f);
		assert_int_equal(host.nlog, 1);
		assert_int_equal(r.d->features & VIO_FS_F_NOTIFICATION, 0);
		assert_int_equal(run(&q), VIO_OK);
		assert_int_equal(q.attr.mode, MODEL_P9_DIRECTORY);
		teardown(NULL);
		setup(NULL);
	}
	assert_null(vio_fs_of(NULL));
	struct vio_device other = { .driver = NULL };
	assert_null(vio_fs_of(&other));
}

static void test_data_is_the_smaller_of_both(void **state)
{
	const struct vio_fs_options o = { .max_data = 5000 };

	(void)state;
	live_with(2, &o);
	assert_int_equal(f.max_data, 5000);
	teardown(NULL);
	setup(NULL);
	host.max_write = VIO_FS_DATA_MIN;
	live(2);
	assert_int_equal(f.max_data, VIO_FS_DATA_MIN);
}

static void test_tag_is_text(void **state)
{
	(void)state;
	plug(2, "a\x1b[2Jb\xff \x1f~\x7f", NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_string_equal(f.tag, "a?[2Jb? ?~?");
	teardown(NULL);
	setup(NULL);
	plug(2, "a tag of thirty-six bytes without NU", NULL); /* and queues behind it */
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_string_equal(f.tag, "a tag of thirty-six bytes without NU");
}

static void test_options_are_checked(void **state)
{
	static uint64_t memory[VIO_FS_MEMORY(2, 3) / 8];
	struct vio_fs_options o = { .requests = 3 };

	(void)state;
	plug(2, "share", NULL);
	assert_int_equal(vio_fs_init(&f, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_fs_options){ .requests = 512 };
	assert_int_equal(vio_fs_init(&f, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_fs_options){ .files = 1 };
	assert_int_equal(vio_fs_init(&f, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_fs_options){ .max_data = VIO_FS_DATA_MIN - 1 };
	assert_int_equal(vio_fs_init(&f, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_fs_options){ .requests = 256, .files = 2, .max_data = VIO_FS_DATA_MIN };
	assert_int_equal(vio_fs_init(&f, &r.t.base, &r.p.platform, &o), VIO_OK);
	o = (struct vio_fs_options){
		.requests = 2, .files = 3, .memory = memory, .bytes = sizeof(memory) - 1
	};
	assert_int_equal(vio_fs_init(&f, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
	o.bytes++;
	const unsigned before = r.p.privates;
	assert_int_equal(vio_fs_init(&f, &r.t.base, &r.p.platform, &o), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.privates, before); /* the caller's memory is enough for the queues */
}

static void test_queue_that_is_too_small(void **state)
{
	(void)state;
	plug(2, "share", NULL);
	r.m.cfg.queue_max[1] = 2;
	assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
	assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
	assert_int_equal(r.d->problem.want, 4);
	teardown(NULL);
	setup(NULL);
	plug(2, "share", NULL);
	r.m.cfg.queue_max[0] = 0;
	assert_true(vio_device_start(r.d) < 0);
}

static void test_no_ring_memory(void **state)
{
	(void)state;
	plug(2, "share", NULL);
	vio_device_start(r.d);
	settle();
	uint8_t *const first = f.slot[0].out;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_ptr_equal(f.slot[0].out, first); /* it is used again, not taken anew */
	teardown(NULL);
	setup(NULL);
	plug(2, "share", NULL);
	r.p.fail_ring = 3; /* the first two are for the rings */
	assert_int_equal(vio_device_start(r.d), VIO_ENOMEM);
	assert_int_equal(r.d->problem.cause, VIO_C_NO_MEMORY);
}

/* A tag that cannot be read is not called an empty one. */
static void test_configuration_that_changes_all_the_time(void **state)
{
	(void)state;
	plug(2, "share", NULL);
	r.m.faults.generation_moves = MODEL_NEVER;
	assert_true(vio_device_start(r.d) < 0);
	assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
}

/* What cannot be read a few times is read, or is the cause; nothing else is made of it. */
static void test_configuration_that_changes_for_a_while(void **state)
{
	unsigned started = 0;

	(void)state;
	for (unsigned moves = 1; moves < 40; moves++) {
		plug(2, "share", NULL);
		r.m.faults.generation_moves = moves;
		if (vio_device_start(r.d) == VIO_OK) {
			assert_int_equal(f.queues, 1);
			assert_string_equal(f.tag, "share");
			started++;
		} else {
			assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
		}
		teardown(NULL);
		setup(NULL);
	}
	assert_true(started > 0 && started < 39);
	live(2);
}

/* ---- Handles ---- */

/* A handle has the number of the start, of 16 bits, which is never 0. */
static void test_handles_after_many_starts(void **state)
{
	uint32_t last = 0;

	(void)state;
	tree(2, NULL);
	for (uint32_t starts = 0xfffb; starts < 0x10003; starts++) {
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
		f.starts = starts;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		settle();
		const struct vio_fs_file root = vio_fs_root(&f);
		assert_int_not_equal(root.number, 0);
		assert_int_not_equal(root.number, last);
		last = root.number;
		assert_int_equal(end(lookup(root, "big")), VIO_OK);
	}
}

static void test_two_requests_in_flight_make_two_handles(void **state)
{
	struct vio_fs_request a = { .op = VIO_FS_LOOKUP, .name = "big" }, b = a;

	(void)state;
	a.file = b.file = tree(2, NULL);
	assert_int_equal(submit(&a), VIO_OK);
	assert_int_equal(submit(&b), VIO_OK);
	vio_fs_kick(&f);
	settle();
	assert_int_not_equal(a.made.number, b.made.number);
	assert_int_equal(end(a.made), VIO_OK);
	assert_int_equal(end(b.made), VIO_OK);
	assert_int_equal(model_fs_known(&host), 0);
}

static void test_handles_are_limited_and_come_back(void **state)
{
	const struct vio_fs_options o = { .files = 3 };

	(void)state;
	const struct vio_fs_file root = tree(2, &o);
	const struct vio_fs_file a = lookup(root, "big"), b = lookup(root, "big");
	struct vio_fs_request q = { .op = VIO_FS_LOOKUP, .file = root, .name = "dir" };
	assert_int_not_equal(a.number, b.number);
	assert_int_equal(model_fs_known(&host), 2); /* the host counts them */
	assert_int_equal(run(&q), VIO_EFULL);
	assert_int_equal(f.files_in_use, 2);
	assert_int_equal(end(a), VIO_OK);
	assert_int_equal(model_fs_known(&host), 1);
	q.name = "nothing"; /* a look-up that fails keeps none */
	for (unsigned i = 0; i < 5; i++) {
		host.zero_node = i & 1;
		assert_int_equal(run(&q), VIO_EIO);
		assert_int_equal(q.host_error, VIO_FS_ENOENT);
		assert_int_equal(q.made.number, 0);
	}
	q.name = "dir";
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(end(q.made), VIO_OK);
	assert_int_equal(end(b), VIO_OK);
	assert_int_equal(model_fs_known(&host), 0);
	assert_int_equal(f.files_in_use, 0);
}

static void test_handle_that_is_none_is_refused(void **state)
{
	struct vio_fs_request q = { .op = VIO_FS_GETATTR };

	(void)state;
	const struct vio_fs_file root = tree(2, NULL);
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.file.number = root.number + 1; /* free */
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.file.number = root.number + VIO_FS_FILES;
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.file.number = root.number + 0x10000; /* of another start */
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.file.number = UINT32_MAX;
	assert_int_equal(submit(&q), VIO_EINVAL);
	q = (struct vio_fs_request){
		.op = VIO_FS_RENAME, .file = root, .name = "a", .new_name = "b"
	};
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.to = root;
	q.file.number = 0;
	assert_int_equal(submit(&q), VIO_EINVAL);
	const struct vio_fs_file big = lookup(root, "big");
	assert_int_equal(end(big), VIO_OK);
	assert_int_equal(end(big), VIO_EINVAL);
	assert_int_equal(end(root), VIO_EINVAL); /* it is not open */
}

static void test_handle_has_to_be_open_or_not(void **state)
{
	uint8_t bytes[VIO_FS_READDIR_MIN];
	static const enum vio_fs_op ops[] = { VIO_FS_READ, VIO_FS_WRITE, VIO_FS_FSYNC,
					      VIO_FS_READDIR };
	struct vio_fs_request q = { .data = bytes, .len = sizeof(bytes), .name = "y" };

	(void)state;
	const struct vio_fs_file root = tree(2, NULL), big = lookup(root, "big");
	for (unsigned i = 0; i < 8; i++) {
		q.file = i < 4 ? big : root;
		q.op = ops[i % 4];
		assert_int_equal(submit(&q), VIO_EINVAL);
	}
	assert_int_equal(open_as(big, VIO_FS_RDONLY), VIO_OK);
	assert_int_equal(open_as(root, VIO_FS_RDONLY), VIO_OK);
	assert_int_equal(open_as(big, VIO_FS_RDONLY), VIO_EINVAL);
	for (unsigned i = 0; i < 4; i++) { /* a directory is no file, nor a file a directory */
		q.file = i == 3 ? big : root;
		q.op = ops[i];
		assert_int_equal(submit(&q), VIO_EINVAL);
	}
	static const enum vio_fs_op in[] = { VIO_FS_LOOKUP, VIO_FS_CREATE, VIO_FS_MKDIR,
					     VIO_FS_UNLINK, VIO_FS_RMDIR };
	q.file = big;
	for (unsigned i = 0; i < 5; i++) {
		q.op = in[i];
		assert_int_equal(submit(&q), VIO_EINVAL);
	}
	assert_int_equal(end(lookup(root, "dir")), VIO_OK); /* an open directory is one */
	assert_int_equal(end(root), VIO_OK);
	assert_int_equal(open_as(root, VIO_FS_RDONLY), VIO_OK); /* the root is still there */
	assert_int_equal(end(root), VIO_OK);
	assert_int_equal(end(big), VIO_OK);
	assert_int_equal(model_fs_opens(&host), 0);
	assert_int_equal(model_fs_known(&host), 0);
	assert_int_equal(f.files_in_use, 0);
}

/* An open that fails leaves the handle as it was. */
static void test_open_that_fails(void **state)
{
	(void)state;
	const struct vio_fs_file big = lookup(tree(2, NULL), "big");
	host.fail_code = MODEL_FS_OPEN;
	host.fail_error = 13;
	assert_int_equal(open_as(big, VIO_FS_RDONLY), VIO_EIO);
	host.fail_code = 0;
	assert_int_equal(open_as(big, VIO_FS_RDONLY), VIO_OK);
}

static void test_handle_that_changes_is_in_no_other_request(void **state)
{
	struct vio_fs_request attr = { .op = VIO_FS_GETATTR };
	struct vio_fs_request opening = { .op = VIO_FS_OPEN };
	struct vio_fs_request ending = { .op = VIO_FS_END };

	(void)state;
	attr.file = opening.file = ending.file = lookup(tree(2, NULL), "big");
	const unsigned before = ended;
	host.tree.hold = true;
	assert_int_equal(submit(&attr), VIO_OK);
	assert_int_equal(submit(&attr), VIO_EBUSY); /* the request itself */
	assert_int_equal(submit(&ending), VIO_EBUSY);
	assert_int_equal(submit(&opening), VIO_EBUSY);
	host.tree.hold = false;
	vio_fs_kick(&f);
	settle();
	host.tree.hold = true;
	assert_int_equal(submit(&opening), VIO_OK);
	assert_int_equal(submit(&attr), VIO_EINVAL);
	assert_int_equal(submit(&ending), VIO_EINVAL);
	host.tree.hold = false;
	vio_fs_kick(&f);
	settle();
	assert_int_equal(submit(&ending), VIO_OK);
	assert_int_equal(submit(&attr), VIO_EINVAL);
	vio_fs_kick(&f);
	settle();
	assert_int_equal(ended, before + 3);
	assert_int_equal(model_fs_known(&host), 0);
}

/* A handle ends whatever the host answers, and the driver tells the host to forget the file. */
static void test_release_that_fails_ends_the_handle(void **state)
{
	(void)state;
	const struct vio_fs_file big = opened(tree(2, NULL), "big", VIO_FS_RDONLY);
	host.fail_code = MODEL_FS_RELEASE;
	host.fail_error = 5;
	assert_int_equal(end(big), VIO_OK);
	assert_int_equal(f.files_in_use, 0);
	assert_int_equal(end(big), VIO_EINVAL);
	assert_int_equal(model_fs_known(&host), 0);
}

/* The queue of high priority takes one request, and the folder has one file. */
static void room_for_one_forget(void)
{
	plug(2, "share", NULL);
	r.m.cfg.queue_max[0] = 1;
	model_p9_add(&host.tree, 0, "a", MODEL_P9_FILE, "x", 1);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
}

/* FORGET has a queue of its own, which may be full. */
static void test_fs_002_forget_goes_by_the_queue_of_high_priority(void **state)
{
	struct vio_fs_request first = { .op = VIO_FS_END }, second = first;

	(void)state;
	room_for_one_forget();
	first.file = lookup(vio_fs_root(&f), "a");
	second.file = lookup(vio_fs_root(&f), "a");
	const uint32_t before = f.queue.requests;
	assert_int_equal(submit(&first), VIO_OK);
	assert_int_equal(submit(&second), VIO_EFULL);
	vio_fs_kick(&f);
	settle();
	assert_int_equal(run(&second), VIO_OK);
	assert_int_equal(f.queue.requests, before);
	assert_int_equal(f.hiprio.requests, 2);
	assert_int_equal(model_fs_known(&host), 0);
}

static void test_restart_ends_all_handles(void **state)
{
	struct vio_fs_request q = { .op = VIO_FS_GETATTR };

	(void)state;
	const struct vio_fs_file root = tree(2, NULL);
	q.file = lookup(root, "big");
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(submit(&q), VIO_EDEVICE);
	vio_fs_kick(&f);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(f.starts, 2);
	assert_int_equal(f.files_in_use, 0);
	assert_int_equal(submit(&q), VIO_EINVAL);
	assert_int_not_equal(vio_fs_root(&f).number, root.number);
	lookup(vio_fs_root(&f), "big");
}

static void test_session_that_is_ended(void **state)
{
	struct vio_fs_request q = { .op = VIO_FS_DESTROY }, attr = { .op = VIO_FS_GETATTR };

	(void)state;
	attr.file = tree(2, NULL);
	lookup(attr.file, "big");
	assert_int_equal(submit(&attr), VIO_OK);
	assert_int_equal(submit(&q), VIO_EBUSY);
	vio_fs_kick(&f);
	settle();
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(host.log[host.nlog - 1], MODEL_FS_DESTROY);
	assert_int_equal(f.files_in_use, 0);
	assert_int_equal(submit(&attr), VIO_EBUSY);
	assert_int_equal(r.d->state, VIO_LIVE);
}

/* The queue of high priority is full when a file was closed: its handle ends, and the request too.
 */
static void test_forget_that_finds_no_room_ends_the_request(void **state)
{
	struct vio_fs_request first = { .op = VIO_FS_END }, second = first;

	(void)state;
	room_for_one_forget();
	first.file = lookup(vio_fs_root(&f), "a");
	second.file = opened(vio_fs_root(&f), "a", VIO_FS_RDONLY);
	const unsigned before = ended;
	assert_int_equal(submit(&second), VIO_OK);
	vio_fs_kick(&f);
	model_run(&r.m); /* the answer is there, and was not looked at */
	assert_int_equal(submit(&first), VIO_OK);
	vio_fs_kick(&f);
	settle();
	assert_int_equal(ended, before + 2);
	assert_int_equal(f.files_in_use, 0);
}

static void test_result_has_nothing_of_an_earlier_one(void **state)
{
	struct vio_fs_request q = { .op = VIO_FS_LOOKUP, .name = "nothing" };

	(void)state;
	const struct vio_fs_file root = tree(2, NULL), big = opened(root, "big", VIO_FS_RDONLY);
	q.file = root;
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, VIO_FS_ENOENT);
	struct vio_fs_request read = { .op = VIO_FS_READ, .file = big, .data = got, .len = 9 };
	read.host_error = q.host_error;
	assert_int_equal(run(&read), VIO_OK);
	assert_int_equal(read.host_error, 0);
	read.op = VIO_FS_GETATTR;
	assert_int_equal(run(&read), VIO_OK);
	assert_int_equal(read.n, 0);
}

/* ---- Failures ---- */

static void test_requests_of_a_device_that_is_stopped_come_back(void **state)
{
	struct vio_fs_request q = { .op = VIO_FS_GETATTR }, look = { .op = VIO_FS_LOOKUP };
	struct vio_fs_request ending = { .op = VIO_FS_END };

	(void)state;
	const struct vio_fs_file root = tree(2, NULL), big = opened(root, "big", VIO_FS_RDONLY);
	struct vio_fs_request read = { .op = VIO_FS_READ, .file = big, .data = got, .len = 4096 };
	q.file = look.file = root;
	look.name = "dir";
	ending.file = opened(root, "dir", VIO_FS_RDONLY);
	host.tree.hold = true;
	assert_int_equal(submit(&q), VIO_OK);
	assert_int_equal(submit(&read), VIO_OK);
	assert_int_equal(submit(&look), VIO_OK);
	assert_int_equal(submit(&ending), VIO_OK);
	vio_fs_kick(&f);
	model_run(&r.m);
	const unsigned before = ended;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(ended, before + 4);
	assert_int_equal(q.err, VIO_EDEVICE);
	assert_int_equal(read.err, VIO_EDEVICE);
	assert_int_equal(look.err, VIO_EDEVICE);
	assert_int_equal(look.made.number, 0);
	assert_int_equal(ending.err, VIO_EDEVICE);
	assert_int_equal(read.n, 0);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(f.errors, 4);
}

static void test_silent_device_is_given_up(void **state)
{
	struct vio_fs_request q = { .op = VIO_FS_GETATTR };
	uint64_t now = 0;

	(void)state;
	q.file = tree(2, NULL);
	r.m.faults.silent = true;
	assert_int_equal(submit(&q), VIO_OK);
	vio_fs_kick(&f);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(q.err, VIO_EDEVICE);
}

static void test_mapping_that_fails_takes_nothing(void **state)
{
	struct vio_fs_request q = { .op = VIO_FS_READ, .data = got, .len = 16 };

	(void)state;
	q.file = opened(tree(2, NULL), "big", VIO_FS_RDONLY);
	const unsigned sent = f.sent;
	r.p.fail_map = 1;
	assert_int_equal(submit(&q), VIO_EADDR);
	assert_false(q.busy);
	assert_int_equal(f.sent, sent);
	r.p.fail_map = 0;
	assert_int_equal(run(&q), VIO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_host_and_driver_agree_on_the_protocol),
		T(test_data_is_the_smaller_of_both),
		T(test_tag_is_text),
		T(test_options_are_checked),
		T(test_queue_that_is_too_small),
		T(test_no_ring_memory),
		T(test_configuration_that_changes_all_the_time),
		T(test_configuration_that_changes_for_a_while),
		T(test_handles_after_many_starts),
		T(test_two_requests_in_flight_make_two_handles),
		T(test_handles_are_limited_and_come_back),
		T(test_handle_that_is_none_is_refused),
		T(test_handle_has_to_be_open_or_not),
		T(test_open_that_fails),
		T(test_handle_that_changes_is_in_no_other_request),
		T(test_release_that_fails_ends_the_handle),
		T(test_fs_002_forget_goes_by_the_queue_of_high_priority),
		T(test_forget_that_finds_no_room_ends_the_request),
		T(test_result_has_nothing_of_an_earlier_one),
		T(test_restart_ends_all_handles),
		T(test_session_that_is_ended),
		T(test_requests_of_a_device_that_is_stopped_come_back),
		T(test_silent_device_is_given_up),
		T(test_mapping_that_fails_takes_nothing),
#undef T
	};

	return cmocka_run_group_tests_name("fs", tests, NULL, NULL);
}
