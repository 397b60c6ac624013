/* SPDX-License-Identifier: BSD-2-Clause */
/* transport/mmio.c against the strict register model: queues, and the accesses that the
 * specification allows. */
#include "tests/unit/mmio_rig.h"

static void again(uint32_t version, uint64_t features)
{
	rig_close(&r);
	plug(version, features);
}

static struct vio_queue_areas areas(uint16_t size, size_t used_align)
{
	const size_t used = (18u * size + 6 + used_align - 1) & ~(used_align - 1);
	struct vio_queue_areas a;

	assert_non_null(r.p.platform.ring_memory(&r.p, used + 6 + 8u * size, 4096, &a.desc));
	a.driver.addr = a.desc.addr + 16u * size;
	a.device.addr = a.desc.addr + used;
	return a;
}

static void test_notify_writes_the_index(void **state)
{
	uint32_t v[4];

	(void)state;
	plug(2, BIT64(32));
	negotiate(BIT64(32));
	struct vio_queue_areas a = areas(8, 4);
	assert_int_equal(ops()->queue_max(t(), 1), 8);
	assert_int_equal(ops()->queue_set(t(), 8, &a), VIO_OK);
	ops()->set_status(t(), 3 | 8 | 4);
	ops()->notify(t(), 1, 0);
	assert_int_equal(rig_written(&r, AT_QUEUE_NOTIFY, v, 4), 1);
	assert_int_equal(v[0], 1);
}

static void test_mmio_init_009_notify_with_data(void **state)
{
	uint32_t v[4];

	(void)state;
	plug(2, BIT64(32) | BIT64(38));
	negotiate(BIT64(32) | BIT64(38));
	struct vio_queue_areas a = areas(8, 4);
	assert_int_equal(ops()->queue_max(t(), 1), 8);
	assert_int_equal(ops()->queue_set(t(), 8, &a), VIO_OK);
	ops()->set_status(t(), 3 | 8 | 4);
	r.m.queue[1].forgiving = true; /* of data that is right the driver's tests tell */
	ops()->notify(t(), 1, 0xfedc);
	assert_int_equal(rig_written(&r, AT_QUEUE_NOTIFY, v, 4), 1);
	assert_int_equal(v[0], 0xfedc0001);
}

/* ---- Queues ---- */

static void test_mmio_init_007_queue_set_up_in_the_order_of_the_specification(void **state)
{
	const uint32_t low[] = { 0x080, 0x090, 0x0a0 };
	uint32_t v[2];

	(void)state;
	plug(2, BIT64(32));
	negotiate(BIT64(32));
	struct vio_queue_areas a = areas(8, 4);
	assert_int_equal(ops()->queue_max(t(), 0), 8);
	assert_int_equal(ops()->queue_set(t(), 8, &a), VIO_OK);
	assert_int_equal(rig_written(&r, AT_QUEUE_SEL, v, 2), 1);
	unsigned prev = rig_find(&r, true, AT_QUEUE_SEL, 0);
	assert_true(prev < rig_find(&r, false, AT_QUEUE_READY, 0));
	assert_true(rig_find(&r, false, AT_QUEUE_READY, 0) <
		    rig_find(&r, false, AT_QUEUE_SIZE_MAX, 0));
	assert_true(rig_find(&r, false, AT_QUEUE_SIZE_MAX, 0) <
		    rig_find(&r, true, AT_QUEUE_SIZE, 0));
	for (unsigned i = 0; i < 3; i++) {
		const uint64_t want = i == 0 ? a.desc.addr : i == 1 ? a.driver.addr : a.device.addr;
		const unsigned lo = rig_find(&r, true, low[i], 0);
		const unsigned hi = rig_find(&r, true, low[i] + 4, 0);

		assert_int_equal(r.log[lo].value, (uint32_t)want);
		assert_int_equal(r.log[hi].value, (uint32_t)(want >> 32));
		assert_true(lo < rig_find(&r, true, AT_QUEUE_READY, 0));
		assert_true(hi < rig_find(&r, true, AT_QUEUE_READY, 0));
	}
	assert_true(rig_find(&r, true, AT_QUEUE_READY, 0) < rig_find(&r, false, AT_QUEUE_READY, 1));
	assert_true(r.m.queue[0].live);
}

static void test_mmio_leg_007_queue_set_up_in_the_order_of_the_specification(void **state)
{
	(void)state;
	plug(1, 0);
	negotiate(0);
	struct vio_queue_areas a = areas(8, 4096);
	assert_int_equal(ops()->queue_max(t(), 1), 8);
	assert_int_equal(ops()->queue_set(t(), 8, &a), VIO_OK);
	unsigned sel = rig_find(&r, true, AT_QUEUE_SEL, 0);
	assert_true(rig_find(&r, true, AT_GUEST_PAGE_SIZE, 0) < sel);
	assert_true(sel < rig_find(&r, false, AT_QUEUE_PFN, 0));
	assert_true(rig_find(&r, false, AT_QUEUE_PFN, 0) <
		    rig_find(&r, false, AT_QUEUE_SIZE_MAX, 0));
	assert_true(rig_find(&r, true, AT_QUEUE_SIZE, 0) < rig_find(&r, true, AT_QUEUE_PFN, 0));
	assert_true(rig_find(&r, true, AT_QUEUE_ALIGN, 0) < rig_find(&r, true, AT_QUEUE_PFN, 0));
	assert_int_equal(r.log[rig_find(&r, true, AT_QUEUE_PFN, 0)].value, a.desc.addr / 4096);
	assert_int_equal(r.log[rig_find(&r, true, AT_GUEST_PAGE_SIZE, 0)].value, 4096);
	assert_int_equal(r.log[rig_find(&r, true, AT_QUEUE_ALIGN, 0)].value, 4096);
	assert_true(r.m.queue[1].live);
}

static void test_queues_may_be_set_up_in_any_order(void **state)
{
	struct vio_queue_areas a[2];

	(void)state;
	plug(2, BIT64(32));
	for (uint32_t version = 1; version <= 2; version++) {
		again(version, version == 2 ? BIT64(32) : 0);
		negotiate(version == 2 ? BIT64(32) : 0);
		a[0] = areas(8, r.t.base.used_align);
		a[1] = areas(8, r.t.base.used_align);
		assert_int_equal(ops()->queue_max(t(), 1), 8);
		assert_int_equal(ops()->queue_set(t(), 8, &a[1]), VIO_OK);
		assert_int_equal(ops()->queue_max(t(), 0), 8);
		assert_int_equal(ops()->queue_set(t(), 8, &a[0]), VIO_OK);
		assert_int_equal(r.m.queue[0].set.desc, a[0].desc.addr);
		assert_int_equal(r.m.queue[1].set.desc, a[1].desc.addr);
		if (version == 1)
			continue;
		assert_int_equal(ops()->queue_unset(t(), 0), VIO_OK);
		assert_false(r.m.queue[0].live);
		assert_true(r.m.queue[1].live);
	}
}

static void test_HD_QUEUE_01_size_0_is_no_queue(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version, version == 2 ? BIT64(32) : 0);
		negotiate(version == 2 ? BIT64(32) : 0);
		assert_int_equal(ops()->queue_max(t(), 5), 0);
		if (version == 1)
			rig_close(&r);
	}
}

static void test_HD_QUEUE_03_huge_sizes_are_cut_before_any_cast(void **state)
{
	const uint32_t max[] = { 32769, 65535, 65536, 65544, 0x7fffffff, 0x80000000, UINT32_MAX };

	(void)state;
	plug(2, BIT64(32));
	negotiate(BIT64(32));
	for (unsigned i = 0; i < sizeof(max) / sizeof(max[0]); i++) {
		r.instead.off = AT_QUEUE_SIZE_MAX;
		r.instead.value = max[i];
		r.instead.times = 1;
		assert_int_equal(ops()->queue_max(t(), 0), 32768);
	}
}

static void test_HD_QUEUE_05_size_is_read_once(void **state)
{
	(void)state;
	plug(2, BIT64(32));
	negotiate(BIT64(32));
	ops()->queue_max(t(), 0);
	assert_int_equal(r.m.counts.read_at[AT_QUEUE_SIZE_MAX / 4], 1);
}

static void test_HD_QUEUE_06_queue_in_use_is_busy_and_its_size_not_read(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version, version == 2 ? BIT64(32) : 0);
		r.m.faults.queue_busy = true;
		negotiate(version == 2 ? BIT64(32) : 0);
		assert_int_equal(ops()->queue_max(t(), 0), VIO_EBUSY);
		assert_int_equal(r.m.counts.read_at[AT_QUEUE_SIZE_MAX / 4], 0);
		if (version == 1)
			rig_close(&r);
	}
}

static void test_HD_QUEUE_07_queue_that_does_not_stick_is_an_error(void **state)
{
	struct vio_queue_areas a;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version, version == 2 ? BIT64(32) : 0);
		r.m.faults.queue_refused = true;
		negotiate(version == 2 ? BIT64(32) : 0);
		a = areas(8, r.t.base.used_align);
		assert_int_equal(ops()->queue_max(t(), 0), 8);
		assert_int_equal(ops()->queue_set(t(), 8, &a), VIO_EDEVICE);
		if (version == 1)
			rig_close(&r);
	}
}

static void test_HD_QUEUE_08_queue_that_stays_ready_is_an_error(void **state)
{
	(void)state;
	plug(2, BIT64(32));
	negotiate(BIT64(32));
	struct vio_queue_areas a = areas(8, 4);
	assert_int_equal(ops()->queue_max(t(), 0), 8);
	assert_int_equal(ops()->queue_set(t(), 8, &a), VIO_OK);
	r.m.faults.queue_stuck = true;
	assert_int_equal(ops()->queue_unset(t(), 0), VIO_EDEVICE);
	r.m.faults.queue_stuck = false;
	assert_int_equal(ops()->queue_unset(t(), 0), VIO_OK);
}

static void test_version_1_queue_is_never_stopped_by_itself(void **state)
{
	(void)state;
	plug(1, 0);
	assert_int_equal(ops()->queue_unset(t(), 0), VIO_ENOTSUP);
	assert_int_equal(r.nlog, 0);
}

static void test_HD_QUEUE_09_legacy_address_that_does_not_fit_is_refused_unwritten(void **state)
{
	const uint64_t bad[] = { UINT64_C(1) << 44, (UINT64_C(1) << 44) + 4096, 0, 4097,
				 UINT64_MAX };

	(void)state;
	plug(1, 0);
	negotiate(0);
	assert_int_equal(ops()->queue_max(t(), 0), 8);
	r.nlog = 0;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct vio_queue_areas a = { .desc = { bad[i] } };

		assert_int_equal(ops()->queue_set(t(), 8, &a), VIO_EADDR);
	}
	assert_int_equal(r.nlog, 0);
}

/* ---- Access rules ---- */

static void whole_session(uint32_t version)
{
	uint32_t v = 0;

	again(version, version == 2 ? BIT64(32) : 0);
	negotiate(version == 2 ? BIT64(32) : 0);
	struct vio_queue_areas a = areas(8, r.t.base.used_align);
	ops()->queue_max(t(), 0);
	ops()->queue_set(t(), 8, &a);
	ops()->set_status(t(), ops()->status(t()) | 4);
	ops()->notify(t(), 0, 0);
	ops()->events(t());
	ops()->generation(t());
	assert_int_equal(vio_config_read(t(), 4, &v, 4), VIO_OK);
}

static void test_zephyr_rmw_writeonly_registers_are_never_read(void **state)
{
	const uint32_t write_only[] = { 0x014, 0x020, 0x024, 0x028, 0x030, 0x038, 0x03c, 0x050,
					0x064, 0x080, 0x084, 0x090, 0x094, 0x0a0, 0x0a4 };

	(void)state;
	plug(2, BIT64(32));
	for (uint32_t version = 1; version <= 2; version++) {
		whole_session(version);
		for (unsigned i = 0; i < sizeof(write_only) / sizeof(write_only[0]); i++)
			assert_int_equal(r.m.counts.read_at[write_only[i] / 4], 0);
	}
}

/* Each version leaves the other's registers alone. */
static void test_HD_MMIO_10_registers_of_the_other_version_are_not_touched(void **state)
{
	const uint32_t only_1[] = { 0x028, 0x03c, 0x040 };
	const uint32_t only_2[] = { 0x044, 0x080, 0x084, 0x090, 0x094, 0x0a0, 0x0a4, 0x0fc };

	(void)state;
	plug(2, BIT64(32));
	whole_session(1);
	for (unsigned i = 0; i < sizeof(only_2) / sizeof(only_2[0]); i++)
		assert_int_equal(r.m.counts.read_at[only_2[i] / 4] +
					 r.m.counts.written_at[only_2[i] / 4],
				 0);
	whole_session(2);
	for (unsigned i = 0; i < sizeof(only_1) / sizeof(only_1[0]); i++)
		assert_int_equal(r.m.counts.read_at[only_1[i] / 4] +
					 r.m.counts.written_at[only_1[i] / 4],
				 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_notify_writes_the_index),
		T(test_mmio_init_009_notify_with_data),
		T(test_mmio_init_007_queue_set_up_in_the_order_of_the_specification),
		T(test_mmio_leg_007_queue_set_up_in_the_order_of_the_specification),
		T(test_queues_may_be_set_up_in_any_order),
		T(test_HD_QUEUE_01_size_0_is_no_queue),
		T(test_HD_QUEUE_03_huge_sizes_are_cut_before_any_cast),
		T(test_HD_QUEUE_05_size_is_read_once),
		T(test_HD_QUEUE_06_queue_in_use_is_busy_and_its_size_not_read),
		T(test_HD_QUEUE_07_queue_that_does_not_stick_is_an_error),
		T(test_HD_QUEUE_08_queue_that_stays_ready_is_an_error),
		T(test_version_1_queue_is_never_stopped_by_itself),
		T(test_HD_QUEUE_09_legacy_address_that_does_not_fit_is_refused_unwritten),
		T(test_zephyr_rmw_writeonly_registers_are_never_read),
		T(test_HD_MMIO_10_registers_of_the_other_version_are_not_touched),
#undef T
	};

	return cmocka_run_group_tests_name("mmio_queue", tests, NULL, NULL);
}
