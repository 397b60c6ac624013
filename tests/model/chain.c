/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptor chains, checked link by link (virtio 1.4, 2.7.4 and 2.7.5). */
#include "tests/model/queue_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The table that is being walked: that of the queue, or an indirect one. */
struct walk {
	struct mq *q;
	struct mq_owned *o;
	uint64_t table;
	uint32_t entries;
	bool indirect;
};

struct desc {
	uint64_t addr;
	uint32_t len;
	uint16_t flags, next;
};

static struct desc parse(const uint8_t *b)
{
	struct desc d = { 0 };

	for (unsigned i = 0; i < 8; i++)
		d.addr |= (uint64_t)b[i] << (8 * i);
	for (unsigned i = 0; i < 4; i++)
		d.len |= (uint32_t)b[8 + i] << (8 * i);
	d.flags = (uint16_t)(b[12] | b[13] << 8);
	d.next = (uint16_t)(b[14] | b[15] << 8);
	return d;
}

static void *grow(void *p, unsigned need, unsigned *room, size_t each)
{
	if (need <= *room)
		return p;
	*room = need < 4 ? 4 : 2 * need;
	return realloc(p, *room * each);
}

/* Keep the descriptor as it is now, for mq_verify_chain(). */
static struct desc snapshot(struct walk *w, uint64_t at)
{
	struct mq_owned *o = w->o;

	o->desc = grow(o->desc, o->ndesc + 1, &o->desc_room, sizeof(*o->desc));
	struct mq_snapshot *s = &o->desc[o->ndesc++];
	s->at = at;
	model_load(w->q->set.memory, at, s->bytes, MQ_DESC_BYTES);
	return parse(s->bytes);
}

/* A link may be followed if it is in the table, was not visited yet, and is in no other chain. */
static bool link_ok(const struct walk *w, uint32_t i)
{
	const uint64_t at = w->table + 16ull * i;

	if (i >= w->entries) {
		model_fail("ring-index", "2.7.5", "descriptor %" PRIu32 " of a table of %" PRIu32,
			   i, w->entries);
		return false;
	}
	for (unsigned k = 0; k < w->o->ndesc; k++) {
		if (w->o->desc[k].at == at) {
			model_fail("split-005", "2.7.5.2", "the chain loops at descriptor %" PRIu32,
				   i);
			return false;
		}
	}
	if (!w->indirect && w->q->owned[i].owner != 0) {
		model_fail("cleanup-001", "3.3.1",
			   "descriptor %" PRIu32 " is in a chain that the device owns", i);
		return false;
	}
	return true;
}

/* With IN_ORDER the descriptors of a chain lie side by side. */
static bool next_ok(const struct walk *w, uint32_t i, uint16_t next)
{
	const uint32_t want = w->indirect ? i + 1 : (i + 1) % w->entries;

	if (!w->q->set.in_order || next == want)
		return true;
	model_fail(w->indirect ? "split-011" : "split-006", "2.7.5.2",
		   "descriptor %" PRIu32 " goes on at %u", i, next);
	return false;
}

static bool flags_ok(const struct walk *w, const struct desc *d)
{
	if (d->flags & ~(MQ_NEXT | MQ_WRITE | MQ_INDIRECT))
		model_fail("ring-flags", "2.7.5", "descriptor flags 0x%x", d->flags);
	else if ((d->flags & MQ_INDIRECT) && !w->q->set.indirect)
		model_fail("split-007", "2.7.5.3.1", "INDIRECT was not negotiated");
	else if ((d->flags & MQ_INDIRECT) && w->indirect)
		model_fail("split-008", "2.7.5.3.1", "INDIRECT in an indirect table");
	else if ((d->flags & MQ_INDIRECT) && (d->flags & MQ_NEXT))
		model_fail("split-010", "2.7.5.3.1", "INDIRECT together with NEXT");
	else
		return true;
	return false;
}

static bool role_ok(const struct mq *q, bool write)
{
	const bool bad = (q->set.role == MQ_WRITABLE_ONLY && !write) ||
			 (q->set.role == MQ_READABLE_ONLY && write);

	if (bad)
		model_fail(q->set.role_rule, "5", "a device-%s buffer in this queue",
			   write ? "writable" : "readable");
	return !bad;
}

static bool segment_ok(struct walk *w, const struct desc *d)
{
	const struct mq_chain *c = &w->o->chain;
	const bool write = d->flags & MQ_WRITE;
	struct model_memory *mem = w->q->set.memory;

	if (d->len == 0)
		model_fail("ring-length", "2.7.5", "a descriptor of length 0");
	else if (c->readable + c->writable + d->len > UINT64_C(1) << 32)
		model_fail("split-005", "2.7.5.2", "a chain of more than 2^32 bytes");
	else if (!write && c->writable)
		model_fail(w->q->set.packed ? "packed-010" : "split-003",
			   w->q->set.packed ? "2.8.8" : "2.7.4.2",
			   "a readable descriptor after a writable one");
	else if (!mem->at(mem->ctx, d->addr, d->len, write))
		model_fail("resfeat-005", "6.1",
			   "the device was not given %" PRIu32 " bytes at 0x%" PRIx64 " to %s",
			   d->len, d->addr, write ? "write" : "read");
	else
		return role_ok(w->q, write);
	return false;
}

static bool add_segment(struct walk *w, const struct desc *d)
{
	struct mq_owned *o = w->o;
	struct mq_chain *c = &o->chain;
	const bool write = d->flags & MQ_WRITE;

	if (!segment_ok(w, d))
		return false;
	if (c->nseg >= w->q->set.size) {
		model_fail(w->q->set.packed ? "packed-016" : "split-009",
			   w->q->set.packed ? "2.8.9" : "2.7.5.3.1",
			   "a chain longer than the queue size");
		return false;
	}
	o->seg = grow(o->seg, c->nseg + 1, &o->seg_room, sizeof(*o->seg));
	o->seg[c->nseg++] = (struct mq_seg){ d->addr, d->len, write };
	c->seg = o->seg;
	*(write ? &c->writable : &c->readable) += d->len;
	return true;
}

/* Go down into an indirect table (2.7.5.3). */
static bool enter(struct walk *w, const struct desc *d)
{
	struct model_memory *mem = w->q->set.memory;

	if (d->len == 0 || d->len % MQ_DESC_BYTES) {
		model_fail("ring-indirect", "2.7.5.3", "an indirect table of %" PRIu32 " bytes",
			   d->len);
		return false;
	}
	if (!mem->at(mem->ctx, d->addr, d->len, false)) {
		model_fail("resfeat-005", "6.1", "the device cannot reach the indirect table");
		return false;
	}
	w->table = d->addr;
	w->entries = d->len / MQ_DESC_BYTES;
	w->indirect = w->o->chain.indirect = true;
	return true;
}

void mq_walk(struct mq *q, struct mq_owned *o, uint16_t head)
{
	struct walk w = { q, o, q->set.desc, q->set.size, false };
	uint32_t i = head;

	o->ndesc = 0;
	o->chain = (struct mq_chain){ .head = head, .seg = o->seg };
	for (;;) {
		if (!link_ok(&w, i))
			return;
		struct desc d = snapshot(&w, w.table + 16ull * i);
		if (!flags_ok(&w, &d))
			return;
		if (d.flags & MQ_INDIRECT) {
			if (!enter(&w, &d))
				return;
			i = 0;
			continue;
		}
		if (!add_segment(&w, &d) || !(d.flags & MQ_NEXT) || !next_ok(&w, i, d.next))
			return;
		i = d.next;
	}
}

/* ---- Packed: a list of descriptors side by side, or one with an indirect table ---- */

static bool list_flags_ok(const struct walk *w, const struct desc *d, unsigned n)
{
	const unsigned known = MQ_NEXT | MQ_WRITE | MQ_INDIRECT | MQ_AVAIL | MQ_USED;

	if (w->indirect && (d->next & ~MQ_WRITE))
		model_fail("packed-015", "2.8.9", "flags 0x%x in an indirect table", d->next);
	else if (d->next & ~known)
		model_fail("ring-flags", "2.8.13", "descriptor flags 0x%x", d->next);
	else if ((d->next & MQ_INDIRECT) && !w->q->set.indirect)
		model_fail("packed-014", "2.8.9", "INDIRECT was not negotiated");
	else if ((d->next & MQ_INDIRECT) && n != 1)
		model_fail("packed-017", "2.8.9", "INDIRECT in a list of %u", n);
	else
		return true;
	return false;
}

static bool add_of_list(struct walk *w, struct desc d, unsigned n)
{
	if (!list_flags_ok(w, &d, n))
		return false;
	d.flags = d.next; /* in a packed descriptor the id is before the flags */
	return (d.flags & MQ_INDIRECT) ? enter(w, &d) : add_segment(w, &d);
}

void mq_walk_list(struct mq *q, struct mq_owned *o, uint16_t id, unsigned n)
{
	struct walk w = { q, o, q->set.desc, q->set.size, false };

	o->ndesc = 0;
	o->chain = (struct mq_chain){ .head = id, .seg = o->seg };
	for (unsigned i = 0; i < n; i++) {
		if (!add_of_list(&w, parse(q->place[(q->desc_seen + i) % q->set.size].bytes), n))
			return;
	}
	for (uint32_t i = 0; w.indirect && i < w.entries; i++) {
		if (!add_of_list(&w, snapshot(&w, w.table + 16ull * i), 1))
			return;
	}
}
