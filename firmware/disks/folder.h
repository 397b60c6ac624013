/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of the host (virtio-9p and virtio-fs) as disks: what the files folder*.c share. Calls go
 * from folder_files.c to the others, from there to folder.c, and from there to the kinds,
 * folder_p9.c and folder_fs.c. */
#ifndef FIRMWARE_DISKS_FOLDER_H
#define FIRMWARE_DISKS_FOLDER_H

#include <picovirtio/fs.h>
#include <picovirtio/loop.h>
#include <picovirtio/p9.h>
#include "firmware/disks/disk.h"

enum {
	FOLDER_PIECE = 16384, /* bytes of data that wait for the host, at most */
	FOLDER_NAME_MAX = 255,
	/* Instead of an error of the host: */
	FOLDER_SHORTER = 0,	       /* a file ended early */
	FOLDER_TAKES_NONE = INT32_MAX, /* none of the bytes were written */
};

/* Numbers of Linux, which hosts of all kinds report. */
enum {
	FOLDER_EPERM = 1,
	FOLDER_ENOENT = 2,
	FOLDER_EACCES = 13,
	FOLDER_ENOTDIR = 20,
	FOLDER_EISDIR = 21,
	FOLDER_ENOSPC = 28,
	FOLDER_EROFS = 30,
	FOLDER_S_IFMT = 0170000, /* of the mode of a file */
	FOLDER_S_IFDIR = 0040000,
	FOLDER_S_IFREG = 0100000,
	FOLDER_S_IFLNK = 0120000,
};

/* ---- Kinds of folders ---- */

enum folder_op {
	FOLDER_ROOT,   /* makes `made` */
	FOLDER_FIND,   /* file: a directory, name; makes `made`. Links are not followed */
	FOLDER_LOOK,   /* file; fills mode and bytes */
	FOLDER_OPEN,   /* file, to read it; `made` is open, and may be `file` itself */
	FOLDER_CREATE, /* file: a directory, name; makes `made`, which is open and empty */
	FOLDER_READ,   /* file: open, offset, data, len */
	FOLDER_WRITE,  /* file: open, offset, data, len */
	FOLDER_LIST,   /* file: an open directory, offset, data, len; see next_entry() */
	FOLDER_TARGET, /* file: a link, data, len */
	FOLDER_REMOVE, /* file: a directory, name */
	FOLDER_RENAME, /* file: a directory, name, new_name: in the same directory */
	FOLDER_SYNC,   /* file: open */
	FOLDER_END,    /* file; it is gone after this, whatever the host answers */
};

/* A request to any kind of folder, as that of the driver. Files are handles; 0: none. */
struct folder_request {
	enum folder_op op;
	uint32_t file;
	const char *name, *new_name; /* `name` stays in place until done() */
	uint64_t offset;
	void *data;
	uint32_t len;
	void (*done)(struct vio_device *d, struct folder_request *r); /* may be NULL */
	void *arg;

	/* The result. */
	int err;
	uint32_t host_error, n, made, mode;
	uint64_t bytes;
	bool busy;

	union { /* of the kind */
		struct vio_p9_request p9;
		struct vio_fs_request fs;
	};
};

struct folder_entry {
	uint64_t offset; /* for what comes behind it */
	char name[FOLDER_NAME_MAX + 1];
};

/* A kind of folders as const data. */
struct folder_kind {
	const char *name; /* of the format of its files */
	const struct vio_driver *driver;
	bool lacks_parents; /* ".." is not found, so the way back is remembered here */
	/* Has the host agreed to the protocol? */
	bool (*is_ready)(struct vio_device *d);
	uint32_t (*starts)(struct vio_device *d);
	const char *(*title)(struct vio_device *d);
	/* Submit, without a kick. Errors as vio_p9_submit(). */
	int (*submit)(struct vio_device *d, struct folder_request *r);
	void (*kick)(struct vio_device *d);
	/* As vio_p9_next_entry(). */
	int (*next_entry)(const void *data, uint32_t n, uint32_t *at, struct folder_entry *e);
};

extern const struct folder_kind folder_p9, folder_fs;

/* For a kind: a request has ended. */
static inline void folder_ended(struct vio_device *d, struct folder_request *r)
{
	r->busy = false;
	if (r->done)
		r->done(d, r);
}

/* The kind of a device; NULL: it is no folder. */
const struct folder_kind *folder_kind_of(const struct vio_device *d);

/* Submit, and make the device see it. */
int folder_submit(struct vio_device *d, struct folder_request *r);

static inline struct vio_device *folder_of(const struct disk *d)
{
	return d->device;
}

/* The slots, and the loop that runs while a command waits. */
void folder_begin(const struct probe *p, struct vio_loop *l);

/* ---- Requests, one at a time ---- */

/* Send a request and wait for the answer, which is that of folder_answer(). Data of the request is
 * in folder_data(). VIO_ENODEV: the host has no such file. VIO_EINVAL: a name on the way to it is
 * not a directory. VIO_EBUSY: an earlier request is in flight. Other errors as vio_p9_submit(), and
 * of the answer. */
int folder_ask(struct vio_device *d, struct folder_request r);
const struct folder_request *folder_answer(void);
uint8_t *folder_data(void); /* FOLDER_PIECE bytes; valid until the next request */

/* Is the answer to a request still to come? */
bool folder_is_busy(void);

/* Wait for that answer, no longer than the command that made the request would have waited. */
void folder_wait_for_abandoned(void);

/* The device and the file of an answer that arrived after its command had ended. They are returned
 * once. NULL: there is none. */
struct vio_device *folder_abandoned(uint32_t *made);

/* Remember the host's error of a failed request, for the message about it. */
void folder_remember(const struct folder_request *r);
const char *folder_error(const struct disk *d, int rc);

/* Wait until ready() is true, at most as long as for an answer. The results are those of
 * wait_result(). */
int folder_wait(bool (*ready)(void *arg), void *arg);

/* ---- Nodes: files and directories of the host that the present command uses, by id ---- */

struct folder_node {
	struct vio_device *d; /* NULL: unused */
	uint32_t file, io;    /* io: open, or 0; it may be `file` itself */
	enum vio_files_kind kind;
	uint64_t bytes;
	uint32_t starts;		/* of the device, when it was found */
	uint32_t used, serial;		/* serial: no other node had it */
	uint32_t parent, parent_serial; /* the node of its directory; 0: it is the root */
	bool is_root, pinned;		/* pinned: the node is never replaced */
	bool ending;
};

/* The node with this id. NULL: the node no longer exists, for example after a restart of the
 * device. */
struct folder_node *folder_node(struct vio_device *d, uint32_t id);

/* Get the attributes of a file into `*out`, and end a handle. */
int folder_look(struct vio_device *d, uint32_t file, struct folder_node *out);
void folder_give_back(struct vio_device *d, uint32_t file);

/* Make a node for a file, with its attributes. The node owns the file then. Returns the node's id,
 * or an error after which the file was ended. */
int folder_add(struct vio_device *d, uint32_t file);

/* The id of the root, or an error. */
int folder_root(struct vio_device *d);

/* Open a node, once, to read it. */
int folder_open(struct folder_node *n);

/* End all files of the folder. First remove `name` from directory `dir`, unless `name` is "" or
 * another removal waits. The requests are sent in the next turns of the loop. */
void folder_end(struct vio_device *d);
void folder_remove_later(struct folder_node *dir, const char *name);
bool folder_turn(void);
/* For a new command on the folder `d`: wait until the requests of earlier ones are answered, and
 * until what they owe is sent, so that it does not accumulate. False: `d` has not answered one. */
bool folder_catch_up(const struct vio_device *d);

/* ---- Writing a file ---- */

/* Parts of an earlier file are waited for. VIO_EBUSY: one is still in flight. */
int folder_write_begin(void);

/* Write `n` bytes. They are copied, and may be in flight when the function returns: an error of an
 * earlier call may be the result of this one. */
int folder_write(struct vio_device *d, uint32_t file, uint64_t at, const uint8_t *bytes,
		 uint32_t n);

/* Wait until all is written; the result of all of it. */
int folder_write_end(void);

/* ---- For files/ ---- */

/* Where the byte `at` of a node lies on the disk that folder_disk() makes. */
uint64_t folder_place(uint32_t id, uint64_t at);
enum { FOLDER_PLACE_BITS = 44 }; /* of a byte in a file */

void folder_disk(struct disk *d, struct vio_files_disk *out);

extern const struct vio_files_format folder_format;

#endif
