/* SPDX-License-Identifier: BSD-2-Clause */
/* The model rejects queues that are set up in a broken way, or too early or late. */
#include "tests/unit/model_rig.h"

/* ---- A correct driver passes ---- */

static void good_smaller_queue(struct rig *r)
{
	rig_features(r);
	wr(r, 0x028 + (r->version == 2 ? 0x008 : 0), r->version == 2 ? 0 : RIG_PAGE);
	rig_select(r);
	rig_size_and_areas(r);
	wr(r, 0x038, 2);
	rig_start_queue(r);
	assert_int_equal(rig_ring(r)->set.size, 2);
}

static void good_queue_size_ignored(struct rig *r)
{
	rig_features(r);
	if (r->version == 1)
		wr(r, 0x028, RIG_PAGE);
	r->model.faults.ignore_queue_size = true;
	rig_select(r);
	rig_size_and_areas(r);
	wr(r, 0x038, 2);
	rig_start_queue(r);
	assert_int_equal(rig_ring(r)->set.size, RIG_SIZE);
}

static void good_absent_queue(struct rig *r)
{
	rig_features(r);
	wr(r, 0x030, 5);
	assert_int_equal(rd(r, r->version == 1 ? 0x040 : 0x044), 0);
	assert_int_equal(rd(r, 0x034), 0);
	wr(r, 0x030, 70000);
	assert_int_equal(rd(r, r->version == 1 ? 0x040 : 0x044), 0);
	assert_int_equal(rd(r, 0x034), 0);
}

static void good_stop(struct rig *r)
{
	rig_live(r);
	wr(r, 0x030, 0);
	wr(r, r->version == 1 ? 0x040 : 0x044, 0);
	assert_int_equal(rd(r, r->version == 1 ? 0x040 : 0x044), 0);
	assert_false(rig_ring(r)->live);
}

static void good_refused(struct rig *r)
{
	rig_features(r);
	if (r->version == 1)
		wr(r, 0x028, RIG_PAGE);
	r->model.faults.queue_refused = true;
	rig_select(r);
	rig_size_and_areas(r);
	rig_start_queue(r);
	assert_int_equal(rd(r, r->version == 1 ? 0x040 : 0x044), 0);
	assert_false(rig_ring(r)->live);
}

static void good_used_ring_place(struct rig *r)
{
	rig_queue(r);
	assert_true(rig_ring(r)->set.used == r->used && rig_ring(r)->set.avail == r->avail);
}

/* ---- The step comes too early or too late ---- */

static void lk_late_features_ok(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x030, 0);
}

static void before_driver(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 1);
	wr(r, 0x030, 0);
}

static void features_ok_not_read_back(struct rig *r)
{
	rig_reset(r);
	for (unsigned i = 0; i < 2; i++) {
		wr(r, 0x024, i);
		wr(r, 0x020, i);
	}
	wr(r, 0x070, 1 | 2 | 8);
	wr(r, 0x030, 0);
}

static void features_ok_not_read_back_ever(struct rig *r)
{
	rig_reset(r);
	for (unsigned i = 0; i < 2; i++) {
		wr(r, 0x024, i);
		wr(r, 0x020, i);
	}
	wr(r, 0x070, 1 | 2 | 8);
	wr(r, 0x070, 1 | 2 | 8 | 4);
}

static void features_ok_refused(struct rig *r)
{
	rig_probe(r);
	r->model.faults.status_clear = 8;
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 1);
	wr(r, 0x070, 1 | 2);
	for (unsigned i = 0; i < 2; i++) {
		wr(r, 0x024, i);
		wr(r, 0x020, i);
	}
	wr(r, 0x070, 1 | 2 | 8);
	rd(r, 0x070);
	wr(r, 0x030, 0);
}

static void edk2_queue_after_ok(struct rig *r)
{
	rig_features(r);
	if (r->version == 1)
		wr(r, 0x028, RIG_PAGE);
	wr(r, 0x070, r->version == 1 ? 7 : 15);
	rig_select(r);
	rig_size_and_areas(r);
	rig_start_queue(r);
}

static void driver_ok_before_features_ok(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x070, 1 | 2 | 4);
}

/* ---- The queue itself ---- */

static void no_select(struct rig *r)
{
	rig_features(r);
	rd(r, r->version == 1 ? 0x040 : 0x044);
}

static void max_before_in_use(struct rig *r)
{
	rig_features(r);
	wr(r, 0x030, 0);
	rd(r, 0x034);
}

static void max_while_pfn(struct rig *r)
{
	rig_queue(r);
	rd(r, 0x034);
}

static void size_before_max(struct rig *r)
{
	rig_features(r);
	wr(r, 0x030, 0);
	rd(r, r->version == 1 ? 0x040 : 0x044);
	wr(r, 0x038, RIG_SIZE);
}

static void size_over_max(struct rig *r)
{
	rig_features(r);
	rig_select(r);
	wr(r, 0x038, 2 * RIG_SIZE);
}

static void size_no_power(struct rig *r)
{
	rig_features(r);
	rig_select(r);
	wr(r, 0x038, 3);
}

static void veridian_size0(struct rig *r)
{
	rig_features(r);
	rig_select(r);
	wr(r, 0x038, 0);
}

static void size_over_32768(struct rig *r)
{
	r->config.queue_max[0] = 65536;
	rig_features(r);
	wr(r, 0x030, 0);
	rd(r, r->version == 1 ? 0x040 : 0x044);
	rd(r, 0x034);
	wr(r, 0x038, 65536);
}

static void no_size(struct rig *r)
{
	rig_features(r);
	if (r->version == 1)
		wr(r, 0x028, RIG_PAGE);
	rig_select(r);
	rig_start_queue(r);
}

static void high_words_left_out(struct rig *r)
{
	rig_features(r);
	rig_select(r);
	wr(r, 0x038, RIG_SIZE);
	for (unsigned i = 0; i < 3; i++)
		wr(r, 0x080 + 16 * i, (uint32_t)(r->ring_at + 256 * i));
	wr(r, 0x044, 1);
}

static void desc_not_aligned(struct rig *r)
{
	r->desc += 8;
	r->avail += 8;
	r->used += 8;
	rig_queue(r);
}

static void avail_not_aligned(struct rig *r)
{
	r->avail += 1;
	rig_queue(r);
}

static void used_not_aligned(struct rig *r)
{
	r->used += 2;
	rig_queue(r);
}

static void areas_overlap(struct rig *r)
{
	r->used = r->desc;
	rig_queue(r);
}

static void memory_not_zeroed(struct rig *r)
{
	r->ring[5] = 1;
	rig_queue(r);
}

static void used_ring_not_zeroed(struct rig *r)
{
	r->ring[r->used - r->ring_at] = 1;
	rig_queue(r);
}

static void memory_out_of_reach(struct rig *r)
{
	r->ring_at += UINT64_C(0x40000000);
	r->desc += UINT64_C(0x40000000);
	rig_queue(r);
}

static void two_queues_on_one_ring(struct rig *r)
{
	r->config.queue_max[1] = RIG_SIZE;
	rig_queue(r);
	wr(r, 0x030, 1);
	rd(r, r->version == 1 ? 0x040 : 0x044);
	rd(r, 0x034);
	rig_size_and_areas(r);
	rig_start_queue(r);
}

static void size_while_live(struct rig *r)
{
	rig_queue(r);
	wr(r, 0x038, 2);
}

static void address_while_live(struct rig *r)
{
	rig_queue(r);
	wr(r, 0x0a0, 0);
}

static void ready_twice(struct rig *r)
{
	rig_queue(r);
	rig_start_queue(r);
}

static void ready_two(struct rig *r)
{
	rig_features(r);
	rig_select(r);
	rig_size_and_areas(r);
	wr(r, 0x044, 2);
}

static void stop_not_read_back(struct rig *r)
{
	rig_live(r);
	wr(r, 0x030, 0);
	wr(r, 0x044, 0);
	rd(r, 0x070);
}

static void no_page_size(struct rig *r)
{
	rig_features(r);
	rig_select(r);
	rig_size_and_areas(r);
	rig_start_queue(r);
}

static void page_size_no_power(struct rig *r)
{
	rig_features(r);
	wr(r, 0x028, 3000);
}

static void no_align(struct rig *r)
{
	rig_features(r);
	wr(r, 0x028, RIG_PAGE);
	rig_select(r);
	wr(r, 0x038, RIG_SIZE);
	rig_start_queue(r);
}

static void align_no_power(struct rig *r)
{
	rig_features(r);
	rig_select(r);
	wr(r, 0x03c, 48);
}

static const struct rig_case cases[] = {
	{ "smaller than the maximum", NULL, ON_BOTH, good_smaller_queue },
	{ "device that ignores QueueSize", NULL, ON_BOTH, good_queue_size_ignored },
	{ "queue that does not exist", NULL, ON_BOTH, good_absent_queue },
	{ "stop and read back", NULL, ON_BOTH, good_stop },
	{ "device that refuses the queue", NULL, ON_BOTH, good_refused },
	{ "place of the used ring", NULL, ON_BOTH, good_used_ring_place },
	{ "lk_late_features_ok", "init-001", ON_2, lk_late_features_ok },
	{ "queue before DRIVER", "init-001", ON_BOTH, before_driver },
	{ "queue before FEATURES_OK is read back", "init-005", ON_2, features_ok_not_read_back },
	{ "FEATURES_OK never read back", "init-005", ON_2, features_ok_not_read_back_ever },
	{ "goes on though refused", "init-007", ON_2, features_ok_refused },
	{ "edk2_queue_after_ok", "init-001", ON_BOTH, edk2_queue_after_ok },
	{ "DRIVER_OK before FEATURES_OK", "init-001", ON_BOTH, driver_ok_before_features_ok },
	{ "no QueueSel", "mmio-init-007", ON_2, no_select },
	{ "no QueueSel, legacy", "mmio-leg-007", ON_1, no_select },
	{ "in use not looked at", "mmio-init-007", ON_2, max_before_in_use },
	{ "in use not looked at, legacy", "mmio-leg-007", ON_1, max_before_in_use },
	{ "QueueNumMax while QueuePFN", "mmio-leg-002", ON_1, max_while_pfn },
	{ "QueueSize before QueueSizeMax", "mmio-init-007", ON_2, size_before_max },
	{ "QueueNum before QueueNumMax", "mmio-leg-007", ON_1, size_before_max },
	{ "QueueSize over the maximum", "mmio-014", ON_2, size_over_max },
	{ "QueueNum over the maximum", "mmio-leg-008", ON_1, size_over_max },
	{ "size no power of two", "split-002", ON_BOTH, size_no_power },
	{ "veridian_size0", "split-002", ON_BOTH, veridian_size0 },
	{ "size over 32768", "split-002", ON_BOTH, size_over_32768 },
	{ "no size, no areas", "mmio-init-007", ON_2, no_size },
	{ "no size, legacy", "mmio-leg-007", ON_1, no_size },
	{ "high address words left out", "mmio-init-007", ON_2, high_words_left_out },
	{ "descriptor table not aligned", "split-001", ON_2, desc_not_aligned },
	{ "available ring not aligned", "split-001", ON_2, avail_not_aligned },
	{ "used ring not aligned", "split-001", ON_2, used_not_aligned },
	{ "areas overlap", "mmio-init-007", ON_2, areas_overlap },
	{ "memory not zeroed", "mmio-init-007", ON_2, memory_not_zeroed },
	{ "memory not zeroed, legacy", "mmio-leg-007", ON_1, memory_not_zeroed },
	{ "used ring not zeroed", "split-020", ON_BOTH, used_ring_not_zeroed },
	{ "memory out of reach", "resfeat-005", ON_BOTH, memory_out_of_reach },
	{ "two queues on one ring", "mmio-init-007", ON_BOTH, two_queues_on_one_ring },
	{ "QueueSize while live", "mmio-015", ON_2, size_while_live },
	{ "QueueNum while live", "mmio-leg-007", ON_1, size_while_live },
	{ "address while live", "mmio-015", ON_2, address_while_live },
	{ "QueueReady twice", "mmio-init-007", ON_2, ready_twice },
	{ "QueuePFN twice", "mmio-leg-004", ON_1, ready_twice },
	{ "QueueReady 2", "mmio-init-007", ON_2, ready_two },
	{ "stop not read back", "mmio-017", ON_2, stop_not_read_back },
	{ "no GuestPageSize", "mmio-leg-001", ON_1, no_page_size },
	{ "GuestPageSize no power of two", "mmio-leg-001", ON_1, page_size_no_power },
	{ "no QueueAlign", "mmio-leg-007", ON_1, no_align },
	{ "QueueAlign no power of two", "mmio-leg-003", ON_1, align_no_power },
};

int main(void)
{
	return rig_main("model_setup", cases, sizeof(cases) / sizeof(*cases));
}
