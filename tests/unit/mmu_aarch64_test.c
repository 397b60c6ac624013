/* SPDX-License-Identifier: BSD-2-Clause */
/* What an AArch64 would see through the tables of board/arm/mmu_aarch64.c, by a walk of our own
 * (Arm ARM, D8.3, 4 KiB granule, 39 bits). QEMU ignores most of what is looked at here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "board/arm/mmu.h"

#define MIB UINT64_C(0x100000)
#define GIB UINT64_C(0x40000000)

enum { WRITE_BACK = 0xff, DEVICE = 0x04, UNCACHED = 0x44 };

struct seen {
	bool mapped, execute, shareable;
	uint64_t address;
	unsigned attribute;
};

static struct seen look(const void *table, uint64_t at)
{
	const uint64_t *t = table;
	uint64_t d = 0, low = 0;

	for (unsigned shift = 30; shift >= 12; shift -= 9) {
		d = t[at >> shift & 511];
		low = (UINT64_C(1) << shift) - 1;
		if ((d & 1) == 0)
			return (struct seen){ 0 };
		if ((d & 2) == 0 || shift == 12)
			break;
		t = (const uint64_t *)(uintptr_t)(d & UINT64_C(0xfffffffff000));
	}
	assert_int_equal(low == 0xfff, (d & 2) != 0); /* a page, or else a block */
	assert_true((d & 0x400) != 0);		      /* no trap at first use */
	assert_int_equal(d & 0xc0, 0);		      /* EL1 reads and writes, EL0 does not */
	return (struct seen){ true, (d >> 53 & 1) == 0, (d >> 8 & 3) == 3,
			      (d & UINT64_C(0xfffffffff000) & ~low) | (at & low),
			      (unsigned)(MMU_MAIR >> 8 * (d >> 2 & 7) & 0xff) };
}

static void assert_seen(const void *table, uint64_t at, unsigned attribute)
{
	const struct seen s = look(table, at);

	assert_true(s.mapped);
	assert_true(s.address == at);
	assert_int_equal(s.attribute, attribute);
	assert_int_equal(s.execute, attribute != DEVICE);
	assert_true(attribute == DEVICE || s.shareable);
}

static void test_ram_is_write_back_and_all_else_device(void **state)
{
	const struct mmu_map m = { .runs = { { GIB + 2 * MIB, MIB }, { GIB, 128 * MIB } },
				   .n = 2,
				   .ram = MMU_CACHED,
				   .guard = GIB + 2 * MIB + 0x20000 };
	const void *t = vio_mmu_fill(&m);

	(void)state;
	assert_seen(t, GIB, WRITE_BACK);
	assert_seen(t, m.guard - 1, WRITE_BACK);
	assert_seen(t, m.guard + 4096, WRITE_BACK);
	assert_seen(t, GIB + 128 * MIB - 1, WRITE_BACK);
	assert_seen(t, GIB + 128 * MIB, DEVICE);
	assert_seen(t, GIB - 1, DEVICE);
	assert_seen(t, 0, DEVICE);
	assert_seen(t, 0x9000000, DEVICE);
	assert_seen(t, 256 * GIB, DEVICE);
	assert_seen(t, 512 * GIB - 1, DEVICE);
}

static void test_page_below_the_stack_is_nothing(void **state)
{
	const struct mmu_map m = {
		.runs = { { GIB, 4 * GIB } }, .n = 1, .ram = MMU_CACHED, .guard = 3 * GIB - 4096
	};
	const void *t = vio_mmu_fill(&m);

	(void)state;
	assert_false(look(t, m.guard).mapped);
	assert_false(look(t, m.guard + 4095).mapped);
	assert_seen(t, m.guard - 1, WRITE_BACK);
	assert_seen(t, m.guard + 4096, WRITE_BACK);
}

static void test_ram_is_uncached_where_devices_are_not_coherent(void **state)
{
	const struct mmu_map m = {
		.runs = { { 0, 6 * GIB + 64 * MIB } }, .n = 1, .ram = MMU_UNCACHED, .guard = 0x80000
	};
	const void *t = vio_mmu_fill(&m);

	(void)state;
	for (uint64_t at = 0; at < 6 * GIB + 64 * MIB; at += 33 * MIB + 5)
		assert_seen(t, at, UNCACHED);
	assert_seen(t, 6 * GIB + 64 * MIB, DEVICE);
}

/* Runs in more GiB than there are tables for: the image's is right, and nothing becomes RAM. */
static void test_no_device_becomes_ram_when_tables_run_out(void **state)
{
	struct mmu_map m = { .n = 8, .ram = MMU_CACHED, .guard = 7 * GIB + 0x5000 };
	const void *t;

	(void)state;
	for (unsigned i = 0; i < m.n; i++)
		m.runs[i] = (struct vio_span){ i * GIB, 64 * MIB };
	t = vio_mmu_fill(&m);
	for (unsigned i = 0; i < m.n; i++)
		assert_seen(t, i * GIB + 64 * MIB, DEVICE);
	assert_seen(t, 7 * GIB, WRITE_BACK);
	assert_false(look(t, m.guard).mapped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ram_is_write_back_and_all_else_device),
		cmocka_unit_test(test_page_below_the_stack_is_nothing),
		cmocka_unit_test(test_ram_is_uncached_where_devices_are_not_coherent),
		cmocka_unit_test(test_no_device_becomes_ram_when_tables_run_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
