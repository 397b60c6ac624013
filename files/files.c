/* SPDX-License-Identifier: BSD-2-Clause */
/* What all formats share: finding out the format, entries, bytes. */
#include "files/cache.h"

#include <string.h>

int vio_files_mount(struct vio_files *v, const struct vio_files_disk *d)
{
	/* ext comes first: it does not use the first sector, which may hold an older FAT. */
	static const struct vio_files_format *const formats[] = { &vio_files_ext, &vio_files_fat,
								  &vio_files_iso };
	int rc = VIO_ENODEV;

	for (unsigned i = 0; i < sizeof(formats) / sizeof(formats[0]) && rc == VIO_ENODEV; i++) {
		memset(v, 0, sizeof(*v));
		v->disk = *d;
		v->format = formats[i];
		rc = formats[i]->mount(v);
	}
	return rc;
}

static bool is_dots(const char *name)
{
	return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
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
		rc = vio_files_fill(v, e);
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
