/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-net: offloads and the control queue. */
#include "tests/unit/net_bench.h"

#define F(bit) (UINT64_C(1) << (bit))

static uint64_t modern(const struct rig *r)
{
	return F(r->version == 2 ? VERSION_1 : ANY_LAYOUT);
}

/* ---- Offloads ---- */

enum { FRAME = 100, IP = 14, L4 = 34 };

/* What to spoil in a good segment. */
struct spoil {
	unsigned flags, gso_size, hdr_len, start, offset, cwr;
	bool sum;
};

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static void segment(struct rig *r, const struct spoil *s)
{
	const size_t header = r->version == 2 ? 12 : 10;
	struct bench b;

	open_bench(&b, r, MODEL_NET_TX, modern(r) | F(MODEL_NET_F_CSUM) | F(MODEL_NET_F_HOST_TSO4));
	uint8_t *f = b.bytes + header;
	f[12] = 8;
	f[IP] = 0x45;
	f[IP + 9] = 6;
	f[L4 + 12] = 0x50;
	f[L4 + 13] = (uint8_t)(0x10 | s->cwr);
	uint16_t sum = model_net_sum(f + IP + 12, 8, 6 + FRAME - L4);
	f[L4 + 16] = (uint8_t)(sum >> 8);
	f[L4 + 17] = (uint8_t)(sum + s->sum);
	b.bytes[0] = (uint8_t)s->flags;
	b.bytes[1] = 1;
	put16(b.bytes + 2, s->hdr_len);
	put16(b.bytes + 4, s->gso_size);
	put16(b.bytes + 6, s->start);
	put16(b.bytes + 8, s->offset);
	part(&b, 0, (uint32_t)header + FRAME, false);
	go(&b);
}

#define GOOD .flags = 1, .gso_size = 20, .hdr_len = 54, .start = L4, .offset = 16

static void good_segment(struct rig *r)
{
	segment(r, &(const struct spoil){ GOOD });
	assert_int_equal(net.sent[0].header.gso_size, 20);
	assert_int_equal(model_net_sum(net.sent[0].bytes + IP + 12, 8 + FRAME - L4, 6 + FRAME - L4),
			 0xffff);
}

static void no_pseudo(struct rig *r)
{
	segment(r, &(const struct spoil){ GOOD, .sum = true });
}

static void outside(struct rig *r)
{
	struct spoil s = { GOOD };

	s.offset = FRAME - L4 - 1;
	segment(r, &s);
}

static void with_sum(struct rig *r)
{
	struct spoil s = { GOOD };

	s.flags = 0;
	segment(r, &s);
}

static void no_size(struct rig *r)
{
	struct spoil s = { GOOD };

	s.gso_size = 0;
	segment(r, &s);
}

static void short_head(struct rig *r)
{
	struct spoil s = { GOOD };

	s.hdr_len = 53;
	segment(r, &s);
}

static void large_pieces(struct rig *r)
{
	struct spoil s = { GOOD };

	s.gso_size = 1461;
	segment(r, &s);
}

static void with_cwr(struct rig *r)
{
	segment(r, &(const struct spoil){ GOOD, .cwr = 0x80 });
}

/* ---- The control queue ---- */

#define CONTROL (F(MODEL_NET_F_CTRL_VQ))

/* A command of `n` bytes in one piece, then its answer. */
static void command(struct rig *r, uint64_t features, const void *bytes, uint32_t n)
{
	struct bench b;

	open_bench(&b, r, MODEL_NET_CONTROL, modern(r) | CONTROL | features);
	memcpy(b.bytes, bytes, n);
	part(&b, 0, n, false);
	part(&b, 1024, 1, true);
	go(&b);
	assert_int_equal(net.control.commands, n >= 2);
}

static const uint8_t rx_on[] = { 0, 0, 1 }, alluni_on[] = { 0, 2, 1 },
		     table[] = { 1, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0 },
		     short_table[] = { 1, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0, 0, 0 },
		     ack[] = { 3, 0 }, unknown[] = { 9, 0 }, vlan[] = { 2, 0, 0, 16 },
		     mode_2[] = { 0, 0, 2 };

static void good_commands(struct rig *r)
{
	command(r, F(MODEL_NET_F_CTRL_RX), rx_on, sizeof(rx_on));
	assert_true(net.control.mode[0]);
	command(r, F(MODEL_NET_F_CTRL_RX), table, sizeof(table));
	assert_int_equal(net.control.unicasts, 1);
	assert_int_equal(net.control.multicasts, 0);
}

static void no_ctrl_rx(struct rig *r)
{
	command(r, 0, rx_on, sizeof(rx_on));
}

static void no_rx_extra(struct rig *r)
{
	command(r, F(MODEL_NET_F_CTRL_RX), alluni_on, sizeof(alluni_on));
}

static void table_without_rx(struct rig *r)
{
	command(r, 0, table, sizeof(table));
}

static void table_cut(struct rig *r)
{
	command(r, F(MODEL_NET_F_CTRL_RX), short_table, sizeof(short_table));
}

static void ack_for_nothing(struct rig *r)
{
	command(r, F(MODEL_NET_F_GUEST_ANNOUNCE), ack, sizeof(ack));
}

static void unknown_class(struct rig *r)
{
	command(r, 0, unknown, sizeof(unknown));
}

static void vlan_4096(struct rig *r)
{
	command(r, F(MODEL_NET_F_CTRL_VLAN), vlan, sizeof(vlan));
}

static void neither_on_nor_off(struct rig *r)
{
	command(r, F(MODEL_NET_F_CTRL_RX), mode_2, sizeof(mode_2));
}

static void no_command(struct rig *r)
{
	command(r, 0, unknown, 1);
}

/* Legacy without ANY_LAYOUT: these parts, then the answer. */
static void apart(struct rig *r, const void *bytes, const uint32_t *len, unsigned n)
{
	struct bench b;
	uint32_t at = 0;

	open_bench(&b, r, MODEL_NET_CONTROL, CONTROL | F(MODEL_NET_F_CTRL_RX));
	memcpy(b.bytes, bytes, sizeof(table));
	for (unsigned i = 0; i < n; i++) {
		part(&b, at, len[i], false);
		at += len[i];
	}
	part(&b, 1024, 1, true);
	go(&b);
}

static void good_apart(struct rig *r)
{
	apart(r, table, (const uint32_t[]){ 2, 10, 4 }, 3);
	apart(r, table, (const uint32_t[]){ 2, 10, 4 }, 3);
}

static void together(struct rig *r)
{
	apart(r, table, (const uint32_t[]){ 12, 4 }, 2);
}

static void lists_cut_elsewhere(struct rig *r)
{
	apart(r, table, (const uint32_t[]){ 2, 4, 10 }, 3);
}

static const struct rig_case cases[] = {
	{ "segment", NULL, ON_BOTH, good_segment },
	{ "sum of no pseudo-header", "net-tx-031", ON_BOTH, no_pseudo },
	{ "checksum outside the frame", "net-tx-032", ON_BOTH, outside },
	{ "segment with its checksum", "net-tx-034", ON_BOTH, with_sum },
	{ "pieces of no bytes", "net-tx-035", ON_BOTH, no_size },
	{ "hdr_len within the header", "net-tx-037", ON_BOTH, short_head },
	{ "pieces beyond the MTU", "net-009", ON_BOTH, large_pieces },
	{ "CWR without HOST_ECN", "net-tx-016", ON_BOTH, with_cwr },
	{ "commands", NULL, ON_BOTH, good_commands },
	{ "receive mode without CTRL_RX", "net-ctrl-001", ON_BOTH, no_ctrl_rx },
	{ "receive mode without CTRL_RX_EXTRA", "net-ctrl-002", ON_BOTH, no_rx_extra },
	{ "filter table without CTRL_RX", "net-ctrl-003", ON_BOTH, table_without_rx },
	{ "filter table that is cut", "net-ctrl-005", ON_BOTH, table_cut },
	{ "acknowledgement for nothing", "net-announce", ON_BOTH, ack_for_nothing },
	{ "unknown class", "net-command", ON_BOTH, unknown_class },
	{ "VLAN 4096", "net-command", ON_BOTH, vlan_4096 },
	{ "mode neither on nor off", "net-command", ON_BOTH, neither_on_nor_off },
	{ "command of one byte", "net-command", ON_BOTH, no_command },
	{ "command apart", NULL, ON_1, good_apart },
	{ "command and data together", "net-leg-011", ON_1, together },
	{ "lists cut elsewhere", "net-leg-012", ON_1, lists_cut_elsewhere },
};

int main(void)
{
	return rig_main("model_net_more", cases, sizeof(cases) / sizeof(*cases));
}
