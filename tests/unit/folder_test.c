/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of the host by virtio-9p as disks of the firmware, over the device model. */
#include <picovirtio/cache.h>
#include "firmware/disks/disk.h"
#include "firmware/image.h"
#include "tests/unit/p9_rig.h"

#include <stdio.h>

enum { BIG = 16000 };

static uint8_t pattern[BIG], got[BIG];

static uint32_t sent(void)
{
	return p.sent;
}

static bool is_in_flight(void)
{
	return p.queue.requests != p.queue.completions;
}

#include "tests/unit/folder_rig.h"

static void mounted(uint32_t version)
{
	for (unsigned i = 0; i < BIG; i++)
		pattern[i] = (uint8_t)(i * 7 + i / 251);
	memset(got, 0, sizeof(got));
	model_p9_add(&host, 0, "big", MODEL_P9_FILE, pattern, BIG);
	const unsigned dir = model_p9_add(&host, 0, "dir", MODEL_P9_DIRECTORY, NULL, 0);
	model_p9_add(&host, dir, "inside", MODEL_P9_FILE, "hello\n", 6);
	model_p9_add(&host, 0, "link", MODEL_P9_LINK, "/dir/../link2", 13);
	model_p9_add(&host, 0, "link2", MODEL_P9_LINK, "dir", 3);
	live(version);
	begin(&p.device);
	assert_string_equal(v.name, "9p");
}

static void closed(void)
{
	disk_class_folder.close(&d);
	turns();
	assert_int_equal(p.fids_in_use, 0);
	assert_int_equal(model_p9_fids(&host), 0);
}

static void test_file_is_read_ahead_in_short_parts(void **state)
{
	struct vio_files_node n;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		mounted(version);
		host.most = 3000;
		assert_int_equal(find("/big", &n), VIO_OK);
		assert_int_equal(n.bytes, BIG);
		for (uint32_t at = 0; at < BIG; at += 1000)
			assert_int_equal(vio_files_read(&v, &n, at, got + at, 1000), 1000);
		assert_memory_equal(got, pattern, BIG);
		assert_true(host.most_tags > 1);
		assert_int_equal(vio_files_read(&v, &n, BIG, got, 1), 0);
		closed();
		teardown(NULL);
	}
}

static void test_file_that_became_shorter(void **state)
{
	struct vio_files_node n;

	(void)state;
	mounted(2);
	assert_int_equal(find("/big", &n), VIO_OK);
	host.node[model_p9_find(&host, 0, "big")].bytes = 100;
	assert_int_equal(vio_files_read(&v, &n, 0, got, BIG), VIO_EIO);
	assert_non_null(strstr(disk_class_folder.error(&d, VIO_EIO), "shorter"));
	closed();
}

static void test_links_and_names(void **state)
{
	struct vio_files_node n;
	char name[300];

	(void)state;
	mounted(2);
	assert_int_equal(find("/link/inside", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, 100), 6);
	assert_memory_equal(got, "hello\n", 6);
	assert_int_equal(find("/nothing", &n), VIO_ENODEV);
	assert_int_equal(find("/big/x", &n), VIO_EINVAL);
	memset(name, 'x', sizeof(name));
	name[256] = '\0';
	assert_int_equal(find(name, &n), VIO_ENODEV);
	host.node[model_p9_find(&host, 0, "link2")].data[0] = '/';
	assert_int_equal(find("/link", &n), VIO_ENODEV);
	closed();
}

static void test_directory_is_listed(void **state)
{
	struct vio_files_node dir;
	struct vio_files_entry e;
	unsigned seen = 0, links = 0;
	uint64_t at = 0;
	char name[16];

	(void)state;
	mounted(2);
	for (unsigned i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "entry %u", i);
		model_p9_add(&host, 0, name, i % 2 ? MODEL_P9_LINK : MODEL_P9_FILE, "12345", i % 5);
	}
	assert_int_equal(find("/", &dir), VIO_OK);
	while (vio_files_next(&v, &dir, &at, &e) == 1) {
		unsigned i;

		assert_false(e.damaged);
		links += e.node.kind == VIO_FILES_LINK;
		if (sscanf(e.name, "entry %u", &i) == 1 && e.node.kind == VIO_FILES_FILE)
			assert_int_equal(e.node.bytes, i % 5);
		seen++;
	}
	assert_int_equal(seen, 44);
	assert_int_equal(links, 22);
	closed();
}

static void test_HD_P9SCSI_16_entry_that_lies_ends_the_listing(void **state)
{
	struct vio_files_node dir;
	struct vio_files_entry e;
	uint64_t at = 0;

	(void)state;
	mounted(2);
	assert_int_equal(find("/", &dir), VIO_OK);
	host.lie_type = MODEL_P9_TREADDIR;
	host.lie_raw = true;
	memset(host.raw, 0, sizeof(host.raw));
	host.raw[0] = 30;
	host.raw[4 + 22] = 200; /* a name of 200 bytes, in 6 */
	host.raw_bytes = 34;
	assert_int_equal(vio_files_next(&v, &dir, &at, &e), VIO_EFORMAT);
	host.lie_type = 0;
	assert_int_equal(vio_files_next(&v, &dir, &at, &e), 1);
	closed();
}

/* Nodes on a long way give their places up. */
static void test_way_that_is_longer_than_the_table(void **state)
{
	struct vio_files_node n;
	char path[200] = "";
	unsigned dir = 0;

	(void)state;
	mounted(2);
	for (unsigned i = 0; i < 57; i++) {
		dir = model_p9_add(&host, dir, "d", MODEL_P9_DIRECTORY, NULL, 0);
		assert_int_not_equal(dir, 0);
		strcat(path, "/d");
	}
	assert_int_equal(find(path, &n), VIO_OK);
	assert_int_equal(n.kind, VIO_FILES_DIRECTORY);
	assert_int_equal(find("/link/inside", &n), VIO_OK);
	closed();
}

static void test_file_is_written_and_kept_or_not(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	mounted(2);
	host.most = 7000;
	assert_int_equal(find("/dir", &dir), VIO_OK);
	const unsigned in = model_p9_find(&host, 0, "dir");
	assert_int_equal(vio_files_create(&v, &dir, "inside", &n), VIO_OK);
	assert_int_equal(vio_files_write(&v, &n, 0, pattern, 9000), VIO_OK);
	assert_int_equal(vio_files_write(&v, &n, 9000, pattern + 9000, BIG - 9000), VIO_OK);
	assert_int_equal(host.node[model_p9_find(&host, in, "inside")].bytes, 6); /* the older */
	assert_int_equal(vio_files_finish(&v, &dir, "inside", &n, true), VIO_OK);
	const unsigned node = model_p9_find(&host, in, "inside");
	assert_int_equal(host.node[node].synced, 1);
	assert_int_equal(host.node[node].bytes, BIG);
	assert_memory_equal(host.node[node].data, pattern, BIG);
	assert_int_equal(model_p9_find(&host, in, "inside.part"), 0);

	assert_int_equal(vio_files_create(&v, &dir, "other", &n), VIO_OK);
	assert_int_equal(vio_files_write(&v, &n, 0, pattern, 10), VIO_OK);
	assert_int_not_equal(model_p9_find(&host, in, "other.part"), 0);
	assert_int_equal(vio_files_finish(&v, &dir, "other", &n, false), VIO_OK);
	closed();
	assert_int_equal(model_p9_find(&host, in, "other.part"), 0);
	assert_int_equal(model_p9_find(&host, in, "other"), 0);
}

/* Several writes are in flight, in whatever order the host answers. */
static void test_writes_are_in_flight_together(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	mounted(2);
	host.reversed = true;
	host.most = 700;
	assert_int_equal(find("/", &dir), VIO_OK);
	assert_int_equal(vio_files_create(&v, &dir, "new", &n), VIO_OK);
	host.most_tags = 0;
	for (uint32_t at = 0; at < BIG; at += PART)
		assert_int_equal(vio_files_write(&v, &n, at, pattern + at, PART), VIO_OK);
	assert_int_equal(host.most_tags, 3);
	assert_int_equal(vio_files_finish(&v, &dir, "new", &n, true), VIO_OK);
	const unsigned node = model_p9_find(&host, 0, "new");
	assert_int_equal(host.node[node].bytes, BIG);
	assert_memory_equal(host.node[node].data, pattern, BIG);
	closed();
}

/* An error of a write is the result of a later call, at the latest of the end, and nothing of the
 * file is left. */
static void test_write_that_fails_is_not_lost(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	for (unsigned parts = 1; parts <= 8; parts++) {
		int rc = VIO_OK;

		setup(NULL);
		mounted(2);
		assert_int_equal(find("/", &dir), VIO_OK);
		assert_int_equal(vio_files_create(&v, &dir, "new", &n), VIO_OK);
		host.fail_type = MODEL_P9_TWRITE;
		host.fail_error = VIO_P9_ENOSPC;
		for (uint32_t at = 0; at < parts * PART && rc == VIO_OK; at += PART)
			rc = vio_files_write(&v, &n, at, pattern + at, PART);
		assert_int_equal(rc, parts > 3 ? VIO_EIO : VIO_OK);
		const int end = vio_files_finish(&v, &dir, "new", &n, rc == VIO_OK);
		assert_int_equal(end, parts > 3 ? VIO_OK : VIO_EIO);
		assert_non_null(strstr(disk_class_folder.error(&d, VIO_EIO), "no room"));
		closed();
		assert_int_equal(model_p9_find(&host, 0, "new.part"), 0);
		assert_int_equal(model_p9_find(&host, 0, "new"), 0);
		teardown(NULL);
	}
}

/* The host takes nothing of a write and reports no error. */
static void test_write_of_nothing_is_an_error(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	mounted(2);
	assert_int_equal(find("/", &dir), VIO_OK);
	assert_int_equal(vio_files_create(&v, &dir, "new", &n), VIO_OK);
	host.lie_type = MODEL_P9_TWRITE;
	host.lie_raw = true;
	host.raw_bytes = 4;
	assert_int_equal(vio_files_write(&v, &n, 0, pattern, PART), VIO_OK);
	assert_int_equal(vio_files_finish(&v, &dir, "new", &n, true), VIO_EIO);
	assert_non_null(strstr(disk_class_folder.error(&d, VIO_EIO), "takes no more"));
	host.lie_type = 0;
	closed();
}

/* Pieces in flight keep their memory: the next file waits for them, and does not fail because of
 * them. */
static void test_write_that_is_late_keeps_its_memory(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	mounted(2);
	assert_int_equal(find("/", &dir), VIO_OK);
	assert_int_equal(vio_files_create(&v, &dir, "new", &n), VIO_OK);
	host.hold = true;
	for (uint32_t at = 0; at < 3 * PART; at += PART)
		assert_int_equal(vio_files_write(&v, &n, at, pattern + at, PART), VIO_OK);
	assert_int_equal(vio_files_write(&v, &n, 3 * PART, pattern, PART), VIO_ETIMEDOUT);
	loop.interrupted = true;
	assert_int_equal(vio_files_write(&v, &n, 3 * PART, pattern, PART), VIO_ESTOPPED);
	loop.interrupted = false;
	assert_int_equal(vio_files_finish(&v, &dir, "new", &n, false), VIO_OK);
	assert_int_equal(vio_files_create(&v, &dir, "other", &n), VIO_EBUSY);
	host.hold = false;
	host.fail_type = MODEL_P9_TWRITE;
	host.fail_error = VIO_P9_ENOSPC;
	vio_queue_nudge(&p.queue);
	settle();
	host.fail_type = 0;
	assert_int_equal(vio_files_create(&v, &dir, "other", &n), VIO_OK);
	assert_int_equal(vio_files_write(&v, &n, 0, pattern, PART), VIO_OK);
	assert_int_equal(vio_files_finish(&v, &dir, "other", &n, true), VIO_OK);
	closed();
	assert_int_equal(model_p9_find(&host, 0, "new.part"), 0);
	assert_int_not_equal(model_p9_find(&host, 0, "other"), 0);
}

/* A copy that fails at its end leaves no file, and neither does a name that is too long. */
static void test_file_that_cannot_be_finished(void **state)
{
	struct vio_files_node dir, n;
	char name[256];

	(void)state;
	mounted(2);
	assert_int_equal(find("/", &dir), VIO_OK);
	memset(name, 'x', 255);
	name[255] = '\0';
	assert_int_equal(vio_files_create(&v, &dir, name, &n), VIO_ERANGE);
	assert_int_equal(vio_files_create(&v, &dir, "new", &n), VIO_OK);
	host.fail_type = MODEL_P9_TFSYNC;
	host.fail_error = VIO_P9_ENOSPC;
	assert_int_equal(vio_files_finish(&v, &dir, "new", &n, true), VIO_EIO);
	assert_non_null(strstr(disk_class_folder.error(&d, VIO_EIO), "no room"));
	closed();
	assert_int_equal(model_p9_find(&host, 0, "new.part"), 0);
}

static void test_host_that_refuses_is_named(void **state)
{
	static const struct {
		uint32_t error;
		const char *word;
	} words[] = { { VIO_P9_EACCES, "denies access" },
		      { VIO_P9_EPERM, "denies access" },
		      { VIO_P9_EROFS, "read-only" },
		      { VIO_P9_EISDIR, "directory" },
		      { 121, "error 121" } };
	struct vio_files_node dir, n;

	(void)state;
	mounted(2);
	assert_int_equal(find("/", &dir), VIO_OK);
	host.fail_type = MODEL_P9_TLCREATE;
	for (unsigned i = 0; i < 5; i++) {
		host.fail_error = words[i].error;
		assert_int_equal(vio_files_create(&v, &dir, "new", &n), VIO_EIO);
		assert_non_null(strstr(disk_class_folder.error(&d, VIO_EIO), words[i].word));
	}
	closed();
}

static void test_restart_of_the_device_ends_what_was_found(void **state)
{
	struct vio_files_node n;

	(void)state;
	mounted(2);
	assert_int_equal(find("/big", &n), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, 10), VIO_EDEVICE);
	assert_non_null(strstr(disk_class_folder.error(&d, VIO_EDEVICE), "the folder is down"));
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(vio_files_read(&v, &n, 0, got, 10), VIO_EDEVICE);
	assert_non_null(strstr(disk_class_folder.error(&d, VIO_EDEVICE), "restarted"));
	closed();
	assert_int_equal(disk_class_folder.mount(&d, &v), VIO_OK);
	assert_int_equal(find("/big", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, 10), 10);
	closed();
}

static void answer(void)
{
	host.hold = false;
	vio_queue_nudge(&p.queue);
}

/* A command that Ctrl-C ends while the host holds its answer. */
static void stopped_command(void)
{
	struct vio_files_node n;

	host.hold = true;
	loop.interrupted = true;
	assert_int_equal(find("/big", &n), VIO_ESTOPPED);
	loop.interrupted = false;
	disk_class_folder.close(&d);
}

/* Ctrl-C while the host does not answer: handles that arrive late are given back, and later
 * commands work. */
static void test_answer_that_nobody_waits_for(void **state)
{
	struct vio_files_node n;

	(void)state;
	mounted(2);
	stopped_command();
	assert_int_equal(disk_class_folder.mount(&d, &v), VIO_EBUSY);
	assert_string_equal(disk_class_folder.error(&d, VIO_EBUSY),
			    "virtio-folder@1 has not answered an earlier request");
	answer();
	settle();
	closed();
	assert_int_equal(disk_class_folder.mount(&d, &v), VIO_OK);
	assert_int_equal(find("/big", &n), VIO_OK);
	closed();
}

/* The host does not take back the handles of the command before. */
static void test_one_wait_for_what_the_host_owes(void **state)
{
	struct vio_files_node n;

	(void)state;
	mounted(2);
	assert_int_equal(find("/big", &n), VIO_OK);
	disk_class_folder.close(&d);
	host.hold = true;
	assert_true(service_folders.turn());
	const uint32_t before = sent();
	assert_int_equal(disk_class_folder.mount(&d, &v), VIO_EBUSY);
	assert_int_equal(waited, 1);
	assert_int_equal(sent(), before);
	assert_string_equal(disk_class_folder.error(&d, VIO_EBUSY),
			    "virtio-folder@1 has not answered an earlier request");
	assert_string_equal(v.name, "9p");
	answer();
	settle();
	closed();
}

/* After Ctrl-C the next command waits for what the host still owes to the earlier one. */
static void test_command_right_after_ctrl_c(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	mounted(2);
	stopped_command();
	release = answer;
	assert_int_equal(disk_class_folder.mount(&d, &v), VIO_OK);
	assert_int_equal(find("/", &dir), VIO_OK);
	assert_int_equal(vio_files_create(&v, &dir, "new", &n), VIO_OK);
	host.hold = true;
	release = NULL;
	assert_int_equal(vio_files_write(&v, &n, 0, pattern, PART), VIO_OK);
	loop.interrupted = true;
	assert_int_equal(vio_files_finish(&v, &dir, "new", &n, true), VIO_ESTOPPED);
	loop.interrupted = false;
	release = answer;
	assert_int_equal(vio_files_create(&v, &dir, "other", &n), VIO_OK);
	closed();
}

/* A read that the host still owes keeps its block, and its fid, until it is answered. */
static void test_read_that_is_late_keeps_its_block(void **state)
{
	struct vio_files_node n;

	(void)state;
	mounted(2);
	assert_int_equal(find("/big", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, 10), 10);
	host.hold = true;
	assert_int_equal(vio_files_read(&v, &n, 12000, got, 10), VIO_ETIMEDOUT);
	unsigned busy = 0;
	for (unsigned i = 0; i < DISK_BLOCKS; i++)
		busy += blocks[i].busy;
	assert_true(busy > 0);
	disk_class_folder.close(&d);
	while (service_folders.turn())
		;
	assert_true(p.fids_in_use > 0);
	host.hold = false;
	vio_p9_kick(&p);
	settle();
	closed();
	for (unsigned i = 0; i < DISK_BLOCKS; i++)
		assert_false(blocks[i].busy);
}

/* Whichever request Ctrl-C comes in, nothing is left of it. */
static void test_ctrl_c_in_each_request(void **state)
{
	unsigned n = 0;
	int rc;

	(void)state;
	mounted(2);
	disk_class_folder.close(&d);
	turns();
	const unsigned dir = model_p9_find(&host, 0, "dir");
	do {
		sent_before = p.sent;
		stop_in = ++n;
		rc = work();
		/* EBUSY: in the request that gives a fid back, whose result does not matter. */
		assert_true(rc == VIO_OK || rc == VIO_ESTOPPED || rc == VIO_EBUSY);
		assert_int_equal(loop.interrupted, rc != VIO_OK);
		stop_in = 0;
		loop.interrupted = false;
		vio_p9_kick(&p);
		settle();
		closed();
		assert_int_equal(model_p9_find(&host, dir, "new.part"), 0);
		assert_true(n < 100);
	} while (rc != VIO_OK);
	assert_true(n > 20);
	assert_memory_equal(host.node[model_p9_find(&host, dir, "new")].data, pattern, BIG);
}

static void test_commands_that_are_faster_than_the_host(void **state)
{
	(void)state;
	mounted(2);
	many_commands();
	closed();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_file_is_read_ahead_in_short_parts),
		T(test_file_that_became_shorter),
		T(test_links_and_names),
		T(test_directory_is_listed),
		T(test_HD_P9SCSI_16_entry_that_lies_ends_the_listing),
		T(test_way_that_is_longer_than_the_table),
		T(test_file_is_written_and_kept_or_not),
		T(test_writes_are_in_flight_together),
		T(test_write_that_fails_is_not_lost),
		T(test_write_of_nothing_is_an_error),
		T(test_write_that_is_late_keeps_its_memory),
		T(test_file_that_cannot_be_finished),
		T(test_host_that_refuses_is_named),
		T(test_restart_of_the_device_ends_what_was_found),
		T(test_answer_that_nobody_waits_for),
		T(test_one_wait_for_what_the_host_owes),
		T(test_command_right_after_ctrl_c),
		T(test_read_that_is_late_keeps_its_block),
		T(test_ctrl_c_in_each_request),
		T(test_commands_that_are_faster_than_the_host),
#undef T
	};

	return cmocka_run_group_tests_name("folder", tests, NULL, NULL);
}
