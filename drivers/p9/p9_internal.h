/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-9p share. Calls go from p9.c to p9_request.c and p9_reply.c, and from
 * p9_request.c to p9_message.c. */
#ifndef VIO_P9_INTERNAL_H
#define VIO_P9_INTERNAL_H

#include <picovirtio/driver.h>
#include <picovirtio/p9.h>

enum {
	P9_QUEUE = 0,
	P9_HEADER = 7,	 /* size, type and tag of a message */
	P9_COUNTED = 11, /* header and count, with data after it */
	P9_QID = 13,
	P9_RLERROR = 7,
	P9_TVERSION = 100,
	P9_NO_TAG = 0xffff,
	P9_VERSION_BYTES = 8, /* of "9P2000.L" */
};

/* The state of a fid. */
enum p9_state {
	P9_FREE,
	P9_ASKED, /* the request that makes it is in flight, or the one that ends it */
	P9_WALKED,
	P9_OPEN,
};

/* What the driver knows of an operation. */
struct p9_kind {
	uint8_t type;	     /* of the message; its reply has the next type */
	uint8_t reply;	     /* bytes of the reply without names and data */
	enum p9_state needs; /* the state of fid; P9_FREE: there is no fid; P9_ASKED: any */
	bool makes;	     /* a fid */
	enum { P9_NOTHING, P9_READS, P9_WRITES } data; /* what the device does with `data` */
};

extern const struct p9_kind vio_p9_kinds[];
extern const char vio_p9_version[P9_VERSION_BYTES];

static inline struct vio_p9 *p9_of(struct vio_device *d)
{
	return (struct vio_p9 *)(void *)d;
}

/* The state of a fid, or NULL: it is not one of this start. */
static inline uint8_t *p9_state_of(const struct vio_p9 *p, struct vio_p9_fid f)
{
	const uint32_t index = f.number & 0xffff, start = p->starts % 0xfffe + 1;

	return f.number >> 16 == start && index < p->nfids ? &p->fid[index] : NULL;
}

/* Write the message of a request to s->out. Returns its bytes without the data; 0: it does not
 * fit. Sets s->names. */
uint32_t vio_p9_encode(const struct vio_p9 *p, struct vio_p9_slot *s,
		       const struct vio_p9_request *r);

/* Submit without asking whether the host has agreed to the protocol. */
int vio_p9_send(struct vio_p9 *p, struct vio_p9_request *r);

/* Forget all fids and free all slots. */
void vio_p9_forget(struct vio_p9 *p);

/* Copy a reply of `written` bytes out of `s`, check it, and fill the result. 0, or what is wrong.
 */
enum vio_p9_protocol_error vio_p9_judge(struct vio_p9 *p, const struct vio_p9_slot *s,
					uint32_t written);

/* Request-done function of the queue. */
void vio_p9_done(struct vio_queue *q, struct vio_request *request, int err, uint32_t written);

#endif
