/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-entropy (virtio 1.4, 5.4). */
#ifndef MODEL_RNG_H
#define MODEL_RNG_H

#include "tests/model/model.h"

extern const struct model_class model_rng_class;

struct model_rng {
	uint32_t at_most; /* most bytes of an answer; 0: as many as fit */
	bool nothing;	  /* complete with length 0 */
	bool hold;	  /* keep the requests */
	uint8_t next;	  /* the next byte; the bytes count up */
	unsigned long requests;
};

/* Fill `cfg` for an entropy device: class, state, one queue of `max` descriptors. */
void model_rng_config(struct model_config *cfg, struct model_rng *r, uint32_t version,
		      uint64_t features, uint32_t max);

#endif
