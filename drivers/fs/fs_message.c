/* SPDX-License-Identifier: BSD-2-Clause */
/* FUSE: the messages to the host. Numbers have the order of the CPU that sends the first message
 * (5.11.6); all CPUs here are little-endian. */
#include "drivers/fs/fs_internal.h"
#include "drivers/message.h"

enum {
	RELEASE_DIRECTORY = 29,
	OPEN_DIRECTORY = 27,
	/* Of INIT: TRUNC in an open, "." and ".." in a look-up, long writes, long requests. */
	INIT_FLAGS = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 22,
};

const struct fs_kind vio_fs_kinds[] = {
	[VIO_FS_LOOKUP] = { 1, FS_ENTRY, FS_IN_DIRECTORY, true, FS_NOTHING },
	[VIO_FS_GETATTR] = { 3, FS_ATTR_REPLY, FS_ANY, false, FS_NOTHING },
	[VIO_FS_READLINK] = { 5, 0, FS_ANY, false, FS_WRITES },
	[VIO_FS_OPEN] = { 14, FS_OPENED, FS_NOT_OPEN, false, FS_NOTHING },
	[VIO_FS_CREATE] = { 35, FS_ENTRY + FS_OPENED, FS_IN_DIRECTORY, true, FS_NOTHING },
	[VIO_FS_READ] = { 15, 0, FS_OPEN_FILE, false, FS_WRITES },
	[VIO_FS_WRITE] = { 16, FS_WRITE_REPLY, FS_OPEN_FILE, false, FS_READS },
	[VIO_FS_READDIR] = { 28, 0, FS_OPEN_DIRECTORY, false, FS_WRITES },
	[VIO_FS_FSYNC] = { 20, 0, FS_OPEN_FILE, false, FS_NOTHING },
	[VIO_FS_MKDIR] = { 9, FS_ENTRY, FS_IN_DIRECTORY, true, FS_NOTHING },
	[VIO_FS_UNLINK] = { 10, 0, FS_IN_DIRECTORY, false, FS_NOTHING },
	[VIO_FS_RMDIR] = { 11, 0, FS_IN_DIRECTORY, false, FS_NOTHING },
	[VIO_FS_RENAME] = { 45, 0, FS_IN_DIRECTORY, false, FS_NOTHING },
	[VIO_FS_STATFS] = { 17, FS_STATFS_REPLY, FS_ANY, false, FS_NOTHING },
	[VIO_FS_END] = { 18, 0, FS_ANY, false, FS_NOTHING },
	[VIO_FS_DESTROY] = { 38, 0, FS_NONE, false, FS_NOTHING },
	[VIO_FS_INIT] = { 26, FS_INIT_REPLY, FS_NONE, false, FS_NOTHING },
	[VIO_FS_FORGET] = { 2, 0, FS_ANY, false, FS_NOTHING },
};

static void put_two(struct message *m, uint32_t a, uint32_t b)
{
	put(m, a, 4);
	put(m, b, 4);
}

/* Names end with a NUL. */
static void put_name(struct message *m, const char *s)
{
	const size_t n = name_length(s, VIO_FS_NAME_MAX);

	m->full |= n > VIO_FS_NAME_MAX;
	put_bytes(m, s, n);
	put(m, 0, 1);
}

static void put_range(struct message *m, uint64_t open, uint64_t offset, uint32_t len)
{
	put(m, open, 8);
	put(m, offset, 8);
	put_two(m, len, 0);
	put(m, 0, 8); /* no owner of a lock */
	put_two(m, 0, 0);
}

static void put_create(struct message *m, const struct vio_fs_request *r)
{
	put_two(m, r->flags, r->mode);
	put_two(m, 0, 0);
	put_name(m, r->name);
}

static void put_rename(struct message *m, const struct vio_fs *f, const struct vio_fs_request *r)
{
	put(m, fs_node_of(f, r->to)->node, 8);
	put_two(m, 0, 0);
	put_name(m, r->name);
	put_name(m, r->new_name);
}

static void put_release(struct message *m, uint64_t open)
{
	put(m, open, 8);
	put_two(m, 0, 0);
	put(m, 0, 8);
}

static void put_init(struct message *m, const struct vio_fs *f)
{
	put_two(m, FS_MAJOR, FS_MINOR);
	put_two(m, f->want_data, INIT_FLAGS);
}

/* The part of a message after its header. */
static void put_rest(struct message *m, const struct vio_fs *f, const struct vio_fs_slot *s,
		     const struct vio_fs_request *r, uint64_t open)
{
	switch (s->op) {
	case VIO_FS_LOOKUP:
	case VIO_FS_UNLINK:
	case VIO_FS_RMDIR: put_name(m, r->name); break;
	case VIO_FS_GETATTR:
		put_two(m, 0, 0);
		put(m, 0, 8);
		break;
	case VIO_FS_OPEN: put_two(m, r->flags, 0); break;
	case VIO_FS_CREATE: put_create(m, r); break;
	case VIO_FS_READ:
	case VIO_FS_WRITE:
	case VIO_FS_READDIR: put_range(m, open, r->offset, s->len); break;
	case VIO_FS_FSYNC:
		put(m, open, 8);
		put_two(m, 0, 0);
		break;
	case VIO_FS_MKDIR:
		put_two(m, r->mode, 0);
		put_name(m, r->name);
		break;
	case VIO_FS_RENAME: put_rename(m, f, r); break;
	case VIO_FS_END: put_release(m, open); break;
	case VIO_FS_INIT: put_init(m, f); break;
	case VIO_FS_FORGET: put(m, 1, 8); break;
	default: break;
	}
}

static uint32_t code_of(enum vio_fs_op op, const struct vio_fs_node *n)
{
	if (n && n->directory && op == VIO_FS_OPEN)
		return OPEN_DIRECTORY;
	return n && n->directory && op == VIO_FS_END ? RELEASE_DIRECTORY : vio_fs_kinds[op].code;
}

uint32_t vio_fs_encode(const struct vio_fs *f, struct vio_fs_slot *s,
		       const struct vio_fs_request *r)
{
	const struct fs_kind *k = &vio_fs_kinds[s->op];
	const struct vio_fs_node *n = fs_node_of(f, s->file);
	struct message m = { .p = s->out, .room = VIO_FS_OUT_BYTES };

	put_two(&m, 0, code_of(s->op, n));
	put(&m, s->unique, 8);
	put(&m, n ? n->node : 0, 8);
	put(&m, 0, 8); /* user and group 0 */
	put(&m, 0, 8); /* no process */
	put_rest(&m, f, s, r, n ? n->open : 0);
	return message_end(&m, k->data == FS_READS ? s->len : 0);
}
