/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of the host as disks of the firmware, over a device model: what the tests of each kind
 * share. A test defines sent() and is_in_flight() first. */
#ifndef FOLDER_RIG_H
#define FOLDER_RIG_H

#include <picovirtio/cache.h>
#include <picovirtio/loop.h>
#include "firmware/devices/wait.h"
#include "firmware/disks/disk.h"
#include "firmware/image.h"
#include "firmware/words/failure.h"

const struct vio_explanation *(*const failure_explain)(enum vio_cause) = vio_explain;

enum { BLOCK = 4096, PATIENCE = 100, PART = 2000 };

extern const struct service service_folders;

static struct vio_loop loop;
static struct slot slot;
static struct disk d;
static struct vio_files v;

/* The functions of the firmware that folders use. */
static struct vio_files_block blocks[DISK_BLOCKS];
static struct vio_files_cache cache;

struct vio_files_cache *disk_cache(void)
{
	static uint8_t memory[VIO_FILES_CACHE_BYTES(DISK_MAPS, BLOCK, DISK_DATAS, BLOCK)];

	vio_files_cache_init(&cache, &(struct vio_files_memory){ .p = memory,
								 .block = blocks,
								 .maps = DISK_MAPS,
								 .map_bytes = BLOCK,
								 .datas = DISK_DATAS,
								 .data_bytes = BLOCK });
	return &cache;
}

unsigned disk_block_number(const struct vio_files_block *b)
{
	return (unsigned)(b - blocks);
}

const struct slot *probe_slot_of(const struct probe *of, const struct vio_device *device)
{
	(void)of;
	assert_ptr_equal(device, slot.device);
	return &slot;
}

int disk_turn(void)
{
	return loop.interrupted ? VIO_ESTOPPED : VIO_OK;
}

/* Ctrl-C comes while the `stop_in`th request is in flight; 0: never. */
static unsigned stop_in;
static uint32_t sent_before;

static bool is_stopped(void)
{
	if (stop_in != 0 && sent() - sent_before >= stop_in && is_in_flight())
		loop.interrupted = true;
	return loop.interrupted;
}

/* The host, which held its answers, sends them in a wait; NULL: it does not. */
static void (*release)(void);
static unsigned waited; /* times until the end of the time */

bool wait_until(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout)
{
	assert_ptr_equal(l, &loop);
	assert_true(timeout > 0);
	for (unsigned i = 0; i < PATIENCE && !is_stopped() && !ready(arg); i++) {
		if (release && i == PATIENCE / 2)
			release();
		model_run(&r.m);
		vio_device_poll(r.d);
	}
	waited += !ready(arg);
	return ready(arg);
}

int wait_result(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout)
{
	if (wait_until(l, ready, arg, timeout))
		return VIO_OK;
	return l->interrupted ? VIO_ESTOPPED : VIO_ETIMEDOUT;
}

/* Do what waits for a turn of the firmware's loop. */
static void turns(void)
{
	unsigned i = 0;

	while (service_folders.turn()) {
		settle();
		assert_true(i++ < 500);
	}
	settle();
}

/* The disk of a live device. */
static inline void begin(struct vio_device *device)
{
	memset(&loop, 0, sizeof(loop));
	loop.platform = device->platform;
	stop_in = 0;
	release = NULL;
	waited = 0;
	memset(blocks, 0, sizeof(blocks));
	slot = (struct slot){ .label = "virtio-folder@1", .device = device };
	assert_false(disk_class_folder.find(&slot, 1, &d));
	assert_true(disk_class_folder.find(&slot, 0, &d));
	service_folders.start(NULL, &loop);
	assert_int_equal(disk_class_folder.mount(&d, &v), VIO_OK);
	assert_string_equal(disk_class_folder.title(&d), "share");
}

static inline int find(const char *path, struct vio_files_node *n)
{
	return vio_files_find(&v, path, n);
}

/* A command that uses every operation. Returns its result. */
static inline int work(void)
{
	struct vio_files_node n, dir;
	struct vio_files_entry e;
	uint64_t at = 0;
	int rc = disk_class_folder.mount(&d, &v);

	if (rc == VIO_OK)
		rc = find("/link/inside", &n);
	if (rc == VIO_OK)
		rc = vio_files_read(&v, &n, 0, got, 6);
	if (rc >= 0)
		rc = find("/dir", &dir);
	while (rc >= 0 && (rc = vio_files_next(&v, &dir, &at, &e)) == 1)
		;
	if (rc == 0)
		rc = vio_files_create(&v, &dir, "new", &n);
	if (rc != VIO_OK)
		return rc;
	for (at = 0; at < BIG && rc == VIO_OK; at += PART)
		rc = vio_files_write(&v, &n, at, pattern + at, PART);
	const int end = vio_files_finish(&v, &dir, "new", &n, rc == VIO_OK);
	return rc < 0 ? rc : end;
}

/* Commands that come faster than the host takes back the handles of earlier ones. */
static inline void many_commands(void)
{
	struct vio_files_node n;

	for (unsigned i = 0; i < 60; i++) {
		assert_int_equal(disk_class_folder.mount(&d, &v), VIO_OK);
		assert_int_equal(find("/dir/inside", &n), VIO_OK);
		assert_int_equal(vio_files_read(&v, &n, 0, got, 6), 6);
		disk_class_folder.close(&d);
	}
}

#endif
