/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/files/walk.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH = 6, PIECE = 3000, PATH = 4 * VIO_FILES_NAME };

static int read_image(void *ctx, uint64_t at, void *to, uint32_t n)
{
	struct walk *w = ctx;

	if (n > w->bytes || at > w->bytes - n)
		abort(); /* vio_files_get() was to see to that */
	memcpy(to, w->image + at, n);
	w->reads++;
	return VIO_OK;
}

static int start(void *ctx, struct vio_files_block *b)
{
	struct walk *w = ctx;
	const bool is_map = b < w->block + w->cache.memory.maps;

	if (b->n == 0 || b->n > (is_map ? WALK_MAP : WALK_DATA) || b->at % w->block_bytes != 0 ||
	    b->n > w->bytes || b->at > w->bytes - b->n)
		abort();
	w->reads++;
	w->data_reads += !is_map;
	w->flying[w->nflying++] = b;
	if (w->nflying > w->most_flying)
		w->most_flying = w->nflying;
	return VIO_OK;
}

/* The one that was started last ends first. */
static int end_until(void *ctx, struct vio_files_block *b)
{
	struct walk *w = ctx;

	while (b->busy) {
		struct vio_files_block *last = w->flying[--w->nflying];

		memcpy(last->p, w->image + last->at, last->n);
		last->busy = false;
	}
	return VIO_OK;
}

static int turn(void *ctx)
{
	((struct walk *)ctx)->turns++;
	return VIO_OK;
}

struct vio_files_disk walk_open(struct walk *w)
{
	struct vio_files_disk d = {
		.read = read_image, .ctx = w, .bytes = w->bytes, .block_bytes = w->block_bytes
	};
	struct vio_files_memory m = { .block = w->block,
				      .maps = WALK_BLOCKS - 4,
				      .map_bytes = WALK_MAP,
				      .datas = 4,
				      .data_bytes = WALK_DATA };

	if (!w->cached)
		return d;
	m.p = malloc(VIO_FILES_CACHE_BYTES(m.maps, WALK_MAP, m.datas, WALK_DATA));
	vio_files_cache_init(&w->cache, &m);
	d.cache = &w->cache;
	d.start = start;
	d.wait = end_until;
	d.turn = turn;
	return d;
}

void walk_close(struct walk *w)
{
	free(w->cache.memory.p);
}

static void say(struct walk *w, const char *kind, uint64_t a, uint64_t b, const char *name)
{
	if (w->out)
		fprintf(w->out, "%s %" PRIu64 " %" PRIu64 " %s\n", kind, a, b, name);
}

/* Its CRC-32, read in pieces that fit no block; or the error. */
static int read_file(struct walk *w, struct vio_files *v, struct vio_files_node *n, uint32_t *crc)
{
	uint8_t piece[PIECE];
	uint64_t at = 0;
	int rc;

	*crc = 0;
	while ((rc = vio_files_read(v, n, at, piece, sizeof(piece))) > 0) {
		*crc = vio_files_crc(*crc, piece, (size_t)rc);
		at += (unsigned)rc;
		if (w->data < (unsigned)rc)
			return VIO_OK;
		w->data -= (unsigned)rc;
	}
	if (rc == 0 && at != n->bytes)
		abort();
	return rc;
}

/* What it leads to. */
static void walk_link(struct walk *w, struct vio_files *v, const char *path)
{
	struct vio_files_node n;
	uint32_t crc = 0;
	int rc = vio_files_find(v, path, &n);

	if (rc == VIO_OK && n.kind == VIO_FILES_LINK)
		abort();
	if (rc == VIO_OK && n.kind == VIO_FILES_FILE)
		rc = read_file(w, v, &n, &crc);
	if (rc < 0)
		say(w, "broken link", (uint64_t)-rc, 0, path);
	else
		say(w, "link", n.kind == VIO_FILES_FILE ? n.bytes : 0, crc, path);
}

static void walk_directory(struct walk *w, struct vio_files *v, struct vio_files_node dir,
			   char *path, size_t end, unsigned depth)
{
	struct vio_files_entry e;
	uint64_t at = 0;
	int rc = 0;

	while (w->entries > 0 && (rc = vio_files_next(v, &dir, &at, &e)) == 1) {
		const size_t n = strlen(e.name);
		uint32_t crc = 0;

		w->entries--;
		if (n >= sizeof(e.name) || end + n + 2 > PATH)
			abort();
		path[end] = '/';
		memcpy(path + end + 1, e.name, n + 1);
		if (e.damaged)
			say(w, "damaged", 0, 0, path);
		else if (e.node.kind == VIO_FILES_FILE && read_file(w, v, &e.node, &crc) < 0)
			say(w, "unreadable", e.node.bytes, 0, path);
		else if (e.node.kind == VIO_FILES_LINK)
			walk_link(w, v, path);
		else if (e.node.kind == VIO_FILES_FILE)
			say(w, "file", e.node.bytes, crc, path);
		else
			say(w, e.node.kind == VIO_FILES_DIRECTORY ? "directory" : "other", 0, 0,
			    path);
		if (!e.damaged && e.node.kind == VIO_FILES_DIRECTORY && depth < DEPTH)
			walk_directory(w, v, e.node, path, end + 1 + n, depth + 1);
	}
	if (w->entries > 0 && rc < 0)
		say(w, "broken", (uint64_t)-rc, 0, path);
}

static void walk_files(struct walk *w, const struct vio_files_disk *d)
{
	static char path[PATH];
	struct vio_files_node root;
	struct vio_files v;

	if (vio_files_mount(&v, d) != VIO_OK || vio_files_find(&v, "/", &root) != VIO_OK)
		return;
	say(w, "mounted", v.unclean, d->first, v.name);
	path[0] = '\0';
	walk_directory(w, &v, root, path, 0, 0);
	(void)vio_files_find(&v, "/none/../such", &root);
}

void walk_image(struct walk *w)
{
	const struct vio_files_disk whole = walk_open(w);
	static struct vio_part_table t;
	static const char *const scheme[] = { "none", "MBR", "GPT", "GPT-backup" };

	walk_files(w, &whole);
	if (vio_part_read(&whole, &t) != VIO_OK)
		say(w, "table", 0, 0, "damaged");
	else
		say(w, "table", t.n, t.bad, scheme[t.scheme]);
	for (unsigned i = 0; i < t.n; i++) {
		struct vio_files_disk d;

		if (!vio_files_part(&whole, t.part[i].first, t.part[i].bytes, &d))
			abort();
		say(w, "part", t.part[i].number, t.part[i].bytes / VIO_FILES_SECTOR,
		    t.part[i].name);
		walk_files(w, &d);
	}
	walk_close(w);
}
