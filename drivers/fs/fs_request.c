/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-fs: requests, and the handles that they make and end. */
#include "drivers/fs/fs_internal.h"

#include <string.h>

/* ---- Handles ---- */

static struct vio_fs_file file_at(const struct vio_fs *f, uint32_t index)
{
	return (struct vio_fs_file){ (f->starts % 0xfffe + 1) << 16 | index };
}

struct vio_fs_file vio_fs_root(const struct vio_fs *f)
{
	return file_at(f, 0);
}

static bool is_root(const struct vio_fs *f, struct vio_fs_file file)
{
	return fs_node_of(f, file) == f->file;
}

/* A free handle is taken for the request that makes it. `number` 0: none is free. */
static struct vio_fs_file take_file(struct vio_fs *f)
{
	for (uint32_t i = 0; i < f->nfiles; i++) {
		if (f->file[i].state != FS_FREE)
			continue;
		f->file[i].state = FS_ASKED;
		f->files_in_use++;
		return file_at(f, i);
	}
	return (struct vio_fs_file){ 0 };
}

/* The root is never free. */
static void free_file(struct vio_fs *f, struct vio_fs_file file)
{
	struct vio_fs_node *n = fs_node_of(f, file);

	if (!n)
		return;
	n->state = is_root(f, file) ? FS_FOUND : FS_FREE;
	if (n->state == FS_FREE)
		f->files_in_use--;
}

static bool is_in_use(const struct vio_fs *f, struct vio_fs_file file)
{
	for (unsigned i = 0; i < f->nslots; i++) {
		if (f->slot[i].r && f->slot[i].file.number == file.number)
			return true;
	}
	return false;
}

/* A handle whose state changes is in no other request, so no late reply is about a later file. */
static bool changes(enum vio_fs_op op)
{
	return op == VIO_FS_END || op == VIO_FS_OPEN;
}

static bool suits(const struct vio_fs_node *n, enum vio_fs_op op)
{
	switch (vio_fs_kinds[op].needs) {
	case FS_IN_DIRECTORY: return n->directory;
	case FS_NOT_OPEN: return n->state == FS_FOUND;
	case FS_OPEN_FILE: return n->state == FS_OPEN && !n->directory;
	case FS_OPEN_DIRECTORY: return n->state == FS_OPEN && n->directory;
	default: return true;
	}
}

static int check_file(const struct vio_fs *f, enum vio_fs_op op, struct vio_fs_file file)
{
	const struct vio_fs_node *n = fs_node_of(f, file);

	if (vio_fs_kinds[op].needs == FS_NONE)
		return VIO_OK;
	if (!n || n->state == FS_FREE || n->state == FS_ASKED || !suits(n, op))
		return VIO_EINVAL;
	if (op == VIO_FS_END && is_root(f, file) && n->state != FS_OPEN)
		return VIO_EINVAL;
	return changes(op) && is_in_use(f, file) ? VIO_EBUSY : VIO_OK;
}

/* ---- Is the request valid? ---- */

static bool is_name(const char *s)
{
	size_t n = 0;

	while (s && s[n] != '\0' && s[n] != '/')
		n++;
	return n > 0 && s[n] == '\0';
}

static bool is_named(const struct vio_fs_request *r)
{
	switch (r->op) {
	case VIO_FS_LOOKUP:
	case VIO_FS_CREATE:
	case VIO_FS_MKDIR:
	case VIO_FS_UNLINK:
	case VIO_FS_RMDIR: return is_name(r->name);
	case VIO_FS_RENAME: return is_name(r->name) && is_name(r->new_name);
	default: return true;
	}
}

static int check_data(const struct vio_fs_request *r)
{
	if (!r->data || r->len < (r->op == VIO_FS_READDIR ? VIO_FS_READDIR_MIN : 1u))
		return VIO_EINVAL;
	return r->op != VIO_FS_READDIR && r->offset > (uint64_t)INT64_MAX - r->len ? VIO_ERANGE
										   : VIO_OK;
}

static int check(const struct vio_fs *f, const struct vio_fs_request *r)
{
	if (!is_named(r))
		return VIO_EINVAL;
	int rc = check_file(f, r->op, r->file);
	if (rc == VIO_OK && r->op == VIO_FS_RENAME)
		rc = check_file(f, r->op, r->to);
	if (rc == VIO_OK && vio_fs_kinds[r->op].data != FS_NOTHING)
		rc = check_data(r);
	return rc;
}

/* ---- Submit ---- */

static struct vio_fs_slot *free_slot(struct vio_fs *f)
{
	for (unsigned i = 0; i < f->nslots; i++) {
		if (!f->slot[i].r)
			return &f->slot[i];
	}
	return NULL;
}

static void add(struct vio_fs_slot *s, unsigned *n, void *data, uint32_t len, vio_dma at)
{
	s->buf[*n].p = data;
	s->buf[*n].seg.len = len;
	s->buf[*n].seg.addr = at;
	(*n)++;
}

/* Messages are in ring memory, and data is in the caller's memory. The host does not answer a
 * FORGET. */
static void lay_out(struct vio_fs_slot *s, void *data, uint32_t bytes)
{
	const struct fs_kind *k = &vio_fs_kinds[s->op];
	const vio_dma none = { 0 };
	unsigned n = 0, nread;

	add(s, &n, NULL, bytes, s->out_at);
	if (k->data == FS_READS)
		add(s, &n, data, s->len, none);
	nread = n;
	if (s->op != VIO_FS_FORGET)
		add(s, &n, NULL, FS_IN_HEADER + k->reply, s->in_at);
	if (k->data == FS_WRITES)
		add(s, &n, data, s->len, none);
	vio_request_set(&s->request, s->buf, (uint16_t)nread, (uint16_t)(n - nread));
}

/* FORGET, and nothing else here, is for the queue of high priority (5.11.6.3). */
static int enqueue(struct vio_fs *f, struct vio_fs_slot *s, const struct vio_fs_request *r)
{
	struct vio_queue *const q = s->op == VIO_FS_FORGET ? &f->hiprio : &f->queue;

	s->unique = ++f->unique;
	memset(s->in, 0, VIO_FS_IN_BYTES);
	const uint32_t bytes = vio_fs_encode(f, s, r);
	if (bytes == 0)
		return VIO_ERANGE;
	lay_out(s, r->data, bytes);
	return vio_queue_request(q, &s->request);
}

static bool is_dots(const char *s)
{
	return s[0] == '.' && (s[1] == '\0' || (s[1] == '.' && s[2] == '\0'));
}

static int make(struct vio_fs *f, struct vio_fs_slot *s, const struct vio_fs_request *r)
{
	const struct vio_fs_node *n = fs_node_of(f, r->file);

	s->op = r->op == VIO_FS_END && n->state != FS_OPEN ? VIO_FS_FORGET : r->op;
	s->file = r->file;
	s->len = r->len < f->max_data ? r->len : f->max_data;
	s->dots = s->op == VIO_FS_LOOKUP && is_dots(r->name);
	s->made = (struct vio_fs_file){ 0 };
	if (vio_fs_kinds[s->op].makes)
		s->made = take_file(f);
	if (vio_fs_kinds[s->op].makes && s->made.number == 0)
		return VIO_EFULL;
	return enqueue(f, s, r);
}

int vio_fs_send(struct vio_fs *f, struct vio_fs_request *r)
{
	struct vio_fs_slot *s = free_slot(f);

	if (!s)
		return VIO_EFULL;
	const int rc = make(f, s, r);
	if (rc < 0) {
		free_file(f, s->made);
		return rc;
	}
	if (changes(r->op))
		fs_node_of(f, s->file)->state = FS_ASKED;
	s->r = r;
	r->busy = true;
	f->sent++;
	return VIO_OK;
}

static bool is_idle(const struct vio_fs *f)
{
	unsigned n = 0;

	while (n < f->nslots && !f->slot[n].r)
		n++;
	return n == f->nslots;
}

int vio_fs_submit(struct vio_fs *f, struct vio_fs_request *r)
{
	if (f->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (r->busy || f->max_data == 0 || (r->op == VIO_FS_DESTROY && !is_idle(f)))
		return VIO_EBUSY;
	if ((unsigned)r->op >= VIO_FS_INIT)
		return VIO_EINVAL;
	int rc = check(f, r);
	if (rc == VIO_OK)
		rc = vio_fs_send(f, r);
	if (rc == VIO_OK && r->op == VIO_FS_DESTROY)
		vio_fs_forget(f);
	return rc;
}

void vio_fs_kick(struct vio_fs *f)
{
	if (f->device.state != VIO_LIVE)
		return;
	vio_queue_kick(&f->queue);
	vio_queue_kick(&f->hiprio);
}

/* ---- Replies ---- */

/* After the close of a file the driver sends FORGET. False: no further answer has to come. */
static bool goes_on(struct vio_fs *f, struct vio_fs_slot *s, int err)
{
	if (s->op != VIO_FS_END || err == VIO_EDEVICE || is_root(f, s->file))
		return false;
	s->op = VIO_FS_FORGET;
	return enqueue(f, s, s->r) == VIO_OK;
}

static void settle(struct vio_fs *f, const struct vio_fs_slot *s, int err)
{
	if (s->made.number != 0 && err == VIO_OK)
		fs_node_of(f, s->made)->state = s->op == VIO_FS_CREATE ? FS_OPEN : FS_FOUND;
	else
		free_file(f, s->made);
	if (s->op == VIO_FS_END || s->op == VIO_FS_FORGET)
		free_file(f, s->file);
	else if (changes(s->op))
		fs_node_of(f, s->file)->state = err == VIO_OK ? FS_OPEN : FS_FOUND;
}

static int result(struct vio_fs *f, struct vio_fs_slot *s, uint32_t written)
{
	enum vio_fs_protocol_error error = 0;

	if (s->op != VIO_FS_FORGET)
		error = vio_fs_judge(f, s, written);
	if (error == 0)
		return s->r->err;
	vio_device_protocol_error(&f->device, FS_REQUEST_QUEUE, error);
	s->r->n = 0;
	return VIO_EDEVICE;
}

void vio_fs_done(struct vio_queue *q, struct vio_request *request, int err, uint32_t written)
{
	struct vio_fs *f = fs_of(q->dev);
	struct vio_fs_slot *s = (struct vio_fs_slot *)(void *)request;
	struct vio_fs_request *r = s->r;

	r->err = err;
	r->host_error = r->n = 0;
	if (err == VIO_OK)
		r->err = result(f, s, written);
	if (goes_on(f, s, r->err))
		return;
	settle(f, s, r->err);
	r->made = r->err == VIO_OK ? s->made : (struct vio_fs_file){ 0 };
	f->errors += r->err != VIO_OK;
	s->r = NULL;
	r->busy = false;
	if (r->done)
		r->done(f, r);
}

void vio_fs_forget(struct vio_fs *f)
{
	memset(f->file, 0, f->nfiles * sizeof(*f->file));
	f->file[0] = (struct vio_fs_node){ .node = FS_ROOT, .state = FS_FOUND, .directory = true };
	f->files_in_use = 0;
	f->max_data = 0;
	f->starts++;
}
