/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of the control queue (virtio 1.4, 5.1.6.5). */
#include "tests/model/model_private.h"
#include "tests/model/net.h"

#include <string.h>

enum {
	CLASS_RX = 0,
	CLASS_MAC = 1,
	CLASS_VLAN = 2,
	CLASS_ANNOUNCE = 3,
	DONE = 0,
	REFUSED = 1,
	DATA = 2,
	BYTES = 1024,
};

struct command {
	const uint8_t *b; /* class, command, data */
	size_t n;
	const struct mq_chain *c;
};

/* 5.1.6.5 without ANY_LAYOUT: the command, the answer and each list of the MAC table have
 * descriptors of their own. */
static void check_layout(const struct model *m, const struct command *d)
{
	const bool lists = d->b[0] == CLASS_MAC && d->b[1] == 0;
	const struct mq_chain *c = d->c;
	const unsigned want = d->n > DATA ? (lists ? 4 : 3) : 2;

	if (!model_legacy(m) || model_has(m, F_ANY_LAYOUT))
		return;
	if (c->nseg != want || c->seg[0].len != DATA || c->seg[c->nseg - 1].len != 1)
		model_fail("net-leg-011", "5.1.6.5.6",
			   "%u segments, the first of %" PRIu32 " bytes", c->nseg,
			   c->nseg ? c->seg[0].len : 0);
	else if (lists && c->seg[1].len != 4 + 6u * d->b[DATA])
		model_fail("net-leg-012", "5.1.6.5.6", "a first list of %" PRIu32 " bytes",
			   c->seg[1].len);
}

static void malformed(const struct command *d)
{
	model_fail("net-command", "5.1.6.5", "command %u of class %u with %zu bytes", d->b[1],
		   d->b[0], d->n);
}

static void rx(struct model *m, struct model_net_control *s, const struct command *d)
{
	const unsigned code = d->b[1];

	if (code <= 1 && !model_has(m, MODEL_NET_F_CTRL_RX))
		model_fail("net-ctrl-001", "5.1.6.5.1", "command %u without CTRL_RX", code);
	if (code > 1 && code < MODEL_NET_MODES && !model_has(m, MODEL_NET_F_CTRL_RX_EXTRA))
		model_fail("net-ctrl-002", "5.1.6.5.1", "command %u without CTRL_RX_EXTRA", code);
	if (code >= MODEL_NET_MODES || d->n != DATA + 1 || d->b[DATA] > 1)
		malformed(d);
	else
		s->mode[code] = d->b[DATA];
}

/* Check a list: a count, and that many addresses. Returns where the next list begins. */
static size_t list(const struct command *d, size_t at, uint8_t (*to)[6], unsigned *count)
{
	if (at + 4 > d->n)
		return d->n + 1;
	uint32_t n = d->b[at] | (uint32_t)d->b[at + 1] << 8 | (uint32_t)d->b[at + 2] << 16 |
		     (uint32_t)d->b[at + 3] << 24;
	at += 4;
	if (n > MODEL_NET_TABLE || at + 6 * n > d->n)
		return d->n + 1;
	memcpy(to, d->b + at, 6 * n);
	*count = n;
	return at + 6 * n;
}

static void mac(struct model *m, struct model_net_control *s, const struct command *d)
{
	if (!model_has(m, MODEL_NET_F_CTRL_RX))
		model_fail("net-ctrl-003", "5.1.6.5.2", "a command of class MAC without CTRL_RX");
	if (d->b[1] == 0) {
		const size_t half = list(d, DATA, s->unicast, &s->unicasts);

		if (list(d, half, s->multicast, &s->multicasts) != d->n)
			model_fail("net-ctrl-005", "5.1.6.5.2.1", "lists in %zu bytes", d->n);
	} else if (d->b[1] == 1 && d->n == DATA + 6 && model_has(m, MODEL_NET_F_CTRL_MAC_ADDR)) {
		memcpy(s->mac, d->b + DATA, 6);
	} else {
		malformed(d);
	}
}

static void vlan(struct model *m, struct model_net_control *s, const struct command *d)
{
	const unsigned id = d->n == DATA + 2 ? d->b[DATA] + 256u * d->b[DATA + 1] : ~0u;

	if (!model_has(m, MODEL_NET_F_CTRL_VLAN) || d->b[1] > 1 || id >= MODEL_NET_VLANS)
		malformed(d);
	else
		s->vlan[id] = d->b[1] == 0;
}

static void announced(struct model *m, struct model_net_control *s, const struct command *d)
{
	uint8_t *status = m->cfg.config + MODEL_NET_STATUS;

	if (!model_has(m, MODEL_NET_F_GUEST_ANNOUNCE) || d->b[1] != 0 || d->n != DATA)
		malformed(d);
	else if (!(*status & 2))
		model_fail("net-announce", "5.1.6.5.4", "an acknowledgement nobody waits for");
	*status &= (uint8_t)~2;
	s->acks++;
}

static void carry_out(struct model *m, const struct command *d)
{
	struct model_net *n = m->cfg.state;

	n->control.commands++;
	check_layout(m, d);
	switch (d->b[0]) {
	case CLASS_RX: rx(m, &n->control, d); break;
	case CLASS_MAC: mac(m, &n->control, d); break;
	case CLASS_VLAN: vlan(m, &n->control, d); break;
	case CLASS_ANNOUNCE: announced(m, &n->control, d); break;
	default: malformed(d); break;
	}
}

static bool take(struct model *m)
{
	struct model_net *n = m->cfg.state;
	struct mq *q = &m->queue[MODEL_NET_CONTROL];
	uint8_t b[BYTES], answer = n->refuse ? REFUSED : DONE;
	struct command d = { .b = b };
	struct mq_chain c;

	if (!mq_take(q, &c))
		return false;
	d.c = &c;
	d.n = mq_read(q, &c, 0, b, sizeof(b));
	if (d.n < DATA || c.writable != 1) {
		model_fail("net-command", "5.1.6.5", "%zu bytes, and %" PRIu64 " for the answer",
			   d.n, c.writable);
	} else if (!n->refuse) {
		carry_out(m, &d);
	}
	if (n->lie)
		answer = n->lie;
	if (!n->mute)
		mq_write(q, &c, 0, &answer, 1);
	model_complete(m, MODEL_NET_CONTROL, c.head, n->mute ? 0 : 1);
	return true;
}

unsigned model_net_control_drain(struct model *m)
{
	unsigned taken = 0;

	while (take(m))
		taken++;
	return taken;
}
