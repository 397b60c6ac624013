/* SPDX-License-Identifier: BSD-2-Clause */
/* FUSE: the replies of the host. Each byte is read once from the memory that the device writes, and
 * no number in it is used before it is checked. */
#include "drivers/fs/fs_internal.h"

#include <string.h>

enum { ERROR_LEAST = -511, DIRENT = 24 };

struct reader {
	const volatile uint8_t *p;
};

/* The lengths of replies are checked before they are read. */
static uint64_t take(struct reader *m, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)m->p[i] << 8 * i;
	m->p += bytes;
	return v;
}

/* ---- The kinds of replies ---- */

static enum vio_fs_protocol_error take_attr(struct reader *m, struct vio_fs_request *r)
{
	struct vio_fs_attr *const a = &r->attr;

	take(m, 8); /* inode */
	a->bytes = take(m, 8);
	m->p += 2 * 8; /* blocks, the time of the last access */
	a->modified = take(m, 8);
	m->p += 8 + 3 * 4; /* time of change, and nanoseconds */
	a->mode = (uint32_t)take(m, 4);
	a->links = (uint32_t)take(m, 4);
	a->uid = (uint32_t)take(m, 4);
	a->gid = (uint32_t)take(m, 4);
	m->p += 3 * 4; /* the device number of a device file, block size, flags */
	return a->bytes <= INT64_MAX ? 0 : VIO_FS_BAD_REPLY;
}

/* A host may report a missing file by the node number 0. The root is not an entry of a directory.
 * Two handles may have the same node; the host counts them. */
static enum vio_fs_protocol_error take_entry(struct reader *m, const struct vio_fs *f,
					     const struct vio_fs_slot *s, struct vio_fs_request *r)
{
	struct vio_fs_node *n = fs_node_of(f, s->made);

	n->node = take(m, 8);
	m->p += 8 + 2 * 8 + 2 * 4; /* generation, and how long the attributes are valid */
	const enum vio_fs_protocol_error error = take_attr(m, r);
	if (n->node == 0 && s->op == VIO_FS_LOOKUP) {
		r->err = VIO_EIO;
		r->host_error = VIO_FS_ENOENT;
		return 0;
	}
	if (n->node == 0 || (n->node == FS_ROOT && !s->dots))
		return VIO_FS_BAD_NODE;
	n->directory = (r->attr.mode & VIO_FS_S_IFMT) == VIO_FS_S_IFDIR;
	return error;
}

static void take_room(struct reader *m, struct vio_fs_room *to)
{
	to->units = take(m, 8);
	to->free = take(m, 8);
	to->available = take(m, 8);
	m->p += 2 * 8 + 4 + 4; /* numbers of files, the best length of a transfer, of a name */
	to->unit = (uint32_t)take(m, 4);
}

static enum vio_fs_protocol_error take_init(struct reader *m, struct vio_fs *f)
{
	const uint64_t major = take(m, 4), minor = take(m, 4);

	if (major != FS_MAJOR || minor < FS_MINOR_MIN)
		return VIO_FS_BAD_VERSION;
	m->p += 4 + 4 + 2 + 2; /* reading ahead, flags, requests in the background */
	const uint32_t most = (uint32_t)take(m, 4);
	if (most < VIO_FS_DATA_MIN)
		return VIO_FS_BAD_DATA;
	f->max_data = most < f->want_data ? most : f->want_data;
	return 0;
}

static enum vio_fs_protocol_error take_result(struct reader *m, struct vio_fs *f,
					      const struct vio_fs_slot *s, uint32_t n)
{
	struct vio_fs_request *r = s->r;
	enum vio_fs_protocol_error error;

	switch (s->op) {
	case VIO_FS_LOOKUP:
	case VIO_FS_MKDIR: return take_entry(m, f, s, r);
	case VIO_FS_CREATE:
		error = take_entry(m, f, s, r);
		fs_node_of(f, s->made)->open = take(m, 8);
		fs_node_of(f, s->made)->directory = false;
		return error;
	case VIO_FS_GETATTR:
		m->p += 8 + 4 + 4; /* how long they are valid */
		return take_attr(m, r);
	case VIO_FS_OPEN: fs_node_of(f, s->file)->open = take(m, 8); return 0;
	case VIO_FS_WRITE:
		r->n = (uint32_t)take(m, 4);
		return r->n <= s->len ? 0 : VIO_FS_BAD_REPLY;
	case VIO_FS_STATFS: take_room(m, &r->room); return 0;
	case VIO_FS_INIT: return take_init(m, f);
	default: r->n = n; return 0; /* the data, which is in the caller's memory */
	}
}

/* ---- All replies ---- */

static enum vio_fs_protocol_error take_error(struct vio_fs_request *r, int32_t error,
					     uint32_t written)
{
	if (error > 0 || error < ERROR_LEAST || written != FS_IN_HEADER)
		return VIO_FS_BAD_ERROR;
	r->err = VIO_EIO;
	r->host_error = (uint32_t)-error;
	return 0;
}

enum vio_fs_protocol_error vio_fs_judge(struct vio_fs *f, const struct vio_fs_slot *s,
					uint32_t written)
{
	const struct fs_kind *k = &vio_fs_kinds[s->op];
	struct reader m = { s->in };

	if (take(&m, 4) != written || written < FS_IN_HEADER)
		return VIO_FS_BAD_SIZE;
	const int32_t error = (int32_t)(uint32_t)take(&m, 4);
	if (take(&m, 8) != s->unique)
		return VIO_FS_BAD_REQUEST;
	if (error != 0)
		return s->op == VIO_FS_INIT ? VIO_FS_BAD_VERSION : take_error(s->r, error, written);
	/* The used length never exceeds the memory for a reply, and neither does data. */
	if (k->data != FS_WRITES && written != (uint32_t)FS_IN_HEADER + k->reply)
		return s->op == VIO_FS_INIT ? VIO_FS_BAD_VERSION : VIO_FS_BAD_REPLY;
	return take_result(&m, f, s, written - FS_IN_HEADER);
}

int vio_fs_next_entry(const void *data, uint32_t n, uint32_t *at, struct vio_fs_entry *e)
{
	if (*at >= n)
		return 0;
	struct reader m = { (const uint8_t *)data + *at };
	const uint32_t left = n - *at;
	if (left < DIRENT)
		return VIO_EDEVICE;
	e->inode = take(&m, 8);
	e->offset = take(&m, 8);
	const uint32_t len = (uint32_t)take(&m, 4);
	e->type = (uint32_t)take(&m, 4);
	if (len == 0 || len > VIO_FS_NAME_MAX || left < ((DIRENT + len + 7) & ~7u))
		return VIO_EDEVICE;
	memcpy(e->name, (const uint8_t *)data + *at + DIRENT, len);
	e->name[len] = '\0';
	for (uint32_t i = 0; i < len; i++) {
		if (e->name[i] == '\0' || e->name[i] == '/')
			return VIO_EDEVICE;
	}
	*at += (DIRENT + len + 7) & ~7u;
	return 1;
}
