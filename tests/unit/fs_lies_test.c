/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-fs: wrong configurations and replies. The device fails, since its handles are unknown
 * then. */
#include "tests/unit/fs_rig.h"

static void fails(enum vio_fs_protocol_error lie)
{
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
	assert_int_equal(r.d->problem.got, lie);
	assert_int_equal(host_mapped(&r.p), 0);
}

static void test_HD_FS_01_tag_that_is_empty_or_no_queue(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		plug(version, "", NULL);
		assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
		assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
		assert_int_equal(r.d->problem.got, VIO_FS_BAD_TAG);
		teardown(NULL);
		setup(NULL);
		plug(version, "share", NULL);
		r.m.cfg.config[36] = 0;
		assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
		assert_int_equal(r.d->problem.got, VIO_FS_BAD_QUEUES);
		teardown(NULL);
	}
	setup(NULL);
	plug(2, "share", NULL); /* more than there are; the first is enough */
	memset(r.m.cfg.config + 36, 0xff, 4);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(f.max_data, MODEL_FS_MAX_WRITE);
}

static void start_fails(enum vio_fs_protocol_error lie)
{
	plug(2, "share", NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	fails(lie);
	assert_int_equal(f.max_data, 0);
	teardown(NULL);
	setup(NULL);
}

static void test_HD_FS_02_version_or_data_of_no_use(void **state)
{
	static const uint32_t versions[][2] = { { 6, 31 }, { 8, 31 }, { 7, 26 }, { 7, 1 } };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		host.major = versions[i][0];
		host.minor = versions[i][1];
		start_fails(VIO_FS_BAD_VERSION);
	}
	static const uint32_t lengths[] = { 0, 8, 24, 63 };
	for (unsigned i = 0; i < 4; i++) { /* of other versions */
		host.lie_code = MODEL_FS_INIT;
		host.lie_raw = true;
		host.raw_bytes = lengths[i];
		start_fails(VIO_FS_BAD_VERSION);
	}
	host.fail_code = MODEL_FS_INIT;
	host.fail_error = 71;
	start_fails(VIO_FS_BAD_VERSION);
	host.max_write = VIO_FS_DATA_MIN - 1;
	start_fails(VIO_FS_BAD_DATA);
	host.minor = 27;
	host.max_write = UINT32_MAX - 1000;
	live(2);
	assert_int_equal(f.max_data, VIO_FS_DATA);
}

static void lie_in(uint32_t code, struct vio_fs_request *q, enum vio_fs_protocol_error lie)
{
	host.lie_code = code;
	assert_int_equal(run(q), VIO_EDEVICE);
	assert_int_equal(q->n, 0);
	assert_int_equal(q->made.number, 0);
	fails(lie);
	teardown(NULL);
	setup(NULL);
}

static struct vio_fs_request attr_of(struct vio_fs_file file)
{
	return (struct vio_fs_request){ .op = VIO_FS_GETATTR, .file = file };
}

static void test_HD_FS_03_length_that_is_not_the_used_length(void **state)
{
	static const int32_t off[] = { 1, -1, -120, INT32_MAX };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct vio_fs_request q = attr_of(tree(2, NULL));
		host.size_off = off[i];
		lie_in(MODEL_FS_GETATTR, &q, VIO_FS_BAD_SIZE);
	}
	/* Both agree, and are shorter than a header, or than the reply. */
	for (uint32_t n = 0; n < 120; n += n == 17 ? 102 : 1) {
		struct vio_fs_request q = attr_of(tree(2, NULL));
		host.size_off = host.used_off = (int32_t)n - 120;
		lie_in(MODEL_FS_GETATTR, &q, n < 16 ? VIO_FS_BAD_SIZE : VIO_FS_BAD_REPLY);
	}
	/* Both agree, and are longer than the memory for the reply. */
	struct vio_fs_request q = { .op = VIO_FS_READ, .data = got, .len = 100 };
	q.file = opened(tree(2, NULL), "big", VIO_FS_RDONLY);
	host.size_off = host.used_off = 1;
	lie_in(MODEL_FS_READ, &q, VIO_FS_BAD_SIZE);
}

static void test_HD_FS_04_reply_with_the_number_of_another_request(void **state)
{
	(void)state;
	struct vio_fs_request q = attr_of(tree(2, NULL));
	host.other_unique = true;
	lie_in(MODEL_FS_GETATTR, &q, VIO_FS_BAD_REQUEST);
}

static void test_HD_FS_05_error_that_does_not_exist_or_has_data(void **state)
{
	static const int32_t errors[] = { 1, 22, INT32_MAX, -512, INT32_MIN, -2 };

	(void)state;
	for (unsigned i = 0; i < 6; i++) {
		struct vio_fs_request q = attr_of(tree(2, NULL));
		host.error = errors[i];
		host.lie_raw = i < 5;
		host.raw_bytes = 0; /* -2 has data */
		lie_in(MODEL_FS_GETATTR, &q, VIO_FS_BAD_ERROR);
	}
	struct vio_fs_request q = attr_of(tree(2, NULL));
	host.lie_code = MODEL_FS_GETATTR;
	host.lie_raw = true;
	host.error = -511;
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, 511);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_FS_06_more_was_written_than_there_was(void **state)
{
	static const uint32_t counts[] = { 101, 0x7fffffff, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		struct vio_fs_request q = { .op = VIO_FS_WRITE, .data = pattern, .len = 100 };
		q.file = opened(tree(2, NULL), "big", VIO_FS_RDWR);
		host.lie_raw = true;
		memcpy(host.raw, &counts[i], 4);
		host.raw_bytes = 8;
		lie_in(MODEL_FS_WRITE, &q, VIO_FS_BAD_REPLY);
	}
}

/* A reply about a node, with a file of `bytes` bytes. */
static void node_reply(uint64_t node, uint64_t bytes, uint32_t n)
{
	host.lie_raw = true;
	memset(host.raw, 0, sizeof(host.raw));
	memcpy(host.raw, &node, 8);
	memcpy(host.raw + 48, &bytes, 8);
	host.raw_bytes = n;
}

static void test_HD_FS_07_node_of_none_or_of_the_root(void **state)
{
	static const struct {
		enum vio_fs_op op;
		uint32_t code, bytes;
		uint64_t node;
	} lies[] = { { VIO_FS_LOOKUP, MODEL_FS_LOOKUP, 128, 1 },
		     { VIO_FS_MKDIR, MODEL_FS_MKDIR, 128, 0 },
		     { VIO_FS_MKDIR, MODEL_FS_MKDIR, 128, 1 },
		     { VIO_FS_CREATE, MODEL_FS_CREATE, 144, 0 },
		     { VIO_FS_CREATE, MODEL_FS_CREATE, 144, 1 } };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct vio_fs_request q = { .op = lies[i].op, .name = "new" };
		q.file = tree(2, NULL);
		node_reply(lies[i].node, 0, lies[i].bytes);
		lie_in(lies[i].code, &q, VIO_FS_BAD_NODE);
	}
	/* Of names, only "." and ".." may be the root. */
	static const char *const names[] = { "x", ".x", "x.", "..x", "...", ".", ".." };
	for (unsigned i = 0; i < 7; i++) {
		struct vio_fs_request q = { .op = VIO_FS_LOOKUP, .name = names[i] };
		q.file = tree(2, NULL);
		node_reply(1, 0, 128);
		if (i < 5) {
			lie_in(MODEL_FS_LOOKUP, &q, VIO_FS_BAD_NODE);
			continue;
		}
		host.lie_code = MODEL_FS_LOOKUP;
		assert_int_equal(run(&q), VIO_OK);
		teardown(NULL);
		setup(NULL);
	}
}

/* What was created is a file, whatever its attributes say. */
static void test_created_file_that_is_called_a_directory(void **state)
{
	const uint32_t mode = VIO_FS_S_IFDIR | 0755;
	struct vio_fs_request q = { .op = VIO_FS_CREATE, .name = "new" };

	(void)state;
	q.file = tree(2, NULL);
	node_reply(77, 0, 144);
	memcpy(host.raw + 100, &mode, 4);
	host.lie_code = MODEL_FS_CREATE;
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.attr.mode, mode);
	struct vio_fs_request read = { .op = VIO_FS_READ, .file = q.made, .data = got, .len = 1 };
	assert_int_equal(submit(&read), VIO_OK);
}

static void test_HD_FS_08_file_of_2_to_the_63_bytes(void **state)
{
	(void)state;
	struct vio_fs_request q = { .op = VIO_FS_LOOKUP, .name = "new" };
	q.file = tree(2, NULL);
	node_reply(77, INT64_MAX, 128);
	host.lie_code = MODEL_FS_LOOKUP;
	assert_int_equal(run(&q), VIO_OK);
	assert_true(q.attr.bytes == INT64_MAX);
	node_reply(78, UINT64_C(1) << 63, 128);
	lie_in(MODEL_FS_LOOKUP, &q, VIO_FS_BAD_REPLY);
	q = attr_of(tree(2, NULL));
	node_reply(0, 0, 104);
	memset(host.raw + 24, 0xff, 8);
	lie_in(MODEL_FS_GETATTR, &q, VIO_FS_BAD_REPLY);
}

static uint32_t entry(uint8_t *to, const char *name, uint32_t n, uint32_t claim)
{
	memset(to, 0, 24);
	memcpy(to + 16, &claim, 4);
	memset(to + 24, 0, n + 8);
	memcpy(to + 24, name, n);
	return (24 + n + 7) & ~7u;
}

static void test_HD_FS_09_entry_that_does_not_fit_or_has_no_good_name(void **state)
{
	uint8_t data[1024];
	char name[300];
	struct vio_fs_entry e;
	uint32_t at = 0;

	(void)state;
	memset(&e, 'x', sizeof(e));
	memset(name, 'x', sizeof(name));
	uint32_t n = entry(data, "good", 4, 4);
	assert_int_equal(vio_fs_next_entry(data, n, &at, &e), 1);
	assert_string_equal(e.name, "good");
	assert_int_equal(at, n);
	assert_int_equal(vio_fs_next_entry(data, n, &at, &e), 0);
	at = UINT32_MAX;
	assert_int_equal(vio_fs_next_entry(data, n, &at, &e), 0);
	for (uint32_t cut = 1; cut < n; cut++) {
		uint8_t *const copy = test_malloc(cut); /* valgrind reports a read beyond it */

		memcpy(copy, data, cut);
		at = 0;
		assert_int_equal(vio_fs_next_entry(copy, cut, &at, &e), VIO_EDEVICE);
		assert_int_equal(at, 0);
		test_free(copy);
	}
	static const struct {
		const char *name;
		uint32_t n, claim;
	} bad[] = { { "", 0, 0 },	   { "good", 4, 9 },
		    { "good", 4, 0xffff }, { "good", 4, UINT32_MAX },
		    { "a/b", 3, 3 },	   { "a\0b", 3, 3 },
		    { "/", 1, 1 },	   { "good", 4, 256 } };
	for (unsigned i = 0; i < 8; i++) {
		at = 0;
		n = entry(data, bad[i].name, bad[i].n, bad[i].claim);
		assert_int_equal(vio_fs_next_entry(data, n, &at, &e), VIO_EDEVICE);
	}
	at = 0;
	n = entry(data, name, 256, 256);
	assert_int_equal(vio_fs_next_entry(data, n, &at, &e), VIO_EDEVICE);
	n = entry(data, name, 255, 255);
	assert_int_equal(vio_fs_next_entry(data, n, &at, &e), 1);
	assert_int_equal(strlen(e.name), 255);
}

/* ---- Replies of random bytes: each is an answer, an error, or the end of the device ---- */

static uint32_t random_state = 1;

static uint32_t any(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % below;
}

/* A reply that is nearly right: of its size as often as not, or an error, with bytes of chance. */
static void fill_reply(uint32_t fits)
{
	for (unsigned i = 0; i < sizeof(host.raw); i++)
		host.raw[i] = (uint8_t)(any(2) ? any(256) : any(3));
	host.error = any(4) ? 0 : (int32_t)any(600) - 550;
	host.raw_bytes = any(4) ? (host.error ? 0 : fits) : any(VIO_FS_IN_BYTES);
	host.lie_raw = true;
	host.size_off = any(16) ? 0 : (int32_t)any(UINT32_MAX);
	host.used_off = any(16) ? 0 : (int32_t)any(9) - 4;
}

static void test_replies_of_random_bytes(void **state)
{
	static const struct {
		enum vio_fs_op op;
		uint32_t code, fits;
	} ops[] = { { VIO_FS_LOOKUP, MODEL_FS_LOOKUP, 128 },
		    { VIO_FS_GETATTR, MODEL_FS_GETATTR, 104 },
		    { VIO_FS_READ, MODEL_FS_READ, 104 },
		    { VIO_FS_WRITE, MODEL_FS_WRITE, 8 },
		    { VIO_FS_READDIR, MODEL_FS_READDIR, 104 },
		    { VIO_FS_READLINK, MODEL_FS_READLINK, 12 },
		    { VIO_FS_MKDIR, MODEL_FS_MKDIR, 128 },
		    { VIO_FS_CREATE, MODEL_FS_CREATE, 144 },
		    { VIO_FS_STATFS, MODEL_FS_STATFS, 80 },
		    { VIO_FS_OPEN, MODEL_FS_OPENDIR, 16 } };
	unsigned ends[3] = { 0 };

	(void)state;
	tree(2, NULL);
	for (unsigned i = 0; i < 3000; i++) {
		const unsigned k = any(10);
		struct vio_fs_entry e;
		uint32_t at = 0;

		host.lie_code = 0;
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		settle();
		const struct vio_fs_file root = vio_fs_root(&f);
		struct vio_fs_request q = { .op = ops[k].op,
					    .file = root,
					    .name = "x",
					    .data = got,
					    .len = VIO_FS_READDIR_MIN };
		if (k == 2 || k == 3)
			q.file = opened(root, "big", VIO_FS_RDWR);
		if (k == 4)
			q.file = opened(root, "dir", VIO_FS_RDONLY);
		fill_reply(ops[k].fits);
		host.lie_code = ops[k].code;
		const int rc = run(&q);
		assert_true(rc == VIO_OK || rc == VIO_EIO || rc == VIO_EDEVICE);
		assert_int_equal(r.d->state == VIO_LIVE, rc != VIO_EDEVICE);
		assert_true(q.n <= q.len);
		while (k == 4 && vio_fs_next_entry(got, q.n, &at, &e) == 1)
			;
		ends[rc == VIO_OK ? 0 : rc == VIO_EIO ? 1 : 2]++;
	}
	for (unsigned i = 0; i < 3; i++)
		assert_true(ends[i] > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_HD_FS_01_tag_that_is_empty_or_no_queue),
		T(test_HD_FS_02_version_or_data_of_no_use),
		T(test_HD_FS_03_length_that_is_not_the_used_length),
		T(test_HD_FS_04_reply_with_the_number_of_another_request),
		T(test_HD_FS_05_error_that_does_not_exist_or_has_data),
		T(test_HD_FS_06_more_was_written_than_there_was),
		T(test_HD_FS_07_node_of_none_or_of_the_root),
		T(test_created_file_that_is_called_a_directory),
		T(test_HD_FS_08_file_of_2_to_the_63_bytes),
		T(test_HD_FS_09_entry_that_does_not_fit_or_has_no_good_name),
		T(test_replies_of_random_bytes),
#undef T
	};

	return cmocka_run_group_tests_name("fs_lies", tests, NULL, NULL);
}
