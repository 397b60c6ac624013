/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-balloon: it reports each broken rule, and accepts a correct driver. */
#include "tests/unit/model_rig.h"

#include "tests/model/balloon.h"

#include <string.h>

enum { SIZE = 8, PAGE = 4096, READS = 0, WRITES = 2, AT_ACTUAL = 0x104, AT_POISON = 0x10c };

static struct model_balloon balloon;
static _Alignas(PAGE) uint8_t pages[2 * PAGE];
static uint64_t pages_at;
static uint16_t idx;

/* One queue, on memory of the test's own, without registers. */
static void open_queue(struct rig *r, unsigned queue, uint64_t features)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct model_config cfg;

	memset(&balloon, 0, sizeof(balloon));
	memset(pages, 0, sizeof(pages));
	pages_at = host_give(&r->host, pages, sizeof(pages)).addr;
	model_balloon_config(&cfg, &balloon, 2, MODEL_BALLOON_ALL, SIZE);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.accepted = features;
	r->model.status = 1 | 2 | 8 | 4;
	s.desc = r->ring_at;
	s.avail = s.desc + 16 * SIZE;
	s.used = s.avail + 24;
	s.role = cfg.cls->role(&r->model, queue, &s.role_rule);
	mq_open(&r->model.queue[queue], &s);
	idx = 0;
}

/* One chain of one descriptor. */
static void send(struct rig *r, unsigned queue, uint64_t at, uint32_t len, uint16_t flags)
{
	const uint16_t head = idx % SIZE;

	rig_desc_at(r->ring, head, at, len, flags, 0);
	r->ring[16 * SIZE + 4 + 2 * head] = (uint8_t)head;
	r->ring[16 * SIZE + 2] = (uint8_t)++idx;
	mq_kicked(&r->model.queue[queue]);
	r->model.kicked[queue] = true;
	model_run(&r->model);
}

/* 32-bit words, each time at another place. */
static void words(struct rig *r, unsigned queue, const uint32_t *w, uint32_t bytes)
{
	uint8_t *to = r->bytes + 64 * idx;

	memcpy(to, w, bytes);
	send(r, queue, r->bytes_at + 64 * idx, bytes, READS);
}

#define WORDS(...) (const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ })

static void good_pages(struct rig *r)
{
	open_queue(r, 0, 0);
	words(r, 0, WORDS(7, 9, 8));
	assert_int_equal(balloon.npages, 3);
	memcpy(r->model.cfg.config + 4, &balloon.npages, 4);
	model_check(&r->model);
}

static void actual_is_old(struct rig *r)
{
	open_queue(r, 0, 0);
	words(r, 0, WORDS(7, 9));
	model_check(&r->model);
}

static void page_twice(struct rig *r)
{
	open_queue(r, 0, 0);
	words(r, 0, WORDS(7, 9));
	words(r, 0, WORDS(9));
}

static void deflated_unseen(struct rig *r)
{
	open_queue(r, 1, 0);
	words(r, 1, WORDS(7));
}

static void half_a_number(struct rig *r)
{
	open_queue(r, 0, 0);
	send(r, 0, r->bytes_at, 6, READS);
}

static void put_stats(struct rig *r, const uint8_t *tags, uint32_t bytes)
{
	uint8_t *to = r->bytes + 64 * idx;

	memset(to, 0, 64);
	for (unsigned i = 0; i < bytes / 10; i++)
		to[10 * i] = tags[i];
	send(r, 2, r->bytes_at + 64 * idx, bytes, READS);
}

static void good_stats(struct rig *r)
{
	open_queue(r, 2, 2);
	put_stats(r, (const uint8_t[]){ 4, 5 }, 20);
	assert_true(model_balloon_ask_stats(&r->model));
	assert_false(model_balloon_ask_stats(&r->model));
	put_stats(r, (const uint8_t[]){ 4, 5 }, 20);
	assert_int_equal(balloon.nstats, 2);
	assert_int_equal(balloon.tag[1], 5);
}

static void two_buffers(struct rig *r)
{
	open_queue(r, 2, 2);
	put_stats(r, (const uint8_t[]){ 4 }, 10);
	put_stats(r, (const uint8_t[]){ 4 }, 10);
}

static void odd_stats(struct rig *r)
{
	open_queue(r, 2, 2);
	put_stats(r, (const uint8_t[]){ 4 }, 12);
}

static void other_stats(struct rig *r)
{
	open_queue(r, 2, 2);
	put_stats(r, (const uint8_t[]){ 4 }, 10);
	model_balloon_ask_stats(&r->model);
	put_stats(r, (const uint8_t[]){ 5 }, 10);
}

static void no_stats(struct rig *r)
{
	open_queue(r, 0, 2);
	model_check(&r->model);
}

static void good_round(struct rig *r)
{
	open_queue(r, 3, 8);
	words(r, 3, WORDS(4));
	send(r, 3, pages_at, PAGE, WRITES);
	words(r, 3, WORDS(0));
	words(r, 3, WORDS(5));
	words(r, 3, WORDS(0));
	assert_int_equal(balloon.nids, 4);
	assert_int_equal(balloon.nranges, 1);
	assert_int_equal(pages[0], 0x5a); /* the contents are lost */
}

static void page_outside_of_a_round(struct rig *r)
{
	open_queue(r, 3, 8);
	send(r, 3, pages_at, PAGE, WRITES);
}

static void end_without_a_round(struct rig *r)
{
	open_queue(r, 3, 8);
	words(r, 3, WORDS(0));
}

static void round_twice(struct rig *r)
{
	open_queue(r, 3, 8);
	words(r, 3, WORDS(4));
	words(r, 3, WORDS(0));
	words(r, 3, WORDS(4));
}

static void wide_id(struct rig *r)
{
	open_queue(r, 3, 8);
	words(r, 3, WORDS(4, 0));
}

static void half_a_page(struct rig *r)
{
	open_queue(r, 4, 32);
	send(r, 4, pages_at + 512, PAGE, WRITES);
}

static void readable_report(struct rig *r)
{
	open_queue(r, 4, 32);
	send(r, 4, pages_at, PAGE, READS);
}

static void report_from_the_balloon(struct rig *r)
{
	open_queue(r, 4, 32);
	balloon.page[0] = (uint32_t)(pages_at / PAGE) + 1;
	balloon.npages = 1;
	send(r, 4, pages_at, 2 * PAGE, WRITES);
}

static void report_without_poison(struct rig *r)
{
	open_queue(r, 4, 32 | 16);
	r->model.cfg.config[12] = 1;
	send(r, 4, pages_at, PAGE, WRITES);
}

static void config(struct rig *r, uint64_t features)
{
	struct model_memory *memory = r->config.memory;

	memset(&balloon, 0, sizeof(balloon));
	model_balloon_config(&r->config, &balloon, r->version,
			     features | (r->version == 2 ? UINT64_C(1) << 32 : 0), 4);
	r->config.memory = memory;
	rig_live(r);
}

static void poison_late(struct rig *r)
{
	config(r, 16);
	model_write(&r->model, AT_POISON, 4, 3);
}

static void poison_never(struct rig *r)
{
	open_queue(r, 0, 16);
	r->model.cfg.cls->driver_ok(&r->model);
}

static void actual_in_bytes(struct rig *r)
{
	config(r, 0);
	model_write(&r->model, AT_ACTUAL, 2, 3);
}

static const struct rig_case cases[] = {
	{ "pages", NULL, ON_2, good_pages },
	{ "statistics", NULL, ON_2, good_stats },
	{ "round of hints", NULL, ON_2, good_round },
	{ "actual not written", "balloon-002", ON_2, actual_is_old },
	{ "page twice", "balloon-002", ON_2, page_twice },
	{ "page that was not in the balloon", "balloon-002", ON_2, deflated_unseen },
	{ "half a number", "balloon-002", ON_2, half_a_number },
	{ "two buffers with statistics", "balloon-003", ON_2, two_buffers },
	{ "statistics of odd length", "balloon-003", ON_2, odd_stats },
	{ "other statistics", "balloon-003", ON_2, other_stats },
	{ "no statistics", "balloon-003", ON_2, no_stats },
	{ "page outside of a round", "balloon-004", ON_2, page_outside_of_a_round },
	{ "end without a round", "balloon-004", ON_2, end_without_a_round },
	{ "round twice", "balloon-004", ON_2, round_twice },
	{ "id of 8 bytes", "balloon-004", ON_2, wide_id },
	{ "poison after DRIVER_OK", "balloon-005", ON_2, poison_late },
	{ "no poison", "balloon-005", ON_2, poison_never },
	{ "report without poison", "balloon-005", ON_2, report_without_poison },
	{ "report that is not on a page", "balloon-006", ON_2, half_a_page },
	{ "report to be read", "balloon-006", ON_2, readable_report },
	{ "report from the balloon", "balloon-006", ON_2, report_from_the_balloon },
	{ "actual in two bytes", "mmio-005", ON_BOTH, actual_in_bytes },
};

int main(void)
{
	return rig_main("model_balloon", cases, sizeof(cases) / sizeof(*cases));
}
