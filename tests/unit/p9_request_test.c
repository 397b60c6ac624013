/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-9p over its device model: what requests do, and replies that lie. */
#include "tests/unit/p9_rig.h"

#include <stdio.h>

enum { BIG = 16000 };

static uint8_t pattern[BIG], got[BIG];

/* A root with a file of BIG bytes, a directory with a file, and a link. */
static struct vio_p9_fid tree(uint32_t version, const struct vio_p9_options *o)
{
	for (unsigned i = 0; i < BIG; i++)
		pattern[i] = (uint8_t)(i * 7 + i / 251);
	memset(got, 0, sizeof(got));
	model_p9_add(&host, 0, "big", MODEL_P9_FILE, pattern, BIG);
	const unsigned dir = model_p9_add(&host, 0, "dir", MODEL_P9_DIRECTORY, NULL, 0);
	model_p9_add(&host, dir, "inside", MODEL_P9_FILE, "hello\n", 6);
	model_p9_add(&host, 0, "link", MODEL_P9_LINK, "dir/inside", 10);
	live_with(version, o);
	return attach();
}

static void test_file_is_found_and_read(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		const struct vio_p9_fid f =
			opened(tree(version, NULL), "//dir///inside", VIO_P9_RDONLY);
		struct vio_p9_request q = { .op = VIO_P9_READ, .fid = f, .data = got, .len = 100 };
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

static void test_read_is_cut_to_msize_and_goes_on(void **state)
{
	const struct vio_p9_options o = { .msize = 4096 };
	uint32_t at = 0;

	(void)state;
	struct vio_p9_request q = { .op = VIO_P9_READ, .len = BIG };
	q.fid = opened(tree(2, &o), "big", VIO_P9_RDONLY);
	do {
		q.data = got + at;
		q.offset = at;
		q.len = BIG - at;
		assert_int_equal(run(&q), VIO_OK);
		assert_true(q.n > 0 && q.n <= 4096 - VIO_P9_AROUND);
		at += q.n;
	} while (at < BIG);
	assert_memory_equal(got, pattern, BIG);
}

/* As many as there are slots are in flight, each with a tag of its own, and get their own replies
 * in whatever order. */
static void test_several_reads_in_flight_in_another_order(void **state)
{
	struct vio_p9_request q[VIO_P9_REQUESTS + 1];
	const uint32_t each = BIG / VIO_P9_REQUESTS;

	(void)state;
	const struct vio_p9_fid f = opened(tree(2, NULL), "big", VIO_P9_RDONLY);
	host.reversed = true;
	for (unsigned i = 0; i <= VIO_P9_REQUESTS; i++) {
		q[i] = (struct vio_p9_request){ .op = VIO_P9_READ,
						.fid = f,
						.offset = (uint64_t)i * each,
						.data = got + (i % VIO_P9_REQUESTS) * each,
						.len = each };
		assert_int_equal(submit(&q[i]), i < VIO_P9_REQUESTS ? VIO_OK : VIO_EFULL);
	}
	vio_p9_kick(&p);
	settle();
	assert_int_equal(host.most_tags, VIO_P9_REQUESTS);
	for (unsigned i = 0; i < VIO_P9_REQUESTS; i++) {
		assert_int_equal(q[i].err, VIO_OK);
		assert_int_equal(q[i].n, each);
	}
	assert_memory_equal(got, pattern, BIG);
}

static void test_requests_of_one_kick_cost_one_notification(void **state)
{
	struct vio_p9_request q[4];

	(void)state;
	const struct vio_p9_fid f = opened(tree(2, NULL), "big", VIO_P9_RDONLY);
	const struct model_counts before = r.m.counts;
	for (unsigned i = 0; i < 4; i++) {
		q[i] = (struct vio_p9_request){ .op = VIO_P9_READ,
						.fid = f,
						.offset = 1000u * i,
						.data = got + (size_t)1000 * i,
						.len = 1000 };
		assert_int_equal(submit(&q[i]), VIO_OK);
	}
	assert_int_equal(r.m.counts.notifies, before.notifies);
	vio_p9_kick(&p);
	assert_int_equal(r.m.counts.notifies, before.notifies + 1); /* at once, without a poll */
	settle();
	assert_memory_equal(got, pattern, 4000);
	assert_int_equal(r.m.counts.notifies, before.notifies + 1);
	assert_int_equal(r.m.counts.reads, before.reads);
	assert_int_equal(r.m.counts.writes, before.writes);
}

static void test_file_is_made_written_and_renamed(void **state)
{
	(void)state;
	const struct vio_p9_fid root = tree(2, NULL), f = walk(root, "");
	struct vio_p9_request q = { .op = VIO_P9_CREATE,
				    .fid = f,
				    .name = "new.part",
				    .flags = VIO_P9_WRONLY | VIO_P9_EXCL,
				    .mode = 0640 };

	assert_int_equal(run(&q), VIO_OK);
	const unsigned node = model_p9_find(&host, 0, "new.part");
	assert_int_equal(host.node[node].mode, 0100640);
	host.most = 3000; /* a short write */
	q = (struct vio_p9_request){ .op = VIO_P9_WRITE, .fid = f, .data = pattern, .len = 5000 };
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.n, 3000);
	q.data = pattern + 3000;
	q.offset = 3000;
	q.len = 2000;
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.n, 2000);
	q = (struct vio_p9_request){ .op = VIO_P9_FSYNC, .fid = f };
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(host.node[node].synced, 1);
	const struct vio_p9_fid dir = walk(root, "dir");
	q = (struct vio_p9_request){ .op = VIO_P9_RENAME,
				     .fid = root,
				     .name = "new.part",
				     .to = dir,
				     .new_name = "inside" };
	assert_int_equal(run(&q), VIO_OK);
	const unsigned to = model_p9_find(&host, model_p9_find(&host, 0, "dir"), "inside");
	assert_int_equal(to, node);
	assert_int_equal(host.node[to].bytes, 5000);
	assert_memory_equal(host.node[to].data, pattern, 5000);
	assert_int_equal(clunk(f), VIO_OK);
}

static void test_directories_are_made_and_removed(void **state)
{
	(void)state;
	const struct vio_p9_fid root = tree(2, NULL);
	struct vio_p9_request q = {
		.op = VIO_P9_MKDIR, .fid = root, .name = "results", .mode = 0755
	};

	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.qid.type, 0x80);
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, VIO_P9_EEXIST);
	q = (struct vio_p9_request){ .op = VIO_P9_UNLINK, .fid = root, .name = "results" };
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, VIO_P9_EISDIR);
	q.flags = VIO_P9_REMOVEDIR;
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(model_p9_find(&host, 0, "results"), 0);
	q = (struct vio_p9_request){ .op = VIO_P9_UNLINK, .fid = root, .name = "big" };
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(model_p9_find(&host, 0, "big"), 0);
}

static void test_attributes(void **state)
{
	(void)state;
	const struct vio_p9_fid f = walk(tree(2, NULL), "big");
	struct vio_p9_request q = { .op = VIO_P9_GETATTR, .fid = f };

	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.attr.valid, 0x7ff);
	assert_int_equal(q.attr.mode, MODEL_P9_FILE);
	assert_int_equal(q.attr.uid, 1000);
	assert_int_equal(q.attr.gid, 1001);
	assert_int_equal(q.attr.links, 3);
	assert_int_equal(q.attr.bytes, BIG);
	assert_int_equal(q.attr.modified, 1764332100);
	assert_int_equal(q.qid.version, 7);
	assert_true(q.qid.path >> 32 == 0x12345678);
}

static void test_links_are_read(void **state)
{
	char target[16] = "...............";

	(void)state;
	const struct vio_p9_fid root = tree(2, NULL), f = walk(root, "link");
	struct vio_p9_request q = { .op = VIO_P9_READLINK, .fid = f, .data = target, .len = 15 };
	assert_int_equal(run(&q), VIO_OK);
	assert_int_equal(q.n, 10);
	assert_memory_equal(target, "dir/inside", 10);
	q.len = 10;
	assert_int_equal(run(&q), VIO_OK); /* it just fits */
	assert_memory_equal(target, "dir/inside.....", 15);
	for (uint32_t n = 0; n < 3; n++) {
		host.node[model_p9_find(&host, 0, "link")].bytes = n;
		assert_int_equal(run(&q), VIO_OK);
		assert_int_equal(q.n, n);
		assert_memory_equal(target, "dir/inside", n);
	}
	q.fid = walk(root, "big");
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, 22);
}

/* A directory in several messages: each name once. */
static void test_directory_is_read_in_parts(void **state)
{
	uint8_t data[VIO_P9_READDIR_MIN];
	struct vio_p9_request q = { .op = VIO_P9_READDIR, .data = data, .len = sizeof(data) };
	struct vio_p9_entry e = { .offset = 0 };
	unsigned n = 0, parts = 0, seen[50] = { 0 };
	char name[16];

	(void)state;
	const struct vio_p9_fid root = tree(2, NULL);
	const unsigned dir = model_p9_find(&host, 0, "dir");
	for (unsigned i = 0; i < 50; i++) {
		snprintf(name, sizeof(name), "file %u", i);
		model_p9_add(&host, dir, name, MODEL_P9_FILE, NULL, 0);
	}
	q.fid = opened(root, "dir", VIO_P9_RDONLY);
	do {
		uint32_t at = 0;

		q.offset = e.offset;
		assert_int_equal(run(&q), VIO_OK);
		parts++;
		while (vio_p9_next_entry(data, q.n, &at, &e) == 1) {
			if (sscanf(e.name, "file %u", &n) == 1)
				seen[n]++;
		}
		assert_int_equal(at, q.n);
	} while (q.n > 0);
	assert_true(parts > 3);
	for (unsigned i = 0; i < 50; i++)
		assert_int_equal(seen[i], 1);
}

/* ---- Requests that are refused ---- */

static void test_requests_without_their_values_are_refused(void **state)
{
	static const enum vio_p9_op named[] = { VIO_P9_ATTACH, VIO_P9_WALK,   VIO_P9_CREATE,
						VIO_P9_MKDIR,  VIO_P9_UNLINK, VIO_P9_RENAME };

	(void)state;
	const struct vio_p9_fid root = tree(2, NULL), f = opened(root, "big", VIO_P9_RDWR);
	const unsigned sent = p.sent;
	for (unsigned i = 0; i < 6; i++) {
		struct vio_p9_request q = { .op = named[i], .fid = root, .to = root };
		assert_int_equal(submit(&q), VIO_EINVAL);
		q.name = "";
		if (i >= 2)
			assert_int_equal(submit(&q), VIO_EINVAL);
	}
	struct vio_p9_request q = { .op = VIO_P9_RENAME, .fid = root, .to = root, .name = "a" };
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.new_name = "";
	assert_int_equal(submit(&q), VIO_EINVAL);
	q = (struct vio_p9_request){ .op = VIO_P9_VERSION, .fid = root };
	assert_int_equal(submit(&q), VIO_EINVAL);
	q = (struct vio_p9_request){ .op = VIO_P9_READ, .fid = f, .len = 1 };
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.data = got;
	q.len = 0;
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.len = 100;
	q.offset = INT64_MAX - 99;
	assert_int_equal(submit(&q), VIO_ERANGE);
	q.op = VIO_P9_READDIR;
	q.len = VIO_P9_READDIR_MIN - 1;
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.op = VIO_P9_READLINK;
	q.offset = 0;
	q.len = 2;
	assert_int_equal(submit(&q), VIO_EINVAL);
	assert_int_equal(p.sent, sent);
	q.op = VIO_P9_READ;
	q.offset = INT64_MAX - 2;
	assert_int_equal(run(&q), VIO_OK);
	q.op = VIO_P9_READDIR; /* the offset of an entry is any number */
	q.fid = opened(root, "dir", VIO_P9_RDONLY);
	q.len = VIO_P9_READDIR_MIN;
	q.offset = UINT64_MAX - 50;
	assert_int_equal(run(&q), VIO_OK);
	q = (struct vio_p9_request){ .op = VIO_P9_RENAME, .to = root, .name = "a" };
	q.new_name = "b";
	assert_int_equal(submit(&q), VIO_EINVAL);
	q.fid = root;
	q.name = "";
	assert_int_equal(submit(&q), VIO_EINVAL);
}

static void test_names_and_paths_that_are_too_long_are_refused(void **state)
{
	char name[300], path[600] = "";
	struct vio_p9_request q = { .op = VIO_P9_MKDIR, .name = name, .new_name = name };

	(void)state;
	q.fid = q.to = tree(2, NULL);
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	const unsigned fids = p.fids_in_use;
	assert_int_equal(submit(&q), VIO_ERANGE);
	q.op = VIO_P9_WALK;
	assert_int_equal(submit(&q), VIO_ERANGE);
	q.op = VIO_P9_RENAME;
	assert_int_equal(submit(&q), VIO_ERANGE);
	name[255] = '\0';
	q.op = VIO_P9_MKDIR;
	assert_int_equal(run(&q), VIO_OK);
	q.op = VIO_P9_RENAME; /* the longest message */
	assert_int_equal(run(&q), VIO_OK);
	q.op = VIO_P9_WALK;
	assert_int_equal(run(&q), VIO_OK);
	clunk(q.made);
	for (unsigned i = 0; i < VIO_P9_WALK_MAX; i++)
		strcat(path, "a/");
	q.name = path;
	assert_int_equal(run(&q), VIO_EIO);
	strcat(path, "a");
	assert_int_equal(submit(&q), VIO_ERANGE);
	memset(path, 'x', 599);
	path[200] = path[400] = '/';
	assert_int_equal(submit(&q), VIO_ERANGE);      /* three names, and more than a message */
	for (unsigned i = 0; i < VIO_P9_IN_BYTES; i++) /* which is not written beyond its end */
		assert_int_equal(p.slot[0].in[i], 0);
	path[200] = path[400] = 'x';
	path[255] = path[511] = '/';
	path[523] = '\0';
	assert_int_equal(run(&q), VIO_EIO); /* all of a message */
	path[523] = 'x';
	path[524] = '\0';
	assert_int_equal(submit(&q), VIO_ERANGE);
	assert_int_equal(p.fids_in_use, fids);
}

/* ---- Wrong replies: the device fails, since its fids are unknown then ---- */

static void lie_in(uint8_t type, struct vio_p9_request *q, enum vio_p9_protocol_error lie)
{
	host.lie_type = type;
	assert_int_equal(run(q), VIO_EDEVICE);
	assert_int_equal(q->n, 0);
	assert_int_equal(q->made.number, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
	assert_int_equal(r.d->problem.got, lie);
	assert_int_equal(host_mapped(&r.p), 0);
	teardown(NULL);
	setup(NULL);
}

static struct vio_p9_request attr_of(struct vio_p9_fid f)
{
	return (struct vio_p9_request){ .op = VIO_P9_GETATTR, .fid = f };
}

static void test_HD_P9SCSI_02_size_that_is_not_the_used_length(void **state)
{
	static const int32_t off[] = { 1, -1, -160, INT32_MAX };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct vio_p9_request q = attr_of(tree(2, NULL));
		host.size_off = off[i];
		lie_in(MODEL_P9_TGETATTR, &q, VIO_P9_BAD_SIZE);
	}
	/* Both agree, and are shorter than a header, or than the reply. */
	for (uint32_t n = 0; n < 160; n += n == 7 ? 152 : 1) {
		struct vio_p9_request q = attr_of(tree(2, NULL));
		host.size_off = host.used_off = (int32_t)n - 160;
		lie_in(MODEL_P9_TGETATTR, &q, n < 7 ? VIO_P9_BAD_SIZE : VIO_P9_BAD_REPLY);
	}
	/* Both agree, and are longer than the reply. */
	struct vio_p9_request q = attr_of(tree(2, NULL));
	host.size_off = host.used_off = 1;
	lie_in(MODEL_P9_TGETATTR, &q, VIO_P9_BAD_REPLY);
}

static void test_HD_P9SCSI_03_count_or_string_beyond_the_reply(void **state)
{
	static const uint32_t counts[] = { 0, 99, 101, 0x7fffffff, UINT32_MAX };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct vio_p9_request q = { .op = VIO_P9_READ, .data = got, .len = 100 };
		q.fid = opened(tree(2, NULL), "big", VIO_P9_RDONLY);
		host.lie_raw = true;
		memcpy(host.raw, &counts[i], 4);
		host.raw_bytes = 104;
		lie_in(MODEL_P9_TREAD, &q, VIO_P9_BAD_REPLY);
	}
	for (unsigned i = 2; i < 5; i++) { /* more was written than there was */
		struct vio_p9_request q = { .op = VIO_P9_WRITE, .data = pattern, .len = 100 };
		q.fid = opened(tree(2, NULL), "big", VIO_P9_RDWR);
		host.lie_raw = true;
		memcpy(host.raw, &counts[i], 4);
		host.raw_bytes = 4;
		lie_in(MODEL_P9_TWRITE, &q, VIO_P9_BAD_REPLY);
	}
	for (unsigned n = 0; n < 4; n++) { /* a target of other lengths than its reply has */
		static const uint16_t lengths[] = { 9, 11, 100, 0xffff };
		struct vio_p9_request q = { .op = VIO_P9_READLINK, .data = got, .len = 50 };
		q.fid = walk(tree(2, NULL), "link");
		host.lie_raw = true;
		memcpy(host.raw, &lengths[n], 2);
		host.raw_bytes = 12;
		lie_in(MODEL_P9_TREADLINK, &q, VIO_P9_BAD_REPLY);
	}
}

static void test_HD_P9SCSI_05_reply_with_the_tag_of_another_request(void **state)
{
	(void)state;
	struct vio_p9_request q = attr_of(tree(2, NULL));
	host.other_tag = true;
	lie_in(MODEL_P9_TGETATTR, &q, VIO_P9_BAD_REQUEST);
}

static void test_HD_P9SCSI_11_reply_of_another_type(void **state)
{
	static const uint8_t types[] = { 1, 6, 24, 26, 111, 255 };

	(void)state;
	for (unsigned i = 0; i < sizeof(types); i++) {
		struct vio_p9_request q = attr_of(tree(2, NULL));
		host.reply_type = types[i];
		lie_in(MODEL_P9_TGETATTR, &q, VIO_P9_BAD_TYPE);
	}
}

static void test_HD_P9SCSI_12_error_without_a_number_or_of_another_size(void **state)
{
	static const uint32_t sizes[] = { 4, 0, 3, 5, 100 };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct vio_p9_request q = attr_of(tree(2, NULL));
		host.reply_type = 7;
		host.lie_raw = true;
		memset(host.raw, i == 0 ? 0 : 1, sizeof(host.raw));
		host.raw_bytes = sizes[i];
		lie_in(MODEL_P9_TGETATTR, &q, VIO_P9_BAD_REPLY);
	}
}

static void test_HD_P9SCSI_13_walk_of_more_names_than_there_were(void **state)
{
	static const struct {
		uint16_t names;
		uint32_t bytes;
	} walks[] = { { 3, 41 }, { 2, 27 }, { 2, 29 }, { 1, 28 }, { 0xffff, 28 } };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct vio_p9_request q = { .op = VIO_P9_WALK, .name = "dir/inside" };
		q.fid = tree(2, NULL);
		host.lie_raw = true;
		memcpy(host.raw, &walks[i].names, 2);
		host.raw_bytes = walks[i].bytes;
		lie_in(MODEL_P9_TWALK, &q, VIO_P9_BAD_REPLY);
	}
	/* Fewer is a name that does not exist. */
	struct vio_p9_request q = { .op = VIO_P9_WALK, .name = "dir/nothing" };
	q.fid = tree(2, NULL);
	assert_int_equal(run(&q), VIO_EIO);
	assert_int_equal(q.host_error, VIO_P9_ENOENT);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_P9SCSI_14_file_of_2_to_the_63_bytes(void **state)
{
	(void)state;
	struct vio_p9_request q = attr_of(tree(2, NULL));
	host.lie_raw = true;
	memset(host.raw, 0, sizeof(host.raw));
	memset(host.raw + 49, 0xff, 8); /* the size */
	host.raw[56] = 0x7f;
	host.raw_bytes = 153;
	host.lie_type = MODEL_P9_TGETATTR;
	assert_int_equal(run(&q), VIO_OK);
	assert_true(q.attr.bytes == INT64_MAX);
	host.raw[56] = 0x80;
	lie_in(MODEL_P9_TGETATTR, &q, VIO_P9_BAD_REPLY);
}

static uint32_t entry(uint8_t *to, const char *name, uint32_t n, uint16_t claim)
{
	memset(to, 0, 24);
	to[22] = (uint8_t)claim;
	to[23] = (uint8_t)(claim >> 8);
	memcpy(to + 24, name, n);
	return 24 + n;
}

static void test_HD_P9SCSI_15_entry_that_does_not_fit_or_has_no_good_name(void **state)
{
	uint8_t data[1024];
	char name[300];
	struct vio_p9_entry e;
	uint32_t at = 0;

	(void)state;
	memset(&e, 'x', sizeof(e));
	memset(name, 'x', sizeof(name));
	uint32_t n = entry(data, "good", 4, 4);
	assert_int_equal(vio_p9_next_entry(data, n, &at, &e), 1);
	assert_string_equal(e.name, "good");
	assert_int_equal(at, n);
	assert_int_equal(vio_p9_next_entry(data, n, &at, &e), 0);
	at = UINT32_MAX;
	assert_int_equal(vio_p9_next_entry(data, n, &at, &e), 0);
	for (uint32_t cut = 1; cut < n; cut++) {
		at = 0;
		assert_int_equal(vio_p9_next_entry(data, cut, &at, &e), VIO_EDEVICE);
		assert_int_equal(at, 0);
	}
	static const struct {
		const char *name;
		uint32_t n;
		uint16_t claim;
	} bad[] = { { "", 0, 0 },    { "good", 4, 5 }, { "good", 4, 0xffff },
		    { "a/b", 3, 3 }, { "a\0b", 3, 3 }, { "/", 1, 1 } };
	for (unsigned i = 0; i < 6; i++) {
		at = 0;
		n = entry(data, bad[i].name, bad[i].n, bad[i].claim);
		assert_int_equal(vio_p9_next_entry(data, n, &at, &e), VIO_EDEVICE);
	}
	at = 0;
	n = entry(data, name, 256, 256);
	assert_int_equal(vio_p9_next_entry(data, n, &at, &e), VIO_EDEVICE);
	n = entry(data, name, 255, 255);
	assert_int_equal(vio_p9_next_entry(data, n, &at, &e), 1);
	assert_int_equal(strlen(e.name), 255);
}

static void test_failure_that_the_host_reports_is_an_error(void **state)
{
	static const uint8_t types[] = { MODEL_P9_TREAD, MODEL_P9_TREADLINK, MODEL_P9_TGETATTR,
					 MODEL_P9_TWALK };
	struct vio_p9_request q = { .data = got, .len = 100, .name = "dir" };

	(void)state;
	const struct vio_p9_fid root = tree(2, NULL), f = opened(root, "big", VIO_P9_RDONLY);
	host.fail_error = VIO_P9_EACCES;
	for (unsigned i = 0; i < 4; i++) {
		static const enum vio_p9_op ops[] = { VIO_P9_READ, VIO_P9_READLINK, VIO_P9_GETATTR,
						      VIO_P9_WALK };

		host.fail_type = types[i];
		q.op = ops[i];
		q.fid = q.op == VIO_P9_WALK ? root : f;
		assert_int_equal(run(&q), VIO_EIO);
		assert_int_equal(q.host_error, VIO_P9_EACCES);
		assert_int_equal(q.n, 0);
	}
	assert_int_equal(p.errors, 4);
	assert_int_equal(r.d->state, VIO_LIVE);
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
	if (any(2)) {
		memset(host.raw, 0, 4);
		host.raw[0] = (uint8_t)(any(2) ? fits - 4 : any(4));
	}
	host.reply_type = (uint8_t)(any(4) ? 0 : 7);
	host.raw_bytes = any(2) ? (host.reply_type == 7 ? 4 : fits) : any(VIO_P9_IN_BYTES);
	host.lie_raw = true;
	host.size_off = any(16) ? 0 : (int32_t)any(UINT32_MAX);
	host.used_off = any(16) ? 0 : (int32_t)any(9) - 4;
}

static void test_replies_of_random_bytes(void **state)
{
	static const struct {
		enum vio_p9_op op;
		uint8_t type;
		uint32_t fits;
	} ops[] = { { VIO_P9_WALK, MODEL_P9_TWALK, 28 },
		    { VIO_P9_GETATTR, MODEL_P9_TGETATTR, 153 },
		    { VIO_P9_READ, MODEL_P9_TREAD, 104 },
		    { VIO_P9_WRITE, MODEL_P9_TWRITE, 4 },
		    { VIO_P9_READDIR, MODEL_P9_TREADDIR, 104 },
		    { VIO_P9_READLINK, MODEL_P9_TREADLINK, 12 },
		    { VIO_P9_MKDIR, MODEL_P9_TMKDIR, 13 },
		    { VIO_P9_CLUNK, MODEL_P9_TCLUNK, 0 },
		    { VIO_P9_RENAME, MODEL_P9_TRENAMEAT, 0 } };
	unsigned ends[3] = { 0 };

	(void)state;
	tree(2, NULL);
	for (unsigned i = 0; i < 3000; i++) {
		const unsigned k = any(9);
		const bool opens = k >= 2 && k <= 4;
		struct vio_p9_entry e;
		uint32_t at = 0;

		host.lie_type = 0;
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		settle();
		const struct vio_p9_fid root = attach();
		const struct vio_p9_fid f = k == 4  ? opened(root, "dir", VIO_P9_RDONLY)
					    : opens ? opened(root, "big", VIO_P9_RDWR)
						    : root;
		struct vio_p9_request q = { .op = ops[k].op,
					    .fid = f,
					    .to = root,
					    .name = "dir/x",
					    .new_name = "y",
					    .data = got,
					    .len = VIO_P9_READDIR_MIN };
		if (k > 5)
			q.name = "x";
		fill_reply(ops[k].fits);
		host.lie_type = ops[k].type;
		const int rc = run(&q);
		assert_true(rc == VIO_OK || rc == VIO_EIO || rc == VIO_EDEVICE);
		assert_int_equal(r.d->state == VIO_LIVE, rc != VIO_EDEVICE);
		assert_true(q.n <= q.len);
		while (k == 4 && vio_p9_next_entry(got, q.n, &at, &e) == 1)
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
		T(test_file_is_found_and_read),
		T(test_read_is_cut_to_msize_and_goes_on),
		T(test_several_reads_in_flight_in_another_order),
		T(test_requests_of_one_kick_cost_one_notification),
		T(test_file_is_made_written_and_renamed),
		T(test_directories_are_made_and_removed),
		T(test_attributes),
		T(test_links_are_read),
		T(test_directory_is_read_in_parts),
		T(test_requests_without_their_values_are_refused),
		T(test_names_and_paths_that_are_too_long_are_refused),
		T(test_HD_P9SCSI_02_size_that_is_not_the_used_length),
		T(test_HD_P9SCSI_03_count_or_string_beyond_the_reply),
		T(test_HD_P9SCSI_05_reply_with_the_tag_of_another_request),
		T(test_HD_P9SCSI_11_reply_of_another_type),
		T(test_HD_P9SCSI_12_error_without_a_number_or_of_another_size),
		T(test_HD_P9SCSI_13_walk_of_more_names_than_there_were),
		T(test_HD_P9SCSI_14_file_of_2_to_the_63_bytes),
		T(test_HD_P9SCSI_15_entry_that_does_not_fit_or_has_no_good_name),
		T(test_failure_that_the_host_reports_is_an_error),
		T(test_replies_of_random_bytes),
#undef T
	};

	return cmocka_run_group_tests_name("p9_request", tests, NULL, NULL);
}
