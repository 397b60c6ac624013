/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-crypto: requests, on a data queue (virtio 1.4, 5.9.7.4 to 5.9.7.7). */
#include "drivers/crypto/crypto_internal.h"

#include <string.h>

enum {
	SESSION_ID = 2, /* words of the header */
	BODY = 6,
	OP_TYPE = 16, /* word of a cipher request, after 40 bytes for its parameters */
	TYPE_CIPHER = 1,
	STATUS_BYTES = 1,
};

static bool has(const void *p, uint32_t len)
{
	return p && len > 0;
}

/* `dst` has exactly the size of the result. A cipher returns as many bytes as it gets. AEAD adds
 * the tag, or removes it. */
static bool fits(const struct vio_crypto_request *r)
{
	const struct vio_crypto_session *s = r->session;
	uint64_t want = s->result_len;

	if (s->service == VIO_CRYPTO_CIPHER)
		want = r->src_len;
	if (s->service == VIO_CRYPTO_AEAD && s->decrypt)
		return (uint64_t)r->dst_len + s->result_len == r->src_len;
	if (s->service == VIO_CRYPTO_AEAD)
		want += r->src_len;
	return r->dst_len == want;
}

static int check(const struct vio_crypto *c, const struct vio_crypto_request *r)
{
	const struct vio_crypto_session *s = r->session;

	if (!s || !s->open || s->starts != c->starts || s->busy)
		return VIO_EINVAL;
	const bool aead = s->service == VIO_CRYPTO_AEAD;
	const uint32_t aad_len = aead ? s->aad_len : 0;
	const uint64_t bytes = (uint64_t)r->iv_len + r->src_len + aad_len + r->dst_len +
			       VIO_CRYPTO_HEADER_BYTES + STATUS_BYTES;

	if (!has(r->src, r->src_len) || !has(r->dst, r->dst_len) || !fits(r) ||
	    (r->iv_len > 0 && !r->iv) || (aad_len > 0 && !r->aad))
		return VIO_EINVAL;
	return bytes > c->info.bytes_max ? VIO_ERANGE : VIO_OK;
}

/* Each service has its own lengths, in this order. */
static void encode(const struct vio_crypto_request *r, uint32_t *w)
{
	const struct vio_crypto_session *s = r->session;
	const bool both_ways = s->service == VIO_CRYPTO_CIPHER || s->service == VIO_CRYPTO_AEAD;
	uint32_t *p = w + BODY;

	w[0] = crypto_opcode(s->service, both_ways && s->decrypt ? CRYPTO_DECRYPT : CRYPTO_ENCRYPT);
	w[1] = s->algorithm;
	w[SESSION_ID] = (uint32_t)s->id;
	w[SESSION_ID + 1] = (uint32_t)(s->id >> 32);
	if (both_ways)
		*p++ = r->iv_len;
	if (s->service == VIO_CRYPTO_AEAD)
		*p++ = s->aad_len;
	*p++ = r->src_len;
	*p++ = r->dst_len;
	if (s->service == VIO_CRYPTO_AEAD)
		*p = s->result_len;
	if (s->service == VIO_CRYPTO_CIPHER)
		w[OP_TYPE] = TYPE_CIPHER;
}

static void add(struct vio_crypto_request *r, uint16_t *n, const void *p, uint32_t len)
{
	if (len > 0)
		r->buf[(*n)++] = (struct vio_buf){ .p = (void *)(uintptr_t)p, .seg.len = len };
}

static void lay_out(struct vio_crypto *c, struct vio_crypto_request *r)
{
	const struct vio_crypto_session *s = r->session;
	uint16_t n = 0;

	add(r, &n, c->header[r->slot], VIO_CRYPTO_HEADER_BYTES);
	add(r, &n, r->iv, r->iv_len);
	add(r, &n, r->src, r->src_len);
	add(r, &n, r->aad, s->service == VIO_CRYPTO_AEAD ? s->aad_len : 0);
	vio_request_set(&r->request, r->buf, n, 2);
	add(r, &n, r->dst, r->dst_len);
	add(r, &n, c->answer[r->slot], STATUS_BYTES);
}

int vio_crypto_submit(struct vio_crypto *c, struct vio_crypto_request *r)
{
	int rc = vio_crypto_may(c);

	if (rc == VIO_OK)
		rc = r->busy ? VIO_EBUSY : check(c, r);
	if (rc < 0)
		return rc;
	if (!vio_crypto_take(c, &r->slot))
		return VIO_EFULL;
	encode(r, c->header[r->slot]);
	lay_out(c, r);
	rc = vio_queue_request(&c->data, &r->request);
	r->busy = rc == VIO_OK;
	if (rc != VIO_OK) {
		vio_crypto_release(c, r->slot);
		return rc;
	}
	r->session->users++;
	c->requests++;
	return VIO_OK;
}

void vio_crypto_kick(struct vio_crypto *c)
{
	if (c->device.state == VIO_LIVE)
		vio_queue_kick(&c->data);
}

void vio_crypto_request_done(struct vio_queue *q, struct vio_request *request, int err,
			     uint32_t written)
{
	struct vio_crypto *c = crypto_of(q->dev);
	struct vio_crypto_request *r =
		(void *)((uint8_t *)request - offsetof(struct vio_crypto_request, request));

	r->busy = false;
	r->session->users--;
	r->status = VIO_CRYPTO_ERR;
	if (err == VIO_OK && written < r->dst_len + STATUS_BYTES)
		err = VIO_EDEVICE;
	if (err == VIO_OK) {
		r->status = c->answer[r->slot][0];
		err = vio_crypto_judge(r->status);
	}
	if (err != VIO_OK)
		memset(r->dst, 0, r->dst_len);
	r->err = err;
	c->errors += err != VIO_OK;
	vio_crypto_release(c, r->slot);
	if (r->done)
		r->done(c, r);
}
