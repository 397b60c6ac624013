/* SPDX-License-Identifier: BSD-2-Clause */
/* The way along a path, and through the symbolic links on it. */
#include "files/cache.h"

#include <string.h>

enum { LINK_NAME = 256, TARGET_MAX = 4096 };

/* A link that is being followed. The bytes of its target from `at` on are still to come. */
struct target {
	uint32_t id, at, bytes;
};

struct way {
	const char *path; /* what comes after the links */
	struct target link[VIO_FILES_LINK_DEPTH];
	unsigned depth, followed;
	char name[LINK_NAME]; /* a name in a link */
};

static char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_same(const struct vio_files *v, const char *name, const char *path, size_t n)
{
	size_t i;

	for (i = 0; i < n && name[i] != '\0'; i++) {
		const bool same = name[i] == path[i] ||
				  (v->format->fold && folded(name[i]) == folded(path[i]));

		if (!same)
			return false;
	}
	return i == n && name[i] == '\0';
}

/* Replace the directory `*to` by its entry of this name. */
static int step(struct vio_files *v, struct vio_files_node *to, const char *name, size_t n)
{
	struct vio_files_node dir = *to;
	struct vio_files_entry e;
	uint64_t at = 0;
	int rc;

	if (dir.kind != VIO_FILES_DIRECTORY)
		return VIO_EINVAL;
	if (v->format->step)
		return v->format->step(v, &dir, name, n, to);
	for (uint32_t seen = 0; (rc = v->format->next(v, &dir, &at, &e)) == 1; seen++) {
		if (seen == VIO_FILES_SEARCH_MAX)
			return VIO_ERANGE;
		if (!is_same(v, e.name, name, n) && !(e.alias[0] && is_same(v, e.alias, name, n)))
			continue;
		rc = vio_files_fill(v, &e);
		*to = e.node;
		return rc == VIO_OK && e.damaged ? VIO_EFORMAT : rc;
	}
	return rc < 0 ? rc : VIO_ENODEV;
}

/* Read a part of a target. */
static int read_some(struct vio_files *v, const struct target *t, uint32_t at, char *to,
		     uint32_t len)
{
	struct vio_files_node n;

	if (v->format->target)
		return v->format->target(v, t->id, at, to, len);
	const int rc = v->format->node(v, t->id, &n);
	return rc < 0 ? rc : vio_files_run_read(v, &n, at, to, len);
}

/* Read `len` bytes of a target. */
static int read_target(struct vio_files *v, const struct target *t, char *to, uint32_t len)
{
	int rc = VIO_OK;

	for (uint32_t done = 0; done < len && rc >= 0; done += (uint32_t)rc) {
		rc = read_some(v, t, t->at + done, to + done, len - done);
		if (rc == 0)
			return VIO_EFORMAT;
	}
	return rc < 0 ? rc : VIO_OK;
}

static size_t span(const char *s, size_t most, bool slashes)
{
	size_t n = 0;

	while (n < most && (s[n] == '/') == slashes)
		n++;
	return n;
}

/* The next name of a target: 1, or 0 at its end. */
static int name_of_target(struct vio_files *v, struct target *t, char *name, size_t *n)
{
	while (t->at < t->bytes) {
		const uint32_t left = t->bytes - t->at, len = left < LINK_NAME ? left : LINK_NAME;
		const int rc = read_target(v, t, name, len);

		if (rc < 0)
			return rc;
		const uint32_t slashes = (uint32_t)span(name, len, true);
		*n = span(name, len, false);
		t->at += slashes + (uint32_t)*n;
		if (*n == LINK_NAME)
			return VIO_ENODEV; /* no file has such a name */
		if (*n > 0)
			return 1;
	}
	return 0;
}

/* The next name, of the innermost link that has one, or else of the path: 1, or 0 at the end. */
static int next_name(struct vio_files *v, struct way *w, const char **name, size_t *n)
{
	for (; w->depth > 0; w->depth--) {
		const int rc = name_of_target(v, &w->link[w->depth - 1], w->name, n);

		*name = w->name;
		if (rc != 0)
			return rc;
	}
	while (*w->path == '/')
		w->path++;
	for (*name = w->path; *w->path != '\0' && *w->path != '/'; w->path++)
		;
	*n = (size_t)(w->path - *name);
	return *n > 0;
}

/* Go on with the target of a link. `*absolute`: it begins at the root. */
static int follow(struct vio_files *v, struct way *w, const struct vio_files_node *link,
		  bool *absolute)
{
	const struct target t = { .id = link->id, .bytes = (uint32_t)link->bytes };
	char first = 0;

	if (link->bytes == 0 || link->bytes > TARGET_MAX)
		return VIO_EFORMAT;
	/* A target that was read to its end frees its place. */
	while (w->depth > 0 && w->link[w->depth - 1].at == w->link[w->depth - 1].bytes)
		w->depth--;
	if (w->followed == VIO_FILES_LINKS_MAX || w->depth == VIO_FILES_LINK_DEPTH)
		return VIO_ERANGE;
	w->followed++;
	w->link[w->depth++] = t;
	int rc = read_target(v, &t, &first, 1);
	*absolute = first == '/';
	return rc;
}

static bool stays(const char *name, size_t n, bool is_root)
{
	/* The parent of the root is the root. A FAT does not say so itself. */
	return (n == 1 && name[0] == '.') || (n == 2 && is_root && memcmp(name, "..", n) == 0);
}

int vio_files_find(struct vio_files *v, const char *path, struct vio_files_node *out)
{
	struct vio_files_node root, dir;
	struct way w = { .path = path };
	const char *name;
	size_t n;
	int rc = v->format->root(v, &root);

	*out = root;
	while (rc == VIO_OK && (rc = next_name(v, &w, &name, &n)) == 1) {
		bool absolute = false;

		rc = VIO_OK;
		if (stays(name, n, out->id == root.id))
			continue;
		dir = *out;
		rc = step(v, out, name, n);
		if (rc < 0 || out->kind != VIO_FILES_LINK)
			continue;
		rc = follow(v, &w, out, &absolute);
		*out = absolute ? root : dir;
	}
	return rc;
}
