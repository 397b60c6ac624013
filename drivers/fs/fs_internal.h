/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-fs share. Calls go from fs.c to fs_request.c, and from there to
 * fs_message.c and fs_reply.c. */
#ifndef VIO_FS_INTERNAL_H
#define VIO_FS_INTERNAL_H

#include <picovirtio/driver.h>
#include <picovirtio/fs.h>

enum {
	FS_HIPRIO_QUEUE = 0,
	FS_REQUEST_QUEUE = 1,
	FS_OUT_HEADER = 40, /* of a message to the host */
	FS_IN_HEADER = 16,  /* of a reply */
	FS_ENTRY = 128,	    /* a node with its attributes */
	FS_OPENED = 16,
	FS_INIT_REPLY = 64,
	FS_STATFS_REPLY = 80,
	FS_ATTR_REPLY = 104,
	FS_WRITE_REPLY = 8,
	FS_ROOT = 1, /* the number of the root's node */
	FS_MAJOR = 7,
	FS_MINOR = 31,
	FS_MINOR_MIN = 27,
};

/* The state of a handle. */
enum fs_state {
	FS_FREE,
	FS_ASKED, /* the request that makes, opens or ends it is in flight */
	FS_FOUND,
	FS_OPEN,
};

/* What the driver knows of an operation. */
struct fs_kind {
	uint8_t code;  /* of the message; RELEASE, OPEN and FSYNC have others for directories */
	uint8_t reply; /* bytes of the reply without header and data */
	/* What the handle must be: a directory, open, both, or anything. */
	enum {
		FS_NONE,
		FS_ANY,
		FS_IN_DIRECTORY,
		FS_NOT_OPEN,
		FS_OPEN_FILE,
		FS_OPEN_DIRECTORY
	} needs;
	bool makes;				       /* a handle */
	enum { FS_NOTHING, FS_READS, FS_WRITES } data; /* what the device does with `data` */
};

extern const struct fs_kind vio_fs_kinds[];

static inline struct vio_fs *fs_of(struct vio_device *d)
{
	return (struct vio_fs *)(void *)d;
}

/* What a handle stands for. NULL: the handle is not from this start. */
static inline struct vio_fs_node *fs_node_of(const struct vio_fs *f, struct vio_fs_file file)
{
	const uint32_t index = file.number & 0xffff, start = f->starts % 0xfffe + 1;

	return file.number >> 16 == start && index < f->nfiles ? &f->file[index] : NULL;
}

/* Write the message of a request to s->out. Returns its bytes without the data; 0: it does not
 * fit. */
uint32_t vio_fs_encode(const struct vio_fs *f, struct vio_fs_slot *s,
		       const struct vio_fs_request *r);

/* Submit without asking whether the host has agreed to the protocol. */
int vio_fs_send(struct vio_fs *f, struct vio_fs_request *r);

/* Forget all handles. */
void vio_fs_forget(struct vio_fs *f);

/* Copy a reply of `written` bytes out of `s`, check it, and fill the result. 0, or what is wrong.
 */
enum vio_fs_protocol_error vio_fs_judge(struct vio_fs *f, const struct vio_fs_slot *s,
					uint32_t written);

/* Request-done function of both queues. */
void vio_fs_done(struct vio_queue *q, struct vio_request *request, int err, uint32_t written);

#endif
