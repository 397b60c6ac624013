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
static unsigned looks, fail_after;

static int files_rig_read(void *ctx, uint64_t at, void *to, uint32_t n)
{
	assert_ptr_equal(ctx, disk);
	assert_true(at <= DISK_BYTES && n <= DISK_BYTES - at);
	if (fail_after && ++looks >= fail_after)
		return VIO_EIO;
	memcpy(to, disk + at, n);
	return VIO_OK;
}

static const struct vio_files_disk whole = { files_rig_read, disk, 0, DISK_BYTES,
					     VIO_FILES_SECTOR };

static void put(uint64_t at, unsigned width, uint64_t v)
{
	for (unsigned i = 0; i < width; i++)
		disk[at + i] = (uint8_t)(v >> (8 * i));
}

static int blank(void **state)
{
	(void)state;
	memset(disk, 0, sizeof(disk));
	looks = fail_after = 0;
	return 0;
}

#endif
