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
	return op == VIO_BLK_DISCARD || op == VIO_BLK_WRITE_ZEROES || op == VIO_BLK_SECURE_ERASE;
}

static bool is_change(enum vio_blk_op op)
{
	return op == VIO_BLK_WRITE || is_range(op);
}

/* Written to avoid overflow for any capacity: it is never multiplied or added to (5.2.6.1). */
static int check_sectors(const struct vio_blk *b, uint64_t sector, uint64_t n)
{
	const uint64_t block = b->info.block_bytes / VIO_BLK_SECTOR;

	if (n == 0 || sector % block != 0 || n % block != 0)
		return VIO_EINVAL;
	if (n > b->info.sectors || sector > b->info.sectors - n)
		return VIO_ERANGE;
	return VIO_OK;
}

static int check_data(const struct vio_blk *b, const struct vio_blk_request *r, uint64_t bytes)
{
	if (bytes % VIO_BLK_SECTOR != 0)
		return VIO_EINVAL;
	return check_sectors(b, r->sector, bytes / VIO_BLK_SECTOR);
}

static int check_range(const struct vio_blk *b, const struct vio_blk_request *r, uint32_t most)
{
	if (most == 0)
		return VIO_ENOTSUP;
	if (r->nseg != 0)
		return VIO_EINVAL;
	return r->sectors > most ? VIO_ERANGE : check_sectors(b, r->sector, r->sectors);
}

static int check_op(const struct vio_blk *b, const struct vio_blk_request *r, uint64_t bytes)
{
	switch (r->op) {
	case VIO_BLK_READ:
	case VIO_BLK_WRITE: return check_data(b, r, bytes);
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
	}
	return VIO_EINVAL;
}

static int check(const struct vio_blk *b, const struct vio_blk_request *r)
{
	uint64_t bytes = 0;

	if (b->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (r->nseg > b->segs)
		return VIO_EINVAL;
	for (unsigned i = 0; i < r->nseg; i++) {
		if (r->seg[i].len == 0)
			return VIO_EINVAL;
		bytes += r->seg[i].len;
	}
	if (bytes >= UINT32_MAX - VIO_BLK_SECTOR) /* with header and status below 2^32 (2.7.5.2) */
		return VIO_EINVAL;
	if (is_change(r->op) && b->info.read_only)
		return VIO_EREADONLY;
	return check_op(b, r, bytes);
}

/* ---- From segments to buffers ---- */

static struct vio_buf shared(const struct vio_blk_slot *s, unsigned off, uint32_t len)
{
	return (struct vio_buf){ .len = len, .at = { s->shared_at.addr + off } };
}

/* Add one segment as buffers from number `n` on, each no longer than size_max. Returns the next
 * free number. VIO_EINVAL: more than seg_max. */
static int pieces(const struct vio_blk *b, struct vio_buf *to, unsigned n, struct vio_blk_seg seg)
{
	uint8_t *p = seg.p;

	while (seg.len > 0) {
		const uint32_t len = seg.len < b->info.seg_bytes ? seg.len : b->info.seg_bytes;

		if (n > b->info.segs)
			return VIO_EINVAL;
		to[n++] = (struct vio_buf){ .p = p, .len = len };
		p += len;
		seg.len -= len;
	}
	return (int)n;
}

static int place_data(struct vio_blk *b, struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	int n = 1;

	s->bytes = 0;
	for (unsigned i = 0; i < r->nseg && n > 0; i++) {
		if (r->op == VIO_BLK_GET_ID) /* bytes that the device does not write read as NUL */
			memset(r->seg[i].p, 0, r->seg[i].len);
		n = pieces(b, s->buf, (unsigned)n, r->seg[i]);
		s->bytes += r->seg[i].len;
	}
	return n;
}

static void fill_shared(struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	struct blk_header *h = (void *)(s->shared + BLK_AT_HEADER);
	struct blk_range *a = (void *)(s->shared + BLK_AT_RANGE);

	h->type = (uint32_t)r->op;
	h->sector = is_range(r->op) ? 0 : r->sector;
	if (is_range(r->op)) {
		a->sector = r->sector;
		a->sectors = r->sectors;
		a->flags = r->op == VIO_BLK_WRITE_ZEROES && r->unmap ? FLAG_UNMAP : 0;
	}
	/* A value that is no status, so that a device that never writes it does not seem to report
	 * OK. */
	s->shared[BLK_AT_STATUS] = STATUS_UNWRITTEN;
}

/* Header, data and status have descriptors of their own. Legacy devices require that (5.2.6.4). */
static int lay_out(struct vio_blk *b, struct vio_blk_slot *s, const struct vio_blk_request *r)
{
	int n = place_data(b, s, r);

	if (n < 0)
		return n;
	s->buf[0] = shared(s, BLK_AT_HEADER, sizeof(struct blk_header));
	if (is_range(r->op))
		s->buf[n++] = shared(s, BLK_AT_RANGE, sizeof(struct blk_range));
	s->device.nread = (uint16_t)(is_change(r->op) ? n : 1);
	s->buf[n++] = shared(s, BLK_AT_STATUS, 1);
	s->device.nwrite = (uint16_t)(n - s->device.nread);
	return VIO_OK;
}

/* The queues are used in turn; a full one is skipped. */
static int put_anywhere(struct vio_blk *b, struct vio_blk_slot *s)
{
	int rc = VIO_EFULL;

	for (unsigned i = 0; i < b->nqueue && rc == VIO_EFULL; i++) {
		rc = vio_queue_request(&b->queue[b->turn], &s->device);
		b->turn = b->turn + 1 == b->nqueue ? 0 : b->turn + 1;
	}
	return rc;
}

/* Count a request that goes out (1) or comes back (-1). */
static void count_out(struct vio_blk *b, const struct vio_blk_request *r, int by)
{
	const bool any_id = b->ids > 0 || r->op == VIO_BLK_GET_ID;

	b->out += (unsigned)by;
	if (!any_id)
		return;
	b->ids += r->op == VIO_BLK_GET_ID ? (unsigned)by : 0;
	for (unsigned i = 0; i < b->nqueue; i++)
		b->queue[i].timeout =
			b->ids > 0 && b->ids == b->out ? BLK_ID_TIMEOUT_NS : BLK_TIMEOUT_NS;
}

static int submit(struct vio_blk *b, struct vio_blk_request *r)
{
	struct vio_blk_slot *s = b->free;
	int rc = check(b, r);

	if (rc < 0)
		return rc;
	if (!s)
		return VIO_EFULL;
	rc = lay_out(b, s, r);
	if (rc < 0)
		return rc;
	fill_shared(s, r);
	rc = put_anywhere(b, s);
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
	if (b->device.state != VIO_LIVE)
		return;
	for (unsigned i = 0; i < b->nqueue; i++)
		vio_queue_kick(&b->queue[i]);
}

/* ---- Completions ---- */

/* If fewer bytes were written than the request has, some of them may be old (2.7.8.2). The status
 * byte is not part of the comparison: kvmtool does not count it, and its value shows whether it was
 * written. Legacy devices report any length (5.2.6.4), and an identity may be shorter than its
 * buffer. */
static bool is_short(const struct vio_blk *b, const struct vio_blk_slot *s, uint32_t written)
{
	const enum vio_blk_op op = s->request->op;

	if (vio_legacy(b->device.transport) || (op != VIO_BLK_READ && op != VIO_BLK_GET_LIFETIME))
		return false;
	return written < s->bytes;
}

static int verdict(struct vio_blk *b, const struct vio_blk_slot *s, uint32_t written)
{
	const uint8_t status = s->request->status;

	if (status == STATUS_OK && is_short(b, s, written))
		b->short_reads++;
	else if (status == STATUS_OK)
		return VIO_OK;
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
