/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-blk: it reports each broken rule, and accepts a correct driver. The tests
 * write requests into a queue without registers. */
#include "tests/unit/model_rig.h"

#include "tests/model/blk.h"

#include <string.h>

enum { SIZE = 16, HEADER_AT = 0, DATA_AT = 64, STATUS_AT = 1000, CAPACITY = 100 };

#define OPTIONS                                                                                    \
	(1u << MODEL_BLK_F_FLUSH | 1u << MODEL_BLK_F_DISCARD | 1u << MODEL_BLK_F_WRITE_ZEROES |    \
	 1u << MODEL_BLK_F_SECURE_ERASE | 1u << MODEL_BLK_F_SEG_MAX | 1u << MODEL_BLK_F_SIZE_MAX)

static struct model_blk disk;

struct bench {
	struct rig *rig;
	uint8_t *ring;
	unsigned n; /* descriptors so far */
	unsigned queue;
};

static void open_bench_of(struct bench *b, struct rig *r, uint64_t features, unsigned queue)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct model_config cfg;
	vio_dma at;

	*b = (struct bench){ .rig = r, .queue = queue };
	memset(&disk, 0, sizeof(disk));
	b->ring = r->host.platform.ring_memory(&r->host, 1024, RIG_PAGE, &at);
	model_blk_config(&cfg, &disk, r->version, features, SIZE, CAPACITY);
	model_blk_set(&cfg, MODEL_BLK_SIZE_MAX, 4, 600);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.accepted = features;
	r->model.status = 1 | 2 | 8 | 4;
	s.desc = at.addr;
	s.avail = s.desc + 16 * SIZE;
	s.used = s.avail + 64;
	mq_open(&r->model.queue[queue], &s);
}

static void open_bench(struct bench *b, struct rig *r, uint64_t features)
{
	open_bench_of(b, r, features, 0);
}

static void part(struct bench *b, uint32_t off, uint32_t len, bool write)
{
	if (b->n)
		b->ring[16 * (b->n - 1) + 12] |= 1;
	rig_desc_at(b->ring, b->n, b->rig->bytes_at + off, len, write ? 2 : 0,
		    (uint16_t)(b->n + 1));
	b->n++;
}

/* The chain of all parts. */
static void go(struct bench *b)
{
	b->rig->bytes[STATUS_AT] = 0xff;
	b->ring[16 * SIZE + 2] = 1;
	mq_kicked(&b->rig->model.queue[b->queue]);
	b->rig->model.kicked[b->queue] = true;
	model_run(&b->rig->model);
	model_check(&b->rig->model);
	model_done(&b->rig->model);
}

static void header(struct bench *b, uint8_t type, uint8_t sector)
{
	memset(b->rig->bytes, 0, 16);
	b->rig->bytes[HEADER_AT] = type;
	b->rig->bytes[HEADER_AT + 8] = sector;
	part(b, HEADER_AT, 16, false);
}

/* A whole request with one segment of data, or none. */
static void request(struct rig *r, uint64_t features, uint8_t type, uint8_t sector, uint32_t len,
		    bool write)
{
	struct bench b;

	open_bench(&b, r, features);
	header(&b, type, sector);
	if (len)
		part(&b, DATA_AT, len, write);
	part(&b, STATUS_AT, 1, true);
	go(&b);
}

/* `n` ranges of one sector each at sector 3. */
static void ranges(struct rig *r, uint64_t features, uint8_t type, unsigned n, uint8_t flags)
{
	struct bench b;

	open_bench(&b, r, features);
	header(&b, type, 0);
	for (unsigned i = 0; i < n; i++) {
		memset(r->bytes + DATA_AT + 16 * i, 0, 16);
		r->bytes[DATA_AT + 16 * i] = 3;
		r->bytes[DATA_AT + 16 * i + 8] = 1;
		r->bytes[DATA_AT + 16 * i + 12] = flags;
	}
	part(&b, DATA_AT, 16 * n, false);
	part(&b, STATUS_AT, 1, true);
	go(&b);
}

static void good_read(struct rig *r)
{
	struct bench b;

	open_bench(&b, r, OPTIONS);
	disk.disk[5 * 512] = 0x77;
	header(&b, MODEL_BLK_IN, 5);
	part(&b, DATA_AT, 512, true);
	part(&b, STATUS_AT, 1, true);
	go(&b);
	assert_int_equal(r->bytes[DATA_AT], 0x77);
	assert_int_equal(r->bytes[STATUS_AT], 0);
}

/* The one request of a bench comes by way of the second queue. */
static void second_queue(struct rig *r, uint64_t features, unsigned num_queues)
{
	struct bench b;

	open_bench_of(&b, r, features, 1);
	model_blk_set(&r->model.cfg, MODEL_BLK_NUM_QUEUES, 2, num_queues);
	header(&b, MODEL_BLK_IN, 5);
	part(&b, DATA_AT, 512, true);
	part(&b, STATUS_AT, 1, true);
	go(&b);
}

static void good_second_queue(struct rig *r)
{
	second_queue(r, OPTIONS | 1u << MODEL_BLK_F_MQ, 2);
	assert_int_equal(r->bytes[STATUS_AT], 0);
}

static void second_queue_without_mq(struct rig *r)
{
	second_queue(r, OPTIONS, 2);
}

static void second_queue_of_one(struct rig *r)
{
	second_queue(r, OPTIONS | 1u << MODEL_BLK_F_MQ, 1);
}

static void good_write_lasts_after_flush(struct rig *r)
{
	r->bytes[DATA_AT] = 0x66;
	request(r, OPTIONS, MODEL_BLK_OUT, 5, 512, false);
	assert_int_equal(disk.disk[5 * 512], 0x66);
	assert_int_equal(disk.durable[5 * 512], 0);
	r->bytes[DATA_AT] = 0x55;
	request(r, OPTIONS & ~(1u << MODEL_BLK_F_FLUSH), MODEL_BLK_OUT, 5, 512, false);
	assert_int_equal(disk.durable[5 * 512], 0x55);
}

static void good_rest(struct rig *r)
{
	request(r, OPTIONS, MODEL_BLK_FLUSH, 0, 0, false);
	request(r, OPTIONS, MODEL_BLK_GET_ID, 0, 20, true);
	ranges(r, OPTIONS, MODEL_BLK_DISCARD, 1, 0);
	assert_int_equal(disk.disk[3 * 512], 0xdd);
	ranges(r, OPTIONS, MODEL_BLK_WRITE_ZEROES, 1, 1);
	assert_int_equal(r->bytes[STATUS_AT], 0);
}

static void past_the_end(struct rig *r)
{
	request(r, OPTIONS, MODEL_BLK_IN, CAPACITY, 512, true);
}

static void range_past_the_end(struct rig *r)
{
	struct bench b;

	open_bench(&b, r, OPTIONS);
	header(&b, MODEL_BLK_DISCARD, 0);
	memset(r->bytes + DATA_AT, 0, 16);
	r->bytes[DATA_AT] = CAPACITY - 1;
	r->bytes[DATA_AT + 8] = 2;
	part(&b, DATA_AT, 16, false);
	part(&b, STATUS_AT, 1, true);
	go(&b);
}

static void write_to_read_only(struct rig *r)
{
	request(r, OPTIONS | 1u << MODEL_BLK_F_RO, MODEL_BLK_OUT, 0, 512, false);
}

static void flush_of_a_sector(struct rig *r)
{
	request(r, OPTIONS, MODEL_BLK_FLUSH, 1, 0, false);
}

static void flush_with_data(struct rig *r)
{
	request(r, OPTIONS, MODEL_BLK_FLUSH, 0, 512, false);
}

static void half_a_sector(struct rig *r)
{
	request(r, OPTIONS, MODEL_BLK_IN, 0, 256, true);
}

static void half_a_range(struct rig *r)
{
	request(r, OPTIONS, MODEL_BLK_DISCARD, 0, 8, false);
}

static void identity_of_19(struct rig *r)
{
	request(r, OPTIONS, MODEL_BLK_GET_ID, 0, 19, true);
}

static void two_discards(struct rig *r)
{
	ranges(r, OPTIONS, MODEL_BLK_DISCARD, 2, 0);
}

static void two_erases(struct rig *r)
{
	ranges(r, OPTIONS, MODEL_BLK_SECURE_ERASE, 2, 0);
}

static void two_zeroes(struct rig *r)
{
	ranges(r, OPTIONS, MODEL_BLK_WRITE_ZEROES, 2, 0);
}

static void discard_with_unmap(struct rig *r)
{
	ranges(r, OPTIONS, MODEL_BLK_DISCARD, 1, 1);
}

static void not_negotiated(struct rig *r)
{
	request(r, 0, MODEL_BLK_FLUSH, 0, 0, false);
}

static void unknown_type(struct rig *r)
{
	request(r, OPTIONS, 3, 0, 512, true);
}

static void no_status(struct rig *r)
{
	struct bench b;

	open_bench(&b, r, OPTIONS);
	header(&b, MODEL_BLK_OUT, 0);
	part(&b, DATA_AT, 512, false);
	go(&b);
}

static void long_segment(struct rig *r)
{
	struct bench b;

	open_bench(&b, r, OPTIONS);
	header(&b, MODEL_BLK_OUT, 0);
	part(&b, DATA_AT, 601, false);
	part(&b, DATA_AT, 423, false);
	part(&b, STATUS_AT, 1, true);
	go(&b);
}

static void nine_segments(struct rig *r)
{
	struct bench b;

	open_bench(&b, r, OPTIONS);
	header(&b, MODEL_BLK_OUT, 0);
	for (unsigned i = 0; i < 9; i++)
		part(&b, DATA_AT + 64 * i, i < 8 ? 57 : 56, false);
	part(&b, STATUS_AT, 1, true);
	go(&b);
}

/* Header and data in one descriptor. */
static void together(struct rig *r, uint64_t features)
{
	struct bench b;

	open_bench(&b, r, features);
	memset(r->bytes, 0, 16);
	r->bytes[0] = MODEL_BLK_OUT;
	part(&b, HEADER_AT, 16 + 512, false);
	part(&b, STATUS_AT, 1, true);
	go(&b);
}

static void legacy_together(struct rig *r)
{
	together(r, 0);
}

static void good_together(struct rig *r)
{
	together(r, r->version == 1 ? UINT64_C(1) << 27 : 0);
}

static const struct rig_case cases[] = {
	{ "read", NULL, ON_BOTH, good_read },
	{ "write and flush", NULL, ON_BOTH, good_write_lasts_after_flush },
	{ "flush, identity, discard, zeroes", NULL, ON_BOTH, good_rest },
	{ "any layout", NULL, ON_BOTH, good_together },
	{ "past the capacity", "blk-op-002", ON_BOTH, past_the_end },
	{ "discard past the capacity", "blk-op-002", ON_BOTH, range_past_the_end },
	{ "write to read-only", "blk-op-003", ON_BOTH, write_to_read_only },
	{ "flush of a sector", "blk-op-004", ON_BOTH, flush_of_a_sector },
	{ "flush with data", "blk-op-005", ON_BOTH, flush_with_data },
	{ "half a sector", "blk-op-006", ON_BOTH, half_a_sector },
	{ "half a range", "blk-op-007", ON_BOTH, half_a_range },
	{ "identity of 19 bytes", "blk-op-008", ON_BOTH, identity_of_19 },
	{ "two ranges to discard", "blk-op-009", ON_BOTH, two_discards },
	{ "two ranges to erase", "blk-op-010", ON_BOTH, two_erases },
	{ "two ranges to zero", "blk-op-011", ON_BOTH, two_zeroes },
	{ "discard with unmap", "blk-op-014", ON_BOTH, discard_with_unmap },
	{ "request that was not negotiated", "blk-type", ON_BOTH, not_negotiated },
	{ "request of no known type", "blk-type", ON_BOTH, unknown_type },
	{ "no room for the status", "blk-op-027", ON_BOTH, no_status },
	{ "segment over size_max", "blk-segments", ON_BOTH, long_segment },
	{ "segments over seg_max", "blk-segments", ON_BOTH, nine_segments },
	{ "second queue of two", NULL, ON_BOTH, good_second_queue },
	{ "second queue without MQ", "blk-queues", ON_BOTH, second_queue_without_mq },
	{ "second queue of one", "blk-queues", ON_BOTH, second_queue_of_one },
	{ "header and data together", "blk-leg-012", ON_1, legacy_together },
};

int main(void)
{
	return rig_main("model_blk", cases, sizeof(cases) / sizeof(*cases));
}
