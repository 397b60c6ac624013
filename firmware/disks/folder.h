/* SPDX-License-Identifier: BSD-2-Clause */
/* Folders of the host (virtio-9p) as disks: what the files folder*.c share. Calls go from
 * folder_files.c to the others, and from there to folder.c. */
#ifndef FIRMWARE_DISKS_FOLDER_H
#define FIRMWARE_DISKS_FOLDER_H

#include <picovirtio/loop.h>
#include <picovirtio/p9.h>
#include "firmware/disks/disk.h"

enum {
	FOLDER_PIECE = 16384, /* bytes of data that wait for the host, at most */
	/* Instead of an error of the host: */
	FOLDER_SHORTER = 0,	       /* a file ended early */
	FOLDER_TAKES_NONE = INT32_MAX, /* none of the bytes were written */
};

static inline struct vio_p9 *folder_of(const struct disk *d)
{
	return d->device;
}

/* The loop that runs while a command waits. */
void folder_begin(struct vio_loop *l);

/* Send a request and wait for the answer, which is that of folder_answer(). Data of the request is
 * in folder_data(). VIO_ENODEV: the host has no such file. VIO_EINVAL: a name on the way to it is
 * not a directory. VIO_EBUSY: an earlier request is in flight. Other errors as vio_p9_submit(), and
 * of the answer. */
int folder_ask(struct vio_p9 *p, struct vio_p9_request r);
const struct vio_p9_request *folder_answer(void);
uint8_t *folder_data(void); /* FOLDER_PIECE bytes; valid until the next request */

/* Is the answer to a request still to come? */
bool folder_is_busy(void);

/* The device and the fid of an answer that arrived after its command had ended. They are returned
 * once. NULL: there is none. */
struct vio_p9 *folder_abandoned(struct vio_p9_fid *made);

/* Remember the host's error of a failed request, for the message about it. */
void folder_remember(const struct vio_p9_request *r);
const char *folder_error(const struct disk *d, int rc);

/* Wait until ready() is true, at most as long as for an answer. False: the time has passed, or
 * Ctrl-C was pressed. */
bool folder_wait(bool (*ready)(void *arg), void *arg);
/* The result of a wait that ended without success. */
int folder_not_ready(void);

/* ---- Nodes: files and directories of the host that the present command uses, by id ---- */

struct folder_node {
	struct vio_p9 *p;	   /* NULL: unused */
	struct vio_p9_fid fid, io; /* io: open, or none */
	enum vio_files_kind kind;
	uint64_t bytes;
	uint32_t starts; /* of the device, when it was found */
	uint32_t used;
	bool is_root, pinned; /* pinned: the node is never replaced */
	bool ending;
};

/* The node with this id. NULL: the node no longer exists, for example after a restart of the
 * device. */
struct folder_node *folder_node(struct vio_p9 *p, uint32_t id);

/* Get the attributes of a fid into `*out`, and end a fid. */
int folder_look(struct vio_p9 *p, struct vio_p9_fid fid, struct folder_node *out);
void folder_give_back(struct vio_p9 *p, struct vio_p9_fid fid);

/* Make a node for a fid, with its attributes. The node owns the fid then. Returns the node's id, or
 * an error after which the fid was ended. */
int folder_add(struct vio_p9 *p, struct vio_p9_fid fid);

/* The id of the root, or an error. The first call attaches to the folder. */
int folder_root(struct vio_p9 *p);

/* Open a node, once. `n->io` is the open fid. `n->fid` stays closed, so that it can be walked from.
 * */
int folder_open(struct folder_node *n);

/* End all fids of the folder. First remove `name` from directory `dir`, unless `name` is "" or
 * another removal waits. The requests are sent in the next turns of the loop. */
void folder_end(struct vio_p9 *p);
void folder_remove_later(struct folder_node *dir, const char *name);
bool folder_turn(void);

/* ---- Writing a file ---- */

/* VIO_EBUSY: a part of an earlier file is still in flight. */
int folder_write_begin(void);

/* Write `n` bytes. They are copied, and may be in flight when the function returns: an error of an
 * earlier call may be the result of this one. */
int folder_write(struct vio_p9 *p, struct vio_p9_fid fid, uint64_t at, const uint8_t *bytes,
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
