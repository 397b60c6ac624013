/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a request costs the ring alone: three segments as a block read has them (header, data,
 * status), submitted, published and reaped.
 */
#include <picovirtio/virtqueue.h>

#include "tests/bench/bench.h"

#include <stdint.h>
#include <string.h>

enum { SIZE = 256, DEPTH_MAX = 32, SEGMENTS = 3, DATA = 1, DATA_BYTES = 4096, REQUESTS = 3200 };

_Static_assert(VQ_PACKED_BYTES(SIZE) <= VQ_SPLIT_BYTES(SIZE, 4), "room for both");
static unsigned char ring[VQ_SPLIT_BYTES(SIZE, 4)] __attribute__((aligned(16)));
static void *priv[VQ_PRIVATE_BYTES(SIZE) / sizeof(void *)];
static struct vq_layout where;
static struct vq q;

/* A driver keeps one of these for each request, and builds once what does not change. */
static struct request {
	struct vq_seg seg[SEGMENTS];
	struct vq_indirect table;
	uint32_t len[SEGMENTS];
	bool done;
} request[DEPTH_MAX];
static unsigned char tables[DEPTH_MAX][16 * SEGMENTS] __attribute__((aligned(16)));

/* Where the device is in a packed ring. */
static struct {
	unsigned at, lap;
} packed_place;

static void set_up(bool packed)
{
	const struct vq_config cfg = {
		.format = packed ? &vq_format_packed : &vq_format_split,
		.size = SIZE,
		.event_idx = true,
		.indirect = true,
		.used_align = 4,
		.mem = ring,
		.mem_dma = { 0x80000000 },
		.priv = priv,
	};

	packed_place.at = 0;
	packed_place.lap = 1;
	if (vq_get_layout(cfg.format, SIZE, 4, &where) != VIO_OK || vq_init(&q, &cfg) != VIO_OK)
		bench_fail("no queue");
	for (unsigned i = 0; i < DEPTH_MAX; i++) {
		struct request *const r = &request[i];

		r->seg[0] = (struct vq_seg){ { 0x81000000 + 32 * i }, 16 };
		r->seg[1] = (struct vq_seg){ { 0x82000000 + DATA_BYTES * i }, DATA_BYTES };
		r->seg[2] = (struct vq_seg){ { 0x81000010 + 32 * i }, 1 };
		r->table = (struct vq_indirect){
			.table = tables[i],
			.at = { 0x83000000 + sizeof(tables[0]) * i },
			.len = r->len,
			.max = SEGMENTS,
		};
		if (vq_indirect_build(&q, &r->table, r->seg, 1, 2) != VIO_OK)
			bench_fail("no table");
	}
}

__attribute__((noinline)) static bool driver_direct(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		if (vq_submit(&q, request[i].seg, 1, 2, &request[i]) != VIO_OK)
			return false;
	return vq_publish(&q);
}

__attribute__((noinline)) static bool driver_indirect(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++) {
		struct request *const r = &request[i];

		if (vq_indirect_set(&r->table, DATA, r->seg[DATA]) != VIO_OK ||
		    vq_submit_indirect(&q, &r->table, r) != VIO_OK)
			return false;
	}
	return vq_publish(&q);
}

__attribute__((noinline)) static void driver_reap(void)
{
	struct vq_done d;

	while (vq_reap(&q, &d) == 1)
		((struct request *)d.cookie)->done = d.written == DATA_BYTES + 1;
}

/* Complete every available request in order, and ask for a notification of the next one. */
static void split_device(void)
{
	const uint16_t *const avail = (const uint16_t *)(const void *)(ring + where.driver);
	uint16_t *const used = (uint16_t *)(void *)(ring + where.device);
	uint32_t *const entry = (uint32_t *)(void *)(used + 2);

	for (; used[1] != avail[1]; used[1]++) {
		entry[2 * (used[1] % SIZE)] = avail[2 + used[1] % SIZE];
		entry[2 * (used[1] % SIZE) + 1] = DATA_BYTES + 1;
	}
	used[2 + 4 * SIZE] = avail[1];
}

/* The same on a packed ring, where used descriptors overwrite available ones. */
static void packed_device(unsigned depth)
{
	enum { NEXT = 1, WRITE = 2, AVAIL = 1 << 7, USED = 1 << 15 };
	struct desc {
		uint64_t addr;
		uint32_t len;
		uint16_t id, flags;
	} *const table = (void *)ring;
	unsigned at = packed_place.at, lap = packed_place.lap;
	uint16_t *const event = (uint16_t *)(void *)(ring + where.device);

	while (depth-- > 0) {
		struct desc *const first = &table[at];
		const unsigned lap_of_first = lap;
		uint16_t id, flags;

		do {
			id = table[at].id;
			flags = table[at].flags;
			if ((lap ? AVAIL : USED) != (flags & (AVAIL | USED)))
				bench_fail("not available");
			if (++at == SIZE) {
				at = 0;
				lap = !lap;
			}
		} while (flags & NEXT);
		first->id = id;
		first->len = DATA_BYTES + 1;
		first->flags = (uint16_t)(WRITE | (lap_of_first ? AVAIL | USED : 0));
	}
	event[0] = (uint16_t)(at | lap << 15);
	event[1] = 2;
	packed_place.at = at;
	packed_place.lap = lap;
}

static void batch(bool packed, bool direct, unsigned depth)
{
	if (!(direct ? driver_direct(depth) : driver_indirect(depth)))
		bench_fail("not submitted, or not notified");
	if (packed)
		packed_device(depth);
	else
		split_device();
	driver_reap();
	for (unsigned i = 0; i < depth; i++) {
		if (!request[i].done)
			bench_fail("a request did not come back");
		request[i].done = false;
	}
}

static void count(bool packed, bool direct, unsigned depth)
{
	set_up(packed);
	bench_mark(NULL, 0);
	for (unsigned n = 0; n < REQUESTS; n += depth)
		batch(packed, direct, depth);
	bench_mark(bench_name("ring %s %s depth %u", packed ? "packed" : "split",
			      direct ? "direct" : "indirect", depth),
		   REQUESTS);
}

int main(void)
{
	for (unsigned i = 0; i < 8; i++)
		count(i & 4, i & 2, i & 1 ? DEPTH_MAX : 1);
	return 0;
}
