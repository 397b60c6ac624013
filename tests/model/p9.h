/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-9p: a 9P2000.L server of a small tree in memory, as Linux's virtio_9p.h
 * and the documents of diod describe device and messages. */
#ifndef MODEL_P9_H
#define MODEL_P9_H

#include "tests/model/model.h"

enum {
	MODEL_P9_F_MOUNT_TAG = 0,
	MODEL_P9_NODES = 64,
	MODEL_P9_FIDS = 64,
	MODEL_P9_TAGS = 256,
	MODEL_P9_NAME = 256,
	MODEL_P9_BYTES = 16384, /* of a file */
	MODEL_P9_MSIZE = 16384 + 24,
	MODEL_P9_LOG = 256,

	MODEL_P9_TLOPEN = 12,
	MODEL_P9_TLCREATE = 14,
	MODEL_P9_TREADLINK = 22,
	MODEL_P9_TGETATTR = 24,
	MODEL_P9_TREADDIR = 40,
	MODEL_P9_TFSYNC = 50,
	MODEL_P9_TMKDIR = 72,
	MODEL_P9_TRENAMEAT = 74,
	MODEL_P9_TUNLINKAT = 76,
	MODEL_P9_TVERSION = 100,
	MODEL_P9_TATTACH = 104,
	MODEL_P9_TWALK = 110,
	MODEL_P9_TREAD = 116,
	MODEL_P9_TWRITE = 118,
	MODEL_P9_TCLUNK = 120,

	MODEL_P9_DIRECTORY = 0040755,
	MODEL_P9_FILE = 0100644,
	MODEL_P9_LINK = 0120777,
};

extern const struct model_class model_p9_class;

struct model_p9_node {
	uint32_t mode; /* 0: unused */
	unsigned parent;
	char name[MODEL_P9_NAME];
	uint32_t bytes;
	uint8_t data[MODEL_P9_BYTES]; /* of a link: its target */
	unsigned synced;	      /* fsyncs */
};

struct model_p9_fid {
	bool used, open;
	uint32_t number, flags;
	unsigned node;
};

struct model_p9 {
	/* What the device is: fill this before the driver starts. Node 0 is the root. */
	struct model_p9_node node[MODEL_P9_NODES];
	uint32_t msize; /* the largest msize that the server accepts */
	/* What the device does late or only in part. */
	bool hold;     /* keep the requests */
	bool reversed; /* answer the requests of one notification in reverse order */
	uint32_t most; /* if not 0: most bytes of one read or write */
	/* The device refuses requests of this type with this error. */
	uint8_t fail_type;
	uint32_t fail_error;
	/* What the device does wrong in replies to requests of `lie_type`. */
	uint8_t lie_type;
	bool lie_raw; /* the reply is a correct header and the `raw_bytes` bytes of `raw` */
	uint8_t raw[1024];
	uint32_t raw_bytes;
	int32_t size_off;   /* added to the size in the reply */
	int32_t used_off;   /* added to the used length */
	uint8_t reply_type; /* if not 0: the tag, in place of the correct one */
	bool other_tag;
	const char *version; /* NULL: "9P2000.L" */
	/* What the driver did. */
	struct model_p9_fid fid[MODEL_P9_FIDS];
	uint8_t log[MODEL_P9_LOG]; /* types of the requests, in order */
	unsigned nlog;
	unsigned most_tags; /* most fids in use at the same time */
	/* Private. */
	uint32_t agreed; /* the negotiated msize; 0: none yet */
	bool tag[MODEL_P9_TAGS];
};

/* Fill `cfg`: class, state, one queue of `max` descriptors, and the tag. Make an empty root. */
void model_p9_config(struct model_config *cfg, struct model_p9 *s, uint32_t version,
		     uint64_t features, uint32_t max, const char *tag);

/* Add a file, directory or link; returns its node. */
unsigned model_p9_add(struct model_p9 *s, unsigned parent, const char *name, uint32_t mode,
		      const void *data, uint32_t n);

/* The node with this name in a directory, or 0. */
unsigned model_p9_find(const struct model_p9 *s, unsigned parent, const char *name);

/* The number of fids that the server knows. */
unsigned model_p9_fids(const struct model_p9 *s);

#endif
