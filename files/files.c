/* SPDX-License-Identifier: BSD-2-Clause */
/* What all formats share: finding out the format, and following a path. */
#include "files/cache.h"

#include <string.h>

int vio_files_mount(struct vio_files *v, const struct vio_files_disk *d)
{
	/* ext comes first: it does not use the first sector, which may hold an older FAT. */
	static const struct vio_files_format *const formats[] = { &vio_files_ext, &vio_files_fat };
	int rc = VIO_ENODEV;

	for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]) && rc == VIO_ENODEV; i++) {
		memset(v, 0, sizeof(*v));
		v->disk = *d;
		v->format = formats[i];
		rc = formats[i]->mount(v);
	}
	return rc;
}

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

static int fill(struct vio_files *v, struct vio_files_entry *e)
{
	return v->format->fill ? v->format->fill(v, e) : VIO_OK;
}

static bool is_dots(const char *name)
{
	return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
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
	for (uint32_t seen = 0; (rc = v->format->next(v, &dir, &at, &e)) == 1; seen++) {
		if (seen == VIO_FILES_SEARCH_MAX)
			return VIO_ERANGE;
		if (!is_same(v, e.name, name, n) && !(e.alias[0] && is_same(v, e.alias, name, n)))
			continue;
		rc = fill(v, &e);
		*to = e.node;
		return rc == VIO_OK && e.damaged ? VIO_EFORMAT : rc;
	}
	return rc < 0 ? rc : VIO_ENODEV;
}

int vio_files_find(struct vio_files *v, const char *path, struct vio_files_node *out)
{
	struct vio_files_node root;
	int rc = v->format->root(v, &root);

	*out = root;
	while (rc == VIO_OK) {
		const char *name;

		while (*path == '/')
			path++;
		if (*path == '\0')
			return VIO_OK;
		for (name = path; *path != '\0' && *path != '/'; path++)
			;
		size_t n = (size_t)(path - name);
		/* The parent of the root is the root. A FAT does not say so itself. */
		if (out->id == root.id && n <= 2 && memcmp(name, "..", n) == 0)
			continue;
		if (n == 1 && *name == '.')
			continue;
		rc = step(v, out, name, n);
	}
	return rc;
}

int vio_files_next(struct vio_files *v, struct vio_files_node *dir, uint64_t *at,
		   struct vio_files_entry *e)
{
	if (dir->kind != VIO_FILES_DIRECTORY)
		return VIO_EINVAL;
	for (uint32_t dots = 0; dots <= VIO_FILES_FREE_MAX; dots++) {
		int rc = v->format->next(v, dir, at, e);

		if (rc <= 0)
			return rc;
		if (is_dots(e->name))
			continue;
		rc = fill(v, e);
		return rc < 0 ? rc : 1;
	}
	return VIO_ERANGE;
}

static int read_piece(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
		      uint32_t len)
{
	const uint8_t *from;

	if (!vio_files_reads_ahead(&v->disk))
		return vio_files_run_read(v, n, at, p, len);
	const int rc = vio_files_ahead(v, n, at, &from);
	if (rc <= 0)
		return rc;
	if (len > (uint32_t)rc)
		len = (uint32_t)rc;
	memcpy(p, from, len);
	return (int)len;
}

int vio_files_read(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
		   uint32_t len)
{
	uint8_t *to = p;
	uint32_t done = 0;

	if (n->kind != VIO_FILES_FILE || len > INT32_MAX)
		return VIO_EINVAL;
	if (at >= n->bytes)
		return 0;
	if (len > n->bytes - at)
		len = (uint32_t)(n->bytes - at);
	while (done < len) {
		const int rc = read_piece(v, n, at + done, to + done, len - done);

		if (rc <= 0) /* the file ends before its size */
			return rc < 0 ? rc : VIO_EFORMAT;
		done += (uint32_t)rc;
	}
	return (int)done;
}
