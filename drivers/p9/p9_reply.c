/* SPDX-License-Identifier: BSD-2-Clause */
/* 9P2000.L: the replies of the host. Each byte is read once from the memory that the device writes,
 * and no number in it is used before it is checked. */
#include "drivers/p9/p9_internal.h"

#include <string.h>

struct reader {
	const volatile uint8_t *p;
	uint32_t left;
	bool bad; /* it was read beyond the end */
};

static bool take_bytes(struct reader *m, void *to, uint32_t n)
{
	uint8_t *const p = to;

	m->bad |= n > m->left;
	if (m->bad)
		return false;
	for (uint32_t i = 0; i < n; i++)
		p[i] = m->p[i];
	m->p += n;
	m->left -= n;
	return true;
}

static uint64_t take(struct reader *m, unsigned bytes)
{
	uint8_t p[8] = { 0 };
	uint64_t v = 0;

	take_bytes(m, p, bytes);
	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)p[i] << 8 * i;
	return v;
}

static void take_qid(struct reader *m, struct vio_p9_qid *q)
{
	q->type = (uint8_t)take(m, 1);
	q->version = (uint32_t)take(m, 4);
	q->path = take(m, 8);
}

/* ---- The kinds of replies. False: the reply is invalid. ---- */

static bool take_attr(struct reader *m, struct vio_p9_request *r)
{
	struct vio_p9_attr *const a = &r->attr;

	a->valid = take(m, 8);
	take_qid(m, &r->qid);
	a->mode = (uint32_t)take(m, 4);
	a->uid = (uint32_t)take(m, 4);
	a->gid = (uint32_t)take(m, 4);
	a->links = take(m, 8);
	take(m, 8); /* the device number of a device file */
	a->bytes = take(m, 8);
	for (unsigned i = 0; i < 4; i++) /* block size, blocks, the time of the last access */
		take(m, 8);
	a->modified = take(m, 8);
	return a->bytes <= INT64_MAX;
}

/* The host walks as far as names exist, and makes no fid unless it reached the last one. */
static bool take_walk(struct reader *m, const struct vio_p9_slot *s, struct vio_p9_request *r)
{
	const uint64_t names = take(m, 2);

	if (names > s->names || m->left != names * P9_QID)
		return false;
	for (uint64_t i = 0; i < names; i++)
		take_qid(m, &r->qid);
	if (names < s->names) {
		r->err = VIO_EIO;
		r->host_error = VIO_P9_ENOENT;
	}
	return true;
}

/* Data lies in the caller's memory, after a header of P9_COUNTED bytes. */
static bool take_count(struct reader *m, const struct vio_p9_slot *s, struct vio_p9_request *r,
		       uint32_t written)
{
	const uint64_t n = take(m, 4);

	r->n = (uint32_t)n;
	return n <= s->len && (s->op == VIO_P9_WRITE || n == written - P9_COUNTED);
}

/* The header of this reply is two bytes shorter, so the first bytes of the target are in it. */
static bool take_target(struct reader *m, const struct vio_p9_slot *s, struct vio_p9_request *r,
			uint32_t written)
{
	const uint32_t n = (uint32_t)take(m, 2), first = n < 2 ? n : 2;
	uint8_t p[2];

	if (!take_bytes(m, p, first) || n > s->len || n != written - P9_HEADER - 2)
		return false;
	memmove((uint8_t *)r->data + first, r->data, n - first);
	memcpy(r->data, p, first);
	r->n = n;
	return true;
}

static enum vio_p9_protocol_error take_version(struct reader *m, struct vio_p9 *p)
{
	const uint64_t msize = take(m, 4), n = take(m, 2);
	char version[P9_VERSION_BYTES];

	take_bytes(m, version, sizeof(version)); /* the reply has just this length */
	if (n != sizeof(version) || memcmp(version, vio_p9_version, P9_VERSION_BYTES) != 0)
		return VIO_P9_BAD_VERSION;
	if (msize > p->want_msize || msize < VIO_P9_MSIZE_MIN)
		return VIO_P9_BAD_MSIZE;
	p->msize = (uint32_t)msize;
	return 0;
}

static bool take_result(struct reader *m, const struct vio_p9_slot *s, struct vio_p9_request *r,
			uint32_t written)
{
	switch (s->op) {
	case VIO_P9_WALK: return take_walk(m, s, r);
	case VIO_P9_GETATTR: return take_attr(m, r);
	case VIO_P9_READ:
	case VIO_P9_WRITE:
	case VIO_P9_READDIR: return take_count(m, s, r, written);
	case VIO_P9_READLINK: return take_target(m, s, r, written);
	case VIO_P9_ATTACH:
	case VIO_P9_OPEN:
	case VIO_P9_CREATE:
	case VIO_P9_MKDIR: take_qid(m, &r->qid); return true;
	default: return true;
	}
}

/* ---- All replies ---- */

static bool take_error(struct reader *m, struct vio_p9_request *r)
{
	r->err = VIO_EIO;
	r->host_error = (uint32_t)take(m, 4);
	return r->host_error != 0;
}

static bool has_tail(enum vio_p9_op op)
{
	return op == VIO_P9_WALK || vio_p9_kinds[op].data == P9_WRITES;
}

enum vio_p9_protocol_error vio_p9_judge(struct vio_p9 *p, const struct vio_p9_slot *s,
					uint32_t written)
{
	const struct p9_kind *k = &vio_p9_kinds[s->op];
	const uint16_t tag = s->op == VIO_P9_VERSION ? P9_NO_TAG : (uint16_t)(s - p->slot);
	struct reader m = { s->in, written < VIO_P9_IN_BYTES ? written : VIO_P9_IN_BYTES, false };
	bool good;

	if (take(&m, 4) != written || written < P9_HEADER)
		return VIO_P9_BAD_SIZE;
	const uint64_t type = take(&m, 1);
	if (take(&m, 2) != tag)
		return VIO_P9_BAD_REQUEST;
	if (type == P9_RLERROR && s->op != VIO_P9_VERSION)
		good = take_error(&m, s->r) && written == P9_COUNTED;
	else if (type != k->type + 1u)
		return VIO_P9_BAD_TYPE;
	else if (written < k->reply || (written > k->reply && !has_tail(s->op)))
		return s->op == VIO_P9_VERSION ? VIO_P9_BAD_VERSION : VIO_P9_BAD_REPLY;
	else if (s->op == VIO_P9_VERSION)
		return take_version(&m, p);
	else
		good = take_result(&m, s, s->r, written);
	return good && !m.bad ? 0 : VIO_P9_BAD_REPLY;
}

int vio_p9_next_entry(const void *data, uint32_t n, uint32_t *at, struct vio_p9_entry *e)
{
	if (*at >= n)
		return 0;
	struct reader m = { (const uint8_t *)data + *at, n - *at, false };
	take_qid(&m, &e->qid);
	e->offset = take(&m, 8);
	e->type = (uint8_t)take(&m, 1);
	const uint32_t len = (uint32_t)take(&m, 2);
	if (len == 0 || len > VIO_P9_NAME_MAX || !take_bytes(&m, e->name, len))
		return VIO_EDEVICE;
	e->name[len] = '\0';
	for (uint32_t i = 0; i < len; i++) {
		if (e->name[i] == '\0' || e->name[i] == '/')
			return VIO_EDEVICE;
	}
	*at = n - m.left;
	return 1;
}
