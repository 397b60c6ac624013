/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-crypto: sessions, which the control queue opens and closes (virtio 1.4, 5.9.7.2). */
#include "drivers/crypto/crypto_internal.h"

#include <string.h>

enum {
	BODY = 4,     /* words of the header */
	OP_TYPE = 16, /* word of a cipher session, after 48 bytes for its parameters */
	TYPE_CIPHER = 1,
	OP_ENCRYPT = 1,
	OP_DECRYPT = 2,
	DESTROY_BYTES = 1, /* of the answer */
	ALGORITHMS = 64,
	SERVICES = 4,
};

bool vio_crypto_has(const struct vio_crypto *c, enum vio_crypto_service service, uint32_t algorithm)
{
	return (unsigned)service < SERVICES && algorithm < ALGORITHMS &&
	       (c->info.services >> (unsigned)service & 1) != 0 &&
	       (c->info.algorithms[service] >> algorithm & 1) != 0;
}

static int check(const struct vio_crypto *c, const struct vio_crypto_session *s)
{
	const bool needs_key = s->service != VIO_CRYPTO_HASH;
	const uint32_t most =
		s->service == VIO_CRYPTO_MAC ? c->info.auth_key_max : c->info.cipher_key_max;

	if (!vio_crypto_has(c, s->service, s->algorithm))
		return VIO_ENOTSUP;
	if (needs_key != (s->key && s->key_len > 0) ||
	    (s->service != VIO_CRYPTO_CIPHER && s->result_len == 0))
		return VIO_EINVAL;
	return needs_key && s->key_len > most ? VIO_ERANGE : VIO_OK;
}

/* The header, and the fixed part of the service, which is padded to the same length for all.
 * Numbers are little-endian in both register versions. */
static void encode(const struct vio_crypto_session *s, uint32_t *w)
{
	uint32_t *p = w + BODY;

	w[0] = crypto_opcode(s->service, CRYPTO_CREATE);
	w[1] = s->algorithm;
	*p++ = s->algorithm;
	switch (s->service) {
	case VIO_CRYPTO_CIPHER:
		*p++ = s->key_len;
		*p = s->decrypt ? OP_DECRYPT : OP_ENCRYPT;
		w[OP_TYPE] = TYPE_CIPHER;
		break;
	case VIO_CRYPTO_HASH: *p = s->result_len; break;
	case VIO_CRYPTO_MAC:
		*p++ = s->result_len;
		*p = s->key_len;
		break;
	case VIO_CRYPTO_AEAD:
		*p++ = s->key_len;
		*p++ = s->result_len;
		*p++ = s->aad_len;
		*p = s->decrypt ? OP_DECRYPT : OP_ENCRYPT;
		break;
	}
}

/* `parts` parts that the device reads are in s->buf, the header first. */
static int submit(struct vio_crypto *c, struct vio_crypto_session *s, uint16_t parts,
		  uint32_t answer)
{
	s->buf[0] = (struct vio_buf){ .p = c->header[s->slot], .seg.len = VIO_CRYPTO_HEADER_BYTES };
	s->buf[parts] = (struct vio_buf){ .p = c->answer[s->slot], .seg.len = answer };
	s->request = (struct vio_request){ .buf = s->buf, .nread = parts, .nwrite = 1 };
	const int rc = vio_queue_request(&c->control, &s->request);
	s->busy = rc == VIO_OK;
	if (rc != VIO_OK)
		vio_crypto_release(c, s->slot);
	vio_queue_kick(&c->control);
	return rc;
}

static bool is_open(const struct vio_crypto *c, const struct vio_crypto_session *s)
{
	return s->open && s->starts == c->starts;
}

int vio_crypto_open(struct vio_crypto *c, struct vio_crypto_session *s)
{
	const uint16_t parts = s->service == VIO_CRYPTO_HASH ? 1 : 2;
	int rc = vio_crypto_may(c);

	if (rc == VIO_OK && (s->busy || s->users > 0))
		rc = VIO_EBUSY;
	if (rc == VIO_OK)
		rc = is_open(c, s) ? VIO_EINVAL : check(c, s);
	if (rc < 0)
		return rc;
	if (!vio_crypto_take(c, &s->slot))
		return VIO_EFULL;
	s->open = s->closing = false;
	encode(s, c->header[s->slot]);
	s->buf[1] = (struct vio_buf){ .p = (void *)(uintptr_t)s->key, .seg.len = s->key_len };
	return submit(c, s, parts, VIO_CRYPTO_ANSWER_BYTES);
}

int vio_crypto_close(struct vio_crypto *c, struct vio_crypto_session *s)
{
	int rc = vio_crypto_may(c);

	if (rc == VIO_OK && (s->busy || s->users > 0))
		rc = VIO_EBUSY;
	if (rc == VIO_OK && !is_open(c, s))
		rc = VIO_EINVAL;
	if (rc < 0)
		return rc;
	if (!vio_crypto_take(c, &s->slot))
		return VIO_EFULL;
	s->closing = true;
	uint32_t *w = c->header[s->slot];
	w[0] = crypto_opcode(s->service, CRYPTO_DESTROY);
	w[1] = s->algorithm;
	w[BODY] = (uint32_t)s->id;
	w[BODY + 1] = (uint32_t)(s->id >> 32);
	return submit(c, s, 1, DESTROY_BYTES);
}

/* The device chooses the id of a session. The driver only sends it back. */
static int opened(struct vio_crypto *c, struct vio_crypto_session *s, const uint8_t *answer,
		  uint32_t written)
{
	if (written < VIO_CRYPTO_ANSWER_BYTES)
		return VIO_EDEVICE;
	memcpy(&s->id, answer, sizeof(s->id));
	memcpy(&s->status, answer + sizeof(s->id), sizeof(s->status));
	const int rc = vio_crypto_judge(s->status);
	s->open = rc == VIO_OK;
	s->starts = c->starts;
	return rc;
}

/* Whatever the answer to a close is, the session is not used any more. */
static int closed(struct vio_crypto_session *s, const uint8_t *answer, uint32_t written)
{
	if (written < DESTROY_BYTES)
		return VIO_EDEVICE;
	s->status = answer[0];
	return vio_crypto_judge(s->status);
}

void vio_crypto_session_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_crypto *c = crypto_of(q->dev);
	struct vio_crypto_session *s =
		(void *)((uint8_t *)r - offsetof(struct vio_crypto_session, request));
	const uint8_t *answer = c->answer[s->slot];

	s->busy = false;
	s->status = VIO_CRYPTO_ERR;
	s->open = false;
	if (err == VIO_OK)
		err = s->closing ? closed(s, answer, written) : opened(c, s, answer, written);
	s->err = err;
	c->errors += err != VIO_OK;
	vio_crypto_release(c, s->slot);
	if (s->done)
		s->done(c, s);
}
