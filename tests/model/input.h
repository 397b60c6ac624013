/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-input (virtio 1.4, 5.8). */
#ifndef MODEL_INPUT_H
#define MODEL_INPUT_H

#include "tests/model/model.h"

enum {
	MODEL_INPUT_TYPES = 0x20,
	MODEL_INPUT_AXES = 64,
	MODEL_INPUT_BYTES = 128, /* of an answer */
	MODEL_INPUT_GOT = 64,

	MODEL_INPUT_KEY = 1,
	MODEL_INPUT_REL = 2,
	MODEL_INPUT_ABS = 3,
	MODEL_INPUT_LED = 0x11,
};

extern const struct model_class model_input_class;

struct model_input_event {
	uint16_t type, code;
	uint32_t value;
};

struct model_input {
	/* What the device is: fill this before the driver starts. */
	const char *name, *serial; /* NULL: not told */
	uint16_t ids[4];
	uint8_t properties[4];
	uint8_t bits[MODEL_INPUT_TYPES][MODEL_INPUT_BYTES];
	uint32_t axis[MODEL_INPUT_AXES][5]; /* min, max, fuzz, flat, res */
	/* What it does wrong. */
	uint8_t size_claim;	 /* if not 0: the size of every answer */
	uint8_t axis_size;	 /* if not 0: the size of an answer about an axis */
	bool hold;		 /* keep the messages of the driver */
	uint32_t status_written; /* used length of messages; 0 is correct */
	/* What the driver sent. */
	struct model_input_event got[MODEL_INPUT_GOT];
	unsigned ngot;
	unsigned long questions;
	/* Private. */
	uint8_t written; /* bit 0: select, bit 1: subsel was written for the present question */
	bool size_read;
};

/* The device has this code. */
void model_input_has(struct model_input *in, unsigned type, unsigned code);

/* Fill `cfg`: class, state, two queues of `max` descriptors, config space. */
void model_input_config(struct model_config *cfg, struct model_input *in, uint32_t version,
			uint64_t features, uint32_t max);

/* Report an event. False: the driver gave no buffer. */
bool model_input_send(struct model *m, uint16_t type, uint16_t code, uint32_t value);

/* Write `n` bytes into an event buffer, and report a used length of `claim`. */
bool model_input_send_raw(struct model *m, const void *p, size_t n, uint32_t claim);

#endif
