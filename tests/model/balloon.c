/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/balloon.h"

#include <inttypes.h>
#include <string.h>

enum {
	AT_NUM_PAGES = 0,
	AT_ACTUAL = 4,
	AT_HINT_ID = 8,
	AT_POISON = 12,
	CONFIG_BYTES = 16,
	STAT_BYTES = 10,
	PAGE = 4096,
	DRIVER_OK = 4,
};

#define BIT64(n) (UINT64_C(1) << (n))

static const struct model_field fields[] = {
	{ AT_NUM_PAGES, 4, 0, false, false },
	{ AT_ACTUAL, 4, 0, true, false },
	{ AT_HINT_ID, 4, BIT64(MODEL_BALLOON_HINT), false, false },
	{ AT_POISON, 4, BIT64(MODEL_BALLOON_POISON), true, false },
};

static uint32_t get(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static bool has(const struct model *m, unsigned bit)
{
	return m->accepted >> bit & 1;
}

uint32_t model_balloon_actual(const struct model *m)
{
	return get(m->cfg.config + AT_ACTUAL);
}

/* The number that a queue has if the device has all queues. */
static unsigned kind_of(const struct model *m, unsigned queue)
{
	const struct model_balloon *b = m->cfg.state;

	return queue == 3 && b->odd_queue ? 4 : queue;
}

/* ---- Pages ---- */

static unsigned find(const struct model_balloon *b, uint32_t page)
{
	unsigned i;

	for (i = 0; i < b->npages && b->page[i] != page; i++)
		;
	return i;
}

/* A page from before the last reset may come again, since the driver may not know that the device
 * has taken it. */
static void inflate(struct model_balloon *b, uint32_t page)
{
	const unsigned i = find(b, page);

	if (i < b->npages && i >= b->old)
		model_fail("balloon-002", "5.5.6.1", "page %" PRIu32 " is in the balloon", page);
	if (i == b->npages && b->npages < MODEL_BALLOON_PAGES)
		b->page[b->npages++] = page;
}

static void deflate(struct model_balloon *b, uint32_t page)
{
	const unsigned i = find(b, page);

	if (i == b->npages) {
		model_fail("balloon-002", "5.5.6.1", "page %" PRIu32 " is not in the balloon",
			   page);
		return;
	}
	b->npages--;
	b->page[i] = b->page[b->npages];
	if (b->old > b->npages)
		b->old = b->npages;
}

static void take_numbers(struct model *m, unsigned queue, const struct mq_chain *c)
{
	struct model_balloon *b = m->cfg.state;
	uint8_t p[4];

	if (c->readable == 0 || c->readable % 4 != 0)
		model_fail("balloon-002", "5.5.6", "page numbers in %" PRIu64 " bytes",
			   c->readable);
	for (size_t at = 0; mq_read(&m->queue[queue], c, at, p, 4) == 4; at += 4) {
		if (queue == 0)
			inflate(b, get(p));
		else
			deflate(b, get(p));
	}
	b->batches++;
	model_complete(m, queue, c->head, 0);
}

/* ---- Free pages ---- */

/* A run of free pages: whole pages, not in the balloon, and filled with the poison. The device
 * discards their contents. */
static void take_range(struct model *m, unsigned queue, const struct mq_chain *c, const char *rule)
{
	struct model_balloon *b = m->cfg.state;
	static const uint8_t junk[64] = { 0x5a, 0xa5, 0x5a, 0xa5 };

	for (unsigned i = 0; i < c->nseg; i++) {
		const struct mq_seg *s = &c->seg[i];

		if (!s->write || s->addr % PAGE != 0 || s->len % PAGE != 0)
			model_fail(rule, "5.5.6", "no whole pages: %" PRIu32 " bytes at 0x%" PRIx64,
				   s->len, s->addr);
		for (uint64_t at = s->addr; at < s->addr + s->len; at += PAGE) {
			if (find(b, (uint32_t)(at / PAGE)) < b->npages)
				model_fail(rule, "5.5.6", "a page of the balloon is not free");
			if (has(m, MODEL_BALLOON_POISON) &&
			    model_load32(m->cfg.memory, at + PAGE - 4) !=
				    get(m->cfg.config + AT_POISON))
				model_fail("balloon-005", "5.5.6.6", "a free page has no poison");
		}
		if (b->nranges < MODEL_BALLOON_LOG)
			b->range[b->nranges++] = (struct model_balloon_range){ s->addr, s->len };
	}
	mq_write(&m->queue[queue], c, 0, junk, sizeof(junk));
	model_complete(m, queue, c->head, 0);
}

static void take_id(struct model *m, const struct mq_chain *c)
{
	struct model_balloon *b = m->cfg.state;
	uint8_t p[4] = { 0 };

	mq_read(&m->queue[3], c, 0, p, sizeof(p));
	const uint32_t id = get(p);
	if (c->readable != 4 || c->writable != 0)
		model_fail("balloon-004", "5.5.6.4", "an id of %" PRIu64 " bytes", c->readable);
	for (unsigned i = 0; i < b->nids; i++) {
		if (id != 0 && b->id[i] == id)
			model_fail("balloon-004", "5.5.6.4", "the round %" PRIu32 " came twice",
				   id);
	}
	if (id == 1 || (id == 0) != b->in_round)
		model_fail("balloon-004", "5.5.6.4", "the id %" PRIu32 " at this place", id);
	b->in_round = id != 0;
	if (b->nids < MODEL_BALLOON_LOG)
		b->id[b->nids++] = id;
	model_complete(m, 3, c->head, 0);
}

static void take_hint(struct model *m, const struct mq_chain *c)
{
	const struct model_balloon *b = m->cfg.state;

	if (c->readable > 0) {
		take_id(m, c);
		return;
	}
	if (!b->in_round)
		model_fail("balloon-004", "5.5.6.4", "pages outside of a round");
	take_range(m, 3, c, "balloon-004");
}

/* ---- Statistics ---- */

/* The device keeps the buffer until it asks for new statistics. */
static void take_stats(struct model *m, const struct mq_chain *c)
{
	struct model_balloon *b = m->cfg.state;
	uint8_t p[STAT_BYTES];
	unsigned n = 0;

	if (b->stats_here)
		model_fail("balloon-003", "5.5.6.3", "two buffers with statistics");
	if (c->readable == 0 || c->readable % STAT_BYTES != 0)
		model_fail("balloon-003", "5.5.6.3", "statistics of %" PRIu64 " bytes",
			   c->readable);
	for (; n < MODEL_BALLOON_TAGS &&
	       mq_read(&m->queue[2], c, (size_t)n * STAT_BYTES, p, STAT_BYTES) == STAT_BYTES;
	     n++) {
		const uint16_t tag = (uint16_t)(p[0] | p[1] << 8);

		if (b->nstats > 0 && (n >= b->nstats || tag != b->tag[n]))
			model_fail("balloon-003", "5.5.6.3", "other statistics than before");
		b->tag[n] = tag;
		b->value[n] = get(p + 2) | (uint64_t)get(p + 6) << 32;
	}
	b->nstats = n;
	b->stats_here = true;
	b->stats_head = c->head;
}

bool model_balloon_ask_stats(struct model *m)
{
	struct model_balloon *b = m->cfg.state;

	if (!b->stats_here)
		return false;
	b->stats_here = false;
	model_complete(m, 2, b->stats_head, 0);
	return true;
}

/* ---- The device ---- */

static void balloon_serve(struct model *m, unsigned queue)
{
	const struct model_balloon *b = m->cfg.state;
	const unsigned kind = kind_of(m, queue);
	struct mq_chain c;

	while ((!b->hold || kind == 2) && mq_take(&m->queue[queue], &c)) {
		switch (kind) {
		case 0:
		case 1: take_numbers(m, queue, &c); break;
		case 2: take_stats(m, &c); break;
		case 3: take_hint(m, &c); break;
		default: take_range(m, queue, &c, "balloon-006"); break;
		}
	}
}

static enum mq_role balloon_role(const struct model *m, unsigned queue, const char **rule)
{
	const unsigned kind = kind_of(m, queue);

	*rule = kind == 4 ? "balloon-006" : kind == 2 ? "balloon-003" : "balloon-002";
	return kind == 3 ? MQ_ANY : kind == 4 ? MQ_WRITABLE_ONLY : MQ_READABLE_ONLY;
}

static void balloon_config_written(struct model *m, uint32_t off, uint32_t value)
{
	struct model_balloon *b = m->cfg.state;

	(void)value;
	if (off != AT_POISON)
		return;
	b->poison_set = true;
	if (m->status & DRIVER_OK)
		model_fail("balloon-005", "5.5.6.6", "poison_val was written after DRIVER_OK");
}

static void balloon_driver_ok(struct model *m)
{
	const struct model_balloon *b = m->cfg.state;

	if (has(m, MODEL_BALLOON_POISON) && !b->poison_set)
		model_fail("balloon-005", "5.5.6.6", "poison_val was not set before DRIVER_OK");
}

static void balloon_reset(struct model *m)
{
	struct model_balloon *b = m->cfg.state;

	b->stats_here = b->poison_set = b->in_round = false;
	b->nstats = b->nids = 0;
	b->old = b->npages;
}

static void balloon_check(struct model *m)
{
	const struct model_balloon *b = m->cfg.state;

	if (!m->queue[0].live || b->hold)
		return;
	if (model_balloon_actual(m) != b->npages)
		model_fail("balloon-002", "5.5.6.1", "actual is %" PRIu32 " and not %u",
			   model_balloon_actual(m), b->npages);
	if (has(m, MODEL_BALLOON_STATS) && !b->stats_here)
		model_fail("balloon-003", "5.5.6.3", "no buffer with statistics");
	if (b->in_round)
		model_fail("balloon-004", "5.5.6.4", "a round of hints without its end");
}

const struct model_class model_balloon_class = {
	.name = "balloon",
	.device_id = 5,
	.features = MODEL_BALLOON_ALL,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.role = balloon_role,
	.serve = balloon_serve,
	.driver_ok = balloon_driver_ok,
	.reset = balloon_reset,
	.config_written = balloon_config_written,
	.check = balloon_check,
};

void model_balloon_ask(struct model *m, uint32_t pages)
{
	uint8_t p[4];

	put(p, pages);
	model_config_change(m, AT_NUM_PAGES, p, sizeof(p));
}

void model_balloon_hint(struct model *m, uint32_t id)
{
	uint8_t p[4];

	put(p, id);
	model_config_change(m, AT_HINT_ID, p, sizeof(p));
}

void model_balloon_config(struct model_config *cfg, struct model_balloon *b, uint32_t version,
			  uint64_t features, uint32_t max)
{
	const bool hint = features >> MODEL_BALLOON_HINT & 1;
	const bool report = features >> MODEL_BALLOON_REPORT & 1;

	b->odd_queue = b->odd_queue && !hint;
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_balloon_class,
		.state = b,
		.features = features,
		.queue_max = { max, max, features >> MODEL_BALLOON_STATS & 1 ? max : 0,
			       hint || (report && b->odd_queue) ? max : 0,
			       report && !b->odd_queue ? max : 0 },
		.config_bytes = CONFIG_BYTES,
	};
}
