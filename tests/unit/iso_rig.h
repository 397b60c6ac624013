/* SPDX-License-Identifier: BSD-2-Clause */
/* An ISO 9660 volume that a test writes, for tests of names and of errors in it. */
#ifndef ISO_RIG_H
#define ISO_RIG_H

#include "tests/unit/files_rig.h"

/* The root is block 20, a directory in it block 24; their files follow. */
enum { B = 2048, PRIMARY = 16 * B, SECOND = 17 * B, END = 18 * B, ROOT = 20, DIR = 24, DATA = 30 };

static struct vio_files v;
static uint64_t at; /* where the next record goes */

static void put_be(uint64_t to, unsigned width, uint64_t n)
{
	for (unsigned i = width; i-- > 0; n >>= 8)
		disk[to + i] = (uint8_t)n;
}

static void both(uint64_t to, unsigned width, uint64_t n)
{
	put(to, width, n);
	put_be(to + width, width, n);
}

/* A record; `more` bytes of system use fields follow. Returns where these begin. */
static uint64_t record(const char *name, unsigned n, uint8_t flags, uint32_t block, uint32_t bytes,
		       unsigned more)
{
	const uint64_t begin = at;
	const unsigned fields = (33 + n + 1) / 2 * 2;

	disk[at] = (uint8_t)(fields + more);
	both(at + 2, 4, block);
	both(at + 10, 4, bytes);
	disk[at + 25] = flags;
	disk[at + 32] = (uint8_t)n;
	memcpy(disk + at + 33, name, n);
	at += fields + more;
	return begin + fields;
}

static void file(const char *name, uint32_t block, uint32_t bytes)
{
	record(name, (unsigned)strlen(name), 0, block, bytes, 0);
}

static void descriptor(uint64_t to, uint8_t type, uint32_t root)
{
	disk[to] = type;
	memcpy(disk + to + 1, "CD001\1", 6);
	both(to + 128, 2, B);
	at = to + 156;
	record("", 1, 2, root, 2 * B, 0);
}

/* The first two records of a directory. */
static void directory(uint32_t block, uint32_t parent)
{
	at = (uint64_t)block * B;
	record("\0", 1, 2, block, 2 * B, 0);
	record("\1", 1, 2, parent, 2 * B, 0);
}

static void volume(void)
{
	blank(NULL);
	descriptor(PRIMARY, 1, ROOT);
	descriptor(SECOND, 255, 0);
	directory(DIR, ROOT);
	file("B.;1", DATA + 1, 5);
	directory(ROOT, ROOT);
	file("A.TXT;1", DATA, 1300);
	record("D", 1, 2, DIR, 2 * B, 0);
	for (unsigned i = 0; i < 8; i++)
		memset(disk + (DATA + i) * B, 'a' + (int)i, B);
}

static void mounted(void)
{
	assert_int_equal(vio_files_mount(&v, &whole), VIO_OK);
	assert_string_equal(v.name, "ISO 9660");
}

#endif
