/* SPDX-License-Identifier: BSD-2-Clause */
/* The units of a SCSI host: the part of SPC-4 and SBC-3 that drivers use. */
#include "tests/model/scsi_private.h"

#include <inttypes.h>
#include <string.h>

enum { BAD_TARGET = 3, INCORRECT_LUN = 12, NOT_READY = 2, ILLEGAL = 5, ATTENTION = 6, PROTECT = 7 };

struct state {
	struct model_scsi *h;
	struct model_scsi_unit *u;
	const struct model_scsi_command *c;
	const uint8_t *out;
	uint64_t nout, room;
	struct model_scsi_answer *a;
};

uint64_t model_scsi_be(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

static void put(uint8_t *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = bytes; i-- > 0; v >>= 8)
		p[i] = (uint8_t)v;
}

void model_scsi_check(struct model_scsi_answer *a, uint8_t key, uint16_t code)
{
	a->status = 2;
	a->ndata = 0;
	a->sense_len = 18;
	a->sense[0] = 0x70;
	a->sense[2] = key;
	a->sense[7] = 10;
	a->sense[12] = (uint8_t)(code >> 8);
	a->sense[13] = (uint8_t)code;
}

struct model_scsi_unit *model_scsi_find(struct model_scsi *h, uint8_t target, uint16_t lun)
{
	for (unsigned i = 0; i < MODEL_SCSI_UNITS; i++) {
		if (h->unit[i].there && h->unit[i].target == target && h->unit[i].lun == lun)
			return &h->unit[i];
	}
	return NULL;
}

/* Answer with `n` bytes, or with as many as the command allows. */
static void give(struct state *s, uint32_t n, uint64_t wanted)
{
	if (wanted > s->room)
		model_fail("scsi-command", "SPC-4",
			   "%" PRIu64 " bytes are wanted, with room for %" PRIu64, wanted, s->room);
	s->a->ndata = n < wanted ? n : (uint32_t)wanted;
}

static void report_luns(struct state *s)
{
	uint32_t n = 0;

	s->h->looked[s->c->target] = true;
	s->h->owed[s->c->target] = false;
	for (unsigned i = 0; i < MODEL_SCSI_UNITS; i++) {
		const struct model_scsi_unit *u = &s->h->unit[i];

		if (!u->there || u->target != s->c->target)
			continue;
		put(s->a->data + 8 + 8 * n++, u->lun < 256 ? u->lun : 0x4000u | u->lun, 2);
	}
	put(s->a->data, 8 * n, 4);
	give(s, 8 + 8 * n, model_scsi_be(s->c->cdb + 6, 4));
}

static void inquiry(struct state *s)
{
	uint8_t *p = s->a->data;
	const uint64_t wanted = model_scsi_be(s->c->cdb + 3, 2);

	if (s->c->cdb[1] == 0) {
		p[0] = s->u ? s->u->type : 0x7f;
		p[1] = s->u && s->u->removable ? 0x80 : 0;
		p[2] = 5;
		p[4] = 31;
		memcpy(p + 8, "PICO    A disk of memory\x1b  1.0 ", 28);
		give(s, 36, wanted);
	} else if (s->c->cdb[2] == 0xb0 && s->u && s->u->thin) {
		p[1] = 0xb0;
		p[3] = 60;
		put(p + 20, 1024, 4);
		put(p + 24, 1, 4);
		give(s, 64, wanted);
	} else {
		model_scsi_check(s->a, ILLEGAL, 0x2400);
	}
}

static void capacity_10(struct state *s)
{
	const uint64_t last = s->u->blocks - 1;

	put(s->a->data, last < UINT32_MAX ? last : UINT32_MAX, 4);
	put(s->a->data + 4, s->u->block, 4);
	give(s, 8, 8);
}

static void capacity_16(struct state *s)
{
	if (s->u->old) {
		model_scsi_check(s->a, ILLEGAL, 0x2000);
		return;
	}
	put(s->a->data, s->u->blocks - 1, 8);
	put(s->a->data + 8, s->u->block, 4);
	s->a->data[14] = s->u->thin ? 0x80 : 0;
	give(s, 32, model_scsi_be(s->c->cdb + 10, 4));
}

static void mode_sense(struct state *s)
{
	uint8_t *p = s->a->data;

	p[0] = 23;
	p[2] = s->u->write_protected ? 0x80 : 0;
	p[4] = 8;
	p[5] = 18;
	p[6] = s->u->write_through ? 0 : 4;
	give(s, 24, s->c->cdb[4]);
}

/* Get the range of a read or write. False: it is invalid, so the command is not carried out. */
static bool check_range(struct state *s, uint64_t block, uint64_t n, uint64_t bytes)
{
	if (n * s->u->block != bytes)
		model_fail("scsi-command", "SBC-3",
			   "%" PRIu64 " blocks and %" PRIu64 " bytes of data", n, bytes);
	if (n <= s->u->blocks && block <= s->u->blocks - n)
		return true;
	if (!s->u->shrunk)
		model_fail("scsi-command", "SBC-3", "%" PRIu64 " blocks at %" PRIu64 " of %" PRIu64,
			   n, block, s->u->blocks);
	model_scsi_check(s->a, ILLEGAL, 0x2100);
	return false;
}

static void transfer(struct state *s)
{
	const uint8_t *cdb = s->c->cdb;
	const bool is_long = cdb[0] >= 0x80, is_write = (cdb[0] & 0x0f) == 0x0a;
	const uint64_t block = model_scsi_be(cdb + 2, is_long ? 8 : 4);
	const uint64_t n = is_long ? model_scsi_be(cdb + 10, 4) : model_scsi_be(cdb + 7, 2);

	if (is_long && s->u->old)
		model_scsi_check(s->a, ILLEGAL, 0x2000);
	else if (is_write && s->u->write_protected)
		model_scsi_check(s->a, PROTECT, 0x2700);
	else if (!check_range(s, block, n, is_write ? s->nout : s->room))
		return;
	if (s->a->status != 0)
		return;
	const uint64_t at = block * s->u->block, bytes = n * s->u->block;
	const bool is_stored = at < MODEL_SCSI_BYTES && bytes <= MODEL_SCSI_BYTES - at;
	if (is_write && is_stored)
		memcpy(s->u->data + at, s->out, bytes);
	if (!is_write && is_stored)
		memcpy(s->a->data, s->u->data + at, bytes);
	s->a->ndata = is_write ? 0 : (uint32_t)bytes;
}

static void unmap(struct state *s)
{
	if (s->nout != 24 || model_scsi_be(s->c->cdb + 7, 2) != 24 ||
	    model_scsi_be(s->out, 2) != 22 || model_scsi_be(s->out + 2, 2) != 16) {
		model_fail("scsi-command", "SBC-3", "a list of %" PRIu64 " bytes", s->nout);
		return;
	}
	s->u->unmapped_at = model_scsi_be(s->out + 8, 8);
	s->u->unmapped = (uint32_t)model_scsi_be(s->out + 16, 4);
	check_range(s, s->u->unmapped_at, s->u->unmapped, (uint64_t)s->u->unmapped * s->u->block);
}

static void flush(struct state *s)
{
	s->u->flushes++;
}

static void nothing(struct state *s)
{
	(void)s;
}

static const struct {
	uint8_t op;
	bool needs_medium;
	void (*run)(struct state *s);
} commands[] = {
	{ 0x00, true, nothing },     { 0x1a, false, mode_sense }, { 0x25, true, capacity_10 },
	{ 0x9e, true, capacity_16 }, { 0x28, true, transfer },	  { 0x2a, true, transfer },
	{ 0x88, true, transfer },    { 0x8a, true, transfer },	  { 0x35, true, flush },
	{ 0x42, true, unmap },
};

/* A unit reports an event once, in place of an answer. */
static bool report_attention(struct state *s)
{
	if (s->u->nattention == 0)
		return false;
	model_scsi_check(s->a, ATTENTION, s->u->attention[0]);
	s->u->nattention--;
	memmove(s->u->attention, s->u->attention + 1,
		s->u->nattention * sizeof(s->u->attention[0]));
	return true;
}

static bool has_target(const struct model_scsi *h, uint8_t target)
{
	for (unsigned i = 0; i < MODEL_SCSI_UNITS; i++) {
		if (h->unit[i].there && h->unit[i].target == target)
			return true;
	}
	return false;
}

static void run_on_unit(struct state *s)
{
	if (report_attention(s))
		return;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].op != s->c->cdb[0])
			continue;
		if (commands[i].needs_medium && s->u->no_medium)
			model_scsi_check(s->a, NOT_READY, 0x3a00);
		else
			commands[i].run(s);
		return;
	}
	model_scsi_check(s->a, ILLEGAL, 0x2000);
}

void model_scsi_run_command(struct model *m, const struct model_scsi_command *c, const uint8_t *out,
			    uint64_t nout, uint64_t room, struct model_scsi_answer *a)
{
	struct model_scsi *h = m->cfg.state;
	struct state s = { h, model_scsi_find(h, c->target, c->lun), c, out, nout, room, a };

	if (!has_target(h, c->target)) {
		h->owed[c->target] = false;
		h->looked[c->target] = true;
		a->response = BAD_TARGET;
	} else if (c->cdb[0] == 0xa0) {
		report_luns(&s);
	} else if (c->cdb[0] == 0x12) {
		inquiry(&s);
	} else if (!s.u) {
		a->response = INCORRECT_LUN;
	} else {
		run_on_unit(&s);
	}
	a->residual = (uint32_t)(room > a->ndata ? room - a->ndata : 0);
}
