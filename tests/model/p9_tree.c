/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of the 9P server, and what requests do to it. */
#include "tests/model/p9_private.h"

#include <stdlib.h>
#include <string.h>

enum {
	IS_DIRECTORY = 0040000,
	IS_LINK = 0120000,
	TYPE_MASK = 0170000,
	READDIR_HEAD = 24,
};

uint64_t model_p9_get(struct model_p9_message *m, unsigned bytes)
{
	uint64_t v = 0;

	m->bad |= bytes > m->n - m->at;
	for (unsigned i = 0; i < bytes && !m->bad; i++)
		v |= (uint64_t)m->p[m->at++] << (8 * i);
	return v;
}

void model_p9_put(struct model_p9_message *m, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		m->p[m->at++] = (uint8_t)(v >> (8 * i));
}

void model_p9_put_bytes(struct model_p9_message *m, const void *p, uint32_t n)
{
	memcpy(m->p + m->at, p, n);
	m->at += n;
}

static bool is_directory(const struct model_p9_node *n)
{
	return (n->mode & TYPE_MASK) == IS_DIRECTORY;
}

/* A name: without '/'. */
static void get_name(struct model_p9_message *m, char *name)
{
	const uint32_t n = (uint32_t)model_p9_get(m, 2);

	if (n >= MODEL_P9_NAME || n > m->n - m->at)
		m->bad = true;
	if (m->bad)
		return;
	memcpy(name, m->p + m->at, n);
	name[n] = '\0';
	m->at += n;
	if (strlen(name) != n || strchr(name, '/'))
		model_fail("p9-message", "9P2000.L", "a name with '/' or NUL");
}

static void put_qid(struct model_p9_message *m, const struct model_p9 *s, unsigned node)
{
	const uint32_t mode = s->node[node].mode & TYPE_MASK;

	model_p9_put(m, mode == IS_DIRECTORY ? 0x80 : mode == IS_LINK ? 2 : 0, 1);
	model_p9_put(m, 7, 4);
	model_p9_put(m, UINT64_C(0x1234567800000000) + node, 8);
}

unsigned model_p9_find(const struct model_p9 *s, unsigned parent, const char *name)
{
	for (unsigned i = 1; i < MODEL_P9_NODES; i++) {
		if (s->node[i].mode && s->node[i].parent == parent &&
		    strcmp(s->node[i].name, name) == 0)
			return i;
	}
	return 0;
}

unsigned model_p9_add(struct model_p9 *s, unsigned parent, const char *name, uint32_t mode,
		      const void *data, uint32_t n)
{
	unsigned i = 1;

	while (i < MODEL_P9_NODES - 1 && s->node[i].mode)
		i++;
	struct model_p9_node *const f = &s->node[i];
	if (f->mode || n > MODEL_P9_BYTES)
		return 0;
	memset(f, 0, sizeof(*f));
	f->mode = mode;
	f->parent = parent;
	strncpy(f->name, name, sizeof(f->name) - 1);
	f->bytes = n;
	if (n > 0)
		memcpy(f->data, data, n);
	return i;
}

unsigned model_p9_fids(const struct model_p9 *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < MODEL_P9_FIDS; i++)
		n += s->fid[i].used;
	return n;
}

/* ---- Fids ---- */

static struct model_p9_fid *find_fid(struct model_p9 *s, uint32_t number)
{
	for (unsigned i = 0; i < MODEL_P9_FIDS; i++) {
		if (s->fid[i].used && s->fid[i].number == number)
			return &s->fid[i];
	}
	return NULL;
}

/* The fid of a request, which must be known. `open`: must it be open (1) or not (0)? -1: either. */
static struct model_p9_fid *get_fid(struct model_p9 *s, struct model_p9_message *in, int open)
{
	static struct model_p9_fid none;
	struct model_p9_fid *f = find_fid(s, (uint32_t)model_p9_get(in, 4));

	if (!f)
		model_fail("p9-fid", "9P2000.L", "a fid that was never made, or is gone");
	else if (open >= 0 && f->open != open)
		model_fail("p9-fid", "9P2000.L", "a fid that is %sopen", open ? "not " : "");
	return f ? f : &none;
}

static uint32_t make_fid(struct model_p9 *s, uint32_t number, unsigned node)
{
	if (find_fid(s, number))
		model_fail("p9-fid", "9P2000.L", "a new fid that is in use");
	for (unsigned i = 0; i < MODEL_P9_FIDS; i++) {
		if (s->fid[i].used)
			continue;
		s->fid[i] = (struct model_p9_fid){ .used = true, .number = number, .node = node };
		return 0;
	}
	return E_NOSPC;
}

/* ---- Requests ---- */

static uint32_t t_attach(struct model_p9 *s, struct model_p9_message *in,
			 struct model_p9_message *out)
{
	const uint32_t number = (uint32_t)model_p9_get(in, 4);
	char name[MODEL_P9_NAME];

	if (model_p9_get(in, 4) != UINT32_MAX)
		model_fail("p9-fid", "9P2000.L", "a fid of authentication that was never made");
	get_name(in, name);
	get_name(in, name);
	model_p9_get(in, 4);
	put_qid(out, s, 0);
	return in->bad ? 0 : make_fid(s, number, 0);
}

static uint32_t t_walk(struct model_p9 *s, struct model_p9_message *in,
		       struct model_p9_message *out)
{
	unsigned node = get_fid(s, in, 0)->node, found = 0;
	const uint32_t made = (uint32_t)model_p9_get(in, 4), n = (uint32_t)model_p9_get(in, 2);
	bool on = true;
	char name[MODEL_P9_NAME] = "";

	if (n > 16)
		model_fail("p9-message", "9P2000.L", "a walk of %u names", (unsigned)n);
	model_p9_put(out, 0, 2);
	for (uint32_t i = 0; i < n && !in->bad; i++) {
		get_name(in, name);
		const unsigned next = strcmp(name, "..") == 0 ? s->node[node].parent
							      : model_p9_find(s, node, name);

		on = on && (next != 0 || strcmp(name, "..") == 0);
		if (!on)
			continue;
		node = next;
		put_qid(out, s, node);
		found++;
	}
	out->p[7] = (uint8_t)found;
	if (in->bad || (n > 0 && found == 0))
		return E_NOENT;
	return found == n ? make_fid(s, made, node) : 0;
}

static uint32_t t_lopen(struct model_p9 *s, struct model_p9_message *in,
			struct model_p9_message *out)
{
	struct model_p9_fid *f = get_fid(s, in, 0);
	struct model_p9_node *node = &s->node[f->node];

	f->flags = (uint32_t)model_p9_get(in, 4);
	if (is_directory(node) && (f->flags & 3) != 0)
		return E_ISDIR;
	if (f->flags & 01000)
		node->bytes = 0;
	f->open = true;
	put_qid(out, s, f->node);
	model_p9_put(out, 0, 4);
	return 0;
}

static uint32_t t_create(struct model_p9 *s, struct model_p9_message *in,
			 struct model_p9_message *out)
{
	struct model_p9_fid *f = get_fid(s, in, 0);
	char name[MODEL_P9_NAME] = "";

	get_name(in, name);
	const uint32_t flags = (uint32_t)model_p9_get(in, 4);
	const uint32_t mode = (uint32_t)model_p9_get(in, 4);
	unsigned node = model_p9_find(s, f->node, name);
	model_p9_get(in, 4);
	if (node != 0 && (flags & 0200))
		return E_EXIST;
	if (node == 0)
		node = model_p9_add(s, f->node, name, 0100000 | mode, NULL, 0);
	if (node == 0)
		return E_NOSPC;
	if (flags & 01000)
		s->node[node].bytes = 0;
	f->node = node;
	f->open = true;
	put_qid(out, s, node);
	model_p9_put(out, 0, 4);
	return 0;
}

static uint32_t capped(const struct model_p9 *s, uint32_t n)
{
	return s->most && n > s->most ? s->most : n;
}

static uint32_t t_read_file(struct model_p9 *s, struct model_p9_message *in,
			    struct model_p9_message *out)
{
	const struct model_p9_node *node = &s->node[get_fid(s, in, 1)->node];
	const uint64_t at = model_p9_get(in, 8);
	uint32_t n = capped(s, (uint32_t)model_p9_get(in, 4));

	if (is_directory(node))
		return E_ISDIR;
	if (at >= node->bytes)
		n = 0;
	else if (n > node->bytes - at)
		n = node->bytes - (uint32_t)at;
	model_p9_put(out, n, 4);
	model_p9_put_bytes(out, node->data + (n ? at : 0), n);
	return 0;
}

static uint32_t t_write_file(struct model_p9 *s, struct model_p9_message *in,
			     struct model_p9_message *out)
{
	struct model_p9_node *node = &s->node[get_fid(s, in, 1)->node];
	const uint64_t at = model_p9_get(in, 8);
	const uint32_t all = (uint32_t)model_p9_get(in, 4), n = capped(s, all);

	in->bad |= all != in->n - in->at;
	if (in->bad || at + n > MODEL_P9_BYTES)
		return E_NOSPC;
	memcpy(node->data + at, in->p + in->at, n);
	in->at += all;
	if (node->bytes < at + n)
		node->bytes = (uint32_t)at + n;
	model_p9_put(out, n, 4);
	return 0;
}

/* The offset of an entry is opaque; here it is a mix of the number of the next node. */
static uint32_t t_readdir(struct model_p9 *s, struct model_p9_message *in,
			  struct model_p9_message *out)
{
	const unsigned dir = get_fid(s, in, 1)->node;
	const uint64_t from = model_p9_get(in, 8);
	const uint32_t room = (uint32_t)model_p9_get(in, 4), at = out->at;

	if (!is_directory(&s->node[dir]))
		return E_NOTDIR;
	model_p9_put(out, 0, 4);
	for (unsigned i = from ? (unsigned)(from >> 40) : 0; i < MODEL_P9_NODES + 1; i++) {
		/* 0 and 1 stand for "." and "..", and n for node n - 1. */
		const unsigned node = i < 2 ? dir : i - 1;
		const char *const name = i == 0 ? "." : i == 1 ? ".." : s->node[node].name;
		const uint32_t n = (uint32_t)strlen(name);

		if (i >= 2 && (!s->node[node].mode || s->node[node].parent != dir))
			continue;
		if (READDIR_HEAD + n > room - (out->at - at - 4))
			break;
		put_qid(out, s, node);
		model_p9_put(out, (uint64_t)(i + 1) << 40 | 1, 8);
		model_p9_put(out, s->node[node].mode >> 12, 1);
		model_p9_put(out, n, 2);
		model_p9_put_bytes(out, name, n);
	}
	for (unsigned i = 0; i < 4; i++)
		out->p[at + i] = (uint8_t)((out->at - at - 4) >> (8 * i));
	return 0;
}

static uint32_t t_readlink(struct model_p9 *s, struct model_p9_message *in,
			   struct model_p9_message *out)
{
	const struct model_p9_node *node = &s->node[get_fid(s, in, -1)->node];

	if ((node->mode & TYPE_MASK) != IS_LINK)
		return E_INVAL;
	model_p9_put(out, node->bytes, 2);
	model_p9_put_bytes(out, node->data, node->bytes);
	return 0;
}

static uint32_t t_getattr(struct model_p9 *s, struct model_p9_message *in,
			  struct model_p9_message *out)
{
	const unsigned number = get_fid(s, in, -1)->node;
	const struct model_p9_node *node = &s->node[number];

	model_p9_get(in, 8);
	model_p9_put(out, 0x7ff, 8);
	put_qid(out, s, number);
	model_p9_put(out, node->mode, 4);
	model_p9_put(out, 1000, 4);
	model_p9_put(out, 1001, 4);
	model_p9_put(out, 3, 8);      /* nlink */
	model_p9_put(out, 0x1111, 8); /* rdev */
	model_p9_put(out, node->bytes, 8);
	model_p9_put(out, 4096, 8);   /* blksize */
	model_p9_put(out, 0x2222, 8); /* blocks */
	model_p9_put(out, 0x3333, 8); /* atime */
	model_p9_put(out, 0x4444, 8);
	model_p9_put(out, 1764332100, 8); /* mtime */
	for (unsigned i = 0; i < 7; i++)  /* its ns, ctime, btime, gen, data_version */
		model_p9_put(out, 0x5555, 8);
	return 0;
}

static uint32_t t_mkdir(struct model_p9 *s, struct model_p9_message *in,
			struct model_p9_message *out)
{
	const unsigned dir = get_fid(s, in, -1)->node;
	char name[MODEL_P9_NAME] = "";

	get_name(in, name);
	const uint32_t mode = (uint32_t)model_p9_get(in, 4);
	model_p9_get(in, 4);
	if (model_p9_find(s, dir, name))
		return E_EXIST;
	const unsigned node = model_p9_add(s, dir, name, IS_DIRECTORY | mode, NULL, 0);
	put_qid(out, s, node);
	return node ? 0 : E_NOSPC;
}

static uint32_t t_unlinkat(struct model_p9 *s, struct model_p9_message *in)
{
	const unsigned dir = get_fid(s, in, -1)->node;
	char name[MODEL_P9_NAME] = "";

	get_name(in, name);
	const bool removes_directory = model_p9_get(in, 4) & 0x200;
	const unsigned node = model_p9_find(s, dir, name);
	if (node == 0)
		return E_NOENT;
	if (is_directory(&s->node[node]) != removes_directory)
		return removes_directory ? E_NOTDIR : E_ISDIR;
	for (unsigned i = 1; i < MODEL_P9_NODES; i++) {
		if (s->node[i].mode && s->node[i].parent == node)
			return E_NOTEMPTY;
	}
	s->node[node].mode = 0;
	return 0;
}

static uint32_t t_renameat(struct model_p9 *s, struct model_p9_message *in)
{
	const unsigned from = get_fid(s, in, -1)->node;
	char name[MODEL_P9_NAME] = "", new_name[MODEL_P9_NAME] = "";

	get_name(in, name);
	const unsigned to = get_fid(s, in, -1)->node, node = model_p9_find(s, from, name);
	get_name(in, new_name);
	const unsigned old = model_p9_find(s, to, new_name);
	if (node == 0)
		return E_NOENT;
	if (old != 0 && old != node)
		s->node[old].mode = 0;
	s->node[node].parent = to;
	memcpy(s->node[node].name, new_name, sizeof(new_name));
	return 0;
}

static uint32_t t_fsync(struct model_p9 *s, struct model_p9_message *in)
{
	s->node[get_fid(s, in, 1)->node].synced++;
	model_p9_get(in, 4);
	return 0;
}

uint32_t model_p9_run(struct model_p9 *s, uint8_t type, struct model_p9_message *in,
		      struct model_p9_message *out)
{
	switch (type) {
	case MODEL_P9_TATTACH: return t_attach(s, in, out);
	case MODEL_P9_TWALK: return t_walk(s, in, out);
	case MODEL_P9_TLOPEN: return t_lopen(s, in, out);
	case MODEL_P9_TLCREATE: return t_create(s, in, out);
	case MODEL_P9_TREAD: return t_read_file(s, in, out);
	case MODEL_P9_TWRITE: return t_write_file(s, in, out);
	case MODEL_P9_TREADDIR: return t_readdir(s, in, out);
	case MODEL_P9_TREADLINK: return t_readlink(s, in, out);
	case MODEL_P9_TGETATTR: return t_getattr(s, in, out);
	case MODEL_P9_TMKDIR: return t_mkdir(s, in, out);
	case MODEL_P9_TUNLINKAT: return t_unlinkat(s, in);
	case MODEL_P9_TRENAMEAT: return t_renameat(s, in);
	case MODEL_P9_TFSYNC: return t_fsync(s, in);
	default: get_fid(s, in, -1)->used = false; return 0; /* MODEL_P9_TCLUNK */
	}
}
