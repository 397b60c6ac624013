/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-crypto (virtio 1.4, 5.9): ciphers, hashes, MACs and AEAD, computed by the device. A
 * session stands for a key that the device holds. Requests use sessions.
 *
 *     vio_crypto_init(&c, transport, platform, NULL);
 *     vio_device_start(&c.device);
 *     struct vio_crypto_session s = { .service = VIO_CRYPTO_CIPHER,
 *                                     .algorithm = VIO_CRYPTO_AES_CBC,
 *                                     .key = key, .key_len = 16, .done = fn };
 *     vio_crypto_open(&c, &s);
 *     (vio_device_poll)             calls fn(&c, &s) with the result in s.err
 *     struct vio_crypto_request r = { .session = &s, .iv = iv, .iv_len = 16, .src = text,
 *                                     .src_len = n, .dst = out, .dst_len = n, .done = fn2 };
 *     vio_crypto_submit(&c, &r);    repeat for further requests
 *     vio_crypto_kick(&c);          the device sees all of them
 *     (vio_device_poll)             calls fn2(&c, &r) with the result in r.err
 * The device sees keys and texts. After a restart of the device all sessions are gone.
 */
#ifndef VIO_CRYPTO_H
#define VIO_CRYPTO_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_CRYPTO_REQUESTS = 16, /* default: most in flight, sessions included */
	VIO_CRYPTO_REQUESTS_MAX = 128,
	VIO_CRYPTO_PARTS = 8,	      /* descriptors for each request */
	VIO_CRYPTO_CONTROL_RING = 16, /* four sessions that open or close */
	VIO_CRYPTO_QUEUES_MAX = 1024, /* most data queues; a device with more is refused */
	VIO_CRYPTO_HEADER_BYTES = 72,
	VIO_CRYPTO_ANSWER_BYTES = 16,
};

/* `problem.got` of VIO_C_DRIVER: what the device did. */
enum vio_crypto_protocol_error {
	VIO_CRYPTO_NO_QUEUES = 1, /* max_dataqueues is 0, or above VIO_CRYPTO_QUEUES_MAX */
};

/* Services: bits of crypto_services (5.9.4). */
enum vio_crypto_service {
	VIO_CRYPTO_CIPHER = 0,
	VIO_CRYPTO_HASH = 1,
	VIO_CRYPTO_MAC = 2,
	VIO_CRYPTO_AEAD = 3,
};

/* Algorithms of each service (5.9.4). The specification has further numbers, all below 64, which
 * work too. */
enum {
	VIO_CRYPTO_AES_ECB = 2,
	VIO_CRYPTO_AES_CBC = 3,
	VIO_CRYPTO_AES_CTR = 4,
	VIO_CRYPTO_3DES_CBC = 8,
	VIO_CRYPTO_AES_XTS = 13,

	VIO_CRYPTO_MD5 = 1,
	VIO_CRYPTO_SHA1 = 2,
	VIO_CRYPTO_SHA256 = 4,
	VIO_CRYPTO_SHA512 = 6,

	VIO_CRYPTO_HMAC_SHA1 = 2,
	VIO_CRYPTO_HMAC_SHA256 = 4,
	VIO_CRYPTO_HMAC_SHA512 = 6,
	VIO_CRYPTO_CMAC_AES = 26,

	VIO_CRYPTO_GCM = 1,
	VIO_CRYPTO_CCM = 2,
	VIO_CRYPTO_CHACHA20_POLY1305 = 3,
};

/* The status of an answer (5.9.7). */
enum vio_crypto_status {
	VIO_CRYPTO_OK = 0,
	VIO_CRYPTO_ERR = 1,
	VIO_CRYPTO_BADMSG = 2,	/* the tag of AEAD is wrong */
	VIO_CRYPTO_NOTSUPP = 3, /* the device lacks the algorithm */
	VIO_CRYPTO_INVSESS = 4, /* no such session */
	VIO_CRYPTO_NOSPC = 5,	/* no room for another session */
	VIO_CRYPTO_KEY_REJECTED = 6,
};

struct vio_crypto;
struct vio_crypto_session;
struct vio_crypto_request;

typedef void (*vio_crypto_session_fn)(struct vio_crypto *c, struct vio_crypto_session *s);
typedef void (*vio_crypto_request_fn)(struct vio_crypto *c, struct vio_crypto_request *r);

/* A session. It belongs to the caller, who sets unused fields to zero. The struct and the key stay
 * in place while `busy` is set. The struct also stays in place as long as requests use it. */
struct vio_crypto_session {
	enum vio_crypto_service service;
	uint32_t algorithm;
	bool decrypt;		    /* CIPHER and AEAD: the direction of all its requests */
	const void *key;	    /* not used by HASH */
	uint32_t key_len;	    /* bytes */
	uint32_t result_len;	    /* bytes of a hash, a MAC, or the tag of AEAD */
	uint32_t aad_len;	    /* AEAD: bytes of additional data in each request */
	vio_crypto_session_fn done; /* opening or closing has ended, see `err`; may be NULL */
	void *arg;		    /* for the caller; the driver does not use it */

	/* The result. VIO_EIO: the device refused, and `status` says why. VIO_EDEVICE: the device
	 * failed, or its answer is invalid. */
	int err;
	uint32_t status; /* enum vio_crypto_status */
	bool busy;	 /* the device is opening or closing it */
	bool open;

	uint64_t id; /* private, as all below */
	uint32_t starts, users;
	struct vio_request request;
	struct vio_buf buf[3];
	uint16_t slot;
	bool closing;
};

/*
 * A request. It belongs to the caller, who sets unused fields to zero. The struct and all its
 * memory stay in place until done(). `dst` must not overlap the other parts.
 */
struct vio_crypto_request {
	struct vio_crypto_session *session;
	const void *iv; /* CIPHER and AEAD */
	uint32_t iv_len;
	const void *src; /* the text; for AEAD that decrypts, text and tag */
	uint32_t src_len;
	const void *aad; /* AEAD: additional data, `aad_len` bytes (see the session) */
	void *dst;	 /* the text (AEAD that encrypts: then the tag), the hash or the MAC */
	uint32_t dst_len;
	vio_crypto_request_fn done; /* may submit unless err is VIO_EDEVICE; NULL: the caller checks
				       `busy` */
	void *arg;		    /* for the caller; the driver does not use it */

	/* The result, with the errors of a session. If it is not VIO_OK, `dst` is zeroed. */
	int err;
	uint32_t status;
	bool busy; /* in flight: the request and its memory belong to the device */

	struct vio_request request; /* private, as all below */
	struct vio_buf buf[6];
	uint16_t slot;
};

/* Options of an instance. All zero means the defaults. */
struct vio_crypto_options {
	uint16_t requests; /* most in flight, a power of two; 0: VIO_CRYPTO_REQUESTS */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance.
	 * VIO_CRYPTO_MEMORY() of `requests` (not 0) is enough. NULL: the platform's memory()
	 * provides the memory. */
	void *memory;
	size_t bytes;
};

#define VIO_CRYPTO_MEMORY(requests)                                                                \
	(VIO_ROOM_BYTES(VQ_PRIVATE_BYTES((requests)*VIO_CRYPTO_PARTS)) +                           \
	 VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(VIO_CRYPTO_CONTROL_RING)) +                               \
	 VIO_ROOM_BYTES((requests) * sizeof(uint16_t)) +                                           \
	 (requests) * (VIO_CRYPTO_HEADER_BYTES + VIO_CRYPTO_ANSWER_BYTES))

/* What the device says of itself (5.9.4). */
struct vio_crypto_info {
	uint32_t data_queues;
	uint32_t services;		       /* a bit for each enum vio_crypto_service */
	uint64_t algorithms[4];		       /* of each service; a bit for each algorithm */
	uint32_t cipher_key_max, auth_key_max; /* bytes */
	uint64_t bytes_max;		       /* of all parts of a request */
};

struct vio_crypto {
	struct vio_device device; /* first member */
	/* The caller may set these two at any time. changed() is called when `ready` changed. */
	void (*changed)(struct vio_crypto *c);
	void *arg;

	struct vio_crypto_info info;
	bool ready;		   /* the device takes requests (HW_READY) */
	uint32_t starts;	   /* number of starts; all sessions of an earlier start are gone */
	uint32_t requests, errors; /* counters */

	struct vio_queue data, control; /* private, as all below */
	void *data_priv, *control_priv;
	uint32_t (*header)[VIO_CRYPTO_HEADER_BYTES / 4]; /* by slot; the device reads them */
	uint8_t (*answer)[VIO_CRYPTO_ANSWER_BYTES];	 /* by slot; the device writes them */
	uint16_t *free;					 /* the slots that are free */
	uint16_t slots, nfree;
};

extern const struct vio_driver vio_crypto_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_crypto_features[];

/* Prepare a zeroed `c` for vio_device_start(&c->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_crypto_init(struct vio_crypto *c, struct vio_transport *t, const struct vio_platform *p,
		    const struct vio_crypto_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_crypto *vio_crypto_of(struct vio_device *d);

/* True if the device offers this algorithm. It may still refuse a session. */
bool vio_crypto_has(const struct vio_crypto *c, enum vio_crypto_service service,
		    uint32_t algorithm);

/*
 * Open a session, and close it. Both requests are published at once, and call done() at their end.
 *
 * VIO_EINVAL   open: the key is missing, or the session is open; close: it is not
 * VIO_ENOTSUP  the device has no such service or algorithm
 * VIO_ERANGE   the key is longer than the device takes
 * VIO_EBUSY    the session is busy, requests use it, or the device is not ready
 * VIO_EFULL    too many requests are in flight; retry later
 * VIO_EADDR    the platform cannot map the key
 * VIO_EDEVICE  the device is not live
 */
int vio_crypto_open(struct vio_crypto *c, struct vio_crypto_session *s);
int vio_crypto_close(struct vio_crypto *c, struct vio_crypto_session *s);

/*
 * Submit a request. On an error nothing was submitted.
 *
 * VIO_EINVAL   the session is not open, or was opened before a restart of the device; a part is
 *              missing, or too small for the result
 * VIO_ERANGE   all parts together are longer than the device takes
 * VIO_EBUSY    the request is in flight already, or the device is not ready
 * VIO_EFULL    too many requests are in flight; retry later
 * VIO_EADDR    the platform cannot map a part
 * VIO_EDEVICE  the device is not live
 */
int vio_crypto_submit(struct vio_crypto *c, struct vio_crypto_request *r);

/* Make all submitted requests visible to the device. Not needed in done(), since vio_device_poll()
 * does it afterwards. */
void vio_crypto_kick(struct vio_crypto *c);

#ifdef __cplusplus
}
#endif
#endif
