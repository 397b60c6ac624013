/* SPDX-License-Identifier: BSD-2-Clause */
/* The model rejects broken rings: indices, ownership, notifications. */
#include "tests/unit/model_rig.h"

#include <string.h>

enum { NEXT = 1, WRITE = 2, INDIRECT = 4 };

#define EVENT_IDX     (UINT64_C(1) << 29)
#define INDIRECT_DESC (UINT64_C(1) << 28)

static void with(struct rig *r, uint64_t features)
{
	r->config.features |= features;
	rig_live(r);
}

/* Submit the chain at descriptor 0, with a notification; the device looks. */
static void go(struct rig *r)
{
	rig_avail(r, 0);
	rig_kick(r);
}

static struct mq_chain taken(struct rig *r)
{
	struct mq_chain c = { 0 };

	assert_true(mq_take(rig_ring(r), &c));
	return c;
}

/* ---- A correct driver passes ---- */

static void good_chain(struct rig *r)
{
	char buf[32] = "";

	rig_live(r);
	memcpy(r->bytes, "0123456789abcdef", 16);
	rig_submit(r);
	rig_kick(r);
	struct mq_chain c = taken(r);
	assert_int_equal(c.nseg, 2);
	assert_true(c.readable == 16 && c.writable == 16 && !c.indirect);
	assert_int_equal(mq_read(rig_ring(r), &c, 3, buf, sizeof(buf)), 13);
	assert_memory_equal(buf, "3456789abcdef", 13);
	assert_int_equal(mq_write(rig_ring(r), &c, 14, "xyz", 3), 2);
	assert_memory_equal(r->bytes + 30, "xy", 2);
	assert_true(mq_complete(rig_ring(r), c.head, 16));
	assert_memory_equal(r->ring + (r->used - r->ring_at), "\0\0\1\0\0\0\0\0\20\0\0\0", 12);
	assert_int_equal(rig_ring(r)->outstanding, 0);
	assert_false(mq_take(rig_ring(r), &c));
}

static void good_indirect(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc_at(r->bytes + 512, 0, r->bytes_at, 4, NEXT, 2);
	rig_desc_at(r->bytes + 512, 2, r->bytes_at + 4, 4, WRITE, 0);
	rig_desc(r, 0, 512, 48, INDIRECT, 0);
	go(r);
	struct mq_chain c = taken(r);
	assert_int_equal(c.nseg, 2);
	assert_true(c.indirect && c.seg[1].write && c.seg[1].addr == r->bytes_at + 4);
	mq_complete(rig_ring(r), 0, 4);
}

static void good_reuse_after_completion(struct rig *r)
{
	rig_live(r);
	for (unsigned i = 0; i < 10; i++) {
		rig_submit(r);
		rig_kick(r);
		mq_complete(rig_ring(r), taken(r).head, 0);
		r->bytes[i]++;
	}
	mq_verify(rig_ring(r));
}

static void good_event_window(struct rig *r)
{
	with(r, EVENT_IDX);
	mq_ask(rig_ring(r), MQ_ASK_AT, 1);
	rig_submit(r);
	model_run(&r->model); /* index 0 is not 1: no notification is due */
	assert_true(taken(r).nseg == 2);
}

static void good_interrupt_by_flags(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	rig_avail_flags(r, 1);
	assert_false(mq_complete(rig_ring(r), taken(r).head, 0));
}

static void good_interrupt_by_event(struct rig *r)
{
	with(r, EVENT_IDX);
	for (unsigned i = 0; i < 3; i++) {
		rig_used_event(r, 1);
		rig_submit(r);
		rig_kick(r);
		assert_int_equal(mq_complete(rig_ring(r), taken(r).head, 0), i == 1);
	}
}

/* ---- Indices and flags ---- */

static void index_backwards(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	rig_avail_idx(r, 0);
	mq_look(rig_ring(r));
}

static void index_jumps(struct rig *r)
{
	rig_live(r);
	rig_avail_idx(r, RIG_SIZE + 1);
	mq_look(rig_ring(r));
}

static void flags_2(struct rig *r)
{
	rig_live(r);
	rig_avail_flags(r, 2);
	mq_look(rig_ring(r));
}

static void flags_1_with_event_idx(struct rig *r)
{
	with(r, EVENT_IDX);
	rig_avail_flags(r, 1);
	mq_look(rig_ring(r));
}

/* ---- Ownership ---- */

static void descriptor_changed(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	rig_desc(r, 1, 16, 8, WRITE, 0);
	mq_verify(rig_ring(r));
}

static void indirect_table_changed(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc_at(r->bytes + 512, 0, r->bytes_at, 4, 0, 0);
	rig_desc(r, 0, 512, 16, INDIRECT, 0);
	go(r);
	taken(r);
	r->bytes[512]++;
	mq_complete(rig_ring(r), 0, 0);
}

static void readable_bytes_changed(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	r->bytes[0]++;
	taken(r);
}

static void writable_bytes_changed(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	taken(r);
	r->bytes[16]++;
	mq_complete(rig_ring(r), 0, 16);
}

static void avail_slot_changed(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	rig_avail_idx(r, 0);
	rig_avail(r, 3);
	mq_verify(rig_ring(r));
}

static void head_twice(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_avail(r, 0);
	rig_kick(r);
}

static void veridian_tx_early_free(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	rig_desc(r, 2, 100, 4, NEXT, 1);
	rig_avail(r, 2);
	rig_kick(r);
}

static void writable_given_twice(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	rig_desc(r, 2, 20, 4, 0, 0);
	rig_avail(r, 2);
	rig_kick(r);
}

static void segments_overlap(struct rig *r)
{
	rig_live(r);
	rig_desc(r, 0, 0, 16, NEXT, 1);
	rig_desc(r, 1, 15, 16, WRITE, 0);
	go(r);
}

static void ring_as_buffer(struct rig *r)
{
	rig_live(r);
	rig_desc_at(r->ring, 0, r->used, 8, WRITE, 0);
	go(r);
}

/* ---- Notifications ---- */

static void no_kick_at_event(struct rig *r)
{
	with(r, EVENT_IDX);
	rig_submit(r);
	model_run(&r->model);
}

static void virtio_drivers_event_wrap(struct rig *r)
{
	with(r, EVENT_IDX);
	/* Bring the ring to index 65535 by hand; entry 65535 is the one asked for. */
	rig_avail_idx(r, 65535);
	rig_ring(r)->seen = rig_ring(r)->next = rig_ring(r)->checked = 65535;
	mq_ask(rig_ring(r), MQ_ASK_AT, 65535);
	rig_submit(r);
	model_run(&r->model);
}

static void flags_obeyed_with_event_idx(struct rig *r)
{
	with(r, EVENT_IDX);
	rig_ring(r)->mislead = true;
	mq_ask(rig_ring(r), MQ_ASK_ALWAYS, 0);
	rig_submit(r);
	assert_int_equal(r->ring[r->used - r->ring_at], 1); /* the driver saw that, and */
	model_run(&r->model);				    /* did not notify */
}

static void avail_slot_changed_before_take(struct rig *r)
{
	struct mq_chain c;

	rig_live(r);
	rig_submit(r);
	rig_kick(r);
	rig_avail_idx(r, 0);
	rig_avail(r, 3);
	mq_take(rig_ring(r), &c);
}

static void access_out_of_reach(struct rig *r)
{
	rig_live(r);
	model_load32(&r->host.memory, UINT64_C(0xdead0000));
}

static const struct rig_case cases[] = {
	{ "chain of two", NULL, ON_BOTH, good_chain },
	{ "indirect chain", NULL, ON_BOTH, good_indirect },
	{ "reuse after completion", NULL, ON_BOTH, good_reuse_after_completion },
	{ "notification outside the window", NULL, ON_BOTH, good_event_window },
	{ "interrupt by avail.flags", NULL, ON_BOTH, good_interrupt_by_flags },
	{ "interrupt by used_event", NULL, ON_BOTH, good_interrupt_by_event },
	{ "avail.idx backwards", "split-012", ON_BOTH, index_backwards },
	{ "avail.idx jumps", "split-012", ON_BOTH, index_jumps },
	{ "avail.flags 2", "split-013", ON_BOTH, flags_2 },
	{ "avail.flags 1 with EVENT_IDX", "split-015", ON_BOTH, flags_1_with_event_idx },
	{ "descriptor changed", "cleanup-001", ON_BOTH, descriptor_changed },
	{ "indirect table changed", "cleanup-001", ON_BOTH, indirect_table_changed },
	{ "readable bytes changed", "cleanup-001", ON_BOTH, readable_bytes_changed },
	{ "writable bytes changed", "cleanup-001", ON_BOTH, writable_bytes_changed },
	{ "available entry changed", "cleanup-001", ON_BOTH, avail_slot_changed },
	{ "head available twice", "cleanup-001", ON_BOTH, head_twice },
	{ "veridian_tx_early_free", "cleanup-001", ON_BOTH, veridian_tx_early_free },
	{ "writable memory given twice", "cleanup-001", ON_BOTH, writable_given_twice },
	{ "segments overlap", "cleanup-001", ON_BOTH, segments_overlap },
	{ "a ring as buffer", "cleanup-001", ON_BOTH, ring_as_buffer },
	{ "no notification at avail_event", "split-025", ON_BOTH, no_kick_at_event },
	{ "virtio_drivers_event_wrap", "split-025", ON_BOTH, virtio_drivers_event_wrap },
	{ "used.flags obeyed with EVENT_IDX", "split-025", ON_BOTH, flags_obeyed_with_event_idx },
	{ "available entry changed, then taken", "cleanup-001", ON_BOTH,
	  avail_slot_changed_before_take },
	{ "access out of reach", "resfeat-005", ON_BOTH, access_out_of_reach },
};

int main(void)
{
	return rig_main("model_ring", cases, sizeof(cases) / sizeof(*cases));
}
