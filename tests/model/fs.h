/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-fs: a FUSE server of a small tree in memory, as Linux's fuse.h
 * describes the messages. The tree is that of the 9P server. */
#ifndef MODEL_FS_H
#define MODEL_FS_H

#include "tests/model/p9.h"

enum {
	MODEL_FS_F_NOTIFICATION = 0,
	MODEL_FS_OPENS = 64,
	MODEL_FS_IN_FLIGHT = 64,
	MODEL_FS_MAX_WRITE = 16384,
	MODEL_FS_TAG = 36,
	MODEL_FS_LOG = 256,

	MODEL_FS_LOOKUP = 1,
	MODEL_FS_FORGET = 2,
	MODEL_FS_GETATTR = 3,
	MODEL_FS_READLINK = 5,
	MODEL_FS_MKDIR = 9,
	MODEL_FS_UNLINK = 10,
	MODEL_FS_RMDIR = 11,
	MODEL_FS_OPEN = 14,
	MODEL_FS_READ = 15,
	MODEL_FS_WRITE = 16,
	MODEL_FS_STATFS = 17,
	MODEL_FS_RELEASE = 18,
	MODEL_FS_FSYNC = 20,
	MODEL_FS_INIT = 26,
	MODEL_FS_OPENDIR = 27,
	MODEL_FS_READDIR = 28,
	MODEL_FS_RELEASEDIR = 29,
	MODEL_FS_CREATE = 35,
	MODEL_FS_DESTROY = 38,
	MODEL_FS_RENAME2 = 45,
};

extern const struct model_class model_fs_class;

struct model_fs_open {
	bool used, directory;
	unsigned node;
};

struct model_fs {
	/* What the device is: fill this before the driver starts. Node 0 is the root. Of the 9P
	 * server only the tree, `hold`, `reversed` and `most` are used. */
	struct model_p9 tree;
	uint32_t max_write;    /* 0: MODEL_FS_MAX_WRITE */
	uint32_t major, minor; /* 0: 7 and 31 */
	bool zero_node;	       /* for a missing file, answer with node number 0 and no error */
	/* The device refuses requests of this code with this error. */
	uint32_t fail_code, fail_error;
	/* What the device does wrong in replies to requests of `lie_code`. */
	uint32_t lie_code;
	bool lie_raw; /* the reply is a correct header and the `raw_bytes` bytes of `raw` */
	uint8_t raw[1024];
	uint32_t raw_bytes;
	int32_t size_off; /* added to the length in the reply */
	int32_t used_off; /* added to the used length */
	int32_t error;	  /* if not 0: the error in the header, unchanged */
	bool other_unique;
	/* What the driver did. */
	uint64_t lookups[MODEL_P9_NODES]; /* not forgotten */
	struct model_fs_open open[MODEL_FS_OPENS];
	uint32_t log[MODEL_FS_LOG]; /* codes of the requests, in order */
	unsigned nlog;
	unsigned most_in_flight;
	/* Private. */
	bool ready;
};

/* Fill `cfg`: class, state, the high priority queue, a request queue of `max` descriptors, and the
 * tag. Make an empty root. */
void model_fs_config(struct model_config *cfg, struct model_fs *s, uint32_t version,
		     uint64_t features, uint32_t max, const char *tag);

/* The number of nodes that were looked up and not forgotten, and of open files. */
unsigned model_fs_known(const struct model_fs *s);
unsigned model_fs_opens(const struct model_fs *s);

#endif
