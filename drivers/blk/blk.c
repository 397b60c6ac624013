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
	return PICOVIRTIO_BLK_EXTRAS && op >= VIO_BLK_DISCARD;
}

static bool is_change(enum vio_blk_op op)
{
	return op == VIO_BLK_WRITE || is_range(op);
}

/* Written to avoid overflow for any capacity: it is never multiplied or added to (5.2.6.1). */
static int check_sectors(const struct vio_blk *b, uint64_t sector, uint64_t n)
{
	if (n == 0 || ((sector | n) & b->block_mask) != 0)
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

/* All operations but reads and writes. Not inlined: what follows would be there once for each. */
__attribute__((noinline)) static int check_other(const struct vio_blk *b,
						 const struct vio_blk_request *r, uint32_t bytes)
{
	if (!PICOVIRTIO_BLK_EXTRAS && r->op != VIO_BLK_FLUSH)
		return VIO_ENOTSUP;
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
	b->seg.len = len;
	b->seg.addr.addr = s->table.at.addr - BLK_AT_TABLE + off;
}

/* The data of a request, in buffers from 1 on, each no longer than size_max. Returns the number of
 * buffers with the header. 0: more segments than seg_max, or an empty one. */
static unsigned place_data(const struct vio_blk *b, struct vio_blk_slot *s,
			   const struct vio_blk_request *r)
{
	struct vio_buf *to = s->buf + 1;
	const uint32_t most = b->info.seg_bytes;
	uint64_t bytes = 0;
	unsigned n = 1;

	if (r->nseg > b->segs)
		return 0;
	for (const struct vio_blk_seg *g = r->seg, *last = g + r->nseg; g != last; g++) {
		uint32_t left = g->len;
		uint8_t *p = g->p;

		bytes += left;
		do {
			const uint32_t len = left < most ? left : most;

			if (n > b->info.segs || len == 0)
				return 0;
			to->p = p;
			to->seg.len = len;
			to++;
			n++;
			p += len;
			left -= len;
		} while (left > 0);
	}
	if (bytes >= UINT32_MAX - VIO_BLK_SECTOR) /* with header and status below 2^32 (2.7.5.2) */
		return 0;
	s->bytes = (uint32_t)bytes;
	return n;
}

static struct blk_header *header_of(const struct vio_blk_slot *s)
{
	return (void *)(s->shared + BLK_AT_HEADER);
}

/* Write what differs from the request before, whatever that was. The status is a value that no
 * device reports, so that one that never writes it does not seem to report OK. */
static void write_around(struct vio_blk_slot *s, uint64_t sector)
{
	header_of(s)->sector = sector;
	s->shared[BLK_AT_STATUS] = STATUS_UNWRITTEN;
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

/* Does it matter that fewer bytes were written than the request has? Some of them may be old
 * (2.7.8.2). The status byte is not part of the comparison: kvmtool does not count it, and its
 * value shows whether it was written. Legacy devices report any length (5.2.6.4), and an identity
 * may be shorter than its buffer. */
static bool is_needed(const struct vio_blk *b, enum vio_blk_op op)
{
	return !vio_legacy(b->device.transport) &&
	       (op == VIO_BLK_READ || op == VIO_BLK_GET_LIFETIME);
}

/* Header, data and status have descriptors of their own. Legacy devices require that (5.2.6.4).
 * `n` buffers are header and data; the header's never changes. */
static void lay_out(const struct vio_blk *b, struct vio_blk_slot *s,
		    const struct vio_blk_request *r, unsigned n)
{
	uint16_t nread = 1, nwrite = (uint16_t)n;

	header_of(s)->type = (uint32_t)r->op;
	write_around(s, is_range(r->op) ? 0 : r->sector);
	if (is_range(r->op)) {
		fill_range(s, r);
		share(&s->buf[n], s, BLK_AT_RANGE, sizeof(struct blk_range));
		nwrite = (uint16_t)++n;
	}
	if (is_change(r->op)) {
		nread = nwrite;
		nwrite = 1;
	}
	s->device.nread = nread;
	s->device.nwrite = nwrite;
	s->least = is_needed(b, r->op) ? s->bytes : 0;
	share(&s->buf[n], s, BLK_AT_STATUS, 1);
	if (blk_is_id(r))
		clear_data(r);
}

/* Check a request, and lay it out in the slot. */
static int prepare(struct vio_blk *b, struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	const unsigned n = place_data(b, s, r);

	if (n == 0)
		return VIO_EINVAL;
	const int rc = check(b, r, s->bytes);
	if (rc == VIO_OK)
		lay_out(b, s, r, n);
	return rc;
}

/* The queues are used in turn. */
static struct vio_queue *take_turn(struct vio_blk *b)
{
	struct vio_queue *const q = blk_next(b);

	if (PICOVIRTIO_BLK_EXTRAS)
		b->turn = q->next ? q->next : b->queue;
	return q;
}

/* A full queue is skipped. */
static int put(struct vio_blk *b, struct vio_blk_slot *s)
{
	int rc = VIO_EFULL;

	for (unsigned i = 0; i < blk_queues(b) && rc == VIO_EFULL; i++)
		rc = vio_queue_request(take_turn(b), &s->device);
	return rc;
}

/* A disk that is asked for its identity alone gets less time. */
static void set_timeouts(struct vio_blk *b)
{
	unsigned others = 0 - b->ids;

	for (unsigned i = 0; i < blk_queues(b); i++)
		others += b->queue[i].requests - b->queue[i].completions;
	for (unsigned i = 0; i < blk_queues(b); i++)
		b->queue[i].timeout =
			b->ids > 0 && others == 0 ? BLK_ID_TIMEOUT_NS : BLK_TIMEOUT_NS;
}

/* A request that goes out (1) or comes back (-1) while an identity is in flight, or is one. */
static void count_ids(struct vio_blk *b, const struct vio_blk_request *r, int by)
{
	if (!PICOVIRTIO_BLK_EXTRAS || (b->ids == 0 && !blk_is_id(r)))
		return;
	vio_blk_forget(b);
	b->ids += blk_is_id(r) ? (unsigned)by : 0;
	set_timeouts(b);
}

/* A read or write of one buffer is kept in its slot. The next one of its kind and length differs
 * from it in one address and the sector alone, and nothing else has to be checked again. All queues
 * of a disk are alike. While an identity is in flight nothing is kept, since requests are counted.
 */
static void keep(const struct vio_blk *b, struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	const bool one = s->device.nread + s->device.nwrite == BLK_LEAST;

	if (!one || r->op > VIO_BLK_WRITE || b->ids != 0 || !vio_request_kept(b->queue, &s->device))
		return;
	s->op = r->op;
	s->end = b->info.sectors - s->bytes / VIO_BLK_SECTOR + 1;
}

static bool is_kept(const struct vio_blk *b, const struct vio_blk_slot *s,
		    const struct vio_blk_request *r)
{
	return s && r->sector < s->end && s->op == r->op && r->nseg == 1 &&
	       s->bytes == r->seg->len && (r->sector & b->block_mask) == 0 &&
	       b->device.state == VIO_LIVE && vq_free(&blk_next(b)->vq) != 0;
}

/* The request has the slot from now on. */
static void take(struct vio_blk *b, struct vio_blk_slot *s, struct vio_blk_request *r)
{
	b->free = s->next;
	s->request = r;
	r->err = VIO_OK;
	r->status = STATUS_UNWRITTEN;
	r->busy = true;
}

static int submit_new(struct vio_blk *b, struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	if (b->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!s)
		return VIO_EFULL;
	s->end = 0;
	int rc = prepare(b, s, r);
	if (rc == VIO_OK)
		rc = put(b, s);
	if (rc < 0)
		return rc;
	keep(b, s, r);
	count_ids(b, r, 1);
	return VIO_OK;
}

/* Not inlined: the short way needs no memory. */
__attribute__((noinline)) static int submit(struct vio_blk *b, struct vio_blk_slot *s,
					    struct vio_blk_request *r)
{
	const int rc = submit_new(b, s, r);

	r->err = rc;
	if (rc == VIO_OK)
		take(b, s, r);
	return rc;
}

int vio_blk_submit(struct vio_blk *b, struct vio_blk_request *r)
{
	struct vio_blk_slot *const s = b->free;

	if (r->busy)
		return VIO_EBUSY;
	if (!is_kept(b, s, r))
		return submit(b, s, r);
	take(b, s, r);
	write_around(s, r->sector);
	vq_indirect_move(&s->table, 1, VIO_DMA((uintptr_t)r->seg->p));
	return vio_queue_again(take_turn(b), &s->device);
}

void vio_blk_kick(struct vio_blk *b)
{
	vio_device_kick(&b->device);
}

/* ---- Completions ---- */

static int verdict(struct vio_blk *b, const struct vio_blk_slot *s, uint32_t written)
{
	const uint8_t status = s->request->status;
	const bool is_short = written < s->least;

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
__attribute__((always_inline)) static inline void end(struct vio_blk *b, struct vio_blk_slot *s,
						      struct vio_blk_request *r, int err)
{
	r->err = err;
	r->busy = false;
	s->next = b->free;
	b->free = s;
	if (r->done)
		r->done(b, r);
}

/* Not inlined: the short way of vio_blk_done() needs no memory. */
__attribute__((noinline)) static void judge(struct vio_blk *b, struct vio_blk_slot *s, int err,
					    uint32_t written)
{
	struct vio_blk_request *const r = s->request;

	if (err == VIO_OK)
		err = verdict(b, s, written);
	count_ids(b, r, -1);
	if (blk_is_id(r) && err != VIO_OK)
		refuse_id(b);
	end(b, s, r, err);
}

void vio_blk_done(struct vio_queue *q, struct vio_request *device, int err, uint32_t written)
{
	struct vio_blk *const b = blk_of(q->dev);
	struct vio_blk_slot *const s = (struct vio_blk_slot *)(void *)device;
	struct vio_blk_request *const r = s->request;
	/* One load, and one copy in memory that the device cannot change afterwards. */
	const uint8_t status = *(volatile uint8_t *)(s->shared + BLK_AT_STATUS);

	r->status = status;
	if (err != VIO_OK || status != STATUS_OK || written < s->least || b->ids != 0)
		judge(b, s, err, written);
	else
		end(b, s, r, VIO_OK);
}
