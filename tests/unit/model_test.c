/* SPDX-License-Identifier: BSD-2-Clause */
/* The model rejects a broken start: probing, access rules, status. */
#include "tests/unit/model_rig.h"

/* ---- A correct driver passes ---- */

static void good_bring_up(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	model_run(&r->model);
	model_check(&r->model);
}

static void good_second_start(struct rig *r)
{
	rig_live(r);
	wr(r, 0x070, 0);
	assert_int_equal(rd(r, 0x070), 0);
	assert_false(rig_ring(r)->live);
	wr(r, 0x070, 1);
}

static void good_failed_then_reset(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x070, 1 | 2 | 128);
	wr(r, 0x070, 0);
	assert_int_equal(rd(r, 0x070), 0);
	wr(r, 0x070, 1);
}

static void good_slow_reset(struct rig *r)
{
	rig_live(r);
	r->model.faults.reset_reads = 3;
	wr(r, 0x070, 0);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_not_equal(rd(r, 0x070), 0);
		assert_true(rig_ring(r)->live); /* its memory is the device's still */
	}
	assert_int_equal(rd(r, 0x070), 0);
	assert_false(rig_ring(r)->live);
}

static void good_empty_slot(struct rig *r)
{
	r->config.cls = NULL;
	rig_probe(r);
}

static void good_needs_reset_kept(struct rig *r)
{
	rig_reset(r);
	model_needs_reset(&r->model);
	wr(r, 0x070, rd(r, 0x070) | 128);
}

/* ---- Probing ---- */

static void version_first(struct rig *r)
{
	model_init(&r->model, &r->config);
	rd(r, 0x004);
}

static void id_before_version(struct rig *r)
{
	model_init(&r->model, &r->config);
	rd(r, 0x000);
	rd(r, 0x008);
}

static void status_before_probe(struct rig *r)
{
	model_init(&r->model, &r->config);
	wr(r, 0x070, 0);
}

static void touched_after_bad_magic(struct rig *r)
{
	model_init(&r->model, &r->config);
	r->model.faults.magic = 0x12345678;
	rd(r, 0x000);
	rd(r, 0x004);
}

static void touched_after_bad_version(struct rig *r)
{
	model_init(&r->model, &r->config);
	r->model.faults.version = 3;
	rd(r, 0x000);
	rd(r, 0x004);
	rd(r, 0x008);
}

static void touched_empty_slot(struct rig *r)
{
	r->config.cls = NULL;
	rig_probe(r);
	rd(r, 0x00c);
}

/* ---- Access rules ---- */

static void unknown_register(struct rig *r)
{
	rig_probe(r);
	rd(r, 0x054);
}

static void register_of_other_version(struct rig *r)
{
	rig_features(r);
	wr(r, r->version == 1 ? 0x080 : 0x028, 4096);
}

static void ready_on_version_1(struct rig *r)
{
	rig_features(r);
	rd(r, 0x044);
}

static void generation_on_version_1(struct rig *r)
{
	rig_features(r);
	rd(r, 0x0fc);
}

static void write_to_read_only(struct rig *r)
{
	rig_features(r);
	wr(r, 0x034, 8);
}

static void zephyr_rmw_writeonly(struct rig *r)
{
	rig_features(r);
	wr(r, 0x030, rd(r, 0x030));
}

static void narrow_access(struct rig *r)
{
	rig_probe(r);
	model_read(&r->model, 0x070, 1);
}

static void unaligned_access(struct rig *r)
{
	rig_probe(r);
	model_read(&r->model, 0x072, 4);
}

static void shm_touched(struct rig *r)
{
	rig_features(r);
	wr(r, 0x0ac, 0);
}

static void veridian_config_0x84(struct rig *r)
{
	rig_features(r);
	rd(r, 0x084);
}

/* ---- Status ---- */

static void no_reset_first(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 1);
}

static void reset_not_polled(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	wr(r, 0x070, 1);
}

static void reset_not_awaited(struct rig *r)
{
	rig_live(r);
	r->model.faults.reset_reads = 3;
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 1);
}

static void driver_before_acknowledge(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 2);
}

static void two_bits_at_once(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 1 | 2);
}

static void status_bits_kept(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 1);
	wr(r, 0x070, 2);
}

static void undefined_status_bit(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x070, 1 | 2 | 32);
}

static void status_beyond_a_byte(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x070, 0x100 | 1 | 2);
}

static void driver_sets_needs_reset(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x070, 1 | 2 | 64);
}

static void goes_on_after_failed(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x070, 1 | 2 | 128);
	wr(r, 0x014, 0);
}

static void status_after_failed(struct rig *r)
{
	rig_features(r);
	wr(r, 0x070, rd(r, 0x070) | 128);
	wr(r, 0x070, rd(r, 0x070) | 4);
}

static const struct rig_case cases[] = {
	{ "bring-up, one request", NULL, ON_BOTH, good_bring_up },
	{ "second start", NULL, ON_BOTH, good_second_start },
	{ "FAILED, then reset", NULL, ON_BOTH, good_failed_then_reset },
	{ "reset that takes three reads", NULL, ON_BOTH, good_slow_reset },
	{ "empty slot", NULL, ON_BOTH, good_empty_slot },
	{ "NEEDS_RESET is kept", NULL, ON_BOTH, good_needs_reset_kept },
	{ "Version first", "mmio-init-001", ON_BOTH, version_first },
	{ "DeviceID before Version", "mmio-init-002", ON_BOTH, id_before_version },
	{ "Status before probing", "mmio-init-001", ON_BOTH, status_before_probe },
	{ "access after wrong MagicValue", "mmio-006", ON_BOTH, touched_after_bad_magic },
	{ "access after unknown Version", "mmio-008", ON_BOTH, touched_after_bad_version },
	{ "access to an empty slot", "mmio-init-004", ON_BOTH, touched_empty_slot },
	{ "no such register", "mmio-001", ON_BOTH, unknown_register },
	{ "register of the other version", "mmio-001", ON_BOTH, register_of_other_version },
	{ "QueueReady on version 1", "mmio-001", ON_1, ready_on_version_1 },
	{ "ConfigGeneration on version 1", "mmio-001", ON_1, generation_on_version_1 },
	{ "write to QueueSizeMax", "mmio-002", ON_BOTH, write_to_read_only },
	{ "zephyr_rmw_writeonly", "mmio-003", ON_BOTH, zephyr_rmw_writeonly },
	{ "veridian_config_0x84", "mmio-003", ON_2, veridian_config_0x84 },
	{ "byte access", "mmio-004", ON_BOTH, narrow_access },
	{ "unaligned access", "mmio-004", ON_BOTH, unaligned_access },
	{ "SHMSel", "mmio-init-005", ON_2, shm_touched },
	{ "no reset at the start", "init-001", ON_BOTH, no_reset_first },
	{ "reset not polled", "reset-001", ON_BOTH, reset_not_polled },
	{ "slow reset not awaited", "reset-001", ON_BOTH, reset_not_awaited },
	{ "DRIVER before ACKNOWLEDGE", "init-001", ON_BOTH, driver_before_acknowledge },
	{ "two steps in one write", "status-001", ON_BOTH, two_bits_at_once },
	{ "status_bits_kept", "status-002", ON_BOTH, status_bits_kept },
	{ "undefined status bit", "status-001", ON_BOTH, undefined_status_bit },
	{ "status beyond a byte", "status-001", ON_BOTH, status_beyond_a_byte },
	{ "driver sets NEEDS_RESET", "status-001", ON_BOTH, driver_sets_needs_reset },
	{ "goes on after FAILED", "init-007", ON_BOTH, goes_on_after_failed },
	{ "status after FAILED", "status-003", ON_BOTH, status_after_failed },
};

int main(void)
{
	return rig_main("model", cases, sizeof(cases) / sizeof(*cases));
}
