/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/model_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A class of no device that exists, with a field of each kind. */
static const struct model_field fields[] = {
	{ 0, 1, 0, false, false }, { 2, 2, 0, false, false },	    { 4, 4, 0, true, false },
	{ 8, 8, 0, false, false }, { 16, 4, 1 << 5, false, false },
};
static const struct model_dependency needs[] = { { 2, 1 } };
static const struct model_class rig_class = {
	.name = "rig",
	.device_id = 0x7f,
	.features = 0x3f,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.dependencies = needs,
	.ndependencies = 1,
};

static void record(void *ctx, const char *rule, const char *section, const char *text)
{
	struct rig *r = ctx;

	if (r->nbroken < sizeof(r->broken) / sizeof(*r->broken))
		r->broken[r->nbroken] = rule;
	r->nbroken++;
	print_message("    %s (%s): %s\n", rule, section, text);
}

static void rig_open(struct rig *r, uint32_t version)
{
	*r = (struct rig){ .version = version };
	host_platform_init(&r->host, HOST_HIGH);
	r->ring = r->host.platform.ring_memory(&r->host, 4 * RIG_PAGE, RIG_PAGE, &(vio_dma){ 0 });
	r->bytes = calloc(1, RIG_BYTES);
	r->ring_at = UINT64_C(0x100000000);
	r->desc = r->ring_at;
	r->avail = r->desc + 16 * RIG_SIZE;
	r->used = version == 1 ? r->desc + RIG_PAGE : r->avail + 6 + 2 * RIG_SIZE + 2;
	r->bytes_at = host_give(&r->host, r->bytes, RIG_BYTES).addr;
	r->config = (struct model_config){
		.version = version,
		.cls = &rig_class,
		.features = (version == 1 ? UINT64_C(1) << 27 : UINT64_C(1) << 32) | 0x3,
		.memory = &r->host.memory,
		.queue_max = { RIG_SIZE },
		.config_bytes = 20,
	};
	model_on_broken_rule(record, r);
}

static void rig_close(struct rig *r)
{
	model_done(&r->model);
	model_on_broken_rule(NULL, NULL);
	host_platform_done(&r->host);
	free(r->bytes);
}

uint32_t rd(struct rig *r, uint32_t off)
{
	return model_read(&r->model, off, 4);
}

void wr(struct rig *r, uint32_t off, uint32_t v)
{
	model_write(&r->model, off, 4, v);
}

void rig_probe(struct rig *r)
{
	model_init(&r->model, &r->config);
	assert_int_equal(rd(r, 0x000), 0x74726976);
	assert_int_equal(rd(r, 0x004), r->version);
	rd(r, 0x008);
}

void rig_reset(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	assert_int_equal(rd(r, 0x070), 0);
	wr(r, 0x070, 1);
	wr(r, 0x070, 1 | 2);
}

static uint64_t read_offer(struct rig *r)
{
	wr(r, 0x014, 0);
	uint64_t offer = rd(r, 0x010);
	if (r->version == 1)
		return offer;
	wr(r, 0x014, 1);
	return offer | (uint64_t)rd(r, 0x010) << 32;
}

static void accept(struct rig *r, uint64_t features)
{
	wr(r, 0x024, 0);
	wr(r, 0x020, (uint32_t)features);
	if (r->version == 1 && features >> 32 == 0)
		return;
	wr(r, 0x024, 1);
	wr(r, 0x020, (uint32_t)(features >> 32));
}

void rig_accept(struct rig *r, uint64_t features)
{
	rig_reset(r);
	read_offer(r);
	accept(r, features);
	if (r->version == 1)
		return;
	wr(r, 0x070, 1 | 2 | 8);
	rd(r, 0x070);
}

void rig_features(struct rig *r)
{
	rig_accept(r, r->config.features);
}

void rig_select(struct rig *r)
{
	wr(r, 0x030, 0);
	assert_int_equal(rd(r, r->version == 1 ? 0x040 : 0x044), 0);
	assert_int_equal(rd(r, 0x034), RIG_SIZE);
}

void rig_size_and_areas(struct rig *r)
{
	const uint64_t area[3] = { r->desc, r->avail, r->used };

	wr(r, 0x038, RIG_SIZE);
	if (r->version == 1) {
		wr(r, 0x03c, RIG_PAGE);
		return;
	}
	for (unsigned i = 0; i < 3; i++) {
		wr(r, 0x080 + 16 * i, (uint32_t)area[i]);
		wr(r, 0x084 + 16 * i, (uint32_t)(area[i] >> 32));
	}
}

void rig_start_queue(struct rig *r)
{
	if (r->version == 1)
		wr(r, 0x040, (uint32_t)(r->ring_at / RIG_PAGE));
	else
		wr(r, 0x044, 1);
}

void rig_queue(struct rig *r)
{
	rig_features(r);
	if (r->version == 1)
		wr(r, 0x028, RIG_PAGE);
	rig_select(r);
	rig_size_and_areas(r);
	rig_start_queue(r);
}

void rig_live(struct rig *r)
{
	rig_queue(r);
	wr(r, 0x070, r->version == 1 ? 1 | 2 | 4 : 1 | 2 | 8 | 4);
}

static void put(uint8_t *p, unsigned len, uint64_t v)
{
	for (unsigned i = 0; i < len; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void rig_desc_at(uint8_t *table, unsigned i, uint64_t addr, uint32_t len, uint16_t flags,
		 uint16_t next)
{
	put(table + 16 * i, 8, addr);
	put(table + 16 * i + 8, 4, len);
	put(table + 16 * i + 12, 2, flags);
	put(table + 16 * i + 14, 2, next);
}

void rig_desc(struct rig *r, unsigned i, uint32_t off, uint32_t len, uint16_t flags, uint16_t next)
{
	rig_desc_at(r->ring, i, r->bytes_at + off, len, flags, next);
}

void rig_avail_idx(struct rig *r, uint16_t idx)
{
	r->avail_idx = idx;
	put(r->ring + (r->avail - r->ring_at) + 2, 2, idx);
}

void rig_avail_flags(struct rig *r, uint16_t flags)
{
	put(r->ring + (r->avail - r->ring_at), 2, flags);
}

void rig_used_event(struct rig *r, uint16_t at)
{
	put(r->ring + (r->avail - r->ring_at) + 4 + 2 * RIG_SIZE, 2, at);
}

void rig_avail(struct rig *r, uint16_t head)
{
	put(r->ring + (r->avail - r->ring_at) + 4 + 2 * (r->avail_idx % RIG_SIZE), 2, head);
	rig_avail_idx(r, (uint16_t)(r->avail_idx + 1));
}

void rig_submit(struct rig *r)
{
	rig_desc(r, 0, 0, 16, 1, 1);
	rig_desc(r, 1, 16, 16, 2, 0);
	rig_avail(r, 0);
}

void rig_kick(struct rig *r)
{
	wr(r, 0x050, 0);
}

struct mq *rig_ring(struct rig *r)
{
	return &r->model.queue[0];
}

static void run_case(void **state)
{
	const struct rig_case *c = *state;

	for (uint32_t version = 1; version <= 2; version++) {
		struct rig r;

		if (!(c->versions & version))
			continue;
		rig_open(&r, version);
		c->run(&r);
		rig_close(&r);
		if (!c->rule) {
			assert_int_equal(r.nbroken, 0);
		} else {
			assert_true(r.nbroken > 0);
			assert_string_equal(r.broken[0], c->rule);
		}
	}
}

int rig_main(const char *group, const struct rig_case *cases, unsigned n)
{
	struct CMUnitTest *tests = calloc(n, sizeof(*tests));
	char(*names)[120] = calloc(n, sizeof(*names));

	for (unsigned i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]), "%s: %s",
			 cases[i].rule ? cases[i].rule : "good", cases[i].name);
		tests[i] = (struct CMUnitTest){ .name = names[i],
						.test_func = run_case,
						.initial_state = (void *)(uintptr_t)&cases[i] };
	}
	int failed = _cmocka_run_group_tests(group, tests, n, NULL, NULL);
	free(names);
	free(tests);
	return failed;
}
