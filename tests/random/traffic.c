/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/random/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state, first_seed;

void traffic_seed(uint64_t seed)
{
	first_seed = state = seed;
}

uint32_t (*traffic_choose)(uint32_t below);

/* xorshift64. */
uint32_t traffic_random(uint32_t below)
{
	if (traffic_choose)
		return traffic_choose(below);
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 33) % below;
}

_Noreturn void traffic_wrong(const struct traffic *t, const char *what, int line)
{
	const struct traffic_kind *k = &t->kind;

	fflush(NULL);
	fprintf(stderr,
		"random: not so: %s (line %d; seed %llu, %s, event_idx %d, indirect %d, "
		"in_order %d, batch %d, size %u, start %u, submitted %lu)\n",
		what, line, (unsigned long long)first_seed,
		k->packed   ? "packed"
		: k->legacy ? "legacy"
			    : "modern",
		k->event_idx, k->indirect, k->in_order, k->batch, k->size, k->start, t->submitted);
	abort();
}

static void open_ring(struct traffic *t)
{
	const struct traffic_kind *k = &t->kind;
	struct vq_layout l;
	struct vq_config c = {
		.format = k->packed ? &vq_format_packed : &vq_format_split,
		.size = k->size,
		.event_idx = k->event_idx,
		.indirect = k->indirect,
		.in_order = k->in_order,
		.used_align = k->legacy ? 4096 : 4,
		.priv = t->priv,
	};
	struct mq_setup s = {
		.memory = &t->host.memory,
		.size = k->size,
		.event_idx = k->event_idx,
		.indirect = k->indirect,
		.in_order = k->in_order,
		.legacy = k->legacy,
		.packed = k->packed,
	};

	EXPECT(t, vq_get_layout(c.format, c.size, c.used_align, &l) == VIO_OK);
	if (!t->ring)
		t->ring = t->host.platform.ring_memory(&t->host, l.bytes, l.align, &t->ring_at);
	c.mem = t->ring;
	c.mem_dma = t->ring_at;
	EXPECT(t, vq_init(&t->vq, &c) == VIO_OK);
	struct vio_queue_areas at = vq_areas(&t->vq);
	s.desc = at.desc.addr;
	s.avail = at.driver.addr;
	s.used = at.device.addr;
	if (k->legacy) /* 2.7.2: the device computes the addresses of the areas */
		EXPECT(t, s.avail == s.desc + 16u * k->size && s.used % 4096 == s.desc % 4096);
	t->mq = (struct mq){ .batch = k->batch };
	mq_open(&t->mq, &s);
	t->mq.mislead = true;
	t->mq.no_write_flag = k->platform == HOST_HIGH; /* one kind of device in some runs */
}

void traffic_open(struct traffic *t, const struct traffic_kind *kind)
{
	const size_t n = kind->size;

	memset(t, 0, sizeof(*t));
	t->kind = *kind;
	host_platform_init(&t->host, kind->platform);
	t->priv = calloc(1, VQ_PRIVATE_BYTES(n));
	t->request = calloc(n, sizeof(*t->request));
	t->bytes = calloc(n, TRAFFIC_BYTES);
	t->tables = aligned_alloc(16, n * 16 * TRAFFIC_SEGS);
	t->bytes_at = host_give(&t->host, t->bytes, n * TRAFFIC_BYTES);
	t->tables_at = host_give(&t->host, t->tables, n * 16 * TRAFFIC_SEGS);
	for (size_t i = 0; i < n; i++) {
		t->request[i].table = (struct vq_indirect){
			.table = t->tables + i * 16 * TRAFFIC_SEGS,
			.at = { t->tables_at.addr + i * 16 * TRAFFIC_SEGS },
			.len = t->request[i].table_len,
			.max = TRAFFIC_SEGS,
		};
	}
	open_ring(t);
}

void traffic_close(struct traffic *t)
{
	mq_close(&t->mq);
	host_platform_done(&t->host);
	free(t->priv);
	free(t->request);
	free(t->bytes);
	free(t->tables);
}

/* ---- Requests ---- */

static size_t slot_of(const struct traffic *t, const struct request *r)
{
	return (size_t)(r - t->request);
}

static struct request *idle_request(struct traffic *t)
{
	const uint32_t n = t->kind.size, from = traffic_random(n);

	for (uint32_t i = 0; i < n; i++) {
		if (!t->request[(from + i) % n].live)
			return &t->request[(from + i) % n];
	}
	return NULL;
}

/* Byte `i` of the data of request `r`, to the device or back. */
static uint8_t byte_of(const struct request *r, unsigned i, bool back)
{
	return (uint8_t)(r->pattern + 7 * i + (back ? 101 : 0));
}

static void shape(struct traffic *t, struct request *r, unsigned max_segs)
{
	const unsigned n = 1 + traffic_random(max_segs);
	uint8_t *const base = t->bytes + slot_of(t, r) * TRAFFIC_BYTES;

	r->nread = traffic_random(n + 1);
	r->nwrite = n - r->nread;
	r->readable = r->writable = 0;
	r->pattern = (uint8_t)traffic_random(256);
	for (unsigned i = 0; i < n; i++) {
		struct vq_seg *s = &r->seg[i];
		uint8_t *p = base + TRAFFIC_SEG_BYTES * i;

		s->len = 1 + traffic_random(TRAFFIC_SEG_BYTES);
		s->addr.addr = t->bytes_at.addr + (uint64_t)(p - t->bytes);
		for (unsigned k = 0; k < s->len; k++)
			p[k] = i < r->nread ? byte_of(r, r->readable + k, false) : 0xee;
		*(i < r->nread ? &r->readable : &r->writable) += s->len;
	}
}

static int send(struct traffic *t, struct request *r, bool table)
{
	if (!table)
		return vq_submit(&t->vq, r->seg, r->nread, r->nwrite, r);
	/* If the table has the same shape as before, change it in place. */
	const unsigned n = r->nread + r->nwrite;
	unsigned i = 0;

	while (r->table_built && r->table.nread == r->nread && r->table.count == n && i < n &&
	       vq_indirect_set(&r->table, i, r->seg[i]) == VIO_OK)
		i++;
	if (i < n)
		EXPECT(t,
		       vq_indirect_build(&t->vq, &r->table, r->seg, r->nread, r->nwrite) == VIO_OK);
	r->table_built = true;
	return vq_submit_indirect(&t->vq, &r->table, r);
}

void traffic_submit(struct traffic *t, unsigned max_segs)
{
	struct request *r = idle_request(t);

	if (!r)
		return;
	shape(t, r, max_segs < t->kind.size ? max_segs : t->kind.size);
	bool table = t->kind.indirect && traffic_random(2);
	r->ndesc = table ? 1 : r->nread + r->nwrite;
	int rc = send(t, r, table);
	if (t->mq.forgiving && rc == VIO_EDEVICE)
		return;
	if (t->used_desc + r->ndesc > t->kind.size) {
		EXPECT(t, rc == VIO_EFULL);
		t->full++;
		return;
	}
	EXPECT(t, rc == VIO_OK);
	r->live = true;
	r->in_device = r->old = false;
	t->live++;
	t->used_desc += r->ndesc;
	r->number = t->submitted++;
}

void traffic_publish(struct traffic *t)
{
	EXPECT(t, vq_next(&t->vq) == mq_next_data(&t->mq));
	const bool notify = vq_publish(&t->vq);
	EXPECT(t, vq_next(&t->vq) == mq_next_data(&t->mq));

	if (notify) {
		t->kicks++;
		mq_kicked(&t->mq);
	} else {
		t->quiet++;
		mq_check_notified(&t->mq); /* split-023, split-025 */
	}
}

struct request *traffic_returned(struct traffic *t, void *cookie)
{
	struct request *r = cookie;

	EXPECT(t, r >= t->request && r < t->request + t->kind.size && r->live);
	r->live = false;
	t->live--;
	t->used_desc -= r->ndesc;
	return r;
}

static void check_answer(struct traffic *t, const struct request *r, uint32_t written)
{
	unsigned done = 0;

	EXPECT(t, !r->in_device && written == r->written);
	for (unsigned i = r->nread; i < r->nread + r->nwrite; i++) {
		const uint8_t *p = t->bytes + (r->seg[i].addr.addr - t->bytes_at.addr);

		for (unsigned k = 0; k < r->seg[i].len; k++, done++)
			EXPECT(t, p[k] == (done < written ? byte_of(r, done, true) : 0xee));
	}
}

/* vq_old() counts the requests that an earlier call has seen, until none of them is left. */
static void check_old(struct traffic *t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < t->kind.size; i++)
		n += t->request[i].live && t->request[i].old;
	EXPECT(t, vq_old(&t->vq) == n);
	for (unsigned i = 0; n == 0 && i < t->kind.size; i++)
		t->request[i].old = t->request[i].live;
}

bool traffic_reap(struct traffic *t)
{
	struct vq_done d;

	EXPECT(t, vq_has_used(&t->vq) == (t->completed > 0));
	int rc = vq_reap(&t->vq, &d);
	EXPECT(t, rc == (t->completed > 0));
	if (rc == 0)
		return false;
	t->completed--;
	const struct request *const r = traffic_returned(t, d.cookie);
	if (t->kind.in_order)
		EXPECT(t, r->number == t->reaped);
	t->reaped++;
	check_answer(t, r, d.written);
	EXPECT(t, vq_free(&t->vq) == t->kind.size - t->used_desc);
	if (t->reaped % (1 + t->kind.size / 4) == 0)
		check_old(t);
	return true;
}

void traffic_drain(struct traffic *t)
{
	void *cookie;

	while (vq_drain(&t->vq, &cookie) == 1) {
		traffic_returned(t, cookie);
		t->drained++;
	}
	EXPECT(t, t->live == 0);
	EXPECT(t, vq_drain(&t->vq, &cookie) == 0);
}

/* ---- The device ---- */

void traffic_take(struct traffic *t)
{
	struct mq_chain c;
	uint8_t sent[TRAFFIC_BYTES];

	if (!mq_take(&t->mq, &c))
		return;
	EXPECT(t, c.nseg > 0);
	struct request *r = &t->request[(c.seg[0].addr - t->bytes_at.addr) / TRAFFIC_BYTES];
	EXPECT(t, r->live && !r->in_device && c.nseg == r->nread + r->nwrite);
	for (unsigned i = 0; i < c.nseg; i++)
		EXPECT(t, c.seg[i].addr == r->seg[i].addr.addr && c.seg[i].len == r->seg[i].len &&
				  c.seg[i].write == (i >= r->nread));
	EXPECT(t, mq_read(&t->mq, &c, 0, sent, sizeof(sent)) == r->readable);
	for (unsigned i = 0; i < r->readable; i++)
		EXPECT(t, sent[i] == byte_of(r, i, false));
	r->in_device = true;
	r->chain = c;
	t->order[t->taken++ % t->kind.size] = r;
	t->in_device++;
}

/* The driver can see the completions. `due`: it gets an interrupt. */
static void told(struct traffic *t, bool due)
{
	EXPECT(t, due || !t->armed);
	if (!t->kind.event_idx || t->kind.packed) /* 2.8.14 can say never */
		EXPECT(t, !due || !t->disarmed);
	t->armed = false;
	t->interrupts += due;
	t->completed += t->held;
	t->held = 0;
}

void traffic_flush(struct traffic *t)
{
	if (t->held)
		told(t, mq_flush(&t->mq));
}

static void complete(struct traffic *t, struct request *r, uint32_t written)
{
	uint8_t answer[TRAFFIC_BYTES];

	r->written = written;
	for (unsigned i = 0; i < r->written; i++)
		answer[i] = byte_of(r, i, true);
	EXPECT(t, mq_write(&t->mq, &r->chain, 0, answer, r->written) == r->written);
	bool due = mq_complete(&t->mq, r->chain.head, r->written);
	r->in_device = false;
	t->in_device--;
	t->given_back++;
	t->held++;
	if (t->mq.held == 0)
		told(t, due);
}

void traffic_complete(struct traffic *t, struct request *r)
{
	/* A completely used one now and then, since there would be few batches otherwise. */
	const bool whole = t->kind.batch && traffic_random(4);

	complete(t, r, whole ? r->writable : traffic_random(r->writable + 1));
}

void traffic_complete_whole(struct traffic *t, struct request *r)
{
	complete(t, r, r->writable);
}
