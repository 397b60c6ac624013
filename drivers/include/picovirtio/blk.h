/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-blk (virtio 1.4, 5.2): requests by scatter-gather, without copies, many in flight,
 * completed in any order. Of a device with several queues the first few are used, in turns:
 * its threads may work side by side then, also for one core of ours.
 *
 *     vio_blk_init(&disk, transport, platform, &(struct vio_blk_options){ .requests = 32 });
 *     vio_device_start(&disk.device);
 *     struct vio_blk_request r = { .op = VIO_BLK_READ, .sector = 8, .seg = s, .nseg = 1,
 *                                  .done = fn };
 *     vio_blk_submit(b, &r);      as many as there is room for
 *     vio_blk_kick(b);            the device sees them all
 *     (vio_device_poll)           fn(b, &r): r.err says how it ended
 *
 * UNITS. `sector` and `sectors` are always of 512 bytes, and so is the capacity, whatever the
 * block size (5.2.4). Requests are whole blocks: multiples of b->info.block_bytes.
 */
#ifndef VIO_BLK_H
#define VIO_BLK_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bits (5.2.3). */
#define VIO_BLK_F_SIZE_MAX     (UINT64_C(1) << 1)
#define VIO_BLK_F_SEG_MAX      (UINT64_C(1) << 2)
#define VIO_BLK_F_GEOMETRY     (UINT64_C(1) << 4)
#define VIO_BLK_F_RO	       (UINT64_C(1) << 5)
#define VIO_BLK_F_BLK_SIZE     (UINT64_C(1) << 6)
#define VIO_BLK_F_FLUSH	       (UINT64_C(1) << 9)
#define VIO_BLK_F_TOPOLOGY     (UINT64_C(1) << 10)
#define VIO_BLK_F_CONFIG_WCE   (UINT64_C(1) << 11)
#define VIO_BLK_F_MQ	       (UINT64_C(1) << 12)
#define VIO_BLK_F_DISCARD      (UINT64_C(1) << 13)
#define VIO_BLK_F_WRITE_ZEROES (UINT64_C(1) << 14)
#define VIO_BLK_F_LIFETIME     (UINT64_C(1) << 15)
#define VIO_BLK_F_SECURE_ERASE (UINT64_C(1) << 16)
#define VIO_BLK_F_ZONED	       (UINT64_C(1) << 17)

enum {
	VIO_BLK_SECTOR = 512,
	VIO_BLK_BLOCK_MAX = 4096, /* largest block size that is believed */
	VIO_BLK_QUEUES = 4,	  /* the default, as the next three */
	VIO_BLK_RING = 64,
	VIO_BLK_REQUESTS = 16,
	VIO_BLK_SEGS = VIO_REQUEST_BUFS - 2, /* the most as well */
	VIO_BLK_ID_BYTES = 20,
	VIO_BLK_LIFETIME_BYTES = 6,
};

/* What a request does; the values are the device's (5.2.6). */
enum vio_blk_op {
	VIO_BLK_READ = 0,
	VIO_BLK_WRITE = 1,
	VIO_BLK_FLUSH = 4,  /* writes that had ended before are durable: no data */
	VIO_BLK_GET_ID = 8, /* 20 bytes, zero-filled, perhaps without a NUL; see `id_refused` */
	VIO_BLK_GET_LIFETIME = 10, /* 6 bytes: three little-endian numbers (5.2.6) */
	VIO_BLK_DISCARD = 11,	   /* `sector`, `sectors`: what is read there next is anything */
	VIO_BLK_WRITE_ZEROES = 13, /* `sector`, `sectors`, `unmap` */
	VIO_BLK_SECURE_ERASE = 14, /* `sector`, `sectors` */
};

/* `problem.got` of VIO_C_DRIVER: what the device did. */
enum vio_blk_lie {
	VIO_BLK_SIZE_MAX_TINY = 1, /* size_max is below 512: no sector fits a segment */
	VIO_BLK_CONFIG_UNSTABLE,   /* the capacity cannot be read any more */
};

struct vio_blk;
struct vio_blk_request;

typedef void (*vio_blk_fn)(struct vio_blk *b, struct vio_blk_request *r);

/* A run of the caller's memory. It is the device's from submit until done. */
struct vio_blk_seg {
	void *p;
	uint32_t len; /* bytes, > 0 */
};

/* The caller's; stays in place from submit until done. Zero what is not used. */
struct vio_blk_request {
	enum vio_blk_op op;
	bool unmap;		       /* WRITE_ZEROES: the blocks may be given up */
	uint64_t sector;	       /* of 512 bytes */
	uint32_t sectors;	       /* DISCARD, WRITE_ZEROES, SECURE_ERASE; else by `seg` */
	const struct vio_blk_seg *seg; /* copied at submit */
	unsigned nseg;
	vio_blk_fn done; /* may submit, unless err is VIO_EDEVICE; NULL: look at `busy` */
	void *arg;	 /* the caller's own */

	/* How it ended. VIO_EIO: IOERR, a status that is none, or less data than asked for
	 * (the data is not to be used). VIO_ENOTSUP: UNSUPP. VIO_EDEVICE: came back through a
	 * reset; whether it was carried out is unknown, as it is of each part after VIO_EIO. */
	int err;
	uint8_t status; /* the device's own word; 0xff: it never wrote any */
	bool busy;	/* it is out, and its memory with it */
};

/* What the device says of itself, checked. Zeroed before the first start. */
struct vio_blk_info {
	uint64_t sectors;     /* capacity in units of 512 bytes; changes at run time */
	uint32_t block_bytes; /* 512..4096, a power of two; 512 if the device is unclear */
	uint32_t segs;	      /* segments in a request, 1 to what was chosen */
	uint32_t seg_bytes;   /* longer ones are split; a multiple of 512 */
	bool read_only;
	bool write_back;	 /* writes need a flush to last */
	uint8_t physical_exp;	 /* blocks in a physical block, as a power of two; 0: unknown */
	uint8_t physical_first;	 /* the first block that begins a physical block */
	uint32_t min_io, opt_io; /* blocks that go well together: at least, at best; 0: unknown */
	/* Most sectors in one request; 0: the device does not do it. Alignment in sectors. */
	uint32_t discard_max, discard_align, zeroes_max, erase_max, erase_align;
	bool zeroes_unmap; /* `unmap` has a meaning */
};

/* A place for a request in flight; private. */
struct vio_blk_slot {
	struct vio_request device; /* first: what the queue hands back */
	struct vio_blk_slot *next; /* free: the next free one */
	struct vio_blk_request *request;
	struct vio_buf *buf; /* header, data, perhaps a range, status */
	uint32_t bytes;	     /* of data */
	uint8_t *shared;     /* in ring memory, see blk_internal.h */
	vio_dma shared_at;   /* the same for the device */
	struct vq_indirect table;
};

/* How a disk is driven. All zero: the defaults. */
struct vio_blk_options {
	unsigned requests; /* in flight at most, over all queues; 0: VIO_BLK_REQUESTS */
	unsigned segs; /* of data in a request, after splitting, VIO_BLK_SEGS at most; 0: as many */
	unsigned queues; /* at most; 0: VIO_BLK_QUEUES, or fewer requests if there are fewer */
	/* Descriptors of each queue, a power of two; 0: VIO_BLK_RING, or more for more requests.
	 * A request takes one with INDIRECT_DESC, and segs + 2 without. */
	uint16_t ring;
	/* VIO_BLK_MEMORY() of those four, none 0, aligned to 8; stays in use. NULL: from the
	 * platform. */
	void *memory;
	size_t bytes;
};

#define VIO_BLK_MEMORY(requests, segs, queues, ring)                                               \
	((queues) * (VIO_ROOM_BYTES(sizeof(struct vio_queue)) +                                    \
		     VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(ring))) +                                     \
	 (requests) * (VIO_ROOM_BYTES(sizeof(struct vio_blk_slot)) +                               \
		       VIO_ROOM_BYTES(((segs) + 3) * sizeof(struct vio_buf)) +                     \
		       VIO_ROOM_BYTES(((segs) + 3) * sizeof(uint32_t))))

struct vio_blk {
	struct vio_device device; /* first */
	struct vio_blk_info info;
	/* Counters. */
	uint32_t errors;      /* requests that ended with VIO_EIO or VIO_ENOTSUP */
	uint32_t short_reads; /* of them, with less data than asked for */
	uint32_t resizes;     /* changes of the capacity */
	/* No feature bit says whether a device knows GET_ID. A device that refused it, failed over
	 * it or did not answer it within two seconds is not sent it again: submit returns
	 * VIO_ENOTSUP. Kept over restarts; clear it to ask again. */
	bool id_refused;
	unsigned nqueue;	 /* queues in use */
	struct vio_queue *queue; /* private, as all below but for what is said of `requests` */
	unsigned requests;	 /* in flight at most; may be read */
	unsigned segs, queues;
	uint16_t ring;
	uint8_t *priv;
	unsigned turn;	   /* the queue that the next request goes to */
	unsigned out, ids; /* requests in flight; of them GET_ID */
	struct vio_blk_slot *slot, *free;
	struct vio_blk_request own; /* of vio_blk_read() and its like */
};

extern const struct vio_driver vio_blk_driver;

/* Names of the class's feature bits, for vio_feature_name(). */
extern const struct vio_feature vio_blk_features[];

/*
 * Prepare a zeroed `b` for vio_device_start(&b->device). `o` NULL: the defaults.
 * VIO_ENOMEM: no memory. VIO_EINVAL: options that cannot be.
 */
int vio_blk_init(struct vio_blk *b, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_blk_options *o);

/* The disk behind a device; NULL if the device is of another class. */
struct vio_blk *vio_blk_of(struct vio_device *d);

/*
 * Hand a request over; all or nothing. On an error nothing is out and `r` is unchanged but for
 * `err`, which is also returned.
 *
 * VIO_EINVAL     length: none, not whole blocks, too many segments, not what the op takes
 * VIO_ERANGE     beyond the capacity, or more sectors than the op takes at once
 * VIO_EREADONLY  a write, and the like, to a read-only disk
 * VIO_ENOTSUP    the device has no such op, or refused GET_ID before
 * VIO_EFULL      as many are in flight as there is room for; try after a completion
 * VIO_EBUSY      `r` is out already
 * VIO_EADDR      the device cannot reach the memory
 * VIO_EDEVICE    the device is not live
 */
int vio_blk_submit(struct vio_blk *b, struct vio_blk_request *r);

/* Make what was submitted visible. Not needed in done(): the poll does it. */
void vio_blk_kick(struct vio_blk *b);

/*
 * Writes and flushes: with write-through a write is durable when it ends. Going to write-through
 * does not make earlier writes durable (5.2.6.2): flush first. VIO_ENOTSUP: not offered.
 * VIO_EIO: the device stays as it was. VIO_EDEVICE: not live.
 */
int vio_blk_set_write_back(struct vio_blk *b, bool on);

/*
 * Submit and wait, polling this device alone, at most `timeout` nanoseconds; for code outside
 * of an event loop. As vio_blk_submit(), or how it ended. VIO_ETIMEDOUT: it did not end; `r` and
 * its memory are still out (`busy`), and come back by a later poll or a reset.
 */
int vio_blk_wait(struct vio_blk *b, struct vio_blk_request *r, uint64_t timeout);

/* One line each, by a request of the driver's own. VIO_EBUSY: the one before timed out and is
 * still out, and so is its memory. `bytes` is a multiple of the block size. */
int vio_blk_read(struct vio_blk *b, uint64_t sector, void *p, uint32_t bytes, uint64_t timeout);
int vio_blk_write(struct vio_blk *b, uint64_t sector, const void *p, uint32_t bytes,
		  uint64_t timeout);
int vio_blk_flush(struct vio_blk *b, uint64_t timeout);

#ifdef __cplusplus
}
#endif
#endif
