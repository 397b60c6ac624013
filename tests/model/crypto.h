/* SPDX-License-Identifier: BSD-2-Clause */
/* The device side of virtio-crypto (virtio 1.4, 5.9). Its algorithms are not real: a cipher adds
 * the bytes of key and iv, and a hash is a sum. */
#ifndef MODEL_CRYPTO_H
#define MODEL_CRYPTO_H

#include "tests/model/model.h"

enum {
	MODEL_CRYPTO_CIPHER = 0,
	MODEL_CRYPTO_HASH = 1,
	MODEL_CRYPTO_MAC = 2,
	MODEL_CRYPTO_AEAD = 3,
	MODEL_CRYPTO_SESSIONS = 8,
	MODEL_CRYPTO_KEY_MAX = 64,
	MODEL_CRYPTO_TEXT_MAX = 512,
	MODEL_CRYPTO_MAX_SIZE = 1024, /* most bytes of a request, as the device reports */
};

extern const struct model_class model_crypto_class;

struct model_crypto_session {
	uint64_t id; /* 0: unused */
	uint32_t service, algorithm, result_len, aad_len, key_len;
	bool decrypt;
	uint8_t key[MODEL_CRYPTO_KEY_MAX];
};

struct model_crypto {
	/* What the device does late or wrong. */
	bool hold;	       /* keep the requests */
	bool reversed;	       /* complete the requests of one notification in reverse order */
	bool keep_status;      /* write no status */
	uint32_t status;       /* if not 0: the status of every answer */
	uint32_t answer_bytes; /* if not 0: the used length */
	bool no_bytes;	       /* the used length is 0 */
	/* What the driver did. */
	struct model_crypto_session session[MODEL_CRYPTO_SESSIONS];
	unsigned opened, closed, requests;
	/* Private. */
	uint64_t last_id;
};

/* Fill `cfg`: class, state, `data_queues` and a control queue of `max` descriptors, config space.
 */
void model_crypto_config(struct model_config *cfg, struct model_crypto *c, uint32_t version,
			 uint64_t features, uint32_t max, uint32_t data_queues);

/* The device is ready from now on, or not. */
void model_crypto_ready(struct model *m, bool ready);

/* The byte that the cipher adds at offset `i`. */
uint8_t model_crypto_add(const uint8_t *key, uint32_t key_len, const uint8_t *iv, uint32_t iv_len,
			 uint32_t i);

/* Byte `i` of the hash, MAC or tag. */
uint8_t model_crypto_sum(const uint8_t *p, size_t n, uint32_t i);

#endif
