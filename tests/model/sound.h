/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-sound (virtio 1.4, 5.14): streams that play into memory and record from
 * it, jacks and maps. */
#ifndef MODEL_SOUND_H
#define MODEL_SOUND_H

#include "tests/model/model.h"

enum {
	MODEL_SOUND_ENTRIES = 8,
	MODEL_SOUND_BYTES = 65536, /* of what was played */
	MODEL_SOUND_HELD = 64,
	MODEL_SOUND_OK = 0x8000,
	MODEL_SOUND_BAD_MSG = 0x8001,
	MODEL_SOUND_NOT_SUPP = 0x8002,
	MODEL_SOUND_IO_ERR = 0x8003,
};

extern const struct model_class model_sound_class;

enum model_sound_state {
	MODEL_SOUND_NEW,
	MODEL_SOUND_SET,
	MODEL_SOUND_PREPARED,
	MODEL_SOUND_RUNNING,
	MODEL_SOUND_STOPPED
};

struct model_sound_stream {
	uint8_t direction, channels_min, channels_max;
	uint64_t formats, rates;
	enum model_sound_state state;
	uint32_t buffer_bytes, period_bytes;
	uint8_t channels, format, rate;
};

struct model_sound {
	/* What it is. */
	struct model_sound_stream stream[MODEL_SOUND_ENTRIES];
	uint32_t jack_features[MODEL_SOUND_ENTRIES];
	uint8_t jack_connected[MODEL_SOUND_ENTRIES];
	uint8_t map_direction[MODEL_SOUND_ENTRIES], map_channels[MODEL_SOUND_ENTRIES];
	/* What it does wrong. */
	uint32_t answer;	 /* if not 0: the status of commands and transfers */
	uint32_t info_bytes;	 /* if not 0: written bytes of an answer to a question */
	uint32_t info_answer;	 /* if not 0: the status of such an answer */
	uint32_t short_by;	 /* a recording has so many bytes less */
	bool behind;		 /* the status of a recording directly follows its samples */
	bool no_result, len_lie; /* `len` is the used length of a transfer */
	uint32_t len;
	/* What the driver did. */
	uint8_t played[MODEL_SOUND_BYTES];
	uint32_t nplayed;
	unsigned long count[8]; /* number of commands by code, from PCM_INFO on */
	unsigned long questions;
	/* Private. */
	struct mq_chain held[2][MODEL_SOUND_HELD];
	unsigned nheld[2];
	uint8_t next;
};

/* Fill `cfg`: class, state, four queues of `max` descriptors, and these numbers in config space. */
void model_sound_config(struct model_config *cfg, struct model_sound *h, uint64_t features,
			uint32_t max, uint32_t jacks, uint32_t streams, uint32_t maps);

/* Send an event with the used length `claim`. False: there is no buffer. */
bool model_sound_event(struct model *m, uint32_t code, uint32_t data, uint32_t claim);

#endif
