/* SPDX-License-Identifier: BSD-2-Clause */
/* The timer of M-mode, on machines that accept one width of access only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "board/common/common.h"
#include "board/riscv/mtime.h"
#include "board/riscv/riscv.h"
#include "devicetree_blob.h"
#include "wide_rig.h"

enum { BASE = 0x2000000, BYTES = 0x10000, MTIMECMP = 0x4008, MTIME = 0xbff8 };

/* A CLINT whose clock advances with each look at it. */
struct clint {
	struct wide_machine machine;
	uint64_t time, compare, earliest; /* the least that `compare` ever was */
};

static struct blob blob;

/* The second hart's. */
int vio_riscv_hart_entry(struct vio_dt_node n, uint32_t irq)
{
	(void)n;
	assert_int_equal(irq, 7);
	return 3;
}

static uint64_t clint_read(void *ctx, size_t off)
{
	struct clint *c = ctx;

	if (off == MTIMECMP)
		return c->compare;
	assert_int_equal(off, MTIME);
	return c->time++;
}

static void clint_write(void *ctx, size_t off, uint64_t v)
{
	struct clint *c = ctx;

	assert_int_equal(off, MTIMECMP);
	c->compare = v;
	if (v < c->earliest)
		c->earliest = v;
}

static void plug(struct clint *c, bool takes_32, bool takes_64)
{
	struct tree t = { 0 };

	*c = (struct clint){ .machine = { .takes_32 = takes_32,
					  .takes_64 = takes_64,
					  .ctx = c,
					  .read = clint_read,
					  .write = clint_write },
			     .earliest = UINT64_MAX };
	wide_plug(&c->machine, BASE, BYTES);
	tree_begin(&t, "");
	tree_cell(&t, "#address-cells", 1);
	tree_cell(&t, "#size-cells", 1);
	tree_begin(&t, "clint");
	tree_text(&t, "compatible", "riscv,clint0");
	tree_numbers(&t, "reg", 2, (const uint32_t[]){ BASE, BYTES });
	tree_end(&t);
	tree_end(&t);
	blob = tree_finish(&t);
	assert_int_equal(vio_dt_open(&vio_board.dt, blob.bytes, blob.len), VIO_OK);
}

static void works(bool takes_32, bool takes_64)
{
	struct clint c;

	plug(&c, takes_32, takes_64);
	assert_true(vio_mtime_find());
	assert_true(vio_mtime_there());
	c.time = UINT32_MAX; /* the lower half wraps between two looks */
	uint64_t now = vio_mtime_read();
	assert_true(now >= UINT32_MAX && now < c.time);
	c.compare = UINT64_MAX;
	c.earliest = UINT64_MAX;
	vio_mtime_compare(UINT64_C(0x500000003));
	assert_true(c.compare == UINT64_C(0x500000003));
	vio_mtime_compare(UINT64_C(0x600000001));
	assert_true(c.compare == UINT64_C(0x600000001));
	assert_true(c.earliest >= UINT64_C(0x500000003));
}

static void test_accesses_of_64_bits_only(void **state)
{
	(void)state;
	works(false, true);
}

static void test_accesses_of_32_bits_only(void **state)
{
	(void)state;
	works(true, false);
}

static void test_both(void **state)
{
	(void)state;
	works(true, true);
}

static void test_neither(void **state)
{
	struct clint c;

	(void)state;
	plug(&c, false, false);
	assert_false(vio_mtime_find());
	assert_false(vio_mtime_there());
}

static int tear_down(void **state)
{
	(void)state;
	blob_free(&blob);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, tear_down)
		T(test_accesses_of_64_bits_only),
		T(test_accesses_of_32_bits_only),
		T(test_both),
		T(test_neither),
#undef T
	};

	return cmocka_run_group_tests_name("mtime", tests, NULL, NULL);
}
