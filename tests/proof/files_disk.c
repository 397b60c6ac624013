/* SPDX-License-Identifier: BSD-2-Clause */
/* Access to a disk or part of one. CHARACTER: character(), any units. TEXT: vio_files_utf8(), any
 * text of up to three units, in memory of each size. RUN: vio_files_run_read(), any run that a
 * format may return. Without these: vio_files_get() and vio_files_part(), any place. */
#include "tests/proof/bytes.h"

#include "files/disk.c"
#define memset(to, byte, n) cleared((to), (n))

static void cleared(void *to, size_t n)
{
	claim_that(n == 0 || __CPROVER_w_ok(to, n), "zeroes have room");
}

#include "files/run.c"
#undef memset

#include <stdlib.h>

static struct vio_files_disk disk;
static uint64_t whole; /* bytes of the disk that this one is a part of */

static void any_disk(void)
{
	whole = nondet_u64();
	disk.first = nondet_u64();
	disk.bytes = nondet_u64();
	assume(disk.first <= whole && disk.bytes <= whole - disk.first);
}

#if defined(TEXT)
enum { UNITS = 3, ROOM = 4 * UNITS + 1 };

static const uint8_t *text;
static unsigned length;
static char converted[ROOM];

/* For character(): any character. */
uint32_t any_character(const uint8_t *p, unsigned n, unsigned *units)
{
	claim_that(n > 0 && n <= length && p == text + 2 * (size_t)(length - n),
		   "a unit of the text");
	*units = n > 1 && nondet_bool() ? 2 : 1;
	const uint32_t c = nondet_u32();
	assume(c <= 0x10ffff);
	return c;
}

static void it_was_converted(size_t room)
{
	bool ends = false;

	place();
	for (size_t i = 0; i < ROOM; i++)
		ends = ends || (i < room && converted[i] == '\0');
	claim_that(ends, "the text ends in its room");
}

static void run(void)
{
	const size_t room = 1 + nondet_unsigned() % ROOM;

	length = nondet_unsigned() % (UNITS + 1);
	text = malloc(2 * (size_t)length);
	for (size_t i = 0; i < ROOM; i++)
		converted[i] = 'x';
	vio_files_utf8(text, length, converted, room);
	it_was_converted(room);
}

#elif defined(CHARACTER)
static void it_was_decoded(uint32_t c, unsigned n, unsigned units)
{
	place();
	claim_that(units >= 1 && units <= 2 && units <= n, "its units are there");
	claim_that(c <= 0x10ffff && (c < 0xd800 || c > 0xdfff), "it is a character");
}

static void run(void)
{
	const unsigned n = 1 + nondet_unsigned() % 3;
	unsigned units;
	const uint32_t c = character(malloc(2 * (size_t)n), n, &units);

	it_was_decoded(c, n, units);
}

#else
static unsigned reads;

static int any_read(uint64_t at, const void *to, uint32_t n)
{
	claim_that(at >= disk.first && at <= disk.first + disk.bytes &&
			   n <= disk.first + disk.bytes - at,
		   "what is read lies on the disk");
	claim_that(n == 0 || __CPROVER_w_ok(to, n), "it has room");
	reads++;
	return nondet_bool() ? VIO_EIO : VIO_OK;
}

static int read_any(void *ctx, uint64_t at, void *to, uint32_t n)
{
	(void)ctx;
	return any_read(at, to, n);
}

int vio_files_cache_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n)
{
	(void)d;
	return any_read(at, to, n);
}

#if defined(RUN)
static int any_map(struct vio_files *v, struct vio_files_node *n, uint64_t at, uint32_t most,
		   struct vio_files_run *r)
{
	(void)v;
	(void)n;
	(void)at;
	(void)most;
	r->at = nondet_u64();
	r->bytes = nondet_u64();
	r->hole = nondet_bool();
	return nondet_bool() ? 1 : nondet_bool() ? 0 : VIO_EFORMAT;
}

static void it_was_read(int got, uint32_t len)
{
	place();
	claim_that(got >= 0 && (uint32_t)got <= len, "no more than was asked");
	claim_that(reads <= 1, "one look at the disk");
}

static void run(void)
{
	const struct vio_files_format format = { .map = any_map };
	static struct vio_files v;
	static struct vio_files_node n;
	const uint32_t len = nondet_u32();
	uint8_t *const to = malloc(len);

	assume(len <= INT32_MAX);
	any_disk();
	disk.read = read_any;
	disk.cache = nondet_bool() ? (struct vio_files_cache *)&n : NULL;
	v.disk = disk;
	v.format = &format;
	const int rc = vio_files_run_read(&v, &n, nondet_u64(), to, len);
	if (rc >= 0)
		it_was_read(rc, len);
	else
		claim_that(rc == VIO_EFORMAT || rc == VIO_EIO, "or an error is passed on");
}

#else
static void it_is_a_part(const struct vio_files_disk *p)
{
	place();
	claim_that(p->first >= disk.first && p->bytes <= disk.bytes &&
			   p->first - disk.first <= disk.bytes - p->bytes,
		   "it lies on the disk");
}

static void it_was_refused(const struct vio_files_disk *p)
{
	place();
	claim_that(p->bytes == 0 && p->first == 0, "nothing changed");
}

static void run(void)
{
	struct vio_files_disk part = { .bytes = 0 };

	any_disk();
	if (vio_files_part(&disk, nondet_u64(), nondet_u64(), &part))
		it_is_a_part(&part);
	else
		it_was_refused(&part);
}
#endif
#endif

int main(void)
{
	run();
	return 0;
}
