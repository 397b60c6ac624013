/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-crypto share. Calls go from crypto.c to crypto_session.c and
 * crypto_request.c, and from these to crypto_slot.c. */
#ifndef VIO_CRYPTO_INTERNAL_H
#define VIO_CRYPTO_INTERNAL_H

#include <picovirtio/crypto.h>
#include <picovirtio/driver.h>

static inline struct vio_crypto *crypto_of(struct vio_device *d)
{
	return (struct vio_crypto *)(void *)d;
}

/* Opcodes (5.9.7): the service, and what is to be done. */
enum {
	CRYPTO_ENCRYPT = 0x00, /* and hash, and MAC */
	CRYPTO_DECRYPT = 0x01,
	CRYPTO_CREATE = 0x02,
	CRYPTO_DESTROY = 0x03,
};

static inline uint32_t crypto_opcode(enum vio_crypto_service service, uint32_t what)
{
	return (uint32_t)service << 8 | what;
}

/* Take a slot, with a zeroed header. False: all are in use. */
bool vio_crypto_take(struct vio_crypto *c, uint16_t *slot);
void vio_crypto_release(struct vio_crypto *c, uint16_t slot);

/* May requests be sent? VIO_OK, VIO_EDEVICE or VIO_EBUSY. */
int vio_crypto_may(const struct vio_crypto *c);

/* The status of an answer as an error. */
int vio_crypto_judge(uint32_t status);

/* Request-done functions. */
void vio_crypto_session_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);
void vio_crypto_request_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

#endif
