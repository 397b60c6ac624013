/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: requests (virtio 1.4, 5.6.6.1). */
#include "drivers/scsi/scsi_internal.h"

#include <string.h>

enum { AT_TAG = 8, AT_CDB = 19 };

/* ---- Submit ---- */

static bool is_out(const struct vio_scsi_request *r)
{
	return r->op == VIO_SCSI_WRITE || (r->op == VIO_SCSI_COMMAND && r->to_device);
}

/* The bytes of the data. False: too many pieces, an empty one, or more bytes than a chain can have
 * together with headers (2.7.5.2). */
static bool count_bytes(const struct vio_scsi *s, const struct vio_scsi_request *r, uint32_t *bytes)
{
	uint64_t sum = 0;

	if (r->nbuf > s->segs || r->nbuf > s->config.seg_max)
		return false;
	for (unsigned i = 0; i < r->nbuf; i++) {
		if (r->buf[i].seg.len == 0)
			return false;
		sum += r->buf[i].seg.len;
	}
	*bytes = (uint32_t)sum;
	return sum < UINT32_MAX - SCSI_WIRE;
}

/* Task attribute, priority and CRN are 0 (5.6.6.1.2). */
static void fill_header(struct vio_scsi *s, struct vio_scsi_slot *slot, struct vio_scsi_request *r)
{
	uint8_t *out = slot->wire + SCSI_AT_OUT;

	r->tag = ++s->tag;
	memset(out, 0, SCSI_OUT_BYTES);
	scsi_address(out, r->target, r->lun);
	scsi_put(out + AT_TAG, r->tag, 8); /* only compared, so its byte order does not matter */
	memcpy(out + AT_CDB, r->cdb, sizeof(r->cdb));
	/* A value that is no response, so that a device that never writes it does not seem to
	 * report OK. */
	slot->wire[SCSI_AT_IN + SCSI_AT_RESPONSE] = SCSI_UNWRITTEN;
}

/* Headers and data have descriptors of their own. Legacy devices require that (5.6.6.5). */
static void lay_out(struct vio_scsi_slot *slot, const struct vio_scsi_request *r)
{
	struct vio_buf *to = slot->buf;

	*to++ = scsi_share(slot, SCSI_AT_OUT, SCSI_OUT_BYTES);
	if (r->op == VIO_SCSI_UNMAP)
		*to++ = scsi_share(slot, SCSI_AT_LIST, SCSI_LIST_BYTES);
	for (unsigned i = 0; i < r->nbuf && is_out(r); i++)
		*to++ = r->buf[i];
	const uint16_t nread = (uint16_t)(to - slot->buf);
	*to++ = scsi_share(slot, SCSI_AT_IN, SCSI_IN_BYTES);
	for (unsigned i = 0; i < r->nbuf && !is_out(r); i++)
		*to++ = r->buf[i];
	vio_request_set(&slot->device, slot->buf, nread, (uint16_t)(to - slot->buf - nread));
}

/* Are as many requests of the unit in flight as the device allows (5.6.4)? */
static bool is_crowded(const struct vio_scsi *s, const struct vio_scsi_request *r)
{
	uint32_t n = 0;

	if (s->config.cmd_per_lun > s->requests) /* more than there can be */
		return false;
	for (unsigned i = 0; i <= s->requests; i++) {
		const struct vio_scsi_request *other = s->slot[i].request;

		n += other && other->target == r->target && other->lun == r->lun;
	}
	return n >= s->config.cmd_per_lun;
}

/* The last slot is for the driver's own requests, so that the caller's never keep them waiting. */
static struct vio_scsi_slot *free_slot(struct vio_scsi *s, const struct vio_scsi_request *r)
{
	return r == &s->scan.request ? &s->slot[s->requests] : s->free;
}

/* All but the submission. Not inlined, so that its frame is gone then. */
__attribute__((noinline)) static int make(struct vio_scsi *s, struct vio_scsi_slot *slot,
					  struct vio_scsi_request *r)
{
	uint32_t bytes;

	if (s->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!slot)
		return VIO_EFULL;
	if (!count_bytes(s, r, &bytes))
		return VIO_EINVAL;
	int rc = vio_scsi_encode(s, r, bytes, slot->wire + SCSI_AT_LIST);
	if (rc < 0)
		return rc;
	if (is_crowded(s, r))
		return VIO_EFULL;
	fill_header(s, slot, r);
	lay_out(slot, r);
	slot->bytes = bytes;
	return VIO_OK;
}

static int submit(struct vio_scsi *s, struct vio_scsi_request *r)
{
	struct vio_scsi_slot *slot = free_slot(s, r);
	int rc = make(s, slot, r);

	if (rc == VIO_OK)
		rc = vio_queue_request(&s->request, &slot->device);
	if (rc < 0)
		return rc;
	slot->request = r;
	if (slot == s->free)
		s->free = slot->next;
	return VIO_OK;
}

int vio_scsi_submit(struct vio_scsi *s, struct vio_scsi_request *r)
{
	if (r->busy)
		return VIO_EBUSY;
	r->err = submit(s, r);
	r->busy = r->err == VIO_OK;
	return r->err;
}

void vio_scsi_kick(struct vio_scsi *s)
{
	vio_queue_kick(&s->request);
	vio_queue_kick(&s->control);
}

/* ---- Completions ---- */

/* How many bytes of the data were transferred. The used length and the residual both tell this, and
 * the smaller number is used. The residual alone is used if the device reports no used length, as
 * vhost-scsi, or is a legacy device, whose used length has no meaning (5.6.5.1). */
static uint32_t count_data(const struct vio_scsi *s, const struct vio_scsi_slot *slot,
			   uint32_t residual, uint32_t written)
{
	const uint32_t rest = slot->bytes - (residual < slot->bytes ? residual : slot->bytes);
	const bool is_counted = !vio_legacy(s->device.transport) && written > 0;
	const uint32_t behind = written > SCSI_IN_BYTES ? written - SCSI_IN_BYTES : 0;

	return is_counted && !is_out(slot->request) && behind < rest ? behind : rest;
}

/* Only a few bytes of the sense data are looked at. Not inlined, since there is rarely any. */
__attribute__((noinline)) static struct vio_scsi_sense read_sense(const uint8_t *from, uint32_t n)
{
	uint8_t sense[SCSI_SENSE_USED];

	memcpy(sense, from, sizeof(sense));
	return vio_scsi_decode(sense, n);
}

/* Read the response once, into memory that the device cannot change afterwards. */
static void read_response(const struct vio_scsi *s, const struct vio_scsi_slot *slot,
			  uint32_t written)
{
	struct vio_scsi_request *r = slot->request;
	const uint8_t *from = slot->wire + SCSI_AT_IN;
	uint8_t in[SCSI_IN_HEADER];
	uint32_t room = SCSI_SENSE_BYTES;

	memcpy(in, from, sizeof(in));
	const uint32_t sense = scsi_le32(in);
	if (!vio_legacy(s->device.transport) && written > 0)
		room = written > SCSI_IN_HEADER ? written - SCSI_IN_HEADER : 0;
	r->status = in[SCSI_AT_RESPONSE - 1];
	r->response = in[SCSI_AT_RESPONSE];
	r->bytes = count_data(s, slot, scsi_le32(in + 4), written);
	if (r->response == SCSI_OK && r->status == SCSI_CHECK)
		r->sense = read_sense(from + SCSI_IN_HEADER, sense < room ? sense : room);
}

static int judge_sense(struct vio_scsi_sense sense)
{
	switch (sense.key) {
	case SCSI_RECOVERED: return VIO_OK;
	case SCSI_PROTECT: return VIO_EREADONLY;
	case SCSI_ILLEGAL:
		if (sense.asc == SCSI_ASC_RANGE)
			return VIO_ERANGE;
		if (sense.asc == SCSI_ASC_UNIT)
			return VIO_ENODEV;
		return sense.asc == SCSI_ASC_COMMAND || sense.asc == SCSI_ASC_FIELD ? VIO_ENOTSUP
										    : VIO_EIO;
	default: return VIO_EIO;
	}
}

static int judge_status(const struct vio_scsi_request *r)
{
	switch (r->status) {
	case SCSI_GOOD:
	case SCSI_CONDITION_MET: return VIO_OK;
	case SCSI_CHECK: return judge_sense(r->sense);
	case SCSI_UNIT_BUSY:
	case SCSI_SET_FULL: return VIO_EBUSY;
	case SCSI_TASK_ABORTED: return VIO_ESTOPPED;
	default: return VIO_EIO;
	}
}

/* All other responses, known or not, are failures. The driver does not try another path to the
 * unit. */
static int judge(const struct vio_scsi_request *r)
{
	switch (r->response) {
	case SCSI_OK: return judge_status(r);
	case SCSI_ABORTED: return VIO_ESTOPPED;
	case SCSI_BAD_TARGET:
	case SCSI_INCORRECT_LUN: return VIO_ENODEV;
	case SCSI_BUSY: return VIO_EBUSY;
	default: return VIO_EIO;
	}
}

static int verdict(struct vio_scsi *s, const struct vio_scsi_slot *slot)
{
	const struct vio_scsi_request *r = slot->request;
	const int rc = judge(r);

	if (rc < 0 || r->bytes == slot->bytes ||
	    (r->op != VIO_SCSI_READ && r->op != VIO_SCSI_WRITE))
		return rc;
	s->short_reads += r->op == VIO_SCSI_READ;
	return VIO_EIO;
}

/* If a unit reports a change, or no longer exists, the driver looks at its target. */
static void mark_change(struct vio_scsi *s, const struct vio_scsi_request *r)
{
	if (r != &s->scan.request && (r->err == VIO_ENODEV || r->sense.key == SCSI_ATTENTION))
		scsi_mark(s, r->target);
}

/* The slot is free before the callback, which may submit again. */
void vio_scsi_end(struct vio_scsi *s, struct vio_scsi_slot *slot, int err, uint32_t written)
{
	struct vio_scsi_request *r = slot->request;

	r->response = SCSI_UNWRITTEN;
	r->status = 0;
	r->bytes = 0;
	r->sense = (struct vio_scsi_sense){ 0 };
	r->err = err;
	if (err == VIO_OK) {
		read_response(s, slot, written);
		r->err = verdict(s, slot);
		mark_change(s, r);
	}
	slot->request = NULL;
	r->busy = false;
	if (r == &s->scan.request) {
		s->scan.answered = err == VIO_OK;
		return;
	}
	s->errors += r->err < 0;
	slot->next = s->free;
	s->free = slot;
	if (r->done)
		r->done(s, r);
}
