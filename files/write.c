/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees that are on no disk, and writing their files. */
#include "files/cache.h"

#include <string.h>

int vio_files_open(struct vio_files *v, const struct vio_files_format *f,
		   const struct vio_files_disk *d)
{
	memset(v, 0, sizeof(*v));
	v->disk = *d;
	v->format = f;
	v->name = f->name;
	return f->mount(v);
}

int vio_files_create(struct vio_files *v, struct vio_files_node *dir, const char *name,
		     struct vio_files_node *n)
{
	if (dir->kind != VIO_FILES_DIRECTORY)
		return VIO_EINVAL;
	if (v->format->create)
		return v->format->create(v, dir, name, n);
	v->lacks = "writing";
	return VIO_ENOTSUP;
}

int vio_files_write(struct vio_files *v, struct vio_files_node *n, uint64_t at, const void *p,
		    uint32_t len)
{
	return v->format->write ? v->format->write(v, n, at, p, len) : VIO_ENOTSUP;
}

int vio_files_finish(struct vio_files *v, struct vio_files_node *dir, const char *name,
		     struct vio_files_node *n, bool keep)
{
	return v->format->finish ? v->format->finish(v, dir, name, n, keep) : VIO_ENOTSUP;
}
