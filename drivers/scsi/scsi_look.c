/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: looking for units, one command at a time. A target is asked for its LUNs, and each
 * of these for all that the driver wants to know. */
#include "drivers/scsi/scsi_internal.h"

#include <string.h>

/* Commands, and what else can follow an answer. */
enum step {
	LUNS,
	INQUIRY,
	READY,
	CAPACITY_10,
	CAPACITY_16,
	MODE,
	LIMITS,
	NEXT_UNIT, /* the unit is left out */
	END_UNIT,  /* it is kept */
	NEXT_TARGET,
	ALL_SEEN,
};

enum {
	TRIES = 5, /* of a command: attention is reported once for each event */
	PAGE = 64, /* most bytes of an answer, but for that of LUNS */
};

/* The commands, and the bytes that they return at most. */
static const struct {
	uint8_t cdb[16];
	uint16_t bytes;
} steps[] = {
	[LUNS] = { { 0xa0, [8] = VIO_SCSI_ANSWER_BYTES >> 8, VIO_SCSI_ANSWER_BYTES & 0xff },
		   VIO_SCSI_ANSWER_BYTES },
	[INQUIRY] = { { 0x12, [4] = 36 }, 36 },
	[READY] = { { 0x00 }, 0 },
	[CAPACITY_10] = { { 0x25 }, 8 },
	[CAPACITY_16] = { { 0x9e, 0x10, [13] = 32 }, 32 },
	[MODE] = { { 0x1a, 0x08, 0x08, [4] = PAGE }, PAGE }, /* page 8, no block descriptors */
	[LIMITS] = { { 0x12, 0x01, 0xb0, [4] = PAGE }, PAGE },
};

/* If the queue is full, the command is sent after the next completion. */
static void send(struct vio_scsi *s)
{
	struct vio_scsi_request *r = &s->scan.request;
	const bool to_target = s->scan.step == LUNS;

	memset(r, 0, sizeof(*r)); /* an initializer would be built on the stack first */
	r->op = VIO_SCSI_COMMAND;
	r->target = s->scan.target;
	r->lun = to_target ? 0 : s->scan.found.lun;
	r->buf = &s->scan.buf;
	r->nbuf = steps[s->scan.step].bytes > 0;
	memcpy(r->cdb, steps[s->scan.step].cdb, sizeof(steps[0].cdb));
	s->scan.buf.seg.len = steps[s->scan.step].bytes;
	s->scan.stalled = vio_scsi_submit(s, r) != VIO_OK;
	vio_queue_kick(&s->request);
}

/* ---- The units ---- */

/* The entry of a unit: its own, the next unused one, or that of a unit that no longer exists. */
static struct vio_scsi_unit *entry(struct vio_scsi *s, const struct vio_scsi_unit *found)
{
	struct vio_scsi_unit *gone = NULL;

	for (struct vio_scsi_unit *u = s->unit; u < s->unit + s->units; u++) {
		if (!u->known || (u->target == found->target && u->lun == found->lun))
			return u;
		if (!u->present)
			gone = u;
	}
	return gone;
}

static void keep(struct vio_scsi *s)
{
	struct vio_scsi_unit *found = &s->scan.found, *u = entry(s, found);

	if (!u) {
		s->refused++;
		return;
	}
	found->known = found->present = found->seen = true;
	found->generation = u->generation + !u->present;
	*u = *found;
}

static void forget_missing(struct vio_scsi *s)
{
	for (struct vio_scsi_unit *u = s->unit; u < s->unit + s->units; u++) {
		if (u->target == s->scan.target && !u->seen)
			u->present = false;
	}
}

/* ---- From target to target, from unit to unit ---- */

static bool take_due(struct vio_scsi *s)
{
	for (unsigned t = 0; t < VIO_SCSI_TARGETS; t++) {
		uint32_t *word = &s->scan.due[t / 32];

		if ((*word >> (t % 32) & 1) == 0)
			continue;
		*word &= ~(UINT32_C(1) << (t % 32));
		s->scan.target = (uint8_t)t;
		return true;
	}
	return false;
}

static enum step next_target(struct vio_scsi *s)
{
	s->scan.running = take_due(s);
	return s->scan.running ? LUNS : ALL_SEEN;
}

static enum step next_unit(struct vio_scsi *s)
{
	if (s->scan.next == s->scan.nluns) {
		forget_missing(s);
		return next_target(s);
	}
	s->scan.found = (struct vio_scsi_unit){ .target = s->scan.target,
						.lun = s->scan.luns[s->scan.next++] };
	return INQUIRY;
}

/* The command that `step` leads to, or ALL_SEEN. */
static enum step command_of(struct vio_scsi *s, enum step step)
{
	if (step == END_UNIT)
		keep(s);
	if (step == END_UNIT || step == NEXT_UNIT)
		return next_unit(s);
	return step == NEXT_TARGET ? next_target(s) : step;
}

static void go_to(struct vio_scsi *s, enum step step)
{
	step = command_of(s, step);
	if (step != ALL_SEEN) {
		s->scan.step = step;
		s->scan.tries = 0;
		send(s);
	} else if (s->changed) {
		s->changed(s);
	}
}

/* ---- Answers: each function returns what follows ---- */

/* A target that does not support REPORT LUNS has one unit. If a target is busy or the command
 * fails, its known units are kept. */
static enum step took_luns(struct vio_scsi *s, const struct vio_scsi_request *r)
{
	const bool is_refused = r->err == VIO_ENOTSUP;

	if (r->err < 0 && r->err != VIO_ENODEV && !is_refused) {
		s->refused++;
		return NEXT_TARGET;
	}
	for (unsigned i = 0; i < s->units; i++)
		s->unit[i].seen = false;
	s->scan.next = 0;
	s->scan.nluns = is_refused;
	s->scan.luns[0] = 0;
	if (r->err == VIO_OK)
		vio_scsi_read_luns(s, s->scan.shared, r->bytes);
	return NEXT_UNIT;
}

static enum step took_inquiry(struct vio_scsi *s, const struct vio_scsi_request *r,
			      const uint8_t *p)
{
	struct vio_scsi_unit *u = &s->scan.found;

	if (r->err < 0 || !vio_scsi_read_inquiry(u, p, r->bytes)) {
		s->refused++;
		return NEXT_UNIT;
	}
	return u->type == VIO_SCSI_DISK || u->type == VIO_SCSI_CDROM ? READY : END_UNIT;
}

static enum step took_ready(struct vio_scsi *s, const struct vio_scsi_request *r)
{
	s->scan.found.sense = r->sense;
	return r->err == VIO_OK ? CAPACITY_10 : END_UNIT;
}

/* A disk also gets READ CAPACITY (16), because only its answer says whether blocks can be unmapped.
 * */
static enum step took_capacity_10(struct vio_scsi *s, const struct vio_scsi_request *r,
				  const uint8_t *p)
{
	struct vio_scsi_unit *u = &s->scan.found;

	vio_scsi_read_capacity_10(u, p, r->err == VIO_OK ? r->bytes : 0);
	s->refused += u->blocks == 0;
	return u->type == VIO_SCSI_DISK ? CAPACITY_16 : END_UNIT;
}

static enum step took_capacity_16(struct vio_scsi *s, const struct vio_scsi_request *r,
				  const uint8_t *p)
{
	const uint32_t n = r->err == VIO_OK ? r->bytes : 0;

	s->scan.thin = vio_scsi_read_capacity_16(&s->scan.found, p, n);
	return MODE;
}

static enum step took_mode(struct vio_scsi *s, const struct vio_scsi_request *r, const uint8_t *p)
{
	vio_scsi_read_mode(&s->scan.found, p, r->err == VIO_OK ? r->bytes : 0);
	return s->scan.thin ? LIMITS : END_UNIT;
}

static enum step took_limits(struct vio_scsi *s, const struct vio_scsi_request *r, const uint8_t *p)
{
	vio_scsi_read_limits(&s->scan.found, p, r->err == VIO_OK ? r->bytes : 0);
	return END_UNIT;
}

/* Not inlined, so that the copy is not on the stack when the next command is submitted. */
__attribute__((noinline)) static enum step take(struct vio_scsi *s,
						const struct vio_scsi_request *r)
{
	uint8_t p[PAGE] = { 0 };

	if (s->scan.step == LUNS)
		return took_luns(s, r);
	memcpy(p, s->scan.shared, r->bytes);
	switch ((enum step)s->scan.step) {
	case INQUIRY: return took_inquiry(s, r, p);
	case CAPACITY_10: return took_capacity_10(s, r, p);
	case CAPACITY_16: return took_capacity_16(s, r, p);
	case MODE: return took_mode(s, r, p);
	case LIMITS: return took_limits(s, r, p);
	default: return took_ready(s, r);
	}
}

/* A unit reports each event once, as a unit attention in place of an answer. */
static void answered(struct vio_scsi *s)
{
	const struct vio_scsi_request *r = &s->scan.request;
	const bool again = r->err == VIO_EBUSY || r->sense.key == SCSI_ATTENTION;

	s->scan.answered = false;
	if (again && ++s->scan.tries < TRIES)
		send(s);
	else
		go_to(s, take(s, r));
}

/* ---- Begin ---- */

static bool is_due(const struct vio_scsi *s)
{
	uint32_t any = 0;

	for (unsigned i = 0; i < VIO_SCSI_TARGETS / 32; i++)
		any |= s->scan.due[i];
	return any != 0;
}

bool vio_scsi_is_looking(const struct vio_scsi *s)
{
	return s->scan.running || is_due(s);
}

void vio_scsi_go_on(struct vio_scsi *s)
{
	if (s->scan.answered)
		answered(s);
	if (s->scan.stalled)
		send(s);
	else if (!s->scan.running && is_due(s))
		go_to(s, NEXT_TARGET);
}

void vio_scsi_look_anew(struct vio_scsi *s)
{
	s->scan.running = s->scan.stalled = s->scan.answered = false;
	memset(s->scan.due, 0, sizeof(s->scan.due));
	for (unsigned t = 0; t < VIO_SCSI_TARGETS; t++)
		scsi_mark(s, t);
	for (unsigned i = 0; i < s->units; i++)
		s->unit[i].present = false;
}

int vio_scsi_look(struct vio_scsi *s, uint8_t target)
{
	if (s->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (target >= scsi_targets(s))
		return VIO_ERANGE;
	scsi_mark(s, target);
	vio_scsi_go_on(s);
	return VIO_OK;
}
