/* SPDX-License-Identifier: BSD-2-Clause */
/* The model rejects broken descriptor chains. */
#include "tests/unit/model_rig.h"

enum { NEXT = 1, WRITE = 2, INDIRECT = 4 };

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

/* ---- Chains ---- */

static void writable_before_readable(struct rig *r)
{
	rig_live(r);
	rig_desc(r, 0, 0, 4, NEXT | WRITE, 1);
	rig_desc(r, 1, 4, 4, 0, 0);
	go(r);
}

static void unknown_flags(struct rig *r)
{
	rig_live(r);
	rig_desc(r, 0, 0, 4, 8, 0);
	go(r);
}

static void indirect_not_negotiated(struct rig *r)
{
	rig_live(r);
	rig_desc(r, 0, 512, 16, INDIRECT, 0);
	go(r);
}

static void indirect_in_indirect(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc_at(r->bytes + 512, 0, r->bytes_at, 16, INDIRECT, 0);
	rig_desc(r, 0, 512, 16, INDIRECT, 0);
	go(r);
}

static void indirect_with_next(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc(r, 0, 512, 16, INDIRECT | NEXT, 1);
	go(r);
}

static void indirect_odd_length(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc(r, 0, 512, 24, INDIRECT, 0);
	go(r);
}

static void indirect_link_out_of_table(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc_at(r->bytes + 512, 0, r->bytes_at, 4, NEXT, 2);
	rig_desc(r, 0, 512, 32, INDIRECT, 0);
	go(r);
}

static void indirect_too_long(struct rig *r)
{
	with(r, INDIRECT_DESC);
	for (unsigned i = 0; i <= RIG_SIZE; i++)
		rig_desc_at(r->bytes + 512, i, r->bytes_at + 4 * i, 4, i < RIG_SIZE ? NEXT : 0,
			    (uint16_t)(i + 1));
	rig_desc(r, 0, 512, 16 * (RIG_SIZE + 1), INDIRECT, 0);
	go(r);
}

static void chain_loops(struct rig *r)
{
	rig_live(r);
	rig_desc(r, 0, 0, 4, NEXT, 1);
	rig_desc(r, 1, 4, 4, NEXT, 0);
	go(r);
}

static void link_out_of_range(struct rig *r)
{
	rig_live(r);
	rig_desc(r, 0, 0, 4, NEXT, RIG_SIZE);
	go(r);
}

static void head_out_of_range(struct rig *r)
{
	rig_live(r);
	rig_avail(r, RIG_SIZE);
	rig_kick(r);
}

static void length_zero(struct rig *r)
{
	rig_live(r);
	rig_desc(r, 0, 0, 0, 0, 0);
	go(r);
}

/* Everything is within reach here: the sum is the only thing that is wrong. */
static void *anywhere(void *ctx, uint64_t addr, uint64_t len, bool write)
{
	struct rig *r = ctx;

	(void)write;
	if (addr >= r->ring_at && addr + len <= r->ring_at + 4 * RIG_PAGE)
		return r->ring + (addr - r->ring_at);
	return len > RIG_BYTES ? r->bytes : NULL;
}

static void sum_over_4_gib(struct rig *r)
{
	rig_live(r);
	r->host.memory.ctx = r;
	r->host.memory.at = anywhere;
	rig_desc_at(r->ring, 0, UINT64_C(1) << 40, 0xffffffff, NEXT, 1);
	rig_desc_at(r->ring, 1, UINT64_C(1) << 41, 2048, 0, 0);
	rig_ring(r)->forgiving = true; /* there are no 4 GiB to look at */
	rig_avail(r, 0);
	mq_look(rig_ring(r));
}

static void buffer_not_translated(struct rig *r)
{
	rig_live(r);
	rig_desc_at(r->ring, 0, (uintptr_t)r->bytes, 16, 0, 0);
	go(r);
}

static void readable_in_receive_queue(struct rig *r)
{
	rig_live(r);
	rig_ring(r)->set.role = MQ_WRITABLE_ONLY;
	rig_ring(r)->set.role_rule = "con-003";
	rig_submit(r);
	rig_kick(r);
}

static void writable_in_transmit_queue(struct rig *r)
{
	rig_live(r);
	rig_ring(r)->set.role = MQ_READABLE_ONLY;
	rig_ring(r)->set.role_rule = "con-004";
	rig_submit(r);
	rig_kick(r);
}

static void table_out_of_reach(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc_at(r->ring, 0, UINT64_C(0xdead0000), 16, INDIRECT, 0);
	go(r);
}

static const struct rig_case cases[] = {
	{ "writable before readable", "split-003", ON_BOTH, writable_before_readable },
	{ "unknown descriptor flags", "ring-flags", ON_BOTH, unknown_flags },
	{ "INDIRECT not negotiated", "split-007", ON_BOTH, indirect_not_negotiated },
	{ "INDIRECT in a table", "split-008", ON_BOTH, indirect_in_indirect },
	{ "INDIRECT with NEXT", "split-010", ON_BOTH, indirect_with_next },
	{ "table of odd length", "ring-indirect", ON_BOTH, indirect_odd_length },
	{ "link out of a table", "ring-index", ON_BOTH, indirect_link_out_of_table },
	{ "chain longer than the queue", "split-009", ON_BOTH, indirect_too_long },
	{ "loop", "split-005", ON_BOTH, chain_loops },
	{ "link out of range", "ring-index", ON_BOTH, link_out_of_range },
	{ "head out of range", "ring-index", ON_BOTH, head_out_of_range },
	{ "length 0", "ring-length", ON_BOTH, length_zero },
	{ "more than 2^32 bytes", "split-005", ON_BOTH, sum_over_4_gib },
	{ "address not translated", "resfeat-005", ON_BOTH, buffer_not_translated },
	{ "readable in a receive queue", "con-003", ON_BOTH, readable_in_receive_queue },
	{ "writable in a transmit queue", "con-004", ON_BOTH, writable_in_transmit_queue },
	{ "indirect table out of reach", "resfeat-005", ON_BOTH, table_out_of_reach },
};

int main(void)
{
	return rig_main("model_chain", cases, sizeof(cases) / sizeof(*cases));
}
