/* SPDX-License-Identifier: BSD-2-Clause */
/* The model's packed rings: it accepts a correct driver, and reports each broken rule. */
#include "tests/unit/model_rig.h"

enum { NEXT = 1, WRITE = 2, INDIRECT = 4, AVAIL = 1 << 7, USED = 1 << 15 };
enum { ENABLE = 0, DISABLE = 1, DESC = 2, LAP = 1 << 15 };
#define EVENT_IDX     (UINT64_C(1) << 29)
#define INDIRECT_DESC (UINT64_C(1) << 28)
#define PACKED	      (UINT64_C(1) << 34)

static void with(struct rig *r, uint64_t features)
{
	r->config.features |= PACKED | features;
	rig_live(r);
}

/* Descriptor `i` of the ring; in a packed one the id comes before the flags. */
#define desc(r, i, off, len, id, flags) rig_desc((r), (i), (off), (len), (id), (uint16_t)(flags))

static void driver_event(struct rig *r, uint16_t place, uint16_t mode)
{
	uint8_t *const p = r->ring + (r->avail - r->ring_at);

	p[0] = (uint8_t)place;
	p[1] = (uint8_t)(place >> 8);
	p[2] = (uint8_t)mode;
	p[3] = (uint8_t)(mode >> 8);
}

/* One list of a readable and a writable descriptor, at 0 and 1. */
static void submit(struct rig *r)
{
	desc(r, 1, 16, 16, 3, AVAIL | WRITE);
	desc(r, 0, 0, 16, 0, AVAIL | NEXT);
}

static struct mq_chain taken(struct rig *r)
{
	struct mq_chain c = { 0 };

	assert_true(mq_take(rig_ring(r), &c));
	return c;
}

/* ---- A correct driver passes ---- */

static void good_list(struct rig *r)
{
	with(r, 0);
	submit(r);
	rig_kick(r);
	const struct mq_chain c = taken(r);

	assert_true(c.head == 3 && c.nseg == 2 && c.readable == 16 && c.writable == 16);
	assert_true(mq_complete(rig_ring(r), 3, 16));
	assert_int_equal(r->ring[14] | r->ring[15] << 8, AVAIL | USED | WRITE);
	assert_int_equal(r->ring[12], 3);
	assert_int_equal(r->ring[8], 16);
	assert_false(mq_take(rig_ring(r), &(struct mq_chain){ 0 }));
	mq_verify(rig_ring(r));
}

static void good_two_laps(struct rig *r)
{
	with(r, 0);
	for (unsigned n = 0; n < 20; n++) {
		desc(r, n % 4, 0, 16, (uint16_t)(n % 3), n / 4 % 2 ? USED : AVAIL);
		rig_kick(r);
		assert_int_equal(taken(r).head, n % 3);
		mq_complete(rig_ring(r), (uint16_t)(n % 3), 0);
		assert_int_equal(r->ring[16 * (n % 4) + 15] & 0x80, n / 4 % 2 ? 0 : 0x80);
	}
}

/* The second list is completed first: its used descriptor overwrites the first list. */
static void good_out_of_order(struct rig *r)
{
	with(r, 0);
	submit(r);
	desc(r, 2, 64, 4, 1, AVAIL);
	rig_kick(r);
	assert_int_equal(taken(r).head, 3);
	assert_int_equal(taken(r).head, 1);
	mq_complete(rig_ring(r), 1, 0);
	desc(r, 3, 128, 4, 1, AVAIL); /* ours again, and the id too */
	rig_kick(r);
	desc(r, 0, 192, 4, 2, USED);
	rig_kick(r);
	mq_verify(rig_ring(r));
	mq_complete(rig_ring(r), 3, 0);
	assert_int_equal(taken(r).head, 1);
	assert_int_equal(taken(r).head, 2);
}

static void good_indirect(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc_at(r->bytes + 512, 0, r->bytes_at, 16, 0, 0);
	rig_desc_at(r->bytes + 512, 1, r->bytes_at + 16, 16, 0, WRITE);
	desc(r, 0, 512, 32, 2, AVAIL | INDIRECT);
	rig_kick(r);
	const struct mq_chain c = taken(r);

	assert_true(c.indirect && c.nseg == 2 && c.head == 2 && c.writable == 16);
}

static void good_event(struct rig *r)
{
	with(r, EVENT_IDX);
	mq_ask(rig_ring(r), MQ_ASK_AT, 2 | LAP);
	submit(r);
	model_run(&r->model); /* 0 and 1 are not 2: no notification is due */
	driver_event(r, 2 | LAP, DESC);
	assert_int_equal(taken(r).nseg, 2);
	assert_false(mq_complete(rig_ring(r), 3, 16)); /* 0 and 1 again */
	desc(r, 2, 0, 4, 3, AVAIL);
	rig_kick(r);
	taken(r);
	assert_true(mq_complete(rig_ring(r), 3, 0));
	driver_event(r, 0, DISABLE);
	desc(r, 3, 0, 4, 3, AVAIL);
	rig_kick(r);
	taken(r);
	assert_false(mq_complete(rig_ring(r), 3, 0));
	assert_int_equal(rig_ring(r)->unasked_kicks, 1);
}

static void good_never(struct rig *r)
{
	with(r, 0);
	mq_ask(rig_ring(r), MQ_ASK_NEVER, 0);
	submit(r);
	model_run(&r->model);
	rig_kick(r);
	assert_int_equal(rig_ring(r)->unasked_kicks, 1);
}

/* ---- Set-up ---- */

static void ring_misaligned(struct rig *r)
{
	r->desc += RIG_PAGE + 8;
	with(r, 0);
}

static void event_misaligned(struct rig *r)
{
	r->used += 2;
	with(r, 0);
}

static void ring_not_zeroed(struct rig *r)
{
	r->ring[20] = 1;
	with(r, 0);
}

static void event_not_zeroed(struct rig *r)
{
	r->ring[r->used - r->ring_at + 2] = 1;
	with(r, 0);
}

static void size_0(struct rig *r)
{
	r->config.features |= PACKED;
	rig_features(r);
	rig_select(r);
	wr(r, 0x038, 0);
}

static void good_size_3(struct rig *r)
{
	r->config.features |= PACKED;
	rig_features(r);
	rig_select(r);
	wr(r, 0x038, 3);
}

/* ---- Places ---- */

static void filled_again(struct rig *r)
{
	with(r, 0);
	submit(r);
	rig_kick(r);
	desc(r, 0, 64, 16, 1, USED);
	mq_verify(rig_ring(r));
}

static void changed_after_available(struct rig *r)
{
	with(r, 0);
	submit(r);
	rig_kick(r);
	desc(r, 1, 16, 8, 3, AVAIL | WRITE);
	taken(r);
}

static void list_of_all(struct rig *r)
{
	with(r, 0);
	for (unsigned i = 0; i < RIG_SIZE; i++)
		desc(r, i, 16 * i, 16, 0, AVAIL | NEXT);
	rig_kick(r);
}

static void list_into_what_is_out(struct rig *r)
{
	with(r, 0);
	desc(r, 0, 0, 16, 0, AVAIL);
	rig_kick(r);
	for (unsigned i = 1; i < RIG_SIZE; i++)
		desc(r, i, 16 * i, 16, 1, AVAIL | NEXT);
	rig_kick(r);
}

static void first_before_the_rest(struct rig *r)
{
	with(r, 0);
	desc(r, 0, 0, 16, 0, AVAIL | NEXT);
	rig_kick(r);
}

static void id_too_big(struct rig *r)
{
	with(r, 0);
	desc(r, 0, 0, 16, RIG_SIZE, AVAIL);
	rig_kick(r);
}

static void id_out_already(struct rig *r)
{
	with(r, 0);
	desc(r, 0, 0, 16, 1, AVAIL);
	desc(r, 1, 64, 16, 1, AVAIL);
	rig_kick(r);
}

/* ---- Lists and tables ---- */

static void readable_after_writable(struct rig *r)
{
	with(r, 0);
	desc(r, 1, 16, 16, 3, AVAIL);
	desc(r, 0, 0, 16, 0, AVAIL | NEXT | WRITE);
	rig_kick(r);
}

static void unknown_flag(struct rig *r)
{
	with(r, 0);
	desc(r, 0, 0, 16, 0, AVAIL | 8);
	rig_kick(r);
}

static void indirect_not_negotiated(struct rig *r)
{
	with(r, 0);
	desc(r, 0, 512, 16, 0, AVAIL | INDIRECT);
	rig_kick(r);
}

static void table(struct rig *r, unsigned n, uint16_t flags)
{
	with(r, INDIRECT_DESC);
	for (unsigned i = 0; i < n; i++)
		rig_desc_at(r->bytes + 512, i, r->bytes_at + 16 * i, 16, 0, flags);
	desc(r, 0, 512, 16 * n, 0, AVAIL | INDIRECT);
	rig_kick(r);
}

static void next_in_table(struct rig *r)
{
	table(r, 2, NEXT);
}

static void avail_in_table(struct rig *r)
{
	table(r, 1, AVAIL);
}

static void table_too_long(struct rig *r)
{
	table(r, RIG_SIZE + 1, 0);
}

static void table_changed(struct rig *r)
{
	table(r, 2, 0);
	taken(r);
	r->bytes[512 + 16]++;
	mq_complete(rig_ring(r), 0, 0);
}

static void indirect_in_a_list(struct rig *r)
{
	with(r, INDIRECT_DESC);
	rig_desc_at(r->bytes + 512, 0, r->bytes_at + 32, 16, 0, 0);
	desc(r, 1, 512, 16, 0, AVAIL | INDIRECT);
	desc(r, 0, 0, 16, 0, AVAIL | NEXT);
	rig_kick(r);
}

static void bytes_changed(struct rig *r)
{
	with(r, 0);
	submit(r);
	rig_kick(r);
	r->bytes[3]++;
	taken(r);
}

static void ring_as_buffer(struct rig *r)
{
	with(r, 0);
	rig_desc_at(r->ring, 0, r->used, 4, 0, AVAIL | WRITE);
	rig_kick(r);
}

/* ---- Event suppression ---- */

static void event_desc_without_event_idx(struct rig *r)
{
	with(r, 0);
	driver_event(r, LAP, DESC);
	mq_look(rig_ring(r));
}

static void event_mode_3(struct rig *r)
{
	with(r, EVENT_IDX);
	driver_event(r, LAP, 3);
	mq_look(rig_ring(r));
}

static void event_beyond_the_ring(struct rig *r)
{
	with(r, EVENT_IDX);
	driver_event(r, RIG_SIZE | LAP, DESC);
	mq_look(rig_ring(r));
}

static void no_kick(struct rig *r)
{
	with(r, 0);
	submit(r);
	model_run(&r->model);
}

static void no_kick_at_the_place(struct rig *r)
{
	with(r, EVENT_IDX);
	mq_ask(rig_ring(r), MQ_ASK_AT, 1 | LAP);
	submit(r);
	model_run(&r->model);
}

static const struct rig_case cases[] = {
	{ "list of two", NULL, ON_2, good_list },
	{ "two laps", NULL, ON_2, good_two_laps },
	{ "out of order", NULL, ON_2, good_out_of_order },
	{ "indirect table", NULL, ON_2, good_indirect },
	{ "events of both sides", NULL, ON_2, good_event },
	{ "no notification asked for", NULL, ON_2, good_never },
	{ "QueueSize 3", NULL, ON_2, good_size_3 },
	{ "ring misaligned", "packed-001", ON_2, ring_misaligned },
	{ "event suppression misaligned", "packed-001", ON_2, event_misaligned },
	{ "QueueSize 0", "packed-002", ON_2, size_0 },
	{ "ring not zeroed", "packed-003", ON_2, ring_not_zeroed },
	{ "event suppression not zeroed", "packed-003", ON_2, event_not_zeroed },
	{ "place filled again", "packed-004", ON_2, filled_again },
	{ "place changed", "packed-005", ON_2, changed_after_available },
	{ "list without an end", "packed-009", ON_2, list_of_all },
	{ "list into what is out", "packed-012", ON_2, list_into_what_is_out },
	{ "first descriptor too early", "packed-013", ON_2, first_before_the_rest },
	{ "buffer id too big", "ring-index", ON_2, id_too_big },
	{ "buffer id out already", "packed-022", ON_2, id_out_already },
	{ "readable after writable", "packed-010", ON_2, readable_after_writable },
	{ "unknown flag", "ring-flags", ON_2, unknown_flag },
	{ "INDIRECT not negotiated", "packed-014", ON_2, indirect_not_negotiated },
	{ "NEXT in a table", "packed-015", ON_2, next_in_table },
	{ "AVAIL in a table", "packed-015", ON_2, avail_in_table },
	{ "table too long", "packed-016", ON_2, table_too_long },
	{ "packed table changed", "cleanup-001", ON_2, table_changed },
	{ "INDIRECT in a list", "packed-017", ON_2, indirect_in_a_list },
	{ "packed: bytes changed", "cleanup-001", ON_2, bytes_changed },
	{ "packed: ring as buffer", "cleanup-001", ON_2, ring_as_buffer },
	{ "mode 2 without EVENT_IDX", "packed-024", ON_2, event_desc_without_event_idx },
	{ "mode 3", "packed-024", ON_2, event_mode_3 },
	{ "event beyond the ring", "packed-024", ON_2, event_beyond_the_ring },
	{ "no notification", "packed-024", ON_2, no_kick },
	{ "no notification at the place", "packed-024", ON_2, no_kick_at_the_place },
};

int main(void)
{
	return rig_main("model_packed", cases, sizeof(cases) / sizeof(*cases));
}
