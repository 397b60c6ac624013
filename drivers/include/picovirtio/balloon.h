/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio-balloon, the traditional memory balloon (virtio 1.4, 5.5). The host asks for memory, and
 * gets pages that the application does not use. They come from the end of one run of memory, the
 * last page first, and go back to the application in the reverse order.
 *
 *     static const struct vio_balloon_options o = { .take = fn, .give = fn, .stats = fn };
 *     vio_balloon_init(&b, transport, platform, &o);
 *     vio_balloon_use(&b, &run);      the run of memory
 *     vio_device_start(&b.device);
 *     (vio_device_poll)               calls take() and give() as the host asks
 * A page that take() has given up belongs to the device until give() returns it. A device that
 * fails keeps its pages. They can be taken back after it has started again.
 */
#ifndef VIO_BALLOON_H
#define VIO_BALLOON_H

#include <picovirtio/device.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Feature bits (5.5.3). MUST_TELL_HOST needs no choice: the driver always tells the host, and waits
 * for its answer before it gives a page back. */
#define VIO_BALLOON_F_MUST_TELL_HOST (UINT64_C(1) << 0)
#define VIO_BALLOON_F_STATS_VQ	     (UINT64_C(1) << 1) /* accepted with stats() */
#define VIO_BALLOON_F_DEFLATE_ON_OOM (UINT64_C(1) << 2)
#define VIO_BALLOON_F_FREE_PAGE_HINT (UINT64_C(1) << 3)
#define VIO_BALLOON_F_PAGE_POISON    (UINT64_C(1) << 4) /* accepted with `poison` */
#define VIO_BALLOON_F_REPORTING	     (UINT64_C(1) << 5) /* PAGE_REPORTING */

enum {
	VIO_BALLOON_PAGE = 4096,    /* bytes of a page, whatever the CPU's pages are */
	VIO_BALLOON_BATCH = 256,    /* default: most pages in one request */
	VIO_BALLOON_CHUNK = 16384,  /* default: most pages in one report */
	VIO_BALLOON_STATS_MAX = 16, /* most statistics */
	VIO_BALLOON_RING = 2,	    /* descriptors of each queue: one request is in flight */
	VIO_BALLOON_QUEUES = 5,
};

/* Statistics (5.5.6.3). All but the counts of faults are in bytes. */
enum vio_balloon_tag {
	VIO_BALLOON_SWAP_IN = 0,
	VIO_BALLOON_SWAP_OUT = 1,
	VIO_BALLOON_MAJOR_FAULTS = 2,
	VIO_BALLOON_MINOR_FAULTS = 3,
	VIO_BALLOON_FREE = 4,
	VIO_BALLOON_TOTAL = 5,
	VIO_BALLOON_AVAILABLE = 6,
	VIO_BALLOON_CACHES = 7,
};

struct vio_balloon_stat {
	uint16_t tag; /* enum vio_balloon_tag */
	uint64_t value;
};

/* The memory from whose end the balloon may take pages: `pages` pages from the CPU's address `p`
 * on, which the device sees at `at`. Both addresses are multiples of VIO_BALLOON_PAGE. */
struct vio_balloon_run {
	void *p;
	vio_dma at;
	uint32_t pages;
};

struct vio_balloon;

/* Options of an instance. All zero means the defaults. */
struct vio_balloon_options {
	/* Stop using the last `pages` pages that the application still has in the run, or fewer.
	 * Return how many; 0: the application can spare none. NULL: the balloon stays empty. */
	uint32_t (*take)(struct vio_balloon *b, uint32_t pages);
	/* The `pages` pages that were taken last belong to the application again. Their content is
	 * undefined, or with PAGE_POISON the poison. May be called when the device fails. */
	void (*give)(struct vio_balloon *b, uint32_t pages);
	/* Fill in the statistics, and return how many, from 1 to `room`. Return the same number and
	 * tags each time. NULL: no statistics. */
	unsigned (*stats)(struct vio_balloon *b, struct vio_balloon_stat *s, unsigned room);
	void *arg; /* for the caller; the driver does not use it */
	/* Accept PAGE_POISON. The driver writes `poison_val` to each 32-bit word of a free page,
	 * before it reports the page, and when the balloon returns the page. */
	bool poison;
	uint32_t poison_val;
	uint32_t batch; /* most pages in one request, up to 65536; 0: VIO_BALLOON_BATCH */
	uint32_t chunk; /* most pages in one report, up to 524288; 0: VIO_BALLOON_CHUNK */
	/* `bytes` bytes of memory, aligned to 8, in use as long as the instance.
	 * VIO_BALLOON_MEMORY() of `batch` (not 0) is enough. NULL: the platform's memory() provides
	 * the memory. */
	void *memory;
	size_t bytes;
};

enum { VIO_BALLOON_STAT_BYTES = 10 }; /* of an entry, as the device reads it */

#define VIO_BALLOON_MEMORY(batch)                                                                  \
	(VIO_BALLOON_QUEUES * VIO_ROOM_BYTES(VQ_PRIVATE_BYTES(VIO_BALLOON_RING)) +                 \
	 VIO_ROOM_BYTES((batch) * sizeof(uint32_t)) +                                              \
	 VIO_ROOM_BYTES(VIO_BALLOON_STATS_MAX * VIO_BALLOON_STAT_BYTES))

/* What is in flight. Private. */
enum vio_balloon_op {
	VIO_BALLOON_IDLE,
	VIO_BALLOON_INFLATE,
	VIO_BALLOON_DEFLATE,
	VIO_BALLOON_REPORT,
	VIO_BALLOON_HINT_ID,   /* the number of a round of hints */
	VIO_BALLOON_HINT,      /* pages of it */
	VIO_BALLOON_HINT_STOP, /* its end */
	VIO_BALLOON_HINTED,    /* no request, but the device owns the pages until DONE */
};

struct vio_balloon {
	struct vio_device device; /* first member */
	void *arg;		  /* of the options */

	/* Read only, in pages. */
	uint32_t target; /* the size that the host asks for; may exceed the run */
	uint32_t pages;	 /* in the balloon; the device knows of these */
	struct vio_balloon_run run;
	/* Counters, in pages. `hints`: pages that were hinted. `rounds`: rounds of hints. */
	uint64_t inflated, deflated, reported, hints;
	uint32_t rounds;

	struct vio_balloon_options o; /* private, as all below */
	struct vio_queue inflate, deflate, stats, hint, report;
	void *priv[VIO_BALLOON_QUEUES];
	enum vio_balloon_op op;
	uint32_t n;		 /* pages of the request in flight */
	uint32_t out;		 /* taken pages below those in the balloon */
	uint32_t limit;		 /* the largest size, after vio_balloon_spare() */
	bool to_report;		 /* vio_balloon_report() was called */
	uint32_t host_id, round; /* free_page_hint_cmd_id, and the round that we answer */
	uint32_t id;		 /* what the device reads */
	uint32_t *pfn;		 /* what the device reads */
	uint8_t *stat;
	struct vio_request request, stat_request;
	struct vio_buf buf, stat_buf;
};

extern const struct vio_driver vio_balloon_driver;

/* The names of the feature bits of this class, for vio_feature_name(). */
extern const struct vio_feature vio_balloon_features[];

/* Prepare a zeroed `b` for vio_device_start(&b->device). `o` is copied; NULL means the defaults.
 * `t` and `p` stay in use. VIO_ENOMEM: not enough memory. VIO_EINVAL: invalid options. */
int vio_balloon_init(struct vio_balloon *b, struct vio_transport *t, const struct vio_platform *p,
		     const struct vio_balloon_options *o);

/* The instance that contains device `d`. NULL: `d` is NULL, or of another class. */
struct vio_balloon *vio_balloon_of(struct vio_device *d);

/*
 * Set the run of memory, which is copied; before or after the start. VIO_EINVAL: it is not on a
 * page boundary. VIO_EADDR: its page numbers need more than 32 bits. VIO_EBUSY: pages of another
 * run are in use.
 */
int vio_balloon_use(struct vio_balloon *b, const struct vio_balloon_run *run);

/*
 * Report to the device which pages are free. The driver calls take() for the pages and give() after
 * the report. It reports all pages that take() gives up. VIO_ENOTSUP: PAGE_REPORTING was not
 * negotiated. VIO_EDEVICE: the device is not live.
 */
int vio_balloon_report(struct vio_balloon *b);

/*
 * The application is out of memory: take back `pages` pages, or all if there are fewer, although
 * the host asked for them. give() is called when the device has acknowledged this. The balloon does
 * not grow again before the host changes its request. VIO_ENOTSUP: DEFLATE_ON_OOM was not
 * negotiated. VIO_ENOMEM: the balloon is empty. VIO_EBUSY: the pages are in a round of hints.
 * VIO_EDEVICE: the device is not live.
 */
int vio_balloon_spare(struct vio_balloon *b, uint32_t pages);

#ifdef __cplusplus
}
#endif
#endif
