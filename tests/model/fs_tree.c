/* SPDX-License-Identifier: BSD-2-Clause */
/* What FUSE requests do to the tree of the server. */
#include "tests/model/fs_private.h"

#include <string.h>

enum {
	NODE_FIRST = 0x12345678, /* node i > 0 has this number plus i */
	OPEN_FIRST = 0x5a5a00,
	TYPE_MASK = 0170000,
	IS_DIRECTORY = 0040000,
	IS_LINK = 0120000,
	DIRENT = 24,
};

unsigned model_fs_known(const struct model_fs *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < MODEL_P9_NODES; i++)
		n += (unsigned)s->lookups[i];
	return n;
}

unsigned model_fs_opens(const struct model_fs *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < MODEL_FS_OPENS; i++)
		n += s->open[i].used;
	return n;
}

static bool is_directory(const struct model_fs *s, unsigned node)
{
	return (s->tree.node[node].mode & TYPE_MASK) == IS_DIRECTORY;
}

/* The index of a node that was looked up and not forgotten. */
static unsigned find_node(const struct model_fs *s, uint64_t number)
{
	const uint64_t i = number - NODE_FIRST;

	if (number == MODEL_FS_ROOT)
		return 0;
	if (i == 0 || i >= MODEL_P9_NODES || s->lookups[i] == 0)
		model_fail("fs-node", "5.11.6", "a node that was never looked up, or is forgotten");
	return i < MODEL_P9_NODES ? (unsigned)i : 0;
}

static struct model_fs_open *find_open(struct model_fs *s, uint64_t number, bool directory)
{
	static struct model_fs_open none;
	const uint64_t i = number - OPEN_FIRST;

	if (i < MODEL_FS_OPENS && s->open[i].used && s->open[i].directory == directory)
		return &s->open[i];
	model_fail("fs-open", "5.11.6", "a file that is not open");
	return &none;
}

/* A name: without '/', with a NUL at its end. */
static void get_name(struct model_p9_message *m, char *name)
{
	const uint32_t left = m->n - m->at;
	uint32_t n = 0;

	while (n < left && m->p[m->at + n] != 0)
		n++;

	m->bad |= n >= MODEL_P9_NAME || n == left;
	if (m->bad)
		return;
	memcpy(name, m->p + m->at, n + 1);
	m->at += n + 1;
	if (n == 0 || strchr(name, '/'))
		model_fail("fs-message", "5.11.6", "a name that is empty or a path");
}

static void put_attr(struct model_p9_message *out, const struct model_fs *s, unsigned node)
{
	const struct model_p9_node *of = &s->tree.node[node];

	model_p9_put(out, node + 1, 8);
	model_p9_put(out, of->bytes, 8);
	model_p9_put(out, 0x2222, 8); /* blocks */
	model_p9_put(out, 0x3333, 8); /* atime */
	model_p9_put(out, 1764332100, 8);
	model_p9_put(out, 0x4444, 8); /* ctime */
	for (unsigned i = 0; i < 3; i++)
		model_p9_put(out, 0x5555, 4);
	model_p9_put(out, of->mode, 4);
	model_p9_put(out, 3, 4);
	model_p9_put(out, 1000, 4);
	model_p9_put(out, 1001, 4);
	model_p9_put(out, 0x6666, 4); /* rdev */
	model_p9_put(out, 4096, 4);
	model_p9_put(out, 0, 4);
}

static uint32_t put_entry(struct model_p9_message *out, struct model_fs *s, unsigned node)
{
	s->lookups[node]++;
	model_p9_put(out, node ? NODE_FIRST + node : MODEL_FS_ROOT, 8);
	for (unsigned i = 0; i < 4; i++)
		model_p9_put(out, 0x7777, 8);
	put_attr(out, s, node);
	return 0;
}

static uint32_t put_open(struct model_p9_message *out, struct model_fs *s, unsigned node,
			 bool directory)
{
	unsigned i = 0;

	while (i < MODEL_FS_OPENS && s->open[i].used)
		i++;
	if (i == MODEL_FS_OPENS)
		return E_NOSPC;
	s->open[i] = (struct model_fs_open){ .used = true, .directory = directory, .node = node };
	model_p9_put(out, OPEN_FIRST + i, 8);
	model_p9_put(out, 0, 8);
	return 0;
}

/* ---- Requests ---- */

static uint32_t lookup(struct model_fs *s, unsigned dir, struct model_p9_message *in,
		       struct model_p9_message *out)
{
	char name[MODEL_P9_NAME] = "";

	get_name(in, name);
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) /* as virtiofsd 1.13 */
		return put_entry(out, s, dir);
	const unsigned node = model_p9_find(&s->tree, dir, name);
	if (node == 0 && s->zero_node) {
		out->at += 128;
		return 0;
	}
	return node == 0 ? E_NOENT : put_entry(out, s, node);
}

static uint32_t open_file(struct model_fs *s, unsigned node, bool directory,
			  struct model_p9_message *in, struct model_p9_message *out)
{
	const uint32_t flags = (uint32_t)model_p9_get(in, 4);

	model_p9_get(in, 4);
	if (is_directory(s, node) != directory)
		return directory ? E_NOTDIR : E_ISDIR;
	if (flags & 01000)
		s->tree.node[node].bytes = 0;
	return put_open(out, s, node, directory);
}

static uint32_t create(struct model_fs *s, unsigned dir, struct model_p9_message *in,
		       struct model_p9_message *out)
{
	const uint32_t flags = (uint32_t)model_p9_get(in, 4);
	const uint32_t mode = (uint32_t)model_p9_get(in, 4);
	char name[MODEL_P9_NAME] = "";

	model_p9_get(in, 8);
	get_name(in, name);
	unsigned node = model_p9_find(&s->tree, dir, name);
	if (node != 0 && (flags & 0200))
		return E_EXIST;
	if (node == 0)
		node = model_p9_add(&s->tree, dir, name, 0100000 | mode, NULL, 0);
	if (node == 0)
		return E_NOSPC;
	if (flags & 01000)
		s->tree.node[node].bytes = 0;
	put_entry(out, s, node);
	return put_open(out, s, node, false);
}

static uint32_t capped(const struct model_fs *s, uint32_t n)
{
	return s->tree.most && n > s->tree.most ? s->tree.most : n;
}

/* The file, offset and size of a read or write. */
static struct model_fs_open *get_range(struct model_fs *s, struct model_p9_message *in,
				       bool directory, uint64_t *at, uint32_t *n)
{
	struct model_fs_open *o = find_open(s, model_p9_get(in, 8), directory);

	*at = model_p9_get(in, 8);
	*n = (uint32_t)model_p9_get(in, 4);
	model_p9_get(in, 4);
	model_p9_get(in, 8);
	model_p9_get(in, 8);
	return o;
}

static uint32_t read_file(struct model_fs *s, struct model_p9_message *in,
			  struct model_p9_message *out)
{
	uint64_t at;
	uint32_t n;
	const struct model_p9_node *node = &s->tree.node[get_range(s, in, false, &at, &n)->node];

	n = capped(s, n);
	if (at >= node->bytes)
		n = 0;
	else if (n > node->bytes - at)
		n = node->bytes - (uint32_t)at;
	model_p9_put_bytes(out, node->data + (n ? at : 0), n);
	return 0;
}

static uint32_t write_file(struct model_fs *s, struct model_p9_message *in,
			   struct model_p9_message *out)
{
	uint64_t at;
	uint32_t all;
	struct model_p9_node *node = &s->tree.node[get_range(s, in, false, &at, &all)->node];
	const uint32_t n = capped(s, all);

	in->bad |= all != in->n - in->at;
	if (in->bad || at + n > MODEL_P9_BYTES)
		return E_NOSPC;
	memcpy(node->data + at, in->p + in->at, n);
	in->at += all;
	if (node->bytes < at + n)
		node->bytes = (uint32_t)at + n;
	model_p9_put(out, n, 4);
	model_p9_put(out, 0, 4);
	return 0;
}

/* The offset of an entry is opaque; here it is a mix of the number of the next node. */
static uint32_t read_directory(struct model_fs *s, struct model_p9_message *in,
			       struct model_p9_message *out)
{
	uint64_t from;
	uint32_t room;
	const unsigned dir = get_range(s, in, true, &from, &room)->node;
	const uint32_t start = out->at;

	for (unsigned i = from ? (unsigned)(from >> 40) : 0; i < MODEL_P9_NODES + 1; i++) {
		/* 0 and 1 stand for "." and "..", and n for node n - 1. */
		const unsigned node = i < 2 ? dir : i - 1;
		const struct model_p9_node *of = &s->tree.node[node];
		const char *const name = i == 0 ? "." : i == 1 ? ".." : of->name;
		const uint32_t n = (uint32_t)strlen(name);

		if (i >= 2 && (!of->mode || of->parent != dir))
			continue;
		if (DIRENT + n + 7 > room - (out->at - start))
			break;
		model_p9_put(out, node + 1, 8);
		model_p9_put(out, (uint64_t)(i + 1) << 40 | 1, 8);
		model_p9_put(out, n, 4);
		model_p9_put(out, of->mode >> 12, 4);
		model_p9_put_bytes(out, name, n);
		while ((out->at - start) % 8 != 0)
			model_p9_put(out, 0, 1);
	}
	return 0;
}

static uint32_t make_directory(struct model_fs *s, unsigned dir, struct model_p9_message *in,
			       struct model_p9_message *out)
{
	const uint32_t mode = (uint32_t)model_p9_get(in, 4);
	char name[MODEL_P9_NAME] = "";

	model_p9_get(in, 4);
	get_name(in, name);
	if (model_p9_find(&s->tree, dir, name))
		return E_EXIST;
	const unsigned node = model_p9_add(&s->tree, dir, name, IS_DIRECTORY | mode, NULL, 0);
	return node ? put_entry(out, s, node) : E_NOSPC;
}

static uint32_t unlink_file(struct model_fs *s, unsigned dir, bool directory,
			    struct model_p9_message *in)
{
	char name[MODEL_P9_NAME] = "";

	get_name(in, name);
	const unsigned node = model_p9_find(&s->tree, dir, name);
	if (node == 0)
		return E_NOENT;
	if (is_directory(s, node) != directory)
		return directory ? E_NOTDIR : E_ISDIR;
	s->tree.node[node].mode = 0;
	return 0;
}

static uint32_t rename_file(struct model_fs *s, unsigned dir, struct model_p9_message *in)
{
	const unsigned to = find_node(s, model_p9_get(in, 8));
	char name[MODEL_P9_NAME] = "", new_name[MODEL_P9_NAME] = "";

	model_p9_get(in, 8);
	get_name(in, name);
	get_name(in, new_name);
	const unsigned node = model_p9_find(&s->tree, dir, name);
	const unsigned old = model_p9_find(&s->tree, to, new_name);
	if (node == 0)
		return E_NOENT;
	if (old != 0 && old != node)
		s->tree.node[old].mode = 0;
	s->tree.node[node].parent = to;
	memcpy(s->tree.node[node].name, new_name, sizeof(new_name));
	return 0;
}

static uint32_t forget(struct model_fs *s, unsigned node, struct model_p9_message *in)
{
	const uint64_t n = model_p9_get(in, 8);

	if (n == 0 || n > s->lookups[node])
		model_fail("fs-node", "5.11.6", "forgotten more often than looked up");
	else
		s->lookups[node] -= n;
	return 0;
}

static uint32_t release(struct model_fs *s, bool directory, struct model_p9_message *in)
{
	find_open(s, model_p9_get(in, 8), directory)->used = false;
	model_p9_get(in, 8);
	model_p9_get(in, 8);
	return 0;
}

static uint32_t sync_file(struct model_fs *s, struct model_p9_message *in)
{
	s->tree.node[find_open(s, model_p9_get(in, 8), false)->node].synced++;
	model_p9_get(in, 8);
	return 0;
}

static uint32_t read_link(struct model_fs *s, unsigned node, struct model_p9_message *out)
{
	const struct model_p9_node *of = &s->tree.node[node];

	if ((of->mode & TYPE_MASK) != IS_LINK)
		return E_INVAL;
	model_p9_put_bytes(out, of->data, of->bytes);
	return 0;
}

static uint32_t get_attr(struct model_fs *s, unsigned node, struct model_p9_message *in,
			 struct model_p9_message *out)
{
	model_p9_get(in, 8);
	model_p9_get(in, 8);
	model_p9_put(out, 0x8888, 8);
	model_p9_put(out, 0x8888, 8);
	put_attr(out, s, node);
	return 0;
}

static uint32_t stat_fs(struct model_p9_message *out)
{
	for (unsigned i = 1; i <= 5; i++)
		model_p9_put(out, UINT64_C(0x100000000) + i, 8);
	model_p9_put(out, 65536, 4);
	model_p9_put(out, 255, 4);
	model_p9_put(out, 4096, 4);
	out->at += 80 - 52;
	return 0;
}

uint32_t model_fs_run(struct model_fs *s, uint32_t code, uint64_t number,
		      struct model_p9_message *in, struct model_p9_message *out)
{
	const unsigned node = find_node(s, number);

	switch (code) {
	case MODEL_FS_LOOKUP: return lookup(s, node, in, out);
	case MODEL_FS_FORGET: return forget(s, node, in);
	case MODEL_FS_GETATTR: return get_attr(s, node, in, out);
	case MODEL_FS_READLINK: return read_link(s, node, out);
	case MODEL_FS_MKDIR: return make_directory(s, node, in, out);
	case MODEL_FS_UNLINK: return unlink_file(s, node, false, in);
	case MODEL_FS_RMDIR: return unlink_file(s, node, true, in);
	case MODEL_FS_OPEN: return open_file(s, node, false, in, out);
	case MODEL_FS_READ: return read_file(s, in, out);
	case MODEL_FS_WRITE: return write_file(s, in, out);
	case MODEL_FS_STATFS: return stat_fs(out);
	case MODEL_FS_RELEASE: return release(s, false, in);
	case MODEL_FS_FSYNC: return sync_file(s, in);
	case MODEL_FS_OPENDIR: return open_file(s, node, true, in, out);
	case MODEL_FS_READDIR: return read_directory(s, in, out);
	case MODEL_FS_RELEASEDIR: return release(s, true, in);
	case MODEL_FS_CREATE: return create(s, node, in, out);
	default: return rename_file(s, node, in); /* MODEL_FS_RENAME2 */
	}
}
