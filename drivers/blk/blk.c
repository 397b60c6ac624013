/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-blk: requests. */
#include <string.h>

#include "drivers/blk/blk_internal.h"

enum { FLAG_UNMAP = 1 };

/* Status (5.2.6). */
enum {
	STATUS_OK = 0,
	STATUS_UNSUPP = 2,
	STATUS_UNWRITTEN = 0xff,
};

/* ---- Can the device take this request? ---- */

static bool is_range(enum vio_blk_op op)
{
	return op >= VIO_BLK_DISCARD;
}

static bool is_change(enum vio_blk_op op)
{
	return op == VIO_BLK_WRITE || is_range(op);
}

/* Written to avoid overflow for any capacity: it is never multiplied or added to (5.2.6.1). */
__attribute__((always_inline)) static inline int check_sectors(const struct vio_blk *b,
							       uint64_t sector, uint64_t n)
{
	const uint64_t block = b->info.block_bytes / VIO_BLK_SECTOR; /* a power of two */

	if (n == 0 || ((sector | n) & (block - 1)) != 0)
		return VIO_EINVAL;
	if (n > b->info.sectors || sector > b->info.sectors - n)
		return VIO_ERANGE;
	return VIO_OK;
}

static int check_data(const struct vio_blk *b, const struct vio_blk_request *r, uint32_t bytes)
{
	if (bytes % VIO_BLK_SECTOR != 0)
		return VIO_EINVAL;
	return check_sectors(b, r->sector, bytes / VIO_BLK_SECTOR);
}

static int check_range(const struct vio_blk *b, const struct vio_blk_request *r, uint32_t most)
{
	if (b->info.read_only)
		return VIO_EREADONLY;
	if (most == 0)
		return VIO_ENOTSUP;
	if (r->nseg != 0)
		return VIO_EINVAL;
	return r->sectors > most ? VIO_ERANGE : check_sectors(b, r->sector, r->sectors);
}

/* All operations but reads and writes. */
static int check_other(const struct vio_blk *b, const struct vio_blk_request *r, uint32_t bytes)
{
	switch (r->op) {
	case VIO_BLK_FLUSH:
		if (!vio_has(&b->device, VIO_BLK_F_FLUSH))
			return VIO_ENOTSUP;
		return r->sector == 0 && bytes == 0 ? VIO_OK : VIO_EINVAL;
	case VIO_BLK_GET_ID:
		if (b->id_refused)
			return VIO_ENOTSUP;
		return bytes == VIO_BLK_ID_BYTES ? VIO_OK : VIO_EINVAL;
	case VIO_BLK_GET_LIFETIME:
		if (!vio_has(&b->device, VIO_BLK_F_LIFETIME))
			return VIO_ENOTSUP;
		return bytes == VIO_BLK_LIFETIME_BYTES ? VIO_OK : VIO_EINVAL;
	case VIO_BLK_DISCARD: return check_range(b, r, b->info.discard_max);
	case VIO_BLK_WRITE_ZEROES: return check_range(b, r, b->info.zeroes_max);
	case VIO_BLK_SECURE_ERASE: return check_range(b, r, b->info.erase_max);
	default: return VIO_EINVAL;
	}
}

static int check(const struct vio_blk *b, const struct vio_blk_request *r, uint32_t bytes)
{
	if (r->op == VIO_BLK_READ)
		return check_data(b, r, bytes);
	if (r->op != VIO_BLK_WRITE)
		return check_other(b, r, bytes);
	return b->info.read_only ? VIO_EREADONLY : check_data(b, r, bytes);
}

/* ---- From segments to buffers ---- */

/* Set a buffer to a part of the ring memory. Member by member, since for a whole struct compilers
 * call memcpy() where size counts. */
static void share(struct vio_buf *b, const struct vio_blk_slot *s, unsigned off, uint32_t len)
{
	b->p = NULL;
	b->len = len;
	b->at.addr = s->shared_at.addr + off;
}

/* The data of a request, in buffers from 1 on, each no longer than size_max. Returns the buffer
 * behind the data. NULL: more segments than seg_max, or an empty one. */
static struct vio_buf *place_data(const struct vio_blk *b, struct vio_blk_slot *s,
				  const struct vio_blk_request *r)
{
	struct vio_buf *to = s->buf + 1, *const end = to + b->info.segs;
	const uint32_t most = b->info.seg_bytes;
	uint64_t bytes = 0;

	if (r->nseg > b->segs)
		return NULL;
	for (const struct vio_blk_seg *g = r->seg, *last = g + r->nseg; g != last; g++) {
		uint32_t left = g->len;
		uint8_t *p = g->p;

		bytes += left;
		do {
			const uint32_t len = left < most ? left : most;

			if (to == end || len == 0)
				return NULL;
			to->p = p;
			to->len = len;
			to++;
			p += len;
			left -= len;
		} while (left > 0);
	}
	if (bytes >= UINT32_MAX - VIO_BLK_SECTOR) /* with header and status below 2^32 (2.7.5.2) */
		return NULL;
	s->bytes = (uint32_t)bytes;
	return to;
}

static struct blk_header *header_of(const struct vio_blk_slot *s)
{
	return (void *)(s->shared + BLK_AT_HEADER);
}

static void fill_range(struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	struct blk_range *a = (void *)(s->shared + BLK_AT_RANGE);

	a->sector = r->sector;
	a->sectors = r->sectors;
	a->flags = r->op == VIO_BLK_WRITE_ZEROES && r->unmap ? FLAG_UNMAP : 0;
}

/* Bytes of an identity that the device does not write read as NUL. */
static void clear_data(const struct vio_blk_request *r)
{
	for (unsigned i = 0; i < r->nseg; i++)
		memset(r->seg[i].p, 0, r->seg[i].len);
}

/* Header, data and status have descriptors of their own. Legacy devices require that (5.2.6.4).
 * `to` is the buffer behind the data; the header's never changes. */
static void lay_out(struct vio_blk_slot *s, const struct vio_blk_request *r, struct vio_buf *to)
{
	struct blk_header *h = header_of(s);
	uint16_t nread = 1, nwrite = (uint16_t)(to - s->buf);

	h->type = (uint32_t)r->op;
	if (is_range(r->op)) {
		h->sector = 0;
		fill_range(s, r);
		share(to++, s, BLK_AT_RANGE, sizeof(struct blk_range));
		nwrite++;
	}
	if (is_change(r->op)) {
		nread = nwrite;
		nwrite = 1;
	}
	s->device.nread = nread;
	s->device.nwrite = nwrite;
	share(to, s, BLK_AT_STATUS, 1);
	if (r->op == VIO_BLK_GET_ID)
		clear_data(r);
}

/* Check a request, and lay it out in the slot. */
__attribute__((noinline)) static int prepare(struct vio_blk *b, struct vio_blk_slot *s,
					     const struct vio_blk_request *r)
{
	s->same = 0;
	header_of(s)->sector = r->sector;
	struct vio_buf *to = place_data(b, s, r);
	if (!to)
		return VIO_EINVAL;
	int rc = check(b, r, s->bytes);
	if (rc < 0)
		return rc;
	lay_out(s, r, to);
	s->op = r->op;
	if (r->op <= VIO_BLK_WRITE && to == s->buf + 2 && r->nseg == 1)
		s->same = s->bytes;
	return VIO_OK;
}

/* The same kind of request as before in this slot: what does not depend on the sector was checked
 * then, and nothing of it changes while the device is live. */
static int prepare_same(struct vio_blk *b, struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	header_of(s)->sector = r->sector;
	s->buf[1].p = r->seg->p;
	return check_sectors(b, r->sector, s->same / VIO_BLK_SECTOR);
}

static bool is_same(const struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	return s->same != 0 && r->op == s->op && r->nseg == 1 && r->seg->len == s->same;
}

/* The queues are used in turn. */
static int put(struct vio_blk *b, struct vio_blk_slot *s)
{
	struct vio_queue *q = &b->queue[b->turn];

	b->turn = b->turn + 1 == b->nqueue ? 0 : b->turn + 1;
	return vio_queue_request(q, &s->device);
}

/* A full queue is skipped. */
static int put_elsewhere(struct vio_blk *b, struct vio_blk_slot *s)
{
	int rc = VIO_EFULL;

	for (unsigned i = 1; i < b->nqueue && rc == VIO_EFULL; i++)
		rc = put(b, s);
	return rc;
}

/* A disk that is asked for its identity alone gets less time. */
__attribute__((noinline)) static void set_timeouts(struct vio_blk *b)
{
	for (unsigned i = 0; i < b->nqueue; i++)
		b->queue[i].timeout =
			b->ids > 0 && b->ids == b->out ? BLK_ID_TIMEOUT_NS : BLK_TIMEOUT_NS;
}

/* Count a request that goes out (1) or comes back (-1). */
__attribute__((always_inline)) static inline void count_out(struct vio_blk *b,
							    const struct vio_blk_request *r, int by)
{
	const bool is_id = r->op == VIO_BLK_GET_ID;

	b->out += (unsigned)by;
	if (b->ids == 0 && !is_id)
		return;
	b->ids += is_id ? (unsigned)by : 0;
	set_timeouts(b);
}

static int submit(struct vio_blk *b, struct vio_blk_request *r)
{
	struct vio_blk_slot *s = b->free;

	if (b->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!s)
		return VIO_EFULL;
	int rc = is_same(s, r) ? prepare_same(b, s, r) : prepare(b, s, r);
	if (rc < 0)
		return rc;
	/* A value that is no status, so that a device that never writes it does not seem to report
	 * OK. */
	s->shared[BLK_AT_STATUS] = STATUS_UNWRITTEN;
	rc = put(b, s);
	if (rc == VIO_EFULL)
		rc = put_elsewhere(b, s);
	if (rc < 0)
		return rc;
	b->free = s->next;
	s->request = r;
	count_out(b, r, 1);
	return VIO_OK;
}

int vio_blk_submit(struct vio_blk *b, struct vio_blk_request *r)
{
	if (r->busy)
		return VIO_EBUSY;
	r->err = submit(b, r);
	if (r->err == VIO_OK) {
		r->status = STATUS_UNWRITTEN;
		r->busy = true;
	}
	return r->err;
}

void vio_blk_kick(struct vio_blk *b)
{
	for (struct vio_queue *q = b->queue; q != b->queue + b->nqueue; q++)
		vio_queue_kick(q);
}

/* ---- Completions ---- */

/* Does it matter that fewer bytes were written than the request has? Some of them may be old
 * (2.7.8.2). The status byte is not part of the comparison: kvmtool does not count it, and its
 * value shows whether it was written. Legacy devices report any length (5.2.6.4), and an identity
 * may be shorter than its buffer. */
static bool is_needed(const struct vio_blk *b, const struct vio_blk_slot *s)
{
	const enum vio_blk_op op = s->request->op;

	return !vio_legacy(b->device.transport) &&
	       (op == VIO_BLK_READ || op == VIO_BLK_GET_LIFETIME);
}

static int verdict(struct vio_blk *b, const struct vio_blk_slot *s, uint32_t written)
{
	const uint8_t status = s->request->status;
	const bool is_short = written < s->bytes && is_needed(b, s);

	if (status == STATUS_OK && !is_short)
		return VIO_OK;
	b->short_reads += status == STATUS_OK;
	b->errors++;
	return status == STATUS_UNSUPP ? VIO_ENOTSUP : VIO_EIO;
}

/* A device that the application stopped did not refuse anything. */
static void refuse_id(struct vio_blk *b)
{
	if (b->device.state == VIO_DOWN)
		return;
	b->id_refused = true;
	vio_device_excuse(&b->device);
}

/* The slot is free before the callback, which may submit again. */
void vio_blk_done(struct vio_queue *q, struct vio_request *device, int err, uint32_t written)
{
	struct vio_blk *b = blk_of(q->dev);
	struct vio_blk_slot *s = (struct vio_blk_slot *)(void *)device;
	struct vio_blk_request *r = s->request;

	/* One load, into memory that the device cannot change afterwards. */
	r->status = *(volatile uint8_t *)(s->shared + BLK_AT_STATUS);
	r->err = err == VIO_OK ? verdict(b, s, written) : err;
	s->next = b->free;
	b->free = s;
	r->busy = false;
	count_out(b, r, -1);
	if (r->op == VIO_BLK_GET_ID && r->err != VIO_OK)
		refuse_id(b);
	if (r->done)
		r->done(b, r);
}
