/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/blk.h"

#include "tests/model/model_private.h"

#include <string.h>

enum { HEADER = 16, RANGE = 16, ID_BYTES = 20, LIFETIME_BYTES = 6 };
enum { OK, IOERR, UNSUPP };

#define F(name) BIT64(MODEL_BLK_F_##name)

/* The type, the feature that it needs, and the config fields with its most ranges and sectors. */
struct kind {
	uint32_t type;
	uint64_t feature;
	unsigned seg_at, sectors_at;
};

static const struct kind kinds[] = {
	{ MODEL_BLK_IN, 0, 0, 0 },
	{ MODEL_BLK_OUT, 0, 0, 0 },
	{ MODEL_BLK_FLUSH, F(FLUSH), 0, 0 },
	{ MODEL_BLK_GET_ID, 0, 0, 0 },
	{ MODEL_BLK_GET_LIFETIME, F(LIFETIME), 0, 0 },
	{ MODEL_BLK_DISCARD, F(DISCARD), MODEL_BLK_DISCARD_SEG, MODEL_BLK_DISCARD_SECTORS },
	{ MODEL_BLK_WRITE_ZEROES, F(WRITE_ZEROES), MODEL_BLK_ZEROES_SEG, MODEL_BLK_ZEROES_SECTORS },
	{ MODEL_BLK_SECURE_ERASE, F(SECURE_ERASE), MODEL_BLK_ERASE_SEG, MODEL_BLK_ERASE_SECTORS },
};

/* One request, read from its chain. */
struct request {
	const struct mq_chain *c;
	const struct kind *kind;
	uint64_t sector;
	uint64_t in, out; /* bytes of data that the device writes, reads */
};

static uint64_t get(const struct model *m, unsigned off, unsigned width)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < width; i++)
		v |= (uint64_t)m->cfg.config[off + i] << (8 * i);
	return v;
}

/* ---- What a driver must do ---- */

static void check_range(const struct model *m, uint64_t sector, uint64_t n)
{
	const struct model_blk *b = m->cfg.state;
	const uint64_t capacity = get(m, MODEL_BLK_CAPACITY, 8);

	if (!b->shrunk && (n > capacity || sector > capacity - n))
		model_fail("blk-op-002", "5.2.6.1",
			   "%" PRIu64 " sectors at %" PRIu64 " of %" PRIu64, n, sector, capacity);
}

/* 5.2.6.4: header and status in descriptors of their own, unless ANY_LAYOUT is negotiated. */
static void check_framing(const struct model *m, const struct mq_chain *c)
{
	if (!model_legacy(m) || model_has(m, F_ANY_LAYOUT))
		return;
	if (c->nseg < 2 || c->seg[0].len != HEADER || c->seg[c->nseg - 1].len != 1)
		model_fail("blk-leg-012", "5.2.6.4", "header or status share a descriptor");
}

/* 5.2.4: no data segment longer than size_max, no more of them than seg_max. */
static void check_segments(const struct model *m, const struct mq_chain *c)
{
	struct model_blk *b = m->cfg.state;
	const uint64_t size_max = get(m, MODEL_BLK_SIZE_MAX, 4);
	const uint64_t seg_max = get(m, MODEL_BLK_SEG_MAX, 4);

	for (unsigned i = 1; i + 1 < c->nseg; i++) {
		if (c->seg[i].len > b->longest)
			b->longest = c->seg[i].len;
		if (model_has(m, MODEL_BLK_F_SIZE_MAX) && size_max && c->seg[i].len > size_max)
			model_fail("blk-segments", "5.2.4", "a segment of %" PRIu32 " bytes",
				   c->seg[i].len);
	}
	if (c->nseg > b->most_segments + 2)
		b->most_segments = c->nseg - 2;
	if (model_has(m, MODEL_BLK_F_SEG_MAX) && seg_max && c->nseg > seg_max + 2)
		model_fail("blk-segments", "5.2.4", "%u segments of data", c->nseg - 2);
}

static void check_range_count(const struct model *m, const struct request *r)
{
	const uint32_t type = r->kind->type;
	const uint64_t n = r->out / RANGE;

	if (n > get(m, r->kind->seg_at, 4))
		model_fail(type == MODEL_BLK_DISCARD	    ? "blk-op-009"
			   : type == MODEL_BLK_SECURE_ERASE ? "blk-op-010"
							    : "blk-op-011",
			   "5.2.6.1", "%" PRIu64 " ranges in a request of type %" PRIu32, n, type);
}

static void check_ranges(struct model *m, struct mq *q, const struct request *r)
{
	struct model_blk *b = m->cfg.state;

	if (r->out == 0 || r->out % RANGE != 0) {
		model_fail("blk-op-007", "5.2.6.1", "%" PRIu64 " bytes of ranges", r->out);
		return;
	}
	check_range_count(m, r);
	for (uint64_t at = 0; at < r->out; at += RANGE) {
		uint64_t sector;
		uint32_t n;

		mq_read(q, r->c, HEADER + at, &sector, 8);
		mq_read(q, r->c, HEADER + at + 8, &n, 4);
		mq_read(q, r->c, HEADER + at + 12, &b->flags, 4);
		check_range(m, sector, n);
		if (n > get(m, r->kind->sectors_at, 4))
			model_fail("blk-segments", "5.2.6.1", "a range of %" PRIu32 " sectors", n);
		if (b->flags > (r->kind->type == MODEL_BLK_WRITE_ZEROES))
			model_fail("blk-op-014", "5.2.6.1", "flags 0x%" PRIx32 " in a range",
				   b->flags);
	}
}

static void check_data(struct model *m, const struct request *r)
{
	const uint64_t data = r->kind->type == MODEL_BLK_IN ? r->in : r->out;

	if (data % 512 != 0 || data == 0 || r->in + r->out != data)
		model_fail("blk-op-006", "5.2.6.1", "%" PRIu64 " bytes in, %" PRIu64 " out", r->in,
			   r->out);
	check_range(m, r->sector, data / 512);
}

static void check_rest(const struct request *r)
{
	const uint64_t bytes = r->in + r->out;

	if (r->kind->type == MODEL_BLK_FLUSH && bytes != 0)
		model_fail("blk-op-005", "5.2.6.1", "flush with %" PRIu64 " bytes", bytes);
	if (r->kind->type == MODEL_BLK_GET_ID && r->in != ID_BYTES)
		model_fail("blk-op-008", "5.2.6.1", "identity of %" PRIu64 " bytes", r->in);
	if (r->kind->type == MODEL_BLK_GET_LIFETIME && r->in != LIFETIME_BYTES)
		model_fail("blk-type", "5.2.6", "lifetime of %" PRIu64 " bytes", r->in);
}

static bool check_request(struct model *m, struct mq *q, const struct request *r)
{
	const bool change = r->kind->type == MODEL_BLK_OUT || r->kind->seg_at != 0;

	if (r->kind->feature & ~m->accepted) {
		model_fail("blk-type", "5.2.6", "type %" PRIu32 " was not negotiated",
			   r->kind->type);
		return false;
	}
	if (change && (m->cfg.features & F(RO)))
		model_fail("blk-op-003", "5.2.6.1", "a write to a read-only disk");
	if (r->kind->type > MODEL_BLK_OUT && r->sector != 0)
		model_fail("blk-op-004", "5.2.6", "type %" PRIu32 " with sector %" PRIu64,
			   r->kind->type, r->sector);
	if (r->kind->seg_at)
		check_ranges(m, q, r);
	else if (r->kind->type <= MODEL_BLK_OUT)
		check_data(m, r);
	else
		check_rest(r);
	return true;
}

/* 5.2.6: 16 bytes of header, the data, one byte of status. */
static bool parse(struct model *m, struct mq *q, const struct mq_chain *c, struct request *r)
{
	uint32_t type = 0;

	if (c->readable < HEADER || c->writable < 1) {
		model_fail("blk-op-027", "5.2.6", "no room for header or status");
		return false;
	}
	check_framing(m, c);
	mq_read(q, c, 0, &type, 4);
	*r = (struct request){ .c = c, .in = c->writable - 1, .out = c->readable - HEADER };
	mq_read(q, c, 8, &r->sector, 8);
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (kinds[i].type == type)
			r->kind = &kinds[i];
	}
	if (!r->kind) {
		model_fail("blk-type", "5.2.6", "unknown type %" PRIu32, type);
		return false;
	}
	check_segments(m, c);
	return check_request(m, q, r);
}

/* ---- What the disk does ---- */

static bool on_disk(uint64_t sector, uint64_t n)
{
	return n <= MODEL_BLK_SECTORS && sector <= MODEL_BLK_SECTORS - n;
}

/* Without a cache, or in write-through mode, a write is durable at once. */
static void settle(struct model *m)
{
	struct model_blk *b = m->cfg.state;
	const bool cached = model_has(m, MODEL_BLK_F_CONFIG_WCE) ? get(m, MODEL_BLK_WRITEBACK, 1)
								 : model_has(m, MODEL_BLK_F_FLUSH);

	if (!cached)
		memcpy(b->durable, b->disk, sizeof(b->disk));
}

static int do_ranges(struct model *m, struct mq *q, const struct request *r)
{
	struct model_blk *b = m->cfg.state;
	const int fill = r->kind->type == MODEL_BLK_WRITE_ZEROES ? 0 : 0xdd;

	for (uint64_t at = 0; at + RANGE <= r->out; at += RANGE) {
		uint64_t sector;
		uint32_t n;

		mq_read(q, r->c, HEADER + at, &sector, 8);
		mq_read(q, r->c, HEADER + at + 8, &n, 4);
		if (!on_disk(sector, n))
			return IOERR;
		memset(b->disk + 512 * sector, fill, 512 * (size_t)n);
	}
	settle(m);
	return OK;
}

static uint64_t give_id(struct model_blk *b, struct mq *q, const struct request *r)
{
	const size_t n = b->id_bytes ? b->id_bytes : ID_BYTES;

	return mq_write(q, r->c, 0, b->id, n < r->in ? n : r->in);
}

/* Returns the status; `*written`: bytes of data that the driver got. */
static int perform(struct model *m, struct mq *q, const struct request *r, uint64_t *written)
{
	struct model_blk *b = m->cfg.state;
	static const uint8_t lifetime[LIFETIME_BYTES] = { 1, 0, 2, 0, 3, 0 };

	switch (r->kind->type) {
	case MODEL_BLK_IN:
		if (!on_disk(r->sector, r->in / 512))
			return IOERR;
		*written = r->in - (b->short_by < r->in ? b->short_by : r->in);
		mq_write(q, r->c, 0, b->disk + 512 * r->sector, *written);
		return OK;
	case MODEL_BLK_OUT:
		if (!on_disk(r->sector, r->out / 512))
			return IOERR;
		mq_read(q, r->c, HEADER, b->disk + 512 * r->sector, r->out);
		settle(m);
		return OK;
	case MODEL_BLK_FLUSH: memcpy(b->durable, b->disk, sizeof(b->disk)); return OK;
	case MODEL_BLK_GET_ID: *written = give_id(b, q, r); return OK;
	case MODEL_BLK_GET_LIFETIME:
		*written = mq_write(q, r->c, 0, lifetime, sizeof(lifetime));
		return OK;
	default: return do_ranges(m, q, r);
	}
}

/* A device that does not implement GET_ID. True: it does not answer. */
static bool stumbles(struct model *m, const struct request *r)
{
	const struct model_blk *b = m->cfg.state;

	if (r->kind->type != MODEL_BLK_GET_ID)
		return false;
	if (b->id_breaks)
		model_needs_reset(m);
	return b->id_breaks || b->id_silent;
}

static void answer(struct model *m, unsigned queue, const struct mq_chain *c)
{
	struct model_blk *b = m->cfg.state;
	struct mq *q = &m->queue[queue];
	struct request r;
	uint64_t written = 0;
	uint8_t status = UNSUPP;

	if (parse(m, q, c, &r)) {
		const bool unsupp = b->unsupp || (b->id_unsupp && r.kind->type == MODEL_BLK_GET_ID);

		b->count[r.kind->type]++;
		if (stumbles(m, &r))
			return;
		status = b->fail ? IOERR : unsupp ? UNSUPP : (uint8_t)perform(m, q, &r, &written);
	}
	if (b->lie_status)
		status = b->status;
	if (!b->no_status && c->writable)
		mq_write(q, c, c->writable - 1, &status, 1);
	/* The first of the writable bytes are written, without a gap (2.7.8.2). */
	if (written + 1 == c->writable)
		written++;
	model_complete(m, queue, c->head, b->len_lie ? b->len : (uint32_t)written);
}

/* 5.2.2: there is one queue without MQ, and num_queues of them with MQ. */
static void check_queue(const struct model *m, unsigned queue)
{
	const uint64_t n = model_has(m, MODEL_BLK_F_MQ) ? get(m, MODEL_BLK_NUM_QUEUES, 2) : 1;

	if (queue >= n && queue > 0)
		model_fail("blk-queues", "5.2.2", "a request in queue %u of %" PRIu64, queue, n);
}

static void blk_serve(struct model *m, unsigned queue)
{
	struct model_blk *b = m->cfg.state;
	struct mq_chain c;

	while (b->nheld < MODEL_BLK_HELD && mq_take(&m->queue[queue], &c)) {
		check_queue(m, queue);
		b->served[queue]++;
		if (b->hold) {
			b->held_queue[b->nheld] = queue;
			b->held[b->nheld++] = c;
		} else {
			answer(m, queue, &c);
		}
	}
}

void model_blk_finish(struct model *m, unsigned i)
{
	struct model_blk *b = m->cfg.state;
	const struct mq_chain c = b->held[i];
	const unsigned queue = b->held_queue[i];

	b->nheld--;
	memmove(b->held_queue + i, b->held_queue + i + 1, (b->nheld - i) * sizeof(*b->held_queue));
	memmove(b->held + i, b->held + i + 1, (b->nheld - i) * sizeof(*b->held));
	answer(m, queue, &c);
}

static void blk_reset(struct model *m)
{
	((struct model_blk *)m->cfg.state)->nheld = 0;
}

static const struct model_field fields[] = {
	{ MODEL_BLK_CAPACITY, 8, 0, false, false },
	{ MODEL_BLK_SIZE_MAX, 4, F(SIZE_MAX), false, false },
	{ MODEL_BLK_SEG_MAX, 4, F(SEG_MAX), false, false },
	{ MODEL_BLK_BLK_SIZE, 4, F(BLK_SIZE), false, false },
	{ MODEL_BLK_PHYSICAL_EXP, 1, F(TOPOLOGY), false, false },
	{ MODEL_BLK_ALIGNMENT, 1, F(TOPOLOGY), false, false },
	{ MODEL_BLK_MIN_IO, 2, F(TOPOLOGY), false, false },
	{ MODEL_BLK_OPT_IO, 4, F(TOPOLOGY), false, false },
	{ MODEL_BLK_WRITEBACK, 1, F(CONFIG_WCE), true, false },
	{ MODEL_BLK_NUM_QUEUES, 2, F(MQ), false, false },
	{ MODEL_BLK_DISCARD_SECTORS, 4, F(DISCARD), false, false },
	{ MODEL_BLK_DISCARD_SEG, 4, F(DISCARD), false, false },
	{ MODEL_BLK_DISCARD_ALIGN, 4, F(DISCARD), false, false },
	{ MODEL_BLK_ZEROES_SECTORS, 4, F(WRITE_ZEROES), false, false },
	{ MODEL_BLK_ZEROES_SEG, 4, F(WRITE_ZEROES), false, false },
	{ MODEL_BLK_ZEROES_UNMAP, 1, F(WRITE_ZEROES), false, false },
	{ MODEL_BLK_ERASE_SECTORS, 4, F(SECURE_ERASE), false, false },
	{ MODEL_BLK_ERASE_SEG, 4, F(SECURE_ERASE), false, false },
	{ MODEL_BLK_ERASE_ALIGN, 4, F(SECURE_ERASE), false, false },
	{ MODEL_BLK_ZONED_MODEL, 1, F(ZONED), false, false },
};

const struct model_class model_blk_class = {
	.name = "block",
	.device_id = 2,
	.features = 0x3fef7, /* 5.2.3 */
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.serve = blk_serve,
	.reset = blk_reset,
};
