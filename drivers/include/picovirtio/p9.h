/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-9p: a folder of the host, accessed by the protocol 9P2000.L. The virtio specification
 * assigns the device ID 9, but has no chapter for the device. The driver follows Linux's
 * virtio_9p.h for the device, and the documents of diod and Linux's 9p.h for the messages.
 *
 *     vio_p9_init(&p, transport, platform, NULL);
 *     vio_device_start(&p.device);     p.msize is 0 until the host has agreed to the protocol
 *     struct vio_p9_request r = { .op = VIO_P9_ATTACH, .name = "", .done = fn };
 *     vio_p9_submit(&p, &r);           repeat for further requests
 *     vio_p9_kick(&p);                 the device sees all of them
 *     (vio_device_poll)                calls fn(&p, &r) with the result in r.err
 *
 * A fid stands for a file or directory of the host. It belongs to the program from the answer that
 * creates it until VIO_P9_CLUNK. After a restart of the device all fids are gone.
 */
#ifndef VIO_P9_H
#define VIO_P9_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bit. The driver accepts it. */
#define VIO_P9_F_MOUNT_TAG (UINT64_C(1) << 0)

enum {
	VIO_P9_REQUESTS = 8, /* default: most requests in flight */
	VIO_P9_FIDS = 64,    /* default: most fids */
	/* Default: most bytes of a message. 128 KiB of data fit. */
	VIO_P9_MSIZE = 131072 + 24,
	VIO_P9_MSIZE_MIN = 4096,
	VIO_P9_AROUND = 24, /* bytes of a message besides its data */
	VIO_P9_TAG_MAX = 63,
	VIO_P9_NAME_MAX = 255,
	VIO_P9_WALK_MAX = 16, /* names in a path of VIO_P9_WALK */
	/* Most bytes of a request and of a reply without data; names must fit. */
	VIO_P9_OUT_BYTES = 544,
	VIO_P9_IN_BYTES = 224,
	VIO_P9_READDIR_MIN = 512,
};

/* `problem.got` of VIO_C_DRIVER: what the device did. */
enum vio_p9_protocol_error {
	VIO_P9_BAD_TAG = 1,	/* the mount tag is empty, or longer than config space */
	VIO_P9_BAD_SIZE = 2,	/* the size in a reply is not the used length */
	VIO_P9_BAD_TYPE = 3,	/* a reply of another type than the request */
	VIO_P9_BAD_REQUEST = 4, /* a reply with the tag of another request */
	VIO_P9_BAD_VERSION = 5, /* the host does not speak 9P2000.L */
	VIO_P9_BAD_MSIZE = 6,	/* above ours, or below VIO_P9_MSIZE_MIN */
	VIO_P9_BAD_REPLY = 7,	/* a string, count or number in a reply does not fit */
};

/* Linux's numbers, which 9P2000.L uses on every host. */
enum {
	VIO_P9_RDONLY = 0,
	VIO_P9_WRONLY = 1,
	VIO_P9_RDWR = 2,
	VIO_P9_EXCL = 0200,
	VIO_P9_TRUNC = 01000,
	VIO_P9_DIRECTORY = 0200000,
	VIO_P9_REMOVEDIR = 0x200, /* for VIO_P9_UNLINK */
	VIO_P9_S_IFMT = 0170000,  /* of attr.mode */
	VIO_P9_S_IFDIR = 0040000,
	VIO_P9_S_IFREG = 0100000,
	VIO_P9_S_IFLNK = 0120000,
	VIO_P9_EPERM = 1, /* host_error */
	VIO_P9_ENOENT = 2,
	VIO_P9_EACCES = 13,
	VIO_P9_EEXIST = 17,
	VIO_P9_ENOTDIR = 20,
	VIO_P9_EISDIR = 21,
	VIO_P9_ENOSPC = 28,
	VIO_P9_EROFS = 30,
	VIO_P9_ELOOP = 40,
};

struct vio_p9_fid {
	uint32_t number; /* 0: none */
};

/* How the host identifies a file. */
struct vio_p9_qid {
	uint8_t type; /* 0x80 directory, 0x02 symbolic link */
	uint32_t version;
	uint64_t path;
};

struct vio_p9_attr {
	uint64_t valid; /* which of the fields below the host set, as in Linux's 9p.h */
	uint32_t mode, uid, gid;
	uint64_t links, bytes;
	uint64_t modified; /* seconds since 1970 */
};

enum vio_p9_op {
	VIO_P9_ATTACH,	 /* name: of the tree, most hosts take ""; makes `made`: its root */
	VIO_P9_WALK,	 /* fid: not open, name: a path from there, "" for another fid of the same
			    file; makes `made`. Links are not followed, and qid is that of the last name
			  */
	VIO_P9_OPEN,	 /* fid, flags */
	VIO_P9_CREATE,	 /* fid: of a directory, name, flags, mode; fid is the open file after it */
	VIO_P9_READ,	 /* fid: open, offset, data, len */
	VIO_P9_WRITE,	 /* fid: open, offset, data, len */
	VIO_P9_READDIR,	 /* fid: open, offset: 0 or that of an entry, data, len: at least
			    VIO_P9_READDIR_MIN; vio_p9_next_entry() reads the data */
	VIO_P9_READLINK, /* fid, data, len: at least 2; the target has no NUL */
	VIO_P9_GETATTR,	 /* fid; fills attr and qid */
	VIO_P9_MKDIR,	 /* fid: of the directory, name, mode */
	VIO_P9_UNLINK,	 /* fid: of the directory, name, flags */
	VIO_P9_RENAME,	 /* fid: of the directory, name, to: the new directory, new_name */
	VIO_P9_FSYNC,	 /* fid: open */
	VIO_P9_CLUNK,	 /* fid; it is gone after this, whatever the host answers */
	VIO_P9_VERSION,	 /* private: the driver sends it at the start */
};

struct vio_p9;
struct vio_p9_request;

typedef void (*vio_p9_fn)(struct vio_p9 *p, struct vio_p9_request *r);

/* A request. It belongs to the caller, who sets unused fields to zero. The struct and `data` stay
 * in place from submit until done(); names are copied. */
struct vio_p9_request {
	enum vio_p9_op op;
	struct vio_p9_fid fid, to;
	const char *name, *new_name;
	uint64_t offset;
	void *data;
	uint32_t len; /* bytes; if they do not fit a message, only the first ones are used */
	uint32_t flags, mode;
	vio_p9_fn done; /* may submit unless err is VIO_EDEVICE; NULL: the caller checks `busy` */
	void *arg;	/* for the caller; the driver does not use it */

	/* The result. VIO_EIO: the host reported a failure, and `host_error` is its Linux error
	 * number. VIO_EDEVICE: the device failed; what the host did is unknown. */
	int err;
	uint32_t host_error;
	uint32_t n; /* bytes read or written; 0 for READ: the end of the file */
	struct vio_p9_fid made;
	struct vio_p9_qid qid;
	struct vio_p9_attr attr;
	bool busy; /* in flight: the request belongs to the device */
};

/* A request in flight. Private. */
struct vio_p9_slot {
	struct vio_request request; /* first member: the queue returns a pointer to it */
	struct vio_buf buf[4];
	struct vio_p9_request *r; /* NULL: the slot is free */
	uint8_t *out, *in;	  /* messages, in ring memory */
	vio_dma out_at, in_at;
	enum vio_p9_op op; /* copies, since the caller may change its struct meanwhile */
	struct vio_p9_fid fid, made;
	uint32_t len;
	uint16_t names;
};

/* Options of an instance. All zero means the defaults. */
struct vio_p9_options {
	uint16_t requests; /* most in flight, a power of two up to 256; 0: VIO_P9_REQUESTS */
	uint16_t fids;	   /* 0: VIO_P9_FIDS */
	uint32_t msize;	   /* VIO_P9_MSIZE_MIN or more; 0: VIO_P9_MSIZE */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_P9_MEMORY() of
	 * both numbers (not 0) is enough. NULL: the platform's memory() provides the memory. */
	void *memory;
	size_t bytes;
};

#define VIO_P9_MEMORY(requests, fids)                                                              \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(4 * (size_t)(requests))) +                                \
	 VIO_ROOM_BYTES((requests) * sizeof(struct vio_p9_slot)) + VIO_ROOM_BYTES(fids))

struct vio_p9 {
	struct vio_device device; /* first member */

	/* What the device reports. Read only. */
	char tag[VIO_P9_TAG_MAX + 1]; /* its name, cut off if longer; bytes outside of 0x20 to 0x7e
					 are replaced by '?'; "": the device has none */
	uint32_t msize; /* most bytes of a message; 0: the host has not agreed to the protocol */
	uint16_t fids_in_use;
	uint32_t starts; /* number of starts; all fids of an earlier start are gone */
	/* Counters. `errors`: requests that the host refused, or that came back from a failure. */
	uint32_t sent, errors;

	struct vio_queue queue; /* private, as all below */
	void *priv;
	struct vio_p9_slot *slot;
	uint8_t *fid; /* the state of each fid */
	uint16_t nslots, nfids;
	uint32_t want_msize;
	struct vio_p9_request hello; /* the driver's own first request */
};

extern const struct vio_driver vio_p9_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_p9_features[];

/* Prepare a zeroed `p` for vio_device_start(&p->device). `o` is copied; NULL means the defaults.
 * `t` and `platform` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_p9_init(struct vio_p9 *p, struct vio_transport *t, const struct vio_platform *platform,
		const struct vio_p9_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_p9 *vio_p9_of(struct vio_device *d);

/*
 * Submit a request. Requests in flight together may be carried out in any order. On an error
 * nothing was submitted.
 *
 * VIO_EINVAL   a value is missing, a fid does not exist now, or the operation needs a fid in
 * another state VIO_ERANGE   a name is too long, a path has too many names, or the bytes end beyond
 * 2^63 VIO_EBUSY    the request is in flight already, or the host has not agreed to the protocol
 * yet VIO_EFULL    too many requests or fids are in use, or the platform cannot map the data now
 * VIO_EADDR    the platform cannot map the data
 * VIO_EDEVICE  the device is not live
 */
int vio_p9_submit(struct vio_p9 *p, struct vio_p9_request *r);

/* Make all submitted requests visible to the device. Not needed in done(), since vio_device_poll()
 * does it afterwards. */
void vio_p9_kick(struct vio_p9 *p);

/* An entry of a directory. */
struct vio_p9_entry {
	struct vio_p9_qid qid;
	uint64_t offset; /* for VIO_P9_READDIR, to continue after this entry */
	uint8_t type;	 /* as in Linux's dirent.h: 4 directory, 8 file, 10 link */
	char name[VIO_P9_NAME_MAX + 1];
};

/*
 * Read the entry at byte `*at` of the `n` bytes that VIO_P9_READDIR has put at `data`, and move
 * `*at` past it. 1: `*e` is filled. 0: there are no more. VIO_EDEVICE: the entry does not fit
 * into the bytes, or its name is empty, too long, or contains '/' or NUL.
 */
int vio_p9_next_entry(const void *data, uint32_t n, uint32_t *at, struct vio_p9_entry *e);

#ifdef __cplusplus
}
#endif
#endif
