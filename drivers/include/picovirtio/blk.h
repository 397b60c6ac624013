/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-blk (virtio 1.4, 5.2): disks. Requests use scatter-gather without copies. Many may be in
 * flight, and they complete in any order. If a device has several queues, the driver uses the first
 * few in turn, so that threads of the device can work in parallel.
 *
 *     vio_blk_init(&disk, transport, platform, &(struct vio_blk_options){ .requests = 32 });
 *     vio_device_start(&disk.device);
 *     struct vio_blk_request r = { .op = VIO_BLK_READ, .sector = 8, .seg = s, .nseg = 1,
 *                                  .done = fn };
 *     vio_blk_submit(&disk, &r);      repeat for further requests
 *     vio_blk_kick(&disk);            the device sees all of them
 *     (vio_device_poll)               calls fn(&disk, &r) with the result in r.err
 *
 * UNITS. `sector`, `sectors` and the capacity count sectors of 512 bytes, whatever the block size
 * is (5.2.4). A request consists of whole blocks: its length is a multiple of info.block_bytes.
 */
#ifndef VIO_BLK_H
#define VIO_BLK_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * 1: all operations of enum vio_blk_op, the choice of the cache mode, topology, and several queues
 * are built in. 0: disks read, write and flush, with one queue. Other operations return
 * VIO_ENOTSUP, their features are never accepted, and the linker leaves the code out.
 */
#ifndef PICOVIRTIO_BLK_EXTRAS
#define PICOVIRTIO_BLK_EXTRAS 1
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
	VIO_BLK_BLOCK_MAX = 4096, /* largest block size that is accepted */
	VIO_BLK_QUEUES = 4,	  /* defaults of struct vio_blk_options: */
	VIO_BLK_RING = 64,
	VIO_BLK_REQUESTS = 16,
	VIO_BLK_SEGS = VIO_REQUEST_BUFS - 2, /* also the largest value */
	VIO_BLK_ID_BYTES = 20,
	VIO_BLK_LIFETIME_BYTES = 6,
};

/* The operation of a request. The values are those of the specification (5.2.6). */
enum vio_blk_op {
	VIO_BLK_READ = 0,
	VIO_BLK_WRITE = 1,
	VIO_BLK_FLUSH = 4,	   /* makes all completed writes durable; takes no data */
	VIO_BLK_GET_ID = 8,	   /* 20 bytes, maybe without a NUL; see `id_refused` */
	VIO_BLK_GET_LIFETIME = 10, /* 6 bytes: three little-endian numbers (5.2.6) */
	VIO_BLK_DISCARD = 11,	   /* discarded sectors read back as undefined data */
	VIO_BLK_WRITE_ZEROES = 13, /* uses `sector`, `sectors` and `unmap` */
	VIO_BLK_SECURE_ERASE = 14, /* uses `sector` and `sectors`, as does DISCARD */
};

struct vio_blk;
struct vio_blk_request;

typedef void (*vio_blk_fn)(struct vio_blk *b, struct vio_blk_request *r);

/* A run of the caller's memory. It belongs to the device from submit until done(). */
struct vio_blk_seg {
	void *p;
	uint32_t len; /* bytes, > 0 */
};

/* A request. It belongs to the caller, who sets unused fields to zero. The struct stays in place
 * from submit until done(). */
struct vio_blk_request {
	enum vio_blk_op op;
	bool unmap;		       /* WRITE_ZEROES: the device may deallocate the blocks */
	uint64_t sector;	       /* first sector */
	uint32_t sectors;	       /* of DISCARD, WRITE_ZEROES and SECURE_ERASE */
	const struct vio_blk_seg *seg; /* data of the other operations; copied at submit */
	unsigned nseg;
	vio_blk_fn done; /* may submit unless err is VIO_EDEVICE; NULL: the caller checks `busy` */
	void *arg;	 /* for the caller; the driver does not use it */

	/*
	 * The result. VIO_EIO: the device reported IOERR or an invalid status, or returned less
	 * data than requested; do not use the data. VIO_ENOTSUP: the device reported UNSUPP.
	 * VIO_EDEVICE: the request came back through a reset. After VIO_EDEVICE and VIO_EIO it is
	 * unknown which parts of the request the device carried out.
	 */
	int err;
	uint8_t status; /* the status byte of the device; 0xff: the device wrote none */
	bool busy;	/* in flight: request and memory belong to the device */
};

/* The properties of the disk, checked. All zero before the first start. */
struct vio_blk_info {
	uint64_t sectors; /* capacity; may change at run time */
	/* 512 to 4096, a power of two; 512 if the device's value is invalid */
	uint32_t block_bytes;
	uint32_t segs;	    /* most segments in a request, after splitting */
	uint32_t seg_bytes; /* most bytes in a segment, a multiple of 512; longer ones are split */
	bool read_only;
	bool write_back;	 /* a write is durable only after a flush */
	uint8_t physical_exp;	 /* log2 of the number of blocks in a physical block; 0: unknown */
	uint8_t physical_first;	 /* the first block that starts a physical block */
	uint32_t min_io, opt_io; /* suggested smallest and best I/O size in blocks; 0: unknown */
	/* Most sectors in one request (0: the operation is not supported), and alignment in
	 * sectors. */
	uint32_t discard_max, discard_align, zeroes_max, erase_max, erase_align;
	bool zeroes_unmap; /* the device honours `unmap` */
};

/* The driver's state of one request in flight. Private. */
struct vio_blk_slot {
	struct vio_request device; /* first member: the queue returns a pointer to it */
	struct vio_blk_slot *next; /* the next free slot */
	struct vio_blk_request *request;
	struct vio_buf *buf; /* header, data, range if there is one, status */
	uint32_t bytes;	     /* bytes of data */
	uint32_t least;	     /* bytes that the device must have written */
	/* The latest request, if it is kept: its `op`, and the first sector from which not so many
	 * bytes can be read or written. Sector 0: it is not kept. */
	enum vio_blk_op op;
	uint64_t end;
	uint8_t *shared; /* header, range and status in ring memory, see blk_internal.h */
	struct vq_indirect table;
};

/* Options of an instance. All zero means the defaults. */
struct vio_blk_options {
	unsigned requests; /* most in flight, over all queues; 0: VIO_BLK_REQUESTS */
	unsigned segs;	   /* most data segments in a request, after splitting; 0: VIO_BLK_SEGS */
	unsigned queues;   /* most queues; 0: VIO_BLK_QUEUES, but no more than `requests` */
	/* Descriptors of each queue, a power of two. A request takes one descriptor with
	 * INDIRECT_DESC, and segs + 2 without it. 0: VIO_BLK_RING, or more if there are more
	 * requests. */
	uint16_t ring;
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance. VIO_BLK_MEMORY()
	 * of the four values above (none of them 0) is enough. NULL: the platform's memory()
	 * provides the memory. */
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
	struct vio_device device; /* first member */
	struct vio_blk_info info;
	/* Counters. */
	uint32_t errors;      /* requests that ended with VIO_EIO or VIO_ENOTSUP */
	uint32_t short_reads; /* those of them that returned less data than requested */
	uint32_t resizes;     /* changes of the capacity */
	/* No feature bit says whether a device implements GET_ID. If a device refused it, failed
	 * over it, or did not answer within two seconds, the driver sends GET_ID no more, and
	 * submit returns VIO_ENOTSUP for GET_ID. The flag survives restarts; clear it to try again.
	 */
	bool id_refused;
	unsigned nqueue;	 /* queues in use */
	struct vio_queue *queue; /* private, as all fields below except `requests` */
	unsigned requests;	 /* most requests in flight; read only */
	unsigned segs, queues;
	uint16_t ring;
	uint8_t *priv;
	struct vio_queue *turn; /* the queue for the next request */
	uint32_t block_mask;	/* the sectors of a block, less 1 */
	unsigned ids;		/* GET_ID requests in flight */
	struct vio_blk_slot *slot, *free;
	struct vio_blk_request own; /* used by vio_blk_read(), vio_blk_write(), vio_blk_flush() */
};

extern const struct vio_driver vio_blk_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_blk_features[];

/*
 * Prepare a zeroed `b` for vio_device_start(&b->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options.
 */
int vio_blk_init(struct vio_blk *b, struct vio_transport *t, const struct vio_platform *p,
		 const struct vio_blk_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_blk *vio_blk_of(struct vio_device *d);

/*
 * Submit a request. On an error nothing was submitted, and `r` is unchanged except for `err`, which
 * is also the result.
 *
 * VIO_EINVAL     the length is 0, not a multiple of the block size, or wrong for the operation; or
 *                there are too many segments
 * VIO_ERANGE     the request reaches beyond the capacity, or has too many sectors for its operation
 * VIO_EREADONLY  the operation would change a read-only disk
 * VIO_ENOTSUP    the device does not support the operation, or refused GET_ID before
 * VIO_EFULL      too many requests are in flight; retry after a completion
 * VIO_EBUSY      `r` is in flight already
 * VIO_EADDR      the device cannot reach the memory
 * VIO_EDEVICE    the device is not live
 */
int vio_blk_submit(struct vio_blk *b, struct vio_blk_request *r);

/* Make all submitted requests visible to the device. Not needed in done(), since vio_device_poll()
 * does it afterwards. */
void vio_blk_kick(struct vio_blk *b);

/*
 * Select the cache mode: write-back (true) or write-through (false). With write-through a write is
 * durable when it completes. A change to write-through does not make earlier writes durable
 * (5.2.6.2), so flush first. VIO_ENOTSUP: the device does not offer the choice. VIO_EIO: the device
 * kept its mode. VIO_EDEVICE: the device is not live.
 */
int vio_blk_set_write_back(struct vio_blk *b, bool on);

/*
 * Submit a request and wait for it, at most `timeout` nanoseconds. The function polls only this
 * device, and is for code outside of an event loop. Returns the error of vio_blk_submit(), or the
 * result of the request. VIO_ETIMEDOUT: the request has not ended. `r` and its memory still belong
 * to the device (`busy` is set) until a later poll or a reset returns them.
 */
int vio_blk_wait(struct vio_blk *b, struct vio_blk_request *r, uint64_t timeout);

/* Read, write or flush, and wait as vio_blk_wait() does. `bytes` is a multiple of the block size.
 * The three functions share one request of the driver. VIO_EBUSY: the request of an earlier call
 * timed out; the request and its memory still belong to the device until a later poll or a reset.
 */
int vio_blk_read(struct vio_blk *b, uint64_t sector, void *p, uint32_t bytes, uint64_t timeout);
int vio_blk_write(struct vio_blk *b, uint64_t sector, const void *p, uint32_t bytes,
		  uint64_t timeout);
int vio_blk_flush(struct vio_blk *b, uint64_t timeout);

#ifdef __cplusplus
}
#endif
#endif
