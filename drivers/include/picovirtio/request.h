/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of CPU memory, which a queue maps and unmaps (vio_queue_request() of
 * picovirtio/device.h). */
#ifndef VIO_REQUEST_H
#define VIO_REQUEST_H

#include <picovirtio/virtqueue.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vio_queue;

/* A buffer of a request. */
struct vio_buf {
	void *p; /* the CPU's address; NULL: ring memory, and the caller fills seg.addr */
	/* What the device sees. The caller fills seg.len, in bytes, > 0. The queue fills the
	 * device address seg.addr at submit. */
	struct vq_seg seg;
};

enum { VIO_REQUEST_BUFS = 18 }; /* most buffers in one request */

/* A request of CPU memory. The queue maps the buffers at submit, and unmaps them before it returns
 * the request. The struct, the array and the memory stay in place until then. */
struct vio_request {
	struct vio_buf *buf; /* `nread` buffers that the device reads, then `nwrite` others */
	uint16_t nread, nwrite;
	/* An indirect table for this request, or NULL. It is used if INDIRECT_DESC was negotiated,
	 * and kept for vio_queue_again(). Its `count` must be 0 when the device is started, because
	 * tables differ between the ring formats. */
	struct vq_indirect *table;
};

/* Fill a request without a table. A driver that keeps its requests does so once. */
static inline void vio_request_set(struct vio_request *r, struct vio_buf *buf, uint16_t nread,
				   uint16_t nwrite)
{
	r->buf = buf;
	r->nread = nread;
	r->nwrite = nwrite;
	r->table = NULL;
}

/* Called when a request of CPU memory has ended and is unmapped. Otherwise as vio_done_fn. */
typedef void (*vio_request_fn)(struct vio_queue *q, struct vio_request *r, int err,
			       uint32_t written);

#ifdef __cplusplus
}
#endif
#endif
