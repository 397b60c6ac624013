/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-9p over its device model: the start, fids, errors of the caller, failures. */
#include "tests/unit/p9_rig.h"

static void test_host_and_driver_agree_on_the_protocol(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version, "share", NULL);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(p.msize, 0);
		struct vio_p9_request q = { .op = VIO_P9_ATTACH, .name = "" };
		assert_int_equal(vio_p9_submit(&p, &q), VIO_EBUSY);
		settle();
		assert_int_equal(p.msize, MODEL_P9_MSIZE);
		assert_string_equal(p.tag, "share");
		assert_ptr_equal(vio_p9_of(&p.device), &p);
		assert_int_equal(host.nlog, 1);
		assert_int_equal(clunk(attach()), VIO_OK);
		assert_int_equal(p.fids_in_use, 0);
		assert_int_equal(model_p9_fids(&host), 0);
		teardown(NULL);
		setup(NULL);
	}
	assert_null(vio_p9_of(NULL));
	struct vio_device other = { .driver = NULL };
	assert_null(vio_p9_of(&other));
}

static void test_msize_is_the_smaller_of_both(void **state)
{
	const struct vio_p9_options o = { .msize = 5000 };

	(void)state;
	live_with(2, &o);
	assert_int_equal(p.msize, 5000);
}

static void test_mount_tag_is_text(void **state)
{
	char longer[101];

	(void)state;
	plug(2, "a\x1b[2Jb\xff \x1f~\x7f", NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_string_equal(p.tag, "a?[2Jb? ?~?");
	teardown(NULL);
	memset(longer, 'x', 100);
	longer[100] = '\0';
	setup(NULL);
	plug(2, longer, NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(strlen(p.tag), VIO_P9_TAG_MAX);
}

static void test_device_without_a_tag(void **state)
{
	(void)state;
	plug(2, "share", NULL);
	r.d->features_off = VIO_P9_F_MOUNT_TAG;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_string_equal(p.tag, "");
	attach();
}

static void test_HD_P9SCSI_01_tag_that_is_empty_or_too_long_is_refused(void **state)
{
	static const uint16_t lengths[] = { 0, MODEL_CONFIG_BYTES - 1, 0x8000, 0xffff };

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			setup(NULL);
			plug(version, "share", NULL);
			r.m.cfg.config[0] = (uint8_t)lengths[i];
			r.m.cfg.config[1] = (uint8_t)(lengths[i] >> 8);
			assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
			assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
			assert_int_equal(r.d->problem.got, VIO_P9_BAD_TAG);
			teardown(NULL);
		}
	}
	/* The longest that fits is read. */
	plug(2, "share", NULL);
	r.m.cfg.config[0] = MODEL_CONFIG_BYTES - 2;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

static void fails(enum vio_p9_protocol_error lie)
{
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
	assert_int_equal(r.d->problem.got, lie);
	assert_int_equal(host_mapped(&r.p), 0);
}

static void start_fails(enum vio_p9_protocol_error lie)
{
	plug(2, "share", NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	fails(lie);
	assert_int_equal(p.msize, 0);
	teardown(NULL);
}

static void test_HD_P9SCSI_04_version_that_is_empty_or_another_is_refused(void **state)
{
	static const char *const versions[] = { "", "9P2000", "9P2000.u", "9P2000.LX", "unknown" };

	(void)state;
	for (unsigned i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		setup(NULL);
		host.version = versions[i];
		start_fails(VIO_P9_BAD_VERSION);
	}
	/* A length of the string that goes beyond the reply. */
	setup(NULL);
	host.lie_type = MODEL_P9_TVERSION;
	host.lie_raw = true;
	memcpy(host.raw,
	       "\0\x20\0\0\xff\xff"
	       "9P2000.L",
	       14);
	host.raw_bytes = 14;
	start_fails(VIO_P9_BAD_VERSION);
	/* An error instead of a version. */
	setup(NULL);
	host.fail_type = 0;
	host.lie_type = MODEL_P9_TVERSION;
	host.reply_type = 7;
	start_fails(VIO_P9_BAD_TYPE);
}

static void test_HD_P9SCSI_10_msize_above_ours_or_too_small_is_refused(void **state)
{
	static const uint32_t sizes[] = { 0, 24, VIO_P9_MSIZE_MIN - 1, VIO_P9_MSIZE + 1,
					  UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		setup(NULL);
		host.lie_type = MODEL_P9_TVERSION;
		host.lie_raw = true;
		memcpy(host.raw, &sizes[i], 4);
		memcpy(host.raw + 4,
		       "\x08\0"
		       "9P2000.L",
		       10);
		host.raw_bytes = 14;
		start_fails(VIO_P9_BAD_MSIZE);
	}
}

static void test_options_are_checked(void **state)
{
	static uint64_t memory[VIO_P9_MEMORY(2, 3) / 8];
	struct vio_p9_options o = { .requests = 3 };

	(void)state;
	plug(2, "share", NULL);
	assert_int_equal(vio_p9_init(&p, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_p9_options){ .requests = 512 };
	assert_int_equal(vio_p9_init(&p, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_p9_options){ .msize = VIO_P9_MSIZE_MIN - 1 };
	assert_int_equal(vio_p9_init(&p, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_p9_options){ .requests = 256, .msize = VIO_P9_MSIZE_MIN };
	assert_int_equal(vio_p9_init(&p, &r.t.base, &r.p.platform, &o), VIO_OK);
	o = (struct vio_p9_options){
		.requests = 2, .fids = 3, .memory = memory, .bytes = sizeof(memory) - 1
	};
	assert_int_equal(vio_p9_init(&p, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
	o.bytes++;
	const unsigned before = r.p.privates;
	assert_int_equal(vio_p9_init(&p, &r.t.base, &r.p.platform, &o), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.privates, before); /* the caller's memory is enough for the queue */
}

static void test_queue_that_is_too_small(void **state)
{
	(void)state;
	plug(2, "share", NULL);
	r.m.cfg.queue_max[0] = 2;
	assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
	assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
	assert_int_equal(r.d->problem.want, 4);
}

static void test_no_ring_memory(void **state)
{
	(void)state;
	plug(2, "share", NULL);
	vio_device_start(r.d);
	settle();
	uint8_t *const first = p.slot[0].out;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_ptr_equal(p.slot[0].out, first); /* it is used again, not taken anew */
	teardown(NULL);
	setup(NULL);
	plug(2, "share", NULL);
	r.p.fail_ring = 2; /* the first is for the ring */
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
		setup(NULL);
		plug(2, "share", NULL);
		r.m.faults.generation_moves = moves;
		if (vio_device_start(r.d) == VIO_OK) {
			assert_string_equal(p.tag, "share");
			started++;
		} else {
			assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
		}
		teardown(NULL);
	}
	assert_true(started > 0 && started < 39);
	setup(NULL);
	live(2);
}

static void test_tag_of_each_start(void **state)
{
	(void)state;
	live(2);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	r.m.cfg.config[0] = 2; /* shorter */
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(p.msize, 0); /* the host has not agreed yet */
	settle();
	assert_string_equal(p.tag, "sh");
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	r.d->features_off = VIO_P9_F_MOUNT_TAG;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_string_equal(p.tag, "");
}

/* ---- Fids ---- */

/* A fid has the number of the start, of 16 bits, which is never 0. */
static void test_fids_after_many_starts(void **state)
{
	uint32_t last = 0;

	(void)state;
	live(2);
	for (uint32_t starts = 0xfffb; starts < 0x10003; starts++) {
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
		p.starts = starts;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		settle();
		const struct vio_p9_fid root = attach();
		assert_int_not_equal(root.number, last);
		last = root.number;
		assert_int_equal(clunk(walk(root, "")), VIO_OK);
	}
}

static void test_two_requests_in_flight_make_two_fids(void **state)
{
	struct vio_p9_request a = { .op = VIO_P9_WALK, .name = "" }, b = a;

	(void)state;
	live(2);
	a.fid = b.fid = attach();
	assert_int_equal(submit(&a), VIO_OK);
	assert_int_equal(submit(&b), VIO_OK);
	vio_p9_kick(&p);
	settle();
	assert_int_not_equal(a.made.number, b.made.number);
	b.op = VIO_P9_GETATTR; /* in flight, and of another fid */
	assert_int_equal(submit(&b), VIO_OK);
	const uint32_t sent = p.sent;
	a.op = VIO_P9_CLUNK;
	a.fid = a.made;
	assert_int_equal(submit(&a), VIO_OK);
	assert_int_equal(p.sent, sent + 1);
	vio_p9_kick(&p);
	settle();
	assert_int_equal(a.err, VIO_OK);
	assert_int_equal(b.err, VIO_OK);
}

/* What a walk finds is what it says that it found. */
static void test_walk_has_the_qid_of_the_last_name(void **state)
{
	struct vio_p9_request q = { .op = VIO_P9_WALK, .name = "dir/inside" };

	(void)state;
	live(2);
	const unsigned dir = model_p9_add(&host, 0, "dir", MODEL_P9_DIRECTORY, NULL, 0);
	model_p9_add(&host, dir, "inside", MODEL_P9_FILE, "x", 1);
	q.fid = attach();
	assert_int_equal(run(&q), VIO_OK);
	const struct vio_p9_qid found = q.qid;
	q = (struct vio_p9_request){ .op = VIO_P9_GETATTR, .fid = q.made };
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(found.type, q.qid.type);
	assert_true(found.path == q.qid.path);
	assert_true(found.path != 0);
}

static void test_result_has_nothing_of_an_earlier_one(void **state)
{
	struct vio_p9_request q = { .op = VIO_P9_WALK, .name = "nothing" };

	(void)state;
	live(2);
	q.fid = attach();
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, VIO_P9_ENOENT);
	q.op = VIO_P9_GETATTR;
	q.n = 7;
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.host_error, 0);
	assert_int_equal(q.n, 0);
}

static void test_fids_are_limited_and_come_back(void **state)
{
	const struct vio_p9_options o = { .fids = 3 };
	struct vio_p9_request q = { .op = VIO_P9_WALK, .name = "" };

	(void)state;
	live_with(2, &o);
	const struct vio_p9_fid root = attach();
	const struct vio_p9_fid a = walk(root, ""), b = walk(root, "");
	assert_int_not_equal(a.number, b.number);
	q.fid = root;
	assert_int_equal(run(&q), VIO_EFULL);
	assert_int_equal(p.fids_in_use, 3);
	assert_int_equal(clunk(a), VIO_OK);
	q.name = "nothing"; /* a walk that fails keeps none */
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(run(&q), VIO_EIO);
		assert_int_equal(q.host_error, VIO_P9_ENOENT);
		assert_int_equal(q.made.number, 0);
	}
	q.name = "";
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(model_p9_fids(&host), 3);
}

static void test_fid_that_is_none_is_refused(void **state)
{
	struct vio_p9_request q = { .op = VIO_P9_GETATTR };

	(void)state;
	live(2);
	const struct vio_p9_fid root = attach();
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.fid.number = root.number + 1; /* free */
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.fid.number = root.number + VIO_P9_FIDS;
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.fid.number = root.number + 0x10000; /* of another start */
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.fid.number = UINT32_MAX;
	assert_int_equal(submit(&q), VIO_EINVAL);
	q = (struct vio_p9_request){
		.op = VIO_P9_RENAME, .fid = root, .name = "a", .new_name = "b"
	};
	assert_int_equal(submit(&q), VIO_EINVAL);
	assert_int_equal(clunk(root), VIO_OK);
	assert_int_equal(clunk(root), VIO_EINVAL);
}

static void test_fid_has_to_be_open_or_not(void **state)
{
	uint8_t bytes[VIO_P9_READDIR_MIN];
	struct vio_p9_request q = { .data = bytes, .len = sizeof(bytes) };

	(void)state;
	live(2);
	model_p9_add(&host, 0, "file", MODEL_P9_FILE, "x", 1);
	const struct vio_p9_fid root = attach(), f = walk(root, "file");
	static const enum vio_p9_op ops[] = { VIO_P9_READ, VIO_P9_WRITE, VIO_P9_READDIR,
					      VIO_P9_FSYNC };
	q.fid = f;
	for (unsigned i = 0; i < 4; i++) {
		q.op = ops[i];
		assert_int_equal(submit(&q), VIO_EINVAL);
	}
	assert_int_equal(open_as(f, VIO_P9_RDONLY), VIO_OK);
	assert_int_equal(open_as(f, VIO_P9_RDONLY), VIO_EINVAL);
	q.name = "y";
	for (q.op = VIO_P9_WALK; q.op <= VIO_P9_CREATE; q.op++)
		assert_int_equal(submit(&q), VIO_EINVAL);
	/* An open that fails leaves the fid as it was. */
	assert_int_equal(open_as(root, VIO_P9_WRONLY), VIO_EIO);
	assert_int_equal(open_as(root, VIO_P9_RDONLY), VIO_OK);
}

static void test_fid_that_changes_is_in_no_other_request(void **state)
{
	struct vio_p9_request attr = { .op = VIO_P9_GETATTR };
	struct vio_p9_request opening = { .op = VIO_P9_OPEN };
	struct vio_p9_request end = { .op = VIO_P9_CLUNK };

	(void)state;
	live(2);
	attr.fid = opening.fid = end.fid = attach();
	host.hold = true;
	assert_int_equal(submit(&attr), VIO_OK);
	assert_int_equal(submit(&attr), VIO_EBUSY); /* the request itself */
	assert_int_equal(submit(&end), VIO_EBUSY);
	assert_int_equal(submit(&opening), VIO_EBUSY);
	host.hold = false;
	vio_p9_kick(&p);
	settle();
	host.hold = true;
	assert_int_equal(submit(&opening), VIO_OK);
	assert_int_equal(submit(&attr), VIO_EINVAL);
	assert_int_equal(submit(&end), VIO_EINVAL);
	host.hold = false;
	vio_p9_kick(&p);
	settle();
	assert_int_equal(submit(&end), VIO_OK);
	assert_int_equal(submit(&attr), VIO_EINVAL);
	vio_p9_kick(&p);
	settle();
	assert_int_equal(ended, 4);
}

/* A fid ends whatever the host answers. */
static void test_clunk_that_fails_ends_the_fid(void **state)
{
	(void)state;
	live(2);
	const struct vio_p9_fid root = attach();
	host.fail_type = MODEL_P9_TCLUNK;
	host.fail_error = 5;
	assert_int_equal(clunk(root), VIO_EIO);
	assert_int_equal(p.fids_in_use, 0);
	assert_int_equal(clunk(root), VIO_EINVAL);
}

static void test_restart_ends_all_fids(void **state)
{
	struct vio_p9_request q = { .op = VIO_P9_GETATTR };

	(void)state;
	live(2);
	q.fid = attach();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(submit(&q), VIO_EDEVICE);
	vio_p9_kick(&p);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(p.starts, 2);
	assert_int_equal(p.fids_in_use, 0);
	assert_int_equal(submit(&q), VIO_EINVAL);
	assert_int_not_equal(attach().number, q.fid.number);
}

/* ---- Failures ---- */

static void test_requests_of_a_device_that_is_stopped_come_back(void **state)
{
	struct vio_p9_request q = { .op = VIO_P9_GETATTR };
	uint8_t bytes[4096];

	(void)state;
	live(2);
	model_p9_add(&host, 0, "file", MODEL_P9_FILE, "x", 1);
	const struct vio_p9_fid root = attach(), f = opened(root, "file", VIO_P9_RDONLY);
	struct vio_p9_request read = { .op = VIO_P9_READ, .fid = f, .data = bytes, .len = 4096 };
	q.fid = root;
	host.hold = true;
	assert_int_equal(submit(&q), VIO_OK);
	assert_int_equal(submit(&read), VIO_OK);
	vio_p9_kick(&p);
	model_run(&r.m);
	const unsigned before = ended;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(ended, before + 2);
	assert_int_equal(q.err, VIO_EDEVICE);
	assert_int_equal(read.err, VIO_EDEVICE);
	assert_int_equal(read.n, 0);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(p.errors, 2);
}

static void test_silent_device_is_given_up(void **state)
{
	struct vio_p9_request q = { .op = VIO_P9_GETATTR };
	uint64_t now = 0;

	(void)state;
	live(2);
	q.fid = attach();
	r.m.faults.silent = true;
	assert_int_equal(submit(&q), VIO_OK);
	vio_p9_kick(&p);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(q.err, VIO_EDEVICE);
}

static void test_mapping_that_fails_takes_nothing(void **state)
{
	struct vio_p9_request q = { .op = VIO_P9_READ };
	uint8_t bytes[16];

	(void)state;
	live(2);
	model_p9_add(&host, 0, "file", MODEL_P9_FILE, "x", 1);
	q.fid = opened(attach(), "file", VIO_P9_RDONLY);
	q.data = bytes;
	q.len = sizeof(bytes);
	const unsigned sent = p.sent;
	r.p.fail_map = 1;
	assert_int_equal(submit(&q), VIO_EADDR);
	assert_false(q.busy);
	assert_int_equal(p.sent, sent);
	r.p.fail_map = 0;
	assert_int_equal(run(&q), VIO_OK);
}

static struct vio_p9_fid root;

static void ask_for_attributes(unsigned nth)
{
	static struct vio_p9_request q[RIG_MORE];

	q[nth] = (struct vio_p9_request){ .op = VIO_P9_GETATTR, .fid = root };
	assert_int_equal(submit(&q[nth]), VIO_OK);
	vio_p9_kick(&p);
}

static void test_one_lost_request_fails_the_device(void **state)
{
	(void)state;
	live(2);
	root = attach();
	rig_loses_one(&r, 0, ask_for_attributes);
	assert_true(ended > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_host_and_driver_agree_on_the_protocol),
		T(test_msize_is_the_smaller_of_both),
		T(test_mount_tag_is_text),
		T(test_device_without_a_tag),
		T(test_HD_P9SCSI_01_tag_that_is_empty_or_too_long_is_refused),
		T(test_HD_P9SCSI_04_version_that_is_empty_or_another_is_refused),
		T(test_HD_P9SCSI_10_msize_above_ours_or_too_small_is_refused),
		T(test_options_are_checked),
		T(test_queue_that_is_too_small),
		T(test_no_ring_memory),
		T(test_configuration_that_changes_all_the_time),
		T(test_configuration_that_changes_for_a_while),
		T(test_tag_of_each_start),
		T(test_fids_after_many_starts),
		T(test_two_requests_in_flight_make_two_fids),
		T(test_walk_has_the_qid_of_the_last_name),
		T(test_result_has_nothing_of_an_earlier_one),
		T(test_fids_are_limited_and_come_back),
		T(test_fid_that_is_none_is_refused),
		T(test_fid_has_to_be_open_or_not),
		T(test_fid_that_changes_is_in_no_other_request),
		T(test_clunk_that_fails_ends_the_fid),
		T(test_restart_ends_all_fids),
		T(test_requests_of_a_device_that_is_stopped_come_back),
		T(test_silent_device_is_given_up),
		T(test_one_lost_request_fails_the_device),
		T(test_mapping_that_fails_takes_nothing),
#undef T
	};

	return cmocka_run_group_tests_name("p9", tests, NULL, NULL);
}
