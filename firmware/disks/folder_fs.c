/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-fs as a kind of folder. */
#include "firmware/disks/folder.h"

#include <string.h>

static const enum vio_fs_op ops[] = {
	[FOLDER_ROOT] = VIO_FS_LOOKUP,	   [FOLDER_FIND] = VIO_FS_LOOKUP,
	[FOLDER_LOOK] = VIO_FS_GETATTR,	   [FOLDER_OPEN] = VIO_FS_OPEN,
	[FOLDER_CREATE] = VIO_FS_CREATE,   [FOLDER_READ] = VIO_FS_READ,
	[FOLDER_WRITE] = VIO_FS_WRITE,	   [FOLDER_LIST] = VIO_FS_READDIR,
	[FOLDER_TARGET] = VIO_FS_READLINK, [FOLDER_REMOVE] = VIO_FS_UNLINK,
	[FOLDER_RENAME] = VIO_FS_RENAME,   [FOLDER_SYNC] = VIO_FS_FSYNC,
	[FOLDER_END] = VIO_FS_END,
};

static bool is_ready(struct vio_device *d)
{
	return vio_fs_of(d)->max_data != 0;
}

static uint32_t starts(struct vio_device *d)
{
	return vio_fs_of(d)->starts;
}

static const char *title(struct vio_device *d)
{
	return vio_fs_of(d)->tag;
}

static void kick(struct vio_device *d)
{
	vio_fs_kick(vio_fs_of(d));
}

static void ended(struct vio_fs *f, struct vio_fs_request *x)
{
	struct folder_request *r = x->arg;

	r->err = x->err;
	r->host_error = x->host_error;
	r->n = x->n;
	r->made = x->made.number;
	if (r->op == FOLDER_OPEN && r->err == VIO_OK) /* in place */
		r->made = r->file;
	r->mode = x->attr.mode;
	r->bytes = x->attr.bytes;
	folder_ended(&f->device, r);
}

/* Each command has a handle of the root of its own, since it may open it while that of the command
 * before is still given back. */
static int submit(struct vio_device *d, struct folder_request *r)
{
	struct vio_fs *f = vio_fs_of(d);
	const bool is_root = r->op == FOLDER_ROOT, is_new = r->op == FOLDER_CREATE;
	const struct vio_fs_file file = { r->file };

	r->fs = (struct vio_fs_request){ .op = ops[r->op],
					 .file = is_root ? vio_fs_root(f) : file,
					 .to = file,
					 .name = is_root ? "." : r->name,
					 .new_name = r->new_name,
					 .offset = r->offset,
					 .data = r->data,
					 .len = r->len,
					 .flags = is_new ? VIO_FS_WRONLY | VIO_FS_TRUNC
							 : VIO_FS_RDONLY,
					 .mode = is_new ? 0644 : 0,
					 .done = ended,
					 .arg = r };
	const int rc = vio_fs_submit(f, &r->fs);
	r->busy = rc == VIO_OK;
	return rc;
}

static int next_entry(const void *data, uint32_t n, uint32_t *at, struct folder_entry *e)
{
	struct vio_fs_entry from;
	const int rc = vio_fs_next_entry(data, n, at, &from);

	if (rc != 1)
		return rc;
	e->offset = from.offset;
	memcpy(e->name, from.name, sizeof(e->name));
	return rc;
}

const struct folder_kind folder_fs = { .name = "virtiofs",
				       .driver = &vio_fs_driver,
				       .lacks_parents = true,
				       .is_ready = is_ready,
				       .starts = starts,
				       .title = title,
				       .submit = submit,
				       .kick = kick,
				       .next_entry = next_entry };
