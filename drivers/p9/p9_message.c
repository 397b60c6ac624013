/* SPDX-License-Identifier: BSD-2-Clause */
/* 9P2000.L: the messages to the host. All numbers are little-endian in both register versions. */
#include "drivers/message.h"
#include "drivers/p9/p9_internal.h"

enum {
	NO_FID_BYTES = 4,
	BASIC_ATTRIBUTES = 0x7ff, /* of Tgetattr: all that stat() has */
};

const char vio_p9_version[P9_VERSION_BYTES] = { '9', 'P', '2', '0', '0', '0', '.', 'L' };

const struct p9_kind vio_p9_kinds[] = {
	[VIO_P9_ATTACH] = { 104, P9_HEADER + P9_QID, P9_FREE, true, P9_NOTHING },
	[VIO_P9_WALK] = { 110, P9_HEADER + 2, P9_WALKED, true, P9_NOTHING },
	[VIO_P9_OPEN] = { 12, P9_HEADER + P9_QID + 4, P9_WALKED, false, P9_NOTHING },
	[VIO_P9_CREATE] = { 14, P9_HEADER + P9_QID + 4, P9_WALKED, false, P9_NOTHING },
	[VIO_P9_READ] = { 116, P9_COUNTED, P9_OPEN, false, P9_WRITES },
	[VIO_P9_WRITE] = { 118, P9_COUNTED, P9_OPEN, false, P9_READS },
	[VIO_P9_READDIR] = { 40, P9_COUNTED, P9_OPEN, false, P9_WRITES },
	[VIO_P9_READLINK] = { 22, P9_HEADER + 2, P9_ASKED, false, P9_WRITES },
	[VIO_P9_GETATTR] = { 24, 160, P9_ASKED, false, P9_NOTHING },
	[VIO_P9_MKDIR] = { 72, P9_HEADER + P9_QID, P9_ASKED, false, P9_NOTHING },
	[VIO_P9_UNLINK] = { 76, P9_HEADER, P9_ASKED, false, P9_NOTHING },
	[VIO_P9_RENAME] = { 74, P9_HEADER, P9_ASKED, false, P9_NOTHING },
	[VIO_P9_FSYNC] = { 50, P9_HEADER, P9_OPEN, false, P9_NOTHING },
	[VIO_P9_CLUNK] = { 120, P9_HEADER, P9_ASKED, false, P9_NOTHING },
	[VIO_P9_VERSION] = { P9_TVERSION, P9_HEADER + 6 + P9_VERSION_BYTES, P9_FREE, false,
			     P9_NOTHING },
};

static void put_string(struct message *m, const char *s, size_t n)
{
	m->full |= n > VIO_P9_NAME_MAX;
	put(m, n, 2);
	put_bytes(m, s, n);
}

static void put_name(struct message *m, const char *s)
{
	put_string(m, s, name_length(s, VIO_P9_NAME_MAX));
}

/* The names of a path, with any number of '/' between them. */
static uint16_t put_path(struct message *m, const char *s)
{
	uint16_t names = 0;

	while (!m->full) {
		size_t n = 0;

		while (*s == '/')
			s++;
		while (s[n] != '\0' && s[n] != '/')
			n++;
		if (n == 0)
			break;
		put_string(m, s, n);
		names++;
		s += n;
	}
	m->full |= names > VIO_P9_WALK_MAX;
	return names;
}

static void put_walk(struct message *m, struct vio_p9_slot *s, const struct vio_p9_request *r)
{
	put(m, s->made.number, 4);
	const uint32_t at = m->n;
	put(m, 0, 2);
	s->names = put_path(m, r->name);
	m->p[at] = (uint8_t)s->names;
}

static void put_attach(struct message *m, const struct vio_p9_slot *s,
		       const struct vio_p9_request *r)
{
	put(m, s->made.number, 4);
	put(m, UINT32_MAX, NO_FID_BYTES); /* no authentication */
	put(m, 0, 2);			  /* no name of a user, but number 0 */
	put_name(m, r->name);
	put(m, 0, 4);
}

static void put_name_and(struct message *m, const char *name, uint32_t a, uint32_t b)
{
	put_name(m, name);
	put(m, a, 4);
	put(m, b, 4);
}

static void put_range(struct message *m, const struct vio_p9_slot *s,
		      const struct vio_p9_request *r)
{
	put(m, r->offset, 8);
	put(m, s->len, 4);
}

static void put_rename(struct message *m, const struct vio_p9_request *r)
{
	put_name(m, r->name);
	put(m, r->to.number, 4);
	put_name(m, r->new_name);
}

static void put_version(struct message *m, const struct vio_p9 *p)
{
	put(m, p->want_msize, 4);
	put_string(m, vio_p9_version, P9_VERSION_BYTES);
}

/* The part of a message after the fid. The group of a new file is number 0; most hosts do not look
 * at it. */
static void put_rest(struct message *m, const struct vio_p9 *p, struct vio_p9_slot *s,
		     const struct vio_p9_request *r)
{
	switch (s->op) {
	case VIO_P9_ATTACH: put_attach(m, s, r); break;
	case VIO_P9_WALK: put_walk(m, s, r); break;
	case VIO_P9_OPEN: put(m, r->flags, 4); break;
	case VIO_P9_CREATE:
		put_name_and(m, r->name, r->flags, r->mode);
		put(m, 0, 4);
		break;
	case VIO_P9_READ:
	case VIO_P9_WRITE:
	case VIO_P9_READDIR: put_range(m, s, r); break;
	case VIO_P9_GETATTR: put(m, BASIC_ATTRIBUTES, 8); break;
	case VIO_P9_MKDIR: put_name_and(m, r->name, r->mode, 0); break;
	case VIO_P9_UNLINK:
		put_name(m, r->name);
		put(m, r->flags, 4);
		break;
	case VIO_P9_RENAME: put_rename(m, r); break;
	case VIO_P9_FSYNC: put(m, 0, 4); break;
	case VIO_P9_VERSION: put_version(m, p); break;
	default: break;
	}
}

uint32_t vio_p9_encode(const struct vio_p9 *p, struct vio_p9_slot *s,
		       const struct vio_p9_request *r)
{
	const struct p9_kind *k = &vio_p9_kinds[s->op];
	struct message m = { .p = s->out, .room = VIO_P9_OUT_BYTES };

	put(&m, 0, 4);
	put(&m, k->type, 1);
	put(&m, s->op == VIO_P9_VERSION ? P9_NO_TAG : (uint64_t)(s - p->slot), 2);
	if (k->needs != P9_FREE)
		put(&m, r->fid.number, 4);
	put_rest(&m, p, s, r);
	return message_end(&m, k->data == P9_READS ? s->len : 0);
}
