/* SPDX-License-Identifier: BSD-2-Clause */
/* The model rejects wrong queue resets, suspends and accesses to shared memory. */
#include "tests/unit/model_rig.h"

#define RING_RESET (UINT64_C(1) << 40)
#define SUSPEND	   (UINT64_C(1) << 43)

/* A live device that has both, with one request out. */
static void live(struct rig *r)
{
	r->config.features |= RING_RESET | SUSPEND;
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
}

/* ---- Queue reset ---- */

static void reset_queue(struct rig *r)
{
	wr(r, 0x030, 0);
	wr(r, 0x0c0, 1);
}

static void zero_ring(struct rig *r)
{
	for (unsigned i = 0; i < RIG_PAGE; i++)
		r->ring[i] = 0;
	r->avail_idx = 0;
}

static void good_queue_reset(struct rig *r)
{
	live(r);
	r->model.faults.queue_reset_reads = 2;
	reset_queue(r);
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(rd(r, 0x0c0), 1);
	assert_int_equal(rd(r, 0x0c0), 0);
	assert_int_equal(rd(r, 0x044), 0);
	assert_false(rig_ring(r)->live);
	zero_ring(r);
	rig_select(r);
	rig_size_and_areas(r);
	rig_start_queue(r);
	assert_true(rig_ring(r)->live);
	rig_submit(r);
	rig_kick(r);
	assert_int_equal(rig_ring(r)->outstanding, 1);
}

static void good_queue_reset_ignored(struct rig *r)
{
	live(r);
	r->model.faults.queue_reset_ignored = true;
	reset_queue(r);
	assert_int_equal(rd(r, 0x0c0), 0);
	assert_int_equal(rd(r, 0x044), 1);
	assert_true(rig_ring(r)->live);
}

static void not_negotiated(struct rig *r)
{
	rig_live(r);
	reset_queue(r);
}

static void reset_twice(struct rig *r)
{
	live(r);
	reset_queue(r);
	rd(r, 0x0c0);
	rd(r, 0x044);
	reset_queue(r);
}

static void reset_value(struct rig *r)
{
	live(r);
	wr(r, 0x030, 0);
	wr(r, 0x0c0, 2);
}

static void reset_not_waited_for(struct rig *r)
{
	live(r);
	reset_queue(r);
	wr(r, 0x038, RIG_SIZE);
}

static void ready_not_looked_at(struct rig *r)
{
	live(r);
	reset_queue(r);
	rd(r, 0x0c0);
	wr(r, 0x038, RIG_SIZE);
}

static void memory_taken_back_early(struct rig *r)
{
	live(r);
	r->model.faults.queue_reset_reads = 1;
	reset_queue(r);
	rd(r, 0x0c0);
	r->bytes[0] ^= 1;
	rd(r, 0x0c0);
}

static void kick_during_reset(struct rig *r)
{
	live(r);
	reset_queue(r);
	rd(r, 0x0c0);
	rd(r, 0x044);
	wr(r, 0x050, 0);
}

static void not_set_up_again(struct rig *r)
{
	live(r);
	reset_queue(r);
	rd(r, 0x0c0);
	rig_select(r);
	wr(r, 0x044, 1);
}

/* ---- Suspend ---- */

static void suspend(struct rig *r)
{
	r->config.features |= SUSPEND;
	rig_live(r);
	wr(r, 0x070, 0x1f);
	assert_int_equal(rd(r, 0x070), 0x1b);
}

static void good_suspend(struct rig *r)
{
	suspend(r);
	rd(r, 0x060);
	assert_int_equal(rd(r, 0x104), 0);
	r->model.faults.suspend_reads = 1;
	wr(r, 0x070, 0x1f);
	assert_int_equal(rd(r, 0x070), 0x1b);
	assert_int_equal(rd(r, 0x070), 0x0f);
	rig_submit(r);
	rig_kick(r);
	r->model.faults.suspend_reads = 0;
	wr(r, 0x070, 0x1f);
	rd(r, 0x070);
	wr(r, 0x070, 0x9b);
	wr(r, 0x070, 0);
	assert_int_equal(rd(r, 0x070), 0);
}

static void suspend_not_negotiated(struct rig *r)
{
	rig_live(r);
	wr(r, 0x070, 0x1f);
}

static void suspend_before_driver_ok(struct rig *r)
{
	r->config.features |= SUSPEND;
	rig_queue(r);
	wr(r, 0x070, 0x1b);
}

static void suspend_drops_a_bit(struct rig *r)
{
	live(r);
	wr(r, 0x070, 0x1b);
}

static void suspend_not_waited_for(struct rig *r)
{
	live(r);
	wr(r, 0x070, 0x1f);
	wr(r, 0x030, 0);
}

static void buffers_while_suspended(struct rig *r)
{
	suspend(r);
	rig_submit(r);
	wr(r, 0x070, 0x1f);
}

static void buffers_while_resuming(struct rig *r)
{
	suspend(r);
	wr(r, 0x070, 0x1f);
	rig_submit(r);
	rd(r, 0x070);
}

static void kick_while_suspended(struct rig *r)
{
	suspend(r);
	wr(r, 0x050, 0);
}

static void config_while_suspended(struct rig *r)
{
	suspend(r);
	wr(r, 0x104, 0);
}

static void kick_while_resuming(struct rig *r)
{
	suspend(r);
	wr(r, 0x070, 0x1f);
	wr(r, 0x050, 0);
}

/* ---- Shared memory ---- */

static struct model_class with_shm(const struct rig *r)
{
	struct model_class c = *r->config.cls;

	c.shared_memory = true;
	return c;
}

static void good_shm(struct rig *r)
{
	const struct model_class c = with_shm(r);
	const uint32_t want[4] = { 0x2000, 1, 0xc0000000, 2 };

	r->config.cls = &c;
	r->config.region[1] = (struct vio_span){ 0x2c0000000, 0x100002000 };
	rig_probe(r);
	wr(r, 0x0ac, 1);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(rd(r, 0x0b0 + 4 * i), want[i]);
	wr(r, 0x0ac, 0);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(rd(r, 0x0b0 + 4 * i), UINT32_MAX);
	model_done(&r->model);
	r->model.cfg.cls = NULL;
}

static void shm_not_selected(struct rig *r)
{
	const struct model_class c = with_shm(r);

	r->config.cls = &c;
	rig_probe(r);
	rd(r, 0x0b0);
	r->model.cfg.cls = NULL;
}

static void shm_of_another_type(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x0ac, 0);
}

static const struct rig_case cases[] = {
	{ "queue reset, and up again", NULL, ON_2, good_queue_reset },
	{ "queue reset that is ignored", NULL, ON_2, good_queue_reset_ignored },
	{ "queue reset, not negotiated", "mmio-021", ON_2, not_negotiated },
	{ "queue reset on version 1", "mmio-001", ON_1, not_negotiated },
	{ "reset of a queue that is down", "vqreset-001", ON_2, reset_twice },
	{ "QueueReset 2", "vqreset-001", ON_2, reset_value },
	{ "QueueReset not read", "mmio-021", ON_2, reset_not_waited_for },
	{ "QueueReady not read", "vqreset-001", ON_2, ready_not_looked_at },
	{ "bytes changed before the reset is over", "cleanup-001", ON_2, memory_taken_back_early },
	{ "kick of a queue that is down", "vqreset-003", ON_2, kick_during_reset },
	{ "enabled without set-up", "mmio-init-007", ON_2, not_set_up_again },
	{ "suspend and resume", NULL, ON_2, good_suspend },
	{ "suspend, not negotiated", "suspend-001", ON_2, suspend_not_negotiated },
	{ "suspend before DRIVER_OK", "suspend-001", ON_2, suspend_before_driver_ok },
	{ "suspend without DRIVER_OK", "status-002", ON_2, suspend_drops_a_bit },
	{ "suspend not waited for", "suspend-002", ON_2, suspend_not_waited_for },
	{ "buffers while suspended", "suspend-003", ON_2, buffers_while_suspended },
	{ "buffers while resuming", "suspend-003", ON_2, buffers_while_resuming },
	{ "kick while suspended", "suspend-004", ON_2, kick_while_suspended },
	{ "config write while suspended", "suspend-005", ON_2, config_while_suspended },
	{ "kick while resuming", "suspend-006", ON_2, kick_while_resuming },
	{ "shared memory", NULL, ON_2, good_shm },
	{ "shared memory without SHMSel", "shm-select", ON_2, shm_not_selected },
	{ "shared memory of a type without", "mmio-init-005", ON_2, shm_of_another_type },
};

int main(void)
{
	return rig_main("model_optional", cases, sizeof(cases) / sizeof(*cases));
}
