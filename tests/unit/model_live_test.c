/* SPDX-License-Identifier: BSD-2-Clause */
/* The model rejects a broken driver of a live device: notifications, interrupts, config. */
#include "tests/unit/model_rig.h"

#include <string.h>

/* ---- A correct driver passes ---- */

static void good_config(struct rig *r)
{
	rig_live(r);
	memcpy(r->model.cfg.config, "\x11\0\x22\x33\x44\x55\x66\x77", 8);
	assert_int_equal(model_read(&r->model, 0x100, 1), 0x11);
	assert_int_equal(model_read(&r->model, 0x102, 2), 0x3322);
	assert_int_equal(model_read(&r->model, 0x104, 4), 0x77665544);
	model_write(&r->model, 0x104, 4, 5);
	model_read(&r->model, 0x108, 4);
	model_read(&r->model, 0x10c, 4);
}

static void good_config_read_while_negotiating(struct rig *r)
{
	rig_reset(r);
	model_read(&r->model, 0x100, 1);
}

static void good_interrupt(struct rig *r)
{
	rig_live(r);
	model_config_change(&r->model, 0, "x", 1);
	r->model.faults.interrupt_set = 8; /* undefined: must not be accessed */
	assert_int_equal(rd(r, 0x060), 8 | 2);
	wr(r, 0x064, 2);
	assert_int_equal(rd(r, 0x060), 8);
}

static void good_counts(struct rig *r)
{
	rig_live(r);
	memset(&r->model.counts, 0, sizeof(r->model.counts));
	rig_submit(r);
	rig_kick(r);
	rd(r, 0x060);
	model_read(&r->model, 0x100, 1);
	model_write(&r->model, 0x104, 4, 5);
	assert_int_equal(r->model.counts.notifies, 1);
	assert_int_equal(r->model.counts.reads, 2);
	assert_int_equal(r->model.counts.writes, 1);
	assert_int_equal(r->model.counts.read_at[0x060 / 4], 1);
	assert_int_equal(r->model.counts.config_writes, 1);
}

static void good_unasked_kick(struct rig *r)
{
	rig_live(r);
	mq_ask(rig_ring(r), MQ_ASK_NEVER, 0);
	rig_submit(r);
	model_run(&r->model);
	assert_int_equal(rig_ring(r)->unasked_kicks, 0);
	rig_kick(r);
	assert_int_equal(rig_ring(r)->unasked_kicks, 1);
}

static void good_needs_reset(struct rig *r)
{
	rig_live(r);
	model_needs_reset(&r->model);
	assert_int_equal(rd(r, 0x060), 2);
	assert_true(rd(r, 0x070) & 64);
}

static void good_refusals(struct rig *r)
{
	rig_reset(r);
	r->model.faults.need_all_features = true;
	for (unsigned i = 0; i < 2; i++) {
		wr(r, 0x024, i);
		wr(r, 0x020, i); /* VERSION_1 alone */
	}
	wr(r, 0x070, 1 | 2 | 8);
	assert_int_equal(rd(r, 0x070), 1 | 2);
}

static void good_generation(struct rig *r)
{
	rig_live(r);
	uint32_t before = rd(r, 0x0fc);
	assert_int_equal(rd(r, 0x0fc), before);
	model_config_change(&r->model, 0, "y", 1);
	assert_int_not_equal(rd(r, 0x0fc), before);
	before = rd(r, 0x0fc);
	r->model.faults.generation_moves = 1;
	assert_int_not_equal(rd(r, 0x0fc), before);
	before = rd(r, 0x0fc);
	assert_int_equal(rd(r, 0x0fc), before);
}

static uint32_t all_ones(struct model *m, void *ctx, uint32_t off, unsigned width, uint32_t v)
{
	(void)m;
	(void)ctx;
	(void)width;
	return off == 0x034 ? UINT32_MAX : v;
}

static void good_replaced_read(struct rig *r)
{
	rig_features(r);
	r->model.on_read = all_ones;
	wr(r, 0x030, 0);
	rd(r, r->version == 1 ? 0x040 : 0x044);
	assert_int_equal(rd(r, 0x034), UINT32_MAX);
}

static void good_gone(struct rig *r)
{
	rig_live(r);
	r->model.faults.gone = true;
	assert_int_equal(rd(r, 0x070), UINT32_MAX);
	wr(r, 0x0f0, 1);
	r->model.faults.gone = false;
}

static void good_feature_alias(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x014, 2);
	assert_int_equal(rd(r, 0x010), 0);
	r->model.faults.feature_alias = true;
	wr(r, 0x014, 2);
	assert_int_equal(rd(r, 0x010), (uint32_t)(r->config.features >> 32));
}

static void good_queue_busy(struct rig *r)
{
	rig_features(r);
	r->model.faults.queue_busy = true;
	wr(r, 0x030, 0);
	assert_int_not_equal(rd(r, r->version == 1 ? 0x040 : 0x044), 0);
}

static void good_select_ignored(struct rig *r)
{
	rig_queue(r);
	r->model.faults.select_ignored = true;
	wr(r, 0x030, 1);
	assert_int_not_equal(rd(r, r->version == 1 ? 0x040 : 0x044), 0);
}

static void good_interrupt_stuck(struct rig *r)
{
	rig_live(r);
	r->model.faults.interrupt_stuck = true;
	model_interrupt(&r->model, 1);
	wr(r, 0x064, rd(r, 0x060));
	assert_int_equal(rd(r, 0x060), 1);
}

/* ---- Notifications ---- */

static void kick_before_driver_ok(struct rig *r)
{
	rig_queue(r);
	rig_submit(r);
	rig_kick(r);
}

static void kick_of_no_queue(struct rig *r)
{
	rig_live(r);
	wr(r, 0x050, 1);
}

static void kick_out_of_range(struct rig *r)
{
	rig_live(r);
	wr(r, 0x050, 0x10000);
}

static void no_kick(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	model_run(&r->model);
}

/* ---- Interrupts ---- */

static void undefined_bit_acknowledged(struct rig *r)
{
	rig_live(r);
	r->model.faults.interrupt_set = 8;
	wr(r, 0x064, rd(r, 0x060));
}

static void unseen_event_acknowledged(struct rig *r)
{
	rig_live(r);
	model_interrupt(&r->model, 1);
	wr(r, 0x064, 1);
}

/* ---- Configuration space ---- */

static void config_too_early(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	model_read(&r->model, 0x100, 1);
}

static void config_during_reset(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	model_read(&r->model, 0x100, 1);
}

static void config_too_wide(struct rig *r)
{
	rig_live(r);
	model_read(&r->model, 0x100, 4);
}

static void config_too_narrow(struct rig *r)
{
	rig_live(r);
	model_read(&r->model, 0x104, 1);
}

static void config_unaligned(struct rig *r)
{
	rig_live(r);
	model_read(&r->model, 0x101, 2);
}

static void config_past_the_end(struct rig *r)
{
	rig_live(r);
	model_read(&r->model, 0x114, 4);
}

static void config_no_field(struct rig *r)
{
	rig_live(r);
	model_read(&r->model, 0x101, 1);
}

static void config_without_feature(struct rig *r)
{
	rig_live(r);
	model_read(&r->model, 0x110, 4);
}

static void config_read_only(struct rig *r)
{
	rig_live(r);
	model_write(&r->model, 0x102, 2, 0);
}

static void config_written_while_negotiating(struct rig *r)
{
	rig_reset(r);
	model_write(&r->model, 0x104, 4, 0);
}

static void config_written_before_driver(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	model_write(&r->model, 0x104, 4, 0);
}

static void config_written_after_failed(struct rig *r)
{
	rig_features(r);
	wr(r, 0x070, rd(r, 0x070) | 128);
	model_write(&r->model, 0x104, 4, 0);
}

static const struct rig_case cases[] = {
	{ "config fields", NULL, ON_BOTH, good_config },
	{ "config read while negotiating", NULL, ON_BOTH, good_config_read_while_negotiating },
	{ "interrupt with undefined bits", NULL, ON_BOTH, good_interrupt },
	{ "accesses are counted by kind", NULL, ON_BOTH, good_counts },
	{ "unasked notification is counted", NULL, ON_BOTH, good_unasked_kick },
	{ "NEEDS_RESET", NULL, ON_BOTH, good_needs_reset },
	{ "FEATURES_OK for all features alone", NULL, ON_2, good_refusals },
	{ "ConfigGeneration", NULL, ON_2, good_generation },
	{ "any read can be replaced", NULL, ON_BOTH, good_replaced_read },
	{ "device that is gone", NULL, ON_BOTH, good_gone },
	{ "feature words that repeat", NULL, ON_BOTH, good_feature_alias },
	{ "queue in use from the start", NULL, ON_BOTH, good_queue_busy },
	{ "QueueSel that does nothing", NULL, ON_BOTH, good_select_ignored },
	{ "interrupt that stays", NULL, ON_BOTH, good_interrupt_stuck },
	{ "kick before DRIVER_OK", "init-008", ON_BOTH, kick_before_driver_ok },
	{ "kick of a queue that is not live", "mmio-init-008", ON_BOTH, kick_of_no_queue },
	{ "kick out of range", "mmio-init-008", ON_BOTH, kick_out_of_range },
	{ "no kick", "split-023", ON_BOTH, no_kick },
	{ "undefined bit acknowledged", "mmio-020", ON_BOTH, undefined_bit_acknowledged },
	{ "unseen event acknowledged", "mmio-019", ON_BOTH, unseen_event_acknowledged },
	{ "config before DRIVER", "init-001", ON_BOTH, config_too_early },
	{ "config during a reset", "reset-001", ON_BOTH, config_during_reset },
	{ "config access too wide", "mmio-005", ON_BOTH, config_too_wide },
	{ "config access too narrow", "mmio-005", ON_BOTH, config_too_narrow },
	{ "config access unaligned", "mmio-005", ON_BOTH, config_unaligned },
	{ "config past the end", "mmio-001", ON_BOTH, config_past_the_end },
	{ "no such config field", "mmio-001", ON_BOTH, config_no_field },
	{ "config field without its feature", "config-003", ON_BOTH, config_without_feature },
	{ "read-only config field written", "mmio-002", ON_BOTH, config_read_only },
	{ "config written while negotiating", "init-003", ON_2, config_written_while_negotiating },
	{ "config written before DRIVER", "init-001", ON_1, config_written_before_driver },
	{ "config written after FAILED", "init-007", ON_BOTH, config_written_after_failed },
};

int main(void)
{
	return rig_main("model_live", cases, sizeof(cases) / sizeof(*cases));
}
