/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-9p as a kind of folder. */
#include "firmware/disks/folder.h"

#include <string.h>

static const enum vio_p9_op ops[] = {
	[FOLDER_ROOT] = VIO_P9_ATTACH,	   [FOLDER_FIND] = VIO_P9_WALK,
	[FOLDER_LOOK] = VIO_P9_GETATTR,	   [FOLDER_OPEN] = VIO_P9_OPEN,
	[FOLDER_CREATE] = VIO_P9_CREATE,   [FOLDER_READ] = VIO_P9_READ,
	[FOLDER_WRITE] = VIO_P9_WRITE,	   [FOLDER_LIST] = VIO_P9_READDIR,
	[FOLDER_TARGET] = VIO_P9_READLINK, [FOLDER_REMOVE] = VIO_P9_UNLINK,
	[FOLDER_RENAME] = VIO_P9_RENAME,   [FOLDER_SYNC] = VIO_P9_FSYNC,
	[FOLDER_END] = VIO_P9_CLUNK,
};

static bool is_ready(struct vio_device *d)
{
	return vio_p9_of(d)->msize != 0;
}

static uint32_t starts(struct vio_device *d)
{
	return vio_p9_of(d)->starts;
}

static const char *title(struct vio_device *d)
{
	return vio_p9_of(d)->tag;
}

static void kick(struct vio_device *d)
{
	vio_p9_kick(vio_p9_of(d));
}

static void ended(struct vio_p9 *p, struct vio_p9_request *x)
{
	struct folder_request *r = x->arg;

	r->err = x->err;
	r->host_error = x->host_error;
	r->n = x->n;
	r->made = x->made.number;
	r->mode = x->attr.mode;
	r->bytes = x->attr.bytes;
	folder_ended(&p->device, r);
}

/* A fid is opened in place, so that of the file itself stays as it is: the open one is another. */

static void gone(struct vio_p9 *p, struct vio_p9_request *x)
{
	struct folder_request *r = x->arg;

	r->made = 0;
	folder_ended(&p->device, r);
}

/* Keep the fid, or give it back before the failure is reported. */
static void opened(struct vio_p9 *p, struct vio_p9_request *x)
{
	struct folder_request *r = x->arg;

	r->err = x->err;
	r->host_error = x->host_error;
	if (r->err == VIO_OK) {
		folder_ended(&p->device, r);
		return;
	}
	*x = (struct vio_p9_request){
		.op = VIO_P9_CLUNK, .fid = { r->made }, .done = gone, .arg = r
	};
	if (r->err == VIO_EDEVICE || vio_p9_submit(p, x) < 0)
		gone(p, x);
}

static void cloned(struct vio_p9 *p, struct vio_p9_request *x)
{
	struct folder_request *r = x->arg;
	const bool is_new = r->op == FOLDER_CREATE;

	if (x->err != VIO_OK) {
		ended(p, x);
		return;
	}
	r->made = x->made.number;
	*x = (struct vio_p9_request){ .op = ops[r->op],
				      .fid = { r->made },
				      .name = r->name,
				      .flags =
					      is_new ? VIO_P9_WRONLY | VIO_P9_TRUNC : VIO_P9_RDONLY,
				      .mode = is_new ? 0644 : 0,
				      .done = opened,
				      .arg = r };
	const int rc = vio_p9_submit(p, x);
	if (rc < 0) {
		x->err = rc;
		opened(p, x);
	}
}

static int submit(struct vio_device *d, struct folder_request *r)
{
	const bool opens = r->op == FOLDER_OPEN || r->op == FOLDER_CREATE;

	r->p9 = (struct vio_p9_request){ .op = opens ? VIO_P9_WALK : ops[r->op],
					 .fid = { r->file },
					 .to = { r->file },
					 .name = opens || r->op == FOLDER_ROOT ? "" : r->name,
					 .new_name = r->new_name,
					 .offset = r->offset,
					 .data = r->data,
					 .len = r->len,
					 .done = opens ? cloned : ended,
					 .arg = r };
	const int rc = vio_p9_submit(vio_p9_of(d), &r->p9);
	r->busy = rc == VIO_OK;
	return rc;
}

static int next_entry(const void *data, uint32_t n, uint32_t *at, struct folder_entry *e)
{
	struct vio_p9_entry from;
	const int rc = vio_p9_next_entry(data, n, at, &from);

	if (rc != 1)
		return rc;
	e->offset = from.offset;
	memcpy(e->name, from.name, sizeof(e->name));
	return rc;
}

const struct folder_kind folder_p9 = { .name = "9p",
				       .driver = &vio_p9_driver,
				       .is_ready = is_ready,
				       .starts = starts,
				       .title = title,
				       .submit = submit,
				       .kick = kick,
				       .next_entry = next_entry };
