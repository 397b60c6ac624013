/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of the host by virtio-fs as disks of the firmware, over the device model. */
#include "tests/unit/fs_rig.h"

#include <stdio.h>

static uint32_t sent(void)
{
	return f.sent;
}

static bool is_in_flight(void)
{
	return f.queue.requests != f.queue.completions || f.hiprio.requests != f.hiprio.completions;
}

#include "tests/unit/folder_rig.h"

static void mounted(uint32_t version)
{
	model_p9_add(&host.tree, 0, "second", MODEL_P9_LINK, "/dir/../to", 10);
	model_p9_add(&host.tree, 0, "to", MODEL_P9_LINK, "dir", 3);
	tree(version, NULL);
	begin(&f.device);
	assert_string_equal(v.name, "virtiofs");
}

/* The host has as many handles of us as before. */
static void closed(void)
{
	disk_class_folder.close(&d);
	turns();
	assert_int_equal(f.files_in_use, 0);
	assert_int_equal(model_fs_known(&host), 0);
	assert_int_equal(model_fs_opens(&host), 0);
}

static void test_file_is_read_ahead_in_short_parts(void **state)
{
	struct vio_files_node n;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		mounted(version);
		host.tree.most = 3000;
		assert_int_equal(find("/big", &n), VIO_OK);
		assert_int_equal(n.bytes, BIG);
		for (uint32_t at = 0; at < BIG; at += 1000)
			assert_int_equal(vio_files_read(&v, &n, at, got + at, 1000), 1000);
		assert_memory_equal(got, pattern, BIG);
		assert_int_equal(vio_files_read(&v, &n, BIG, got, 1), 0);
		closed();
		teardown(NULL);
	}
}

static void test_links_and_names(void **state)
{
	struct vio_files_node n;
	char name[300];

	(void)state;
	mounted(2);
	assert_int_equal(find("/link", &n), VIO_OK);
	assert_int_equal(n.kind, VIO_FILES_FILE);
	assert_int_equal(find("/second/inside", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, 100), 6);
	assert_memory_equal(got, "hello\n", 6);
	assert_int_equal(find("/nothing", &n), VIO_ENODEV);
	assert_int_equal(find("/big/x", &n), VIO_EINVAL);
	assert_int_equal(find("/../..", &n), VIO_OK); /* no way out */
	memset(name, 'x', sizeof(name));
	name[256] = '\0';
	assert_int_equal(find(name, &n), VIO_ENODEV);
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
		model_p9_add(&host.tree, 0, name, i % 2 ? MODEL_P9_LINK : MODEL_P9_FILE, "12345",
			     i % 5);
	}
	assert_int_equal(find("/", &dir), VIO_OK);
	while (vio_files_next(&v, &dir, &at, &e) == 1) {
		unsigned i;

		links += e.node.kind == VIO_FILES_LINK;
		if (sscanf(e.name, "entry %u", &i) == 1 && e.node.kind == VIO_FILES_FILE)
			assert_int_equal(e.node.bytes, i % 5);
		seen++;
	}
	assert_int_equal(seen, 45);
	assert_int_equal(links, 23);
	closed();
}

/* The root may be opened while an earlier command's is still given back. */
static void test_command_right_after_another(void **state)
{
	struct vio_files_node dir;
	struct vio_files_entry e;

	(void)state;
	mounted(2);
	for (unsigned i = 0; i < 10; i++) {
		uint64_t at = 0;

		assert_int_equal(find("/", &dir), VIO_OK);
		assert_int_equal(vio_files_next(&v, &dir, &at, &e), 1);
		disk_class_folder.close(&d);
		for (unsigned n = 0; n < i; n++)
			service_folders.turn();
		assert_int_equal(disk_class_folder.mount(&d, &v), VIO_OK);
	}
	closed();
}

static void test_HD_FS_10_entry_that_lies_ends_the_listing(void **state)
{
	struct vio_files_node dir;
	struct vio_files_entry e;
	uint64_t at = 0;

	(void)state;
	mounted(2);
	assert_int_equal(find("/", &dir), VIO_OK);
	host.lie_code = MODEL_FS_READDIR;
	host.lie_raw = true;
	memset(host.raw, 0, sizeof(host.raw));
	host.raw[16] = 200; /* a name of 200 bytes, in 8 */
	host.raw_bytes = 32;
	assert_int_equal(vio_files_next(&v, &dir, &at, &e), VIO_EFORMAT);
	host.lie_code = 0;
	assert_int_equal(vio_files_next(&v, &dir, &at, &e), 1);
	closed();
}

static void test_file_is_written_and_kept_or_not(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	mounted(2);
	host.tree.most = 7000;
	assert_int_equal(find("/dir", &dir), VIO_OK);
	const unsigned in = model_p9_find(&host.tree, 0, "dir");
	assert_int_equal(vio_files_create(&v, &dir, "inside", &n), VIO_OK);
	assert_int_equal(vio_files_write(&v, &n, 0, pattern, BIG), VIO_OK);
	assert_int_equal(vio_files_finish(&v, &dir, "inside", &n, true), VIO_OK);
	const unsigned node = model_p9_find(&host.tree, in, "inside");
	assert_int_equal(host.tree.node[node].synced, 1);
	assert_int_equal(host.tree.node[node].bytes, BIG);
	assert_memory_equal(host.tree.node[node].data, pattern, BIG);
	assert_int_equal(model_p9_find(&host.tree, in, "inside.part"), 0);

	assert_int_equal(vio_files_create(&v, &dir, "other", &n), VIO_OK);
	assert_int_equal(vio_files_write(&v, &n, 0, pattern, 10), VIO_OK);
	assert_int_not_equal(model_p9_find(&host.tree, in, "other.part"), 0);
	assert_int_equal(vio_files_finish(&v, &dir, "other", &n, false), VIO_OK);
	closed();
	assert_int_equal(model_p9_find(&host.tree, in, "other.part"), 0);
	assert_int_equal(model_p9_find(&host.tree, in, "other"), 0);
}

static void test_host_that_refuses_is_named(void **state)
{
	struct vio_files_node dir, n;

	(void)state;
	mounted(2);
	assert_int_equal(find("/", &dir), VIO_OK);
	host.fail_code = MODEL_FS_CREATE;
	host.fail_error = 30;
	assert_int_equal(vio_files_create(&v, &dir, "new", &n), VIO_EIO);
	assert_non_null(strstr(disk_class_folder.error(&d, VIO_EIO), "read-only"));
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
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(vio_files_read(&v, &n, 0, got, 10), VIO_EDEVICE);
	closed();
	assert_int_equal(disk_class_folder.mount(&d, &v), VIO_OK);
	assert_int_equal(find("/big", &n), VIO_OK);
	assert_int_equal(vio_files_read(&v, &n, 0, got, 10), 10);
	closed();
}

/* Whichever request Ctrl-C comes in, nothing is left of it. */
static void test_ctrl_c_in_each_request(void **state)
{
	unsigned n = 0;
	int rc;

	(void)state;
	mounted(2);
	host.tree.node[model_p9_find(&host.tree, 0, "link")].mode = 0;
	strcpy(host.tree.node[model_p9_find(&host.tree, 0, "second")].name, "link");
	disk_class_folder.close(&d);
	turns();
	const unsigned dir = model_p9_find(&host.tree, 0, "dir");
	do {
		sent_before = f.sent;
		stop_in = ++n;
		rc = work();
		/* EBUSY: in the request that gives a file back, whose result does not matter. */
		assert_true(rc == VIO_OK || rc == VIO_ESTOPPED || rc == VIO_EBUSY);
		assert_int_equal(loop.interrupted, rc != VIO_OK);
		stop_in = 0;
		loop.interrupted = false;
		vio_fs_kick(&f);
		settle();
		closed();
		assert_int_equal(model_p9_find(&host.tree, dir, "new.part"), 0);
		assert_true(n < 100);
	} while (rc != VIO_OK);
	assert_true(n > 20);
	assert_memory_equal(host.tree.node[model_p9_find(&host.tree, dir, "new")].data, pattern,
			    BIG);
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
		T(test_links_and_names),
		T(test_directory_is_listed),
		T(test_command_right_after_another),
		T(test_HD_FS_10_entry_that_lies_ends_the_listing),
		T(test_file_is_written_and_kept_or_not),
		T(test_host_that_refuses_is_named),
		T(test_restart_of_the_device_ends_what_was_found),
		T(test_ctrl_c_in_each_request),
		T(test_commands_that_are_faster_than_the_host),
#undef T
	};

	return cmocka_run_group_tests_name("folder_fs", tests, NULL, NULL);
}
