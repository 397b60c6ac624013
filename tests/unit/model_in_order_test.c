/* SPDX-License-Identifier: BSD-2-Clause */
/* The model with IN_ORDER and with NOTIFICATION_DATA: it accepts a correct driver, and reports each
 * broken rule. */
#include "tests/unit/model_rig.h"

enum { NEXT = 1, WRITE = 2, INDIRECT = 4, AVAIL = 1 << 7, USED = 1 << 15 };
#define INDIRECT_DESC (UINT64_C(1) << 28)
#define PACKED	      (UINT64_C(1) << 34)
#define IN_ORDER      (UINT64_C(1) << 35)
#define NOTIF_DATA    (UINT64_C(1) << 38)

static void with(struct rig *r, uint64_t features)
{
	r->config.features |= features;
	rig_live(r);
}

static uint16_t used_word(const struct rig *r, unsigned i)
{
	const uint8_t *p = r->ring + (r->used - r->ring_at) + 2 * i;

	return (uint16_t)(p[0] | p[1] << 8);
}

static struct mq_chain taken(struct rig *r)
{
	struct mq_chain c = { 0 };

	assert_true(mq_take(rig_ring(r), &c));
	return c;
}

/* Writable chains of one, two and one descriptors, side by side. */
static void three(struct rig *r)
{
	rig_desc(r, 0, 0, 4, WRITE, 0);
	rig_desc(r, 1, 16, 4, WRITE | NEXT, 2);
	rig_desc(r, 2, 32, 4, WRITE, 0);
	rig_desc(r, 3, 48, 4, WRITE, 0);
	rig_avail(r, 0);
	rig_avail(r, 1);
	rig_avail(r, 3);
	rig_kick(r);
}

/* One entry for what was used completely and what comes after that. */
static void good_batch(struct rig *r)
{
	with(r, IN_ORDER);
	rig_ring(r)->batch = true;
	three(r);
	assert_false(mq_complete(rig_ring(r), taken(r).head, 4));
	assert_false(mq_complete(rig_ring(r), taken(r).head, 8));
	assert_int_equal(used_word(r, 1), 0);
	assert_true(mq_complete(rig_ring(r), taken(r).head, 1));
	assert_int_equal(used_word(r, 1), 3);
	assert_int_equal(used_word(r, 2), 3); /* id */
	assert_int_equal(used_word(r, 4), 1); /* length */
	assert_false(mq_flush(rig_ring(r)));
	/* In the next lap; nothing comes after it. */
	rig_desc(r, 0, 0, 4, WRITE, 0);
	rig_avail(r, 0);
	rig_kick(r);
	assert_false(mq_complete(rig_ring(r), taken(r).head, 4));
	assert_int_equal(used_word(r, 1), 3);
	assert_true(mq_flush(rig_ring(r)));
	assert_int_equal(used_word(r, 1), 4);
	assert_int_equal(used_word(r, 2 + 4 * 3), 0);
	mq_verify(rig_ring(r));
}

static void good_each(struct rig *r)
{
	with(r, IN_ORDER);
	three(r);
	for (uint16_t i = 1; i <= 3; i++) {
		mq_complete(rig_ring(r), taken(r).head, 4);
		assert_int_equal(used_word(r, 1), i);
	}
}

/* Held back, a chain is still the device's. */
static void held_chain_filled_again(struct rig *r)
{
	with(r, IN_ORDER);
	rig_ring(r)->batch = true;
	three(r);
	mq_complete(rig_ring(r), taken(r).head, 4);
	rig_desc(r, 0, 64, 4, WRITE, 0);
	mq_flush(rig_ring(r));
}

static void chain_that_jumps(struct rig *r)
{
	with(r, IN_ORDER);
	rig_desc(r, 0, 0, 4, NEXT, 2);
	rig_desc(r, 2, 4, 4, 0, 0);
	rig_avail(r, 0);
	rig_kick(r);
}

static void table_that_jumps(struct rig *r)
{
	with(r, IN_ORDER | INDIRECT_DESC);
	rig_desc_at(r->bytes + 512, 0, r->bytes_at, 4, NEXT, 2);
	rig_desc_at(r->bytes + 512, 2, r->bytes_at + 4, 4, 0, 0);
	rig_desc(r, 0, 512, 48, INDIRECT, 0);
	rig_avail(r, 0);
	rig_kick(r);
}

static void chain_elsewhere(struct rig *r)
{
	with(r, IN_ORDER);
	rig_desc(r, 1, 0, 4, 0, 0);
	rig_avail(r, 1);
	rig_kick(r);
}

/* ---- NOTIFICATION_DATA ---- */

static void good_data(struct rig *r)
{
	with(r, NOTIF_DATA);
	rig_submit(r);
	wr(r, 0x050, 1u << 16);
	wr(r, 0x050, 1u << 16); /* nothing new: the same */
	mq_complete(rig_ring(r), taken(r).head, 16);
	rig_submit(r);
	wr(r, 0x050, 2u << 16);
}

static void data_of_split(struct rig *r)
{
	with(r, NOTIF_DATA);
	rig_submit(r);
	rig_kick(r);
}

static void data_without_a_queue(struct rig *r)
{
	with(r, NOTIF_DATA);
	wr(r, 0x050, 1);
}

static void data_not_negotiated(struct rig *r)
{
	rig_live(r);
	rig_submit(r);
	wr(r, 0x050, 1u << 16);
}

/* Place 1 in the first lap. */
static void good_packed_data(struct rig *r)
{
	with(r, PACKED | NOTIF_DATA);
	rig_desc(r, 0, 0, 4, 0, AVAIL);
	wr(r, 0x050, 0x8001u << 16);
}

static void data_of_packed(struct rig *r)
{
	with(r, PACKED | NOTIF_DATA);
	rig_desc(r, 0, 0, 4, 0, AVAIL);
	wr(r, 0x050, 1u << 16); /* the other lap */
}

static const struct rig_case cases[] = {
	{ "batch of used chains", NULL, ON_2, good_batch },
	{ "used chains one by one", NULL, ON_2, good_each },
	{ "notification data", NULL, ON_2, good_data },
	{ "notification data of a packed ring", NULL, ON_2, good_packed_data },
	{ "chain that is held back filled again", "cleanup-001", ON_2, held_chain_filled_again },
	{ "chain not side by side", "split-006", ON_2, chain_that_jumps },
	{ "indirect table not in sequence", "split-011", ON_2, table_that_jumps },
	{ "chain not after the one before", "ring-order", ON_2, chain_elsewhere },
	{ "wrong notification data", "notify-002", ON_2, data_of_split },
	{ "wrong lap in notification data", "packed-006", ON_2, data_of_packed },
	{ "notification data of no queue", "mmio-init-009", ON_2, data_without_a_queue },
	{ "notification data not negotiated", "mmio-init-008", ON_2, data_not_negotiated },
};

int main(void)
{
	return rig_main("model_in_order", cases, sizeof(cases) / sizeof(*cases));
}
