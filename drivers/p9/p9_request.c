/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-9p: requests, and the fids that they make and end. */
#include "drivers/p9/p9_internal.h"

#include <string.h>

enum { READLINK_MIN = 3 };

/* ---- Fids ---- */

/* A free fid is taken for the request that makes it. `number` 0: none is free. */
static struct vio_p9_fid take_fid(struct vio_p9 *p)
{
	const uint32_t start = p->starts % 0xfffe + 1;

	for (uint32_t i = 0; i < p->nfids; i++) {
		if (p->fid[i] != P9_FREE)
			continue;
		p->fid[i] = P9_ASKED;
		p->fids_in_use++;
		return (struct vio_p9_fid){ start << 16 | i };
	}
	return (struct vio_p9_fid){ 0 };
}

static void free_fid(struct vio_p9 *p, struct vio_p9_fid f)
{
	uint8_t *state = p9_state_of(p, f);

	if (!state)
		return;
	*state = P9_FREE;
	p->fids_in_use--;
}

static bool is_in_use(const struct vio_p9 *p, struct vio_p9_fid f)
{
	for (unsigned i = 0; i < p->nslots; i++) {
		if (p->slot[i].r && p->slot[i].fid.number == f.number)
			return true;
	}
	return false;
}

/* A fid whose state changes is in no other request, so no late reply is about a later file. */
static bool changes(enum vio_p9_op op)
{
	return op == VIO_P9_CLUNK || op == VIO_P9_OPEN || op == VIO_P9_CREATE;
}

static int check_fid(const struct vio_p9 *p, enum vio_p9_op op, struct vio_p9_fid f)
{
	const enum p9_state needs = vio_p9_kinds[op].needs;
	const uint8_t *state = p9_state_of(p, f);

	if (needs == P9_FREE)
		return VIO_OK;
	if (!state || *state == P9_FREE || *state == P9_ASKED ||
	    (needs != P9_ASKED && *state != needs))
		return VIO_EINVAL;
	return changes(op) && is_in_use(p, f) ? VIO_EBUSY : VIO_OK;
}

/* ---- Is the request valid? ---- */

static bool is_named(const struct vio_p9_request *r)
{
	switch (r->op) {
	case VIO_P9_ATTACH:
	case VIO_P9_WALK: return r->name;
	case VIO_P9_CREATE:
	case VIO_P9_MKDIR:
	case VIO_P9_UNLINK: return r->name && r->name[0] != '\0';
	case VIO_P9_RENAME:
		return r->name && r->name[0] != '\0' && r->new_name && r->new_name[0] != '\0';
	default: return true;
	}
}

static int check_data(const struct vio_p9_request *r)
{
	const uint32_t least = r->op == VIO_P9_READDIR	  ? VIO_P9_READDIR_MIN
			       : r->op == VIO_P9_READLINK ? READLINK_MIN
							  : 1;

	if (!r->data || r->len < least)
		return VIO_EINVAL;
	return r->op != VIO_P9_READDIR && r->offset > (uint64_t)INT64_MAX - r->len ? VIO_ERANGE
										   : VIO_OK;
}

static int check(const struct vio_p9 *p, const struct vio_p9_request *r)
{
	if (!is_named(r))
		return VIO_EINVAL;
	int rc = check_fid(p, r->op, r->fid);
	if (rc == VIO_OK && r->op == VIO_P9_RENAME)
		rc = check_fid(p, r->op, r->to);
	if (rc == VIO_OK && vio_p9_kinds[r->op].data != P9_NOTHING)
		rc = check_data(r);
	return rc;
}

/* ---- Submit ---- */

static struct vio_p9_slot *free_slot(struct vio_p9 *p)
{
	for (unsigned i = 0; i < p->nslots; i++) {
		if (!p->slot[i].r)
			return &p->slot[i];
	}
	return NULL;
}

static void add(struct vio_p9_slot *s, unsigned *n, void *data, uint32_t len, vio_dma at)
{
	s->buf[*n].p = data;
	s->buf[*n].seg.len = len;
	s->buf[*n].seg.addr = at;
	(*n)++;
}

/* Messages are in ring memory, and data is the caller's. */
static void lay_out(struct vio_p9_slot *s, const struct vio_p9_request *r, uint32_t bytes)
{
	const struct p9_kind *k = &vio_p9_kinds[s->op];
	const uint32_t head = k->data == P9_WRITES ? P9_COUNTED : VIO_P9_IN_BYTES;
	const uint32_t len = s->op == VIO_P9_READLINK ? s->len - 2 : s->len;
	const vio_dma none = { 0 };
	unsigned n = 0, nread;

	add(s, &n, NULL, bytes, s->out_at);
	if (k->data == P9_READS)
		add(s, &n, r->data, len, none);
	nread = n;
	add(s, &n, NULL, head, s->in_at);
	if (k->data == P9_WRITES)
		add(s, &n, r->data, len, none);
	vio_request_set(&s->request, s->buf, (uint16_t)nread, (uint16_t)(n - nread));
}

static int make(struct vio_p9 *p, struct vio_p9_slot *s, const struct vio_p9_request *r)
{
	const uint32_t most = p->msize > VIO_P9_AROUND ? p->msize - VIO_P9_AROUND : 0;

	s->op = r->op;
	s->fid = r->fid;
	s->len = r->len < most ? r->len : most;
	s->made = (struct vio_p9_fid){ 0 };
	if (vio_p9_kinds[s->op].makes)
		s->made = take_fid(p);
	if (vio_p9_kinds[s->op].makes && s->made.number == 0)
		return VIO_EFULL;
	memset(s->in, 0, VIO_P9_IN_BYTES);
	const uint32_t bytes = vio_p9_encode(p, s, r);
	if (bytes == 0)
		return VIO_ERANGE;
	lay_out(s, r, bytes);
	return vio_queue_request(&p->queue, &s->request);
}

int vio_p9_send(struct vio_p9 *p, struct vio_p9_request *r)
{
	struct vio_p9_slot *s = free_slot(p);

	if (!s)
		return VIO_EFULL;
	const int rc = make(p, s, r);
	if (rc < 0) {
		free_fid(p, s->made);
		return rc;
	}
	if (changes(s->op))
		*p9_state_of(p, s->fid) = P9_ASKED;
	s->r = r;
	r->busy = true;
	p->sent++;
	return VIO_OK;
}

int vio_p9_submit(struct vio_p9 *p, struct vio_p9_request *r)
{
	if (p->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (r->busy || p->msize == 0)
		return VIO_EBUSY;
	if ((unsigned)r->op >= VIO_P9_VERSION)
		return VIO_EINVAL;
	const int rc = check(p, r);
	return rc < 0 ? rc : vio_p9_send(p, r);
}

void vio_p9_kick(struct vio_p9 *p)
{
	if (p->device.state == VIO_LIVE)
		vio_queue_kick(&p->queue);
}

/* ---- Replies ---- */

static void settle_fids(struct vio_p9 *p, const struct vio_p9_slot *s, int err)
{
	if (s->made.number != 0 && err == VIO_OK)
		*p9_state_of(p, s->made) = P9_WALKED;
	else
		free_fid(p, s->made);
	if (s->op == VIO_P9_CLUNK)
		free_fid(p, s->fid);
	else if (changes(s->op))
		*p9_state_of(p, s->fid) = err == VIO_OK ? P9_OPEN : P9_WALKED;
}

void vio_p9_done(struct vio_queue *q, struct vio_request *request, int err, uint32_t written)
{
	struct vio_p9 *p = p9_of(q->dev);
	struct vio_p9_slot *s = (struct vio_p9_slot *)(void *)request;
	struct vio_p9_request *r = s->r;

	r->err = err;
	r->host_error = r->n = 0;
	const enum vio_p9_protocol_error error = err == VIO_OK ? vio_p9_judge(p, s, written) : 0;
	if (error != 0) {
		vio_device_protocol_error(&p->device, P9_QUEUE, error);
		r->err = VIO_EDEVICE;
		r->n = 0;
	}
	settle_fids(p, s, r->err);
	r->made = r->err == VIO_OK ? s->made : (struct vio_p9_fid){ 0 };
	p->errors += r->err != VIO_OK;
	s->r = NULL;
	r->busy = false;
	if (r->done)
		r->done(p, r);
}

void vio_p9_forget(struct vio_p9 *p)
{
	memset(p->fid, P9_FREE, p->nfids);
	p->fids_in_use = 0;
	p->msize = 0;
	p->starts++;
}
