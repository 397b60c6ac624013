/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-fs (virtio 1.4, 5.11): a folder of the host, accessed by the protocol FUSE. The messages
 * are those of Linux's fuse.h, version 7.31.
 *
 *     vio_fs_init(&f, transport, platform, NULL);
 *     vio_device_start(&f.device);     f.max_data is 0 until the host has agreed to the protocol
 *     struct vio_fs_request r = { .op = VIO_FS_LOOKUP, .file = vio_fs_root(&f), .name = "a" };
 *     vio_fs_submit(&f, &r);           repeat for further requests
 *     vio_fs_kick(&f);                 the device sees all of them
 *     (vio_device_poll)                calls r.done(&f, &r) with the result in r.err
 *
 * A handle stands for a file or directory of the host. It belongs to the program from the answer
 * that creates it until VIO_FS_END. After a restart of the device all handles are gone. Some hosts,
 * such as virtiofsd of Debian 12, remove or rename only a file of which the program has a handle,
 * and otherwise report error 5.
 */
#ifndef VIO_FS_H
#define VIO_FS_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bit. The driver does not accept it, since it watches no files. */
#define VIO_FS_F_NOTIFICATION (UINT64_C(1) << 0)

enum {
	VIO_FS_REQUESTS = 8,	/* default: most requests in flight */
	VIO_FS_FILES = 64,	/* default: most handles, with that of the root */
	VIO_FS_DATA = 131072,	/* default: most bytes of data in a request */
	VIO_FS_DATA_MIN = 4096, /* every host must accept this many */
	VIO_FS_TAG_MAX = 36,
	VIO_FS_NAME_MAX = 255,
	/* Most bytes of a request and of a reply without data; two names fit. */
	VIO_FS_OUT_BYTES = 576,
	VIO_FS_IN_BYTES = 160,
	VIO_FS_READDIR_MIN = 512,
};

/* `problem.got` of VIO_C_DRIVER: what the device did. */
enum vio_fs_protocol_error {
	VIO_FS_BAD_TAG = 1,	/* the tag is empty */
	VIO_FS_BAD_QUEUES = 2,	/* there is no queue for requests */
	VIO_FS_BAD_SIZE = 3,	/* the length in a reply is not the used length */
	VIO_FS_BAD_REQUEST = 4, /* a reply with the unique number of another request */
	VIO_FS_BAD_VERSION = 5, /* the host does not speak FUSE 7.27 or newer */
	VIO_FS_BAD_DATA = 6,	/* the host takes less than VIO_FS_DATA_MIN bytes */
	VIO_FS_BAD_ERROR = 7,	/* an error of -512 or less, or above 0, or with data */
	VIO_FS_BAD_REPLY = 8,	/* a length or number in a reply does not fit */
	VIO_FS_BAD_NODE = 9,	/* a new file has the node number 0 or that of the root */
};

/* Linux's numbers, which FUSE uses on every host. */
enum {
	VIO_FS_RDONLY = 0,
	VIO_FS_WRONLY = 1,
	VIO_FS_RDWR = 2,
	VIO_FS_EXCL = 0200,
	VIO_FS_TRUNC = 01000,
	VIO_FS_S_IFMT = 0170000, /* of attr.mode */
	VIO_FS_S_IFDIR = 0040000,
	VIO_FS_S_IFREG = 0100000,
	VIO_FS_S_IFLNK = 0120000,
	VIO_FS_ENOENT = 2, /* host_error */
};

/* A handle. */
struct vio_fs_file {
	uint32_t number; /* 0: none */
};

struct vio_fs_attr {
	uint64_t bytes;
	uint64_t modified; /* seconds since 1970 */
	uint32_t mode, links, uid, gid;
};

/* The size and the free space of the file system that has the folder, in units of `unit` bytes. */
struct vio_fs_room {
	uint64_t units, free, available; /* available: to users who are not root */
	uint32_t unit;
};

enum vio_fs_op {
	VIO_FS_LOOKUP,	 /* file: a directory, name; makes `made`, with its attr. Links are not
			    followed */
	VIO_FS_GETATTR,	 /* file; fills attr */
	VIO_FS_READLINK, /* file, data, len; the target has no NUL */
	VIO_FS_OPEN,	 /* file: not open, flags; it is open after this, and still a directory to
			    look up names in */
	VIO_FS_CREATE,	 /* file: a directory, name, flags, mode; makes `made`, which is open */
	VIO_FS_READ,	 /* file: open, offset, data, len */
	VIO_FS_WRITE,	 /* file: open, offset, data, len */
	VIO_FS_READDIR,	 /* file: an open directory, offset: 0 or that of an entry, data, len: at
			    least VIO_FS_READDIR_MIN; vio_fs_next_entry() reads the data */
	VIO_FS_FSYNC,	 /* file: open */
	VIO_FS_MKDIR,	 /* file: the directory, name, mode; makes `made` */
	VIO_FS_UNLINK,	 /* file: the directory, name */
	VIO_FS_RMDIR,	 /* file: the directory, name */
	VIO_FS_RENAME,	 /* file: the directory, name, to: the new directory, new_name */
	VIO_FS_STATFS,	 /* file; fills room */
	VIO_FS_END,	 /* file: it is gone after this, whatever the host answers. The root must be
			    open, and is only closed */
	VIO_FS_DESTROY,	 /* the session: no request is taken before the next start */
	VIO_FS_INIT,	 /* private: the driver sends it at the start */
	VIO_FS_FORGET,	 /* private: a part of VIO_FS_END */
};

struct vio_fs;
struct vio_fs_request;

typedef void (*vio_fs_fn)(struct vio_fs *f, struct vio_fs_request *r);

/* A request. It belongs to the caller, who sets unused fields to zero. The struct and `data` stay
 * in place from submit until done(); names are copied. */
struct vio_fs_request {
	enum vio_fs_op op;
	struct vio_fs_file file, to;
	const char *name, *new_name; /* of one file each: without '/' */
	uint64_t offset;
	void *data;
	uint32_t len; /* bytes; if more than f->max_data, only the first ones are used */
	uint32_t flags, mode;
	vio_fs_fn done; /* may submit unless err is VIO_EDEVICE; NULL: the caller checks `busy` */
	void *arg;	/* for the caller; the driver does not use it */

	/* The result. VIO_EIO: the host reported a failure, and `host_error` is its Linux error
	 * number. VIO_EDEVICE: the device failed; what the host did is unknown. */
	int err;
	uint32_t host_error;
	uint32_t n; /* bytes read or written; 0 for READ: the end of the file */
	struct vio_fs_file made;
	struct vio_fs_attr attr;
	struct vio_fs_room room;
	bool busy; /* in flight: the request belongs to the device */
};

/* A request in flight. Private. */
struct vio_fs_slot {
	struct vio_request request; /* first member: the queue returns a pointer to it */
	struct vio_buf buf[4];
	struct vio_fs_request *r; /* NULL: the slot is free */
	uint8_t *out, *in;	  /* messages, in ring memory */
	vio_dma out_at, in_at;
	uint64_t unique;
	enum vio_fs_op op; /* copies, since the caller may change its struct meanwhile */
	struct vio_fs_file file, made;
	uint32_t len;
	bool dots; /* the name is "." or ".." */
};

/* What the driver knows of a handle. Private. */
struct vio_fs_node {
	uint64_t node, open; /* the host's numbers */
	uint8_t state;
	bool directory;
};

/* Options of an instance. All zero means the defaults. */
struct vio_fs_options {
	uint16_t requests; /* most in flight, a power of two up to 256; 0: VIO_FS_REQUESTS */
	uint16_t files;	   /* 2 or more; 0: VIO_FS_FILES */
	uint32_t max_data; /* VIO_FS_DATA_MIN or more; 0: VIO_FS_DATA */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_FS_MEMORY() of
	 * both numbers (not 0) is enough. NULL: the platform's memory() provides the memory. */
	void *memory;
	size_t bytes;
};

#define VIO_FS_MEMORY(requests, files)                                                             \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(4 * (size_t)(requests))) +                                \
	 VIO_ROOM_BYTES(VQ_PRIVATE_BYTES((size_t)(requests))) +                                    \
	 VIO_ROOM_BYTES((requests) * sizeof(struct vio_fs_slot)) +                                 \
	 VIO_ROOM_BYTES((files) * sizeof(struct vio_fs_node)))

struct vio_fs {
	struct vio_device device; /* first member */

	/* What the device reports. Read only. */
	/* The name of the folder. Bytes outside of 0x20 to 0x7e are replaced by '?'. */
	char tag[VIO_FS_TAG_MAX + 1];
	uint32_t queues;       /* for requests; the driver uses the first */
	uint32_t max_data;     /* most bytes of data; 0: the host has not agreed to the protocol */
	uint16_t files_in_use; /* handles, without that of the root */
	uint32_t starts;       /* number of starts; all handles of an earlier start are gone */
	/* Counters. `errors`: requests that the host refused, or that came back from a failure. */
	uint32_t sent, errors;

	struct vio_queue hiprio, queue; /* private, as all below */
	void *hiprio_priv, *priv;
	struct vio_fs_slot *slot;
	struct vio_fs_node *file;
	uint16_t nslots, nfiles;
	uint32_t want_data;
	uint64_t unique;
	struct vio_fs_request hello; /* the driver's own first request */
};

extern const struct vio_driver vio_fs_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_fs_features[];

/* Prepare a zeroed `f` for vio_device_start(&f->device). `o` is copied; NULL means the defaults.
 * `t` and `platform` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_fs_init(struct vio_fs *f, struct vio_transport *t, const struct vio_platform *platform,
		const struct vio_fs_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_fs *vio_fs_of(struct vio_device *d);

/* The handle of the folder itself, until the next start. */
struct vio_fs_file vio_fs_root(const struct vio_fs *f);

/*
 * Submit a request. Requests in flight together may be carried out in any order. On an error
 * nothing was submitted.
 *
 * VIO_EINVAL   a value is missing, a name has a '/', a handle does not exist now, or the operation
 *              needs a handle in another state
 * VIO_ERANGE   a name is too long, or the bytes end beyond 2^63
 * VIO_EBUSY    the request or the handle is in flight already, or the host has not agreed to the
 *              protocol yet
 * VIO_EFULL    too many requests or handles are in use, or the platform cannot map the data now
 * VIO_EADDR    the platform cannot map the data
 * VIO_EDEVICE  the device is not live
 */
int vio_fs_submit(struct vio_fs *f, struct vio_fs_request *r);

/* Make all submitted requests visible to the device. Not needed in done(), since vio_device_poll()
 * does it afterwards. */
void vio_fs_kick(struct vio_fs *f);

/* An entry of a directory. */
struct vio_fs_entry {
	uint64_t offset; /* for VIO_FS_READDIR, to continue after this entry */
	uint64_t inode;
	uint32_t type; /* as in Linux's dirent.h: 4 directory, 8 file, 10 link */
	char name[VIO_FS_NAME_MAX + 1];
};

/*
 * Read the entry at byte `*at` of the `n` bytes that VIO_FS_READDIR has put at `data`, and move
 * `*at` past it. 1: `*e` is filled. 0: there are no more. VIO_EDEVICE: the entry does not fit
 * into the bytes, or its name is empty, too long, or contains '/' or NUL.
 */
int vio_fs_next_entry(const void *data, uint32_t n, uint32_t *at, struct vio_fs_entry *e);

#ifdef __cplusplus
}
#endif
#endif
