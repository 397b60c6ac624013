/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-gpu, 2D (virtio 1.4, 5.7). */
#ifndef MODEL_GPU_H
#define MODEL_GPU_H

#include "tests/model/model.h"

enum {
	MODEL_GPU_F_EDID = 1,
	MODEL_GPU_HEADS = 16,
	MODEL_GPU_RESOURCES = 8,
	MODEL_GPU_EDID_BYTES = 1024,
	MODEL_GPU_RUNS = 64,
	MODEL_GPU_LOG = 128,

	/* Commands and responses (5.7.6.7). */
	MODEL_GPU_DISPLAY_INFO = 0x0100,
	MODEL_GPU_CREATE = 0x0101,
	MODEL_GPU_UNREF = 0x0102,
	MODEL_GPU_SCANOUT = 0x0103,
	MODEL_GPU_FLUSH = 0x0104,
	MODEL_GPU_TRANSFER = 0x0105,
	MODEL_GPU_ATTACH = 0x0106,
	MODEL_GPU_DETACH = 0x0107,
	MODEL_GPU_GET_EDID = 0x010a,
	MODEL_GPU_CURSOR = 0x0300,
	MODEL_GPU_CURSOR_MOVE = 0x0301,
	MODEL_GPU_OK = 0x1100,
	MODEL_GPU_OK_DISPLAY_INFO = 0x1101,
	MODEL_GPU_OK_EDID = 0x1104,
	MODEL_GPU_ERR_SCANOUT = 0x1202,
	MODEL_GPU_ERR_RESOURCE = 0x1203,
	MODEL_GPU_ERR_PARAMETER = 0x1205,
};

extern const struct model_class model_gpu_class;

struct model_gpu_rect {
	uint32_t x, y, width, height;
};

struct model_gpu_run {
	uint64_t addr;
	uint32_t len;
};

struct model_gpu_resource {
	uint32_t id, format, width, height; /* id 0: unused */
	struct model_gpu_run run[MODEL_GPU_RUNS];
	uint32_t nruns;
	uint8_t *pixels; /* the device's copy, 4 bytes each */
	bool transferred;
};

struct model_gpu_mode {
	struct model_gpu_rect rect;
	uint32_t enabled;
};

struct model_gpu {
	/* What the device is: fill this before the driver starts. */
	struct model_gpu_mode mode[MODEL_GPU_HEADS];
	uint8_t edid[MODEL_GPU_HEADS][MODEL_GPU_EDID_BYTES];
	uint32_t edid_size; /* as the answer says */
	/* What the device does wrong or late. */
	bool hold;	       /* keep the commands */
	bool reversed;	       /* complete the commands of one notification in reverse order */
	uint32_t lie_about;    /* the next three fields are for commands of this type; 0: for all */
	uint32_t answer;       /* if not 0: the type of the answer */
	uint32_t answer_bytes; /* if not 0: number of bytes of the answer that are written */
	bool junk_header; /* fence, context and flags of the answer differ from the command's */
	/* What the driver did. */
	struct model_gpu_resource resource[MODEL_GPU_RESOURCES];
	struct {
		uint32_t resource;
		struct model_gpu_rect rect;
	} scanout[MODEL_GPU_HEADS];
	struct {
		uint32_t head, x, y, resource, hot_x, hot_y;
	} cursor;
	uint32_t log[MODEL_GPU_LOG]; /* types of the commands, in order */
	unsigned nlog;
	struct model_gpu_rect flushed; /* the last one */
	uint64_t fences;
	/* Private. */
	bool display_owed, edid_owed;
};

/* Fill `cfg`: class, state, two queues of `max` descriptors, `heads` in config space. */
void model_gpu_config(struct model_config *cfg, struct model_gpu *g, uint32_t version,
		      uint64_t features, uint32_t max, uint32_t heads);

/* Free the memory of the resources, after model_done(). */
void model_gpu_free(struct model_gpu *g);

/* Make a valid EDID of 128 bytes for a head, with these words in it. */
void model_gpu_make_edid(struct model_gpu *g, unsigned head, const char *maker, const char *name,
			 unsigned width, unsigned height);

/* The displays have changed: set the event, and interrupt. */
void model_gpu_event(struct model *m);

/* The resource with this id, or NULL. */
struct model_gpu_resource *model_gpu_find(struct model_gpu *g, uint32_t id);

#endif
