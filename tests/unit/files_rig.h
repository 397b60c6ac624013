/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk in memory that tests write by hand. */
#ifndef FILES_RIG_H
#define FILES_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <picovirtio/files.h>
#include <picovirtio/part.h>

enum { DISK_BYTES = 1 << 20 };

static uint8_t disk[DISK_BYTES];
static unsigned looks, fail_at; /* the read that fails, from 1; 0: none */

static int files_rig_read(void *ctx, uint64_t at, void *to, uint32_t n)
{
	assert_ptr_equal(ctx, disk);
	assert_true(at <= DISK_BYTES && n <= DISK_BYTES - at);
	if (++looks == fail_at)
		return VIO_EIO;
	memcpy(to, disk + at, n);
	return VIO_OK;
}

static const struct vio_files_disk whole = {
	.read = files_rig_read, .ctx = disk, .bytes = DISK_BYTES, .block_bytes = VIO_FILES_SECTOR
};

static void put(uint64_t at, unsigned width, uint64_t v)
{
	for (unsigned i = 0; i < width; i++)
		disk[at + i] = (uint8_t)(v >> (8 * i));
}

static int blank(void **state)
{
	(void)state;
	memset(disk, 0, sizeof(disk));
	looks = fail_at = 0;
	return 0;
}

/* Each read of `work` fails in turn, while later ones succeed: `work` must return the error.
 * Without an error it returns `good`. */
static inline void fail_each_read(int (*work)(void), int good)
{
	for (fail_at = 1;; fail_at++) {
		looks = 0;
		int rc = work();
		assert_int_equal(rc, looks < fail_at ? good : VIO_EIO);
		if (looks < fail_at)
			return;
	}
}

#endif
