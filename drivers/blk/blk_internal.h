/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-blk share; no other file includes this header. */
#ifndef VIO_BLK_INTERNAL_H
#define VIO_BLK_INTERNAL_H

#include <picovirtio/blk.h>

/* The features that belong to PICOVIRTIO_BLK_EXTRAS. */
#define BLK_EXTRAS                                                                                 \
	(PICOVIRTIO_BLK_EXTRAS ? VIO_BLK_F_TOPOLOGY | VIO_BLK_F_CONFIG_WCE | VIO_BLK_F_DISCARD |   \
					 VIO_BLK_F_WRITE_ZEROES | VIO_BLK_F_LIFETIME |             \
					 VIO_BLK_F_SECURE_ERASE | VIO_BLK_F_MQ                     \
			       : 0)

/* Called with the offered features: can this driver use the disk? (5.2.5.1) */
int vio_blk_screen(struct vio_device *d);

/* Read all of config space into b->info and check it. The queue is open. */
int vio_blk_read_config(struct vio_blk *b);

/* No request is kept any more: each slot's next one is checked and laid out anew. */
void vio_blk_forget(struct vio_blk *b);

/* Read again what may change while the device is live. */
void vio_blk_config_changed(struct vio_device *d);

/*
 * What a request shares with the device beside its data: the header, the status byte, the range of
 * a discard, an indirect table. It lies in ring memory, so that it shares no cache line with other
 * data of the driver. Each slot has its own, so that a slow request never uses that of another one.
 */
struct blk_header {
	uint32_t type, reserved;
	uint64_t sector;
};

struct blk_range {
	uint64_t sector;
	uint32_t sectors, flags;
};

enum {
	BLK_AT_HEADER = 0,
	BLK_AT_RANGE = 16,
	BLK_AT_STATUS = 32,
	BLK_AT_TABLE = 48,
	BLK_AROUND = 3, /* buffers beside the data: header, range, status */
	BLK_LEAST = 3,	/* buffers of a read or write: header, data, status */
};

_Static_assert(sizeof(struct blk_header) == BLK_AT_RANGE - BLK_AT_HEADER, "5.2.6");
_Static_assert(sizeof(struct blk_range) == BLK_AT_STATUS - BLK_AT_RANGE, "5.2.6");

static inline struct vio_blk *blk_of(struct vio_device *d)
{
	return (struct vio_blk *)(void *)d;
}

/* A constant without PICOVIRTIO_BLK_EXTRAS. */
static inline bool blk_is_id(const struct vio_blk_request *r)
{
	return PICOVIRTIO_BLK_EXTRAS && r->op == VIO_BLK_GET_ID;
}

/* A disk that is busy for other guests may take long. If only GET_ID is in flight, a reset loses
 * nothing, and the device may be one that never answers it. */
#define BLK_TIMEOUT_NS	  UINT64_C(30000000000)
#define BLK_ID_TIMEOUT_NS UINT64_C(1000000000)

/* The number of queues in use. A constant without PICOVIRTIO_BLK_EXTRAS. */
static inline unsigned blk_queues(const struct vio_blk *b)
{
	return PICOVIRTIO_BLK_EXTRAS ? b->nqueue : 1;
}

/* The queue that takes the next request. */
static inline struct vio_queue *blk_next(const struct vio_blk *b)
{
	return PICOVIRTIO_BLK_EXTRAS ? b->turn : b->queue;
}

/* The end of a request, for the options of the queues. */
void vio_blk_done(struct vio_queue *q, struct vio_request *device, int err, uint32_t written);

/* Set `b->nqueue`, the number of queues to use. Called before they are opened. */
int vio_blk_count_queues(struct vio_blk *b);

#endif
