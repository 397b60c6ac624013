/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-fs over its device model: what requests do, and what a caller may not ask for. */
#include "tests/unit/fs_rig.h"

#include <stdio.h>

static void test_file_is_found_and_read(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		const struct vio_fs_file dir = lookup(tree(version, NULL), "dir");
		const struct vio_fs_file file = opened(dir, "inside", VIO_FS_RDONLY);
		struct vio_fs_request q = {
			.op = VIO_FS_READ, .file = file, .data = got, .len = 100
		};
		assert_int_equal(run(&q), VIO_OK);
		assert_int_equal(q.n, 6);
		assert_memory_equal(got, "hello\n", 6);
		q.offset = 4;
		assert_int_equal(run(&q), VIO_OK);
		assert_int_equal(q.n, 2);
		assert_memory_equal(got, "o\n", 2);
		q.offset = 6;
		assert_int_equal(run(&q), VIO_OK);
		assert_int_equal(q.n, 0);
		assert_int_equal(host_mapped(&r.p), 0);
		teardown(NULL);
	}
}

static void test_read_is_cut_and_goes_on(void **state)
{
	const struct vio_fs_options o = { .max_data = 4096 };
	struct vio_fs_request q = { .op = VIO_FS_READ };
	uint32_t at = 0;

	(void)state;
	q.file = opened(tree(2, &o), "big", VIO_FS_RDONLY);
	do {
		q.data = got + at;
		q.offset = at;
		q.len = BIG - at;
		assert_int_equal(run(&q), VIO_OK);
		assert_true(q.n > 0 && q.n <= 4096);
		at += q.n;
	} while (at < BIG);
	assert_memory_equal(got, pattern, BIG);
}

/* As many as there are slots are in flight, each with a number of its own, and get their own
 * replies in whatever order. */
static void test_several_reads_in_flight_in_another_order(void **state)
{
	struct vio_fs_request q[VIO_FS_REQUESTS + 1];
	const uint32_t each = BIG / VIO_FS_REQUESTS;

	(void)state;
	const struct vio_fs_file file = opened(tree(2, NULL), "big", VIO_FS_RDONLY);
	host.tree.reversed = true;
	for (unsigned i = 0; i <= VIO_FS_REQUESTS; i++) {
		q[i] = (struct vio_fs_request){ .op = VIO_FS_READ,
						.file = file,
						.offset = (uint64_t)i * each,
						.data = got + (i % VIO_FS_REQUESTS) * each,
						.len = each };
		assert_int_equal(submit(&q[i]), i < VIO_FS_REQUESTS ? VIO_OK : VIO_EFULL);
	}
	const struct model_counts before = r.m.counts;
	vio_fs_kick(&f);
	assert_int_equal(r.m.counts.notifies, before.notifies + 1); /* at once, without a poll */
	settle();
	assert_int_equal(host.most_in_flight, VIO_FS_REQUESTS);
	for (unsigned i = 0; i < VIO_FS_REQUESTS; i++) {
		assert_int_equal(q[i].err, VIO_OK);
		assert_int_equal(q[i].n, each);
	}
	assert_memory_equal(got, pattern, BIG);
	assert_int_equal(r.m.counts.reads, before.reads);
	assert_int_equal(r.m.counts.writes, before.writes);
}

static void test_file_is_made_written_and_renamed(void **state)
{
	(void)state;
	const struct vio_fs_file root = tree(2, NULL);
	struct vio_fs_request q = { .op = VIO_FS_CREATE,
				    .file = root,
				    .name = "new.part",
				    .flags = VIO_FS_WRONLY | VIO_FS_EXCL,
				    .mode = 0640 };

	assert_int_equal(run(&q), VIO_OK);
	const struct vio_fs_file file = q.made;
	const unsigned node = model_p9_find(&host.tree, 0, "new.part");
	assert_int_equal(host.tree.node[node].mode, 0100640);
	assert_int_equal(run(&q), VIO_EIO); /* there is one */
	assert_int_equal(f.files_in_use, 1);
	host.tree.most = 3000; /* a short write */
	q = (struct vio_fs_request){
		.op = VIO_FS_WRITE, .file = file, .data = pattern, .len = 5000
	};
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.n, 3000);
	q.data = pattern + 3000;
	q.offset = 3000;
	q.len = 2000;
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.n, 2000);
	q = (struct vio_fs_request){ .op = VIO_FS_FSYNC, .file = file };
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(host.tree.node[node].synced, 1);
	const struct vio_fs_file dir = lookup(root, "dir");
	q = (struct vio_fs_request){ .op = VIO_FS_RENAME,
				     .file = root,
				     .name = "new.part",
				     .to = dir,
				     .new_name = "inside" };
	assert_int_equal(run(&q), VIO_OK);
	const unsigned to = model_p9_find(&host.tree, host.tree.node[node].parent, "inside");
	assert_int_equal(to, node);
	assert_int_equal(host.tree.node[to].bytes, 5000);
	assert_memory_equal(host.tree.node[to].data, pattern, 5000);
	assert_int_equal(end(file), VIO_OK);
	assert_int_equal(end(dir), VIO_OK);
	assert_int_equal(model_fs_opens(&host), 0);
	assert_int_equal(model_fs_known(&host), 0);
}

static void test_directories_are_made_and_removed(void **state)
{
	(void)state;
	const struct vio_fs_file root = tree(2, NULL);
	struct vio_fs_request q = {
		.op = VIO_FS_MKDIR, .file = root, .name = "results", .mode = 0755
	};

	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.attr.mode, 0040755);
	const struct vio_fs_file made = q.made;
	q = (struct vio_fs_request){ .op = VIO_FS_MKDIR, .file = made, .name = "in" };
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(end(q.made), VIO_OK);
	q.op = VIO_FS_UNLINK;
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, 21);
	q.op = VIO_FS_RMDIR;
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(model_p9_find(&host.tree, 0, "in"), 0);
	assert_int_equal(end(made), VIO_OK);
	q = (struct vio_fs_request){ .op = VIO_FS_UNLINK, .file = root, .name = "big" };
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(model_p9_find(&host.tree, 0, "big"), 0);
}

static void test_attributes_and_room(void **state)
{
	(void)state;
	const struct vio_fs_file root = tree(2, NULL);
	struct vio_fs_request q = { .op = VIO_FS_LOOKUP, .file = root, .name = "big" };

	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(run(&q), VIO_OK);
		assert_int_equal(q.attr.mode, MODEL_P9_FILE);
		assert_int_equal(q.attr.uid, 1000);
		assert_int_equal(q.attr.gid, 1001);
		assert_int_equal(q.attr.links, 3);
		assert_int_equal(q.attr.bytes, BIG);
		assert_int_equal(q.attr.modified, 1764332100);
		q = (struct vio_fs_request){ .op = VIO_FS_GETATTR, .file = i == 0 ? q.made : root };
	}
	q.op = VIO_FS_STATFS;
	assert_int_equal(run(&q), VIO_OK);
	assert_true(q.room.units == UINT64_C(0x100000001));
	assert_true(q.room.free == UINT64_C(0x100000002));
	assert_true(q.room.available == UINT64_C(0x100000003));
	assert_int_equal(q.room.unit, 4096);
}

static void test_dots_are_directories(void **state)
{
	(void)state;
	const struct vio_fs_file root = tree(2, NULL), dir = lookup(root, "dir");
	const struct vio_fs_file up = lookup(dir, ".."), here = lookup(root, ".");
	assert_int_equal(end(lookup(up, "inside")), VIO_OK);
	assert_int_equal(end(lookup(here, "big")), VIO_OK);
	assert_int_not_equal(up.number, root.number);
}

static void test_links_are_read(void **state)
{
	char target[16] = "...............";

	(void)state;
	const struct vio_fs_file root = tree(2, NULL), link = lookup(root, "link");
	struct vio_fs_request q = {
		.op = VIO_FS_READLINK, .file = link, .data = target, .len = 15
	};
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.n, 10);
	assert_memory_equal(target, "dir/inside.....", 15);
	q.len = 10;
	assert_int_equal(run(&q), VIO_OK); /* it just fits */
	q.file = lookup(root, "big");
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, 22);
}

/* A directory in several messages: each name once. */
static void test_directory_is_read_in_parts(void **state)
{
	uint8_t data[VIO_FS_READDIR_MIN];
	struct vio_fs_request q = { .op = VIO_FS_READDIR, .data = data, .len = sizeof(data) };
	struct vio_fs_entry e = { .offset = 0 };
	unsigned n = 0, parts = 0, seen[50] = { 0 };
	char name[16];

	(void)state;
	const struct vio_fs_file root = tree(2, NULL);
	const unsigned dir = model_p9_find(&host.tree, 0, "dir");
	for (unsigned i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "file %u", i);
		model_p9_add(&host.tree, dir, name, MODEL_P9_FILE, NULL, 0);
	}
	q.file = opened(root, "dir", VIO_FS_RDONLY);
	do {
		uint32_t at = 0;

		q.offset = e.offset;
		assert_int_equal(run(&q), VIO_OK);
		parts++;
		while (vio_fs_next_entry(data, q.n, &at, &e) == 1) {
			if (sscanf(e.name, "file %u", &n) != 1)
				continue;
			seen[n]++;
			assert_int_equal(e.type, 8);
		}
		assert_int_equal(at, q.n);
	} while (q.n > 0);
	assert_true(parts > 3);
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(seen[i], 1);
	assert_int_equal(end(q.file), VIO_OK);
	assert_int_equal(model_fs_opens(&host), 0);
}

/* ---- Requests that are refused ---- */

static void test_requests_without_their_values_are_refused(void **state)
{
	static const enum vio_fs_op named[] = { VIO_FS_LOOKUP, VIO_FS_CREATE, VIO_FS_MKDIR,
						VIO_FS_UNLINK, VIO_FS_RMDIR,  VIO_FS_RENAME };
	static const char *const names[] = { NULL, "", "a/b", "/" };

	(void)state;
	const struct vio_fs_file root = tree(2, NULL), big = opened(root, "big", VIO_FS_RDWR);
	const unsigned sent = f.sent;
	for (unsigned i = 0; i < 24; i++) {
		struct vio_fs_request q = { .op = named[i / 4],
					    .file = root,
					    .to = root,
					    .name = names[i % 4],
					    .new_name = "new" };
		assert_int_equal(submit(&q), VIO_EINVAL);
		q.new_name = q.name;
		q.name = "old";
		if (q.op == VIO_FS_RENAME)
			assert_int_equal(submit(&q), VIO_EINVAL);
	}
	struct vio_fs_request q = { .op = VIO_FS_INIT, .file = root };
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.op = VIO_FS_FORGET;
	assert_int_equal(submit(&q), VIO_EINVAL);
	q = (struct vio_fs_request){ .op = VIO_FS_READ, .file = big, .len = 1 };
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.data = got;
	q.len = 0;
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.len = 100;
	q.offset = INT64_MAX - 99;
	assert_int_equal(submit(&q), VIO_ERANGE);
	q.op = VIO_FS_READDIR;
	q.file = opened(root, "dir", VIO_FS_RDONLY);
	q.len = VIO_FS_READDIR_MIN - 1;
	assert_int_equal(submit(&q), VIO_EINVAL);
	assert_int_equal(f.sent, sent + 2);
	q.len++; /* the offset of an entry is any number */
	q.offset = UINT64_MAX - 50;
	assert_int_equal(run(&q), VIO_OK);
	q.op = VIO_FS_READ;
	q.file = big;
	q.len = 100;
	q.offset = INT64_MAX - 100;
	assert_int_equal(run(&q), VIO_OK);
}

static void test_names_that_are_too_long_are_refused(void **state)
{
	char name[300];
	struct vio_fs_request q = { .op = VIO_FS_MKDIR, .name = name, .new_name = name };

	(void)state;
	q.file = q.to = tree(2, NULL);
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	assert_int_equal(submit(&q), VIO_ERANGE);
	q.op = VIO_FS_RENAME;
	assert_int_equal(submit(&q), VIO_ERANGE);
	assert_int_equal(f.files_in_use, 0);
	for (unsigned i = 0; i < VIO_FS_IN_BYTES; i++) /* nothing beyond the message */
		assert_int_equal(f.slot[0].in[i], 0);
	name[255] = '\0';
	q.op = VIO_FS_MKDIR;
	assert_int_equal(run(&q), VIO_OK);
	q.op = VIO_FS_RENAME; /* the longest message */
	assert_int_equal(run(&q), VIO_OK);
}

static void test_failure_that_the_host_reports_is_an_error(void **state)
{
	static const struct {
		enum vio_fs_op op;
		uint32_t code;
	} ops[] = { { VIO_FS_READ, MODEL_FS_READ },
		    { VIO_FS_READLINK, MODEL_FS_READLINK },
		    { VIO_FS_GETATTR, MODEL_FS_GETATTR },
		    { VIO_FS_LOOKUP, MODEL_FS_LOOKUP } };
	struct vio_fs_request q = { .data = got, .len = 100, .name = "dir" };

	(void)state;
	const struct vio_fs_file root = tree(2, NULL), big = opened(root, "big", VIO_FS_RDONLY);
	for (unsigned i = 0; i < 4; i++) {
		host.fail_error = i & 1 ? 511 : 1;
		host.fail_code = ops[i].code;
		q.op = ops[i].op;
		q.file = q.op == VIO_FS_LOOKUP ? root : big;
		assert_int_equal(run(&q), VIO_EIO);
		assert_int_equal(q.host_error, host.fail_error);
		assert_int_equal(q.n, 0);
	}
	assert_int_equal(f.errors, 4);
	assert_int_equal(r.d->state, VIO_LIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_file_is_found_and_read),
		T(test_read_is_cut_and_goes_on),
		T(test_several_reads_in_flight_in_another_order),
		T(test_file_is_made_written_and_renamed),
		T(test_directories_are_made_and_removed),
		T(test_attributes_and_room),
		T(test_dots_are_directories),
		T(test_links_are_read),
		T(test_directory_is_read_in_parts),
		T(test_requests_without_their_values_are_refused),
		T(test_names_that_are_too_long_are_refused),
		T(test_failure_that_the_host_reports_is_an_error),
#undef T
	};

	return cmocka_run_group_tests_name("fs_request", tests, NULL, NULL);
}
