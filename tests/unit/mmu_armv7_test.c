/* SPDX-License-Identifier: BSD-2-Clause */
/* What an ARMv7-A would see through the tables of board/arm/mmu_armv7.c, by a walk of our own
 * (ARMv7-A ARM, B3.5, short descriptors). QEMU ignores most of what is looked at here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "board/arm/mmu.h"

#define MIB UINT32_C(0x100000)
#define RAM UINT32_C(0x40000000)

/* TEX, C and B as one number, without remapping. */
enum { WRITE_BACK = 0x7, DEVICE = 0x1, UNCACHED = 0x4 };

struct seen {
	bool mapped, execute, shareable;
	uint32_t address;
	unsigned attribute;
};

/* The entries have 32 bits of an address of the host: the whole one is nearest to `near`. */
static const uint32_t *table_at(const void *near, uint32_t low)
{
	const int32_t distance = (int32_t)(low - (uint32_t)(uintptr_t)near);

	return (const uint32_t *)((uintptr_t)near + (uintptr_t)(intptr_t)distance);
}

static struct seen look(const void *table, uint32_t at)
{
	uint32_t d = ((const uint32_t *)table)[at >> 20];

	if ((d & 3) == 2) {
		assert_int_equal(d & 0x48de0, 0xc00 & 0x48de0); /* domain 0, all accesses, 1 MiB */
		return (struct seen){ true, (d & 0x10) == 0, (d & 0x10000) != 0,
				      (d & 0xfff00000) | (at & 0xfffff),
				      (d >> 12 & 7) << 2 | (d >> 2 & 3) };
	}
	if ((d & 3) != 1)
		return (struct seen){ 0 };
	assert_int_equal(d & 0x1fc, 0);
	d = table_at(table, d & 0xfffffc00)[at >> 12 & 0xff];
	if ((d & 2) == 0)
		return (struct seen){ 0 };
	assert_int_equal(d & 0x230, 0x30);
	return (struct seen){ true, (d & 1) == 0, (d & 0x400) != 0, (d & 0xfffff000) | (at & 0xfff),
			      (d >> 6 & 7) << 2 | (d >> 2 & 3) };
}

static void assert_seen(const void *table, uint32_t at, unsigned attribute)
{
	const struct seen s = look(table, at);

	assert_true(s.mapped);
	assert_int_equal(s.address, at);
	assert_int_equal(s.attribute, attribute);
	assert_int_equal(s.execute, attribute != DEVICE);
	assert_true(attribute == DEVICE || s.shareable);
}

static void test_ram_is_write_back_and_all_else_device(void **state)
{
	const struct mmu_map m = { .runs = { { RAM, 128 * MIB } },
				   .n = 1,
				   .ram = MMU_CACHED,
				   .guard = RAM + 2 * MIB + 0x20000 };
	const void *t = vio_mmu_fill(&m);

	(void)state;
	assert_seen(t, RAM, WRITE_BACK);
	assert_seen(t, (uint32_t)m.guard - 1, WRITE_BACK);
	assert_seen(t, (uint32_t)m.guard + 4096, WRITE_BACK);
	assert_seen(t, RAM + 128 * MIB - 1, WRITE_BACK);
	assert_seen(t, RAM + 128 * MIB, DEVICE);
	assert_seen(t, RAM - 1, DEVICE);
	assert_seen(t, 0, DEVICE);
	assert_seen(t, 0xffffffff, DEVICE);
	assert_false(look(t, (uint32_t)m.guard).mapped);
	assert_false(look(t, (uint32_t)m.guard + 4095).mapped);
}

/* RAM continues above the addresses of 32 bits. */
static void test_ram_is_uncached_where_devices_are_not_coherent(void **state)
{
	const struct mmu_map m = {
		.runs = { { RAM, UINT64_C(6) << 30 } }, .n = 1, .ram = MMU_UNCACHED, .guard = RAM
	};
	const void *t = vio_mmu_fill(&m);

	(void)state;
	assert_seen(t, RAM + 4096, UNCACHED);
	assert_seen(t, RAM + MIB, UNCACHED);
	assert_seen(t, 0xfffffff0, UNCACHED);
	assert_seen(t, RAM - 1, DEVICE);
	assert_false(look(t, RAM).mapped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ram_is_write_back_and_all_else_device),
		cmocka_unit_test(test_ram_is_uncached_where_devices_are_not_coherent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
