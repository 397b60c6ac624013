/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled crypto device with its driver; what the tests of virtio-crypto share. */
#ifndef CRYPTO_RIG_H
#define CRYPTO_RIG_H

#include <picovirtio/crypto.h>
#include <picovirtio/driver.h>
#include "tests/model/crypto.h"
#include "tests/unit/device_rig.h"

enum { TEXT = 100, TAG = 16, KEY = 16, IV = 16, AAD = 8 };

static struct rig r;
static struct model_crypto host;
static struct vio_crypto c;
static struct vio_crypto_session s;
static uint8_t key[KEY], iv[IV], aad[AAD], text[TEXT], out[TEXT + TAG], back[TEXT];
static unsigned sessions_done, requests_done;

static inline void on_session(struct vio_crypto *of, struct vio_crypto_session *session)
{
	assert_ptr_equal(of, &c);
	assert_false(session->busy);
	sessions_done++;
}

static inline void on_request(struct vio_crypto *of, struct vio_crypto_request *q)
{
	assert_ptr_equal(of, &c);
	assert_false(q->busy);
	assert_ptr_equal(q->arg, &requests_done);
	requests_done++;
}

static inline int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	sessions_done = requests_done = 0;
	for (unsigned i = 0; i < TEXT; i++)
		text[i] = (uint8_t)(i * 7);
	for (unsigned i = 0; i < KEY; i++)
		key[i] = (uint8_t)(i + 100);
	for (unsigned i = 0; i < IV; i++)
		iv[i] = (uint8_t)(3 * i);
	memset(out, 0x77, sizeof(out));
	memset(back, 0x77, sizeof(back));
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

static inline void plug(uint32_t version, uint32_t data_queues, const struct vio_crypto_options *o)
{
	memset(&c, 0, sizeof(c));
	rig_init_for(&r, version);
	model_crypto_config(&r.cfg, &host, version, 0x3f | (version == 2 ? BIT64(32) : 0), 256,
			    data_queues);
	r.d = &c.device;
	assert_int_equal(vio_crypto_init(&c, &r.t.base, &r.p.platform, o), VIO_OK);
	rig_plug(&r, true);
}

static inline void settle(void)
{
	rig_settle(&r, 100);
}

static inline void live(uint32_t version)
{
	plug(version, 2, NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

/* A session with parameters that suit each service. */
static inline struct vio_crypto_session session(enum vio_crypto_service service, bool decrypt)
{
	const bool cipher = service == VIO_CRYPTO_CIPHER;

	return (struct vio_crypto_session){ .service = service,
					    .algorithm = 3,
					    .decrypt = decrypt,
					    .key = service == VIO_CRYPTO_HASH ? NULL : key,
					    .key_len = service == VIO_CRYPTO_HASH ? 0 : KEY,
					    .result_len = cipher ? 0 : TAG,
					    .aad_len = service == VIO_CRYPTO_AEAD ? AAD : 0,
					    .done = on_session };
}

/* Open `s`; how that ended. */
static inline int open_session(void)
{
	const int rc = vio_crypto_open(&c, &s);

	if (rc < 0)
		return rc;
	assert_true(s.busy);
	settle();
	assert_false(s.busy);
	return s.err;
}

static inline int close_session(void)
{
	const int rc = vio_crypto_close(&c, &s);

	if (rc < 0)
		return rc;
	settle();
	assert_false(s.open);
	return s.err;
}

/* A request of `s`, from `src` to `dst`. */
static inline struct vio_crypto_request request(const void *src, uint32_t src_len, void *dst,
						uint32_t dst_len)
{
	const bool both = s.service == VIO_CRYPTO_CIPHER || s.service == VIO_CRYPTO_AEAD;

	return (struct vio_crypto_request){ .session = &s,
					    .iv = both ? iv : NULL,
					    .iv_len = both ? IV : 0,
					    .src = src,
					    .src_len = src_len,
					    .aad = s.service == VIO_CRYPTO_AEAD ? aad : NULL,
					    .dst = dst,
					    .dst_len = dst_len,
					    .done = on_request,
					    .arg = &requests_done };
}

static inline int run(struct vio_crypto_request q)
{
	const unsigned before = requests_done;
	const int rc = vio_crypto_submit(&c, &q);

	if (rc < 0)
		return rc;
	assert_true(q.busy);
	vio_crypto_kick(&c);
	settle();
	assert_int_equal(requests_done, before + 1);
	return q.err;
}

#endif
