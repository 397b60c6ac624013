/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-gpu: it reports each broken rule, and accepts a correct driver. */
#include "tests/unit/model_rig.h"

#include "tests/model/gpu.h"

#include <string.h>

enum { SIZE = 8, ANSWER_AT = 512 };

static struct model_gpu screen;
static uint16_t idx;

/* Queue 0 or 1, on memory of the test's own, without registers. */
static void open_queue(struct rig *r, unsigned queue, uint64_t features)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct model_config cfg;

	memset(&screen, 0, sizeof(screen));
	screen.mode[0] = (struct model_gpu_mode){ { 0, 0, 64, 48 }, 1 };
	model_gpu_config(&cfg, &screen, 2, features, SIZE, 1);
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

static void put(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

/* A command of these words behind its header, and room for an answer. Returns its type. */
static uint32_t command(struct rig *r, unsigned queue, uint32_t type, const uint32_t *word,
			unsigned n, uint32_t answer)
{
	memset(r->bytes, 0, RIG_BYTES);
	put(r->bytes, type);
	if (type == MODEL_GPU_TRANSFER)
		put(r->bytes + 4, 1);
	for (unsigned i = 0; i < n; i++)
		put(r->bytes + 24 + 4 * i, word[i]);
	rig_desc_at(r->ring, 0, r->bytes_at, 24 + 4 * n, answer ? 1 : 0, 1);
	rig_desc_at(r->ring, 1, r->bytes_at + ANSWER_AT, answer, 2, 0);
	r->ring[16 * SIZE + 4 + 2 * (idx % SIZE)] = 0;
	r->ring[16 * SIZE + 2] = (uint8_t)++idx;
	mq_kicked(&r->model.queue[queue]);
	r->model.kicked[queue] = true;
	model_run(&r->model);
	return r->bytes[ANSWER_AT] | (uint32_t)r->bytes[ANSWER_AT + 1] << 8;
}

#define WORDS(...) (const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4

static void picture(struct rig *r)
{
	assert_int_equal(command(r, 0, MODEL_GPU_CREATE, WORDS(5, 2, 4, 3), 24), MODEL_GPU_OK);
	assert_int_equal(command(r, 0, MODEL_GPU_ATTACH,
				 WORDS(5, 1, (uint32_t)(r->bytes_at + 600),
				       (uint32_t)(r->bytes_at >> 32), 48, 0),
				 24),
			 MODEL_GPU_OK);
}

static void good_commands(struct rig *r)
{
	open_queue(r, 0, 2);
	assert_int_equal(command(r, 0, MODEL_GPU_DISPLAY_INFO, NULL, 0, 408),
			 MODEL_GPU_OK_DISPLAY_INFO);
	assert_int_equal(r->bytes[ANSWER_AT + 24 + 8], 64);
	picture(r);
	assert_int_equal(command(r, 0, MODEL_GPU_TRANSFER, WORDS(0, 0, 4, 3, 0, 0, 5, 0), 24),
			 MODEL_GPU_OK);
	assert_true(model_gpu_find(&screen, 5)->transferred);
	assert_int_equal(command(r, 0, MODEL_GPU_TRANSFER, WORDS(0, 0, 4, 3, 4, 0, 5, 0), 24),
			 MODEL_GPU_ERR_PARAMETER); /* beyond the memory */
	assert_int_equal(command(r, 0, MODEL_GPU_SCANOUT, WORDS(0, 0, 4, 3, 0, 5), 24),
			 MODEL_GPU_OK);
	assert_int_equal(command(r, 0, MODEL_GPU_SCANOUT, WORDS(0, 0, 4, 3, 1, 5), 24),
			 MODEL_GPU_ERR_SCANOUT);
	assert_int_equal(command(r, 0, MODEL_GPU_SCANOUT, WORDS(1, 0, 4, 3, 0, 5), 24),
			 MODEL_GPU_ERR_PARAMETER);
	assert_int_equal(command(r, 0, MODEL_GPU_FLUSH, WORDS(0, 0, 4, 4, 5, 0), 24),
			 MODEL_GPU_ERR_PARAMETER);
	assert_int_equal(command(r, 0, MODEL_GPU_CREATE, WORDS(5, 2, 4, 3), 24),
			 MODEL_GPU_ERR_RESOURCE);
	assert_int_equal(command(r, 0, MODEL_GPU_CREATE, WORDS(6, 5, 4, 3), 24),
			 MODEL_GPU_ERR_PARAMETER);
	assert_int_equal(command(r, 0, MODEL_GPU_UNREF, WORDS(5, 0), 24), MODEL_GPU_OK);
	model_check(&r->model);
	model_gpu_free(&screen);
}

static void wrong_size(struct rig *r)
{
	open_queue(r, 0, 2);
	command(r, 0, MODEL_GPU_UNREF, WORDS(5), 24);
}

static void small_answer(struct rig *r)
{
	open_queue(r, 0, 2);
	command(r, 0, MODEL_GPU_DISPLAY_INFO, NULL, 0, 400);
}

static void unknown(struct rig *r)
{
	open_queue(r, 0, 2);
	command(r, 0, MODEL_GPU_CURSOR, WORDS(0, 0, 0, 0, 0, 0, 0, 0), 24);
}

static void edid_without_the_feature(struct rig *r)
{
	open_queue(r, 0, 0);
	screen.answer_bytes = 24; /* there is no room for more here */
	command(r, 0, MODEL_GPU_GET_EDID, WORDS(0, 0), 500);
}

static void padded_run(struct rig *r)
{
	open_queue(r, 0, 2);
	command(r, 0, MODEL_GPU_CREATE, WORDS(5, 2, 4, 3), 24);
	command(r, 0, MODEL_GPU_ATTACH, WORDS(5, 1, 0, 0, 48, 1), 24);
	model_gpu_free(&screen);
}

static void cursor_without_a_transfer(struct rig *r)
{
	open_queue(r, 1, 2);
	command(r, 1, MODEL_GPU_CURSOR, WORDS(0, 1, 2, 0, 5, 0, 0, 0), 0);
}

static void good_cursor(struct rig *r)
{
	open_queue(r, 1, 2);
	command(r, 1, MODEL_GPU_CURSOR, WORDS(0, 1, 2, 0, 0, 0, 0, 0), 0);
	command(r, 1, MODEL_GPU_CURSOR_MOVE, WORDS(0, 9, 8, 0, 0, 0, 0, 0), 0);
	assert_int_equal(screen.cursor.x, 9);
	assert_int_equal(screen.cursor.y, 8);
}

static void events_read_written(struct rig *r)
{
	struct model_memory *memory = r->config.memory;

	model_gpu_config(&r->config, &screen, r->version, r->version == 2 ? UINT64_C(1) << 32 : 0,
			 4, 1);
	r->config.memory = memory;
	rig_features(r);
	model_write(&r->model, 0x100, 4, 1);
}

static void event_without_a_look(struct rig *r)
{
	open_queue(r, 0, 0);
	model_gpu_event(&r->model);
	model_check(&r->model);
}

static void event_without_an_edid(struct rig *r)
{
	open_queue(r, 0, 2);
	model_gpu_event(&r->model);
	command(r, 0, MODEL_GPU_DISPLAY_INFO, NULL, 0, 408);
	model_check(&r->model);
}

static const struct rig_case cases[] = {
	{ "commands and pictures", NULL, ON_2, good_commands },
	{ "cursor", NULL, ON_2, good_cursor },
	{ "command of a wrong size", "gpu-command", ON_2, wrong_size },
	{ "answer that does not fit", "gpu-command", ON_2, small_answer },
	{ "command of the other queue", "gpu-command", ON_2, unknown },
	{ "EDID without its feature", "gpu-command", ON_2, edid_without_the_feature },
	{ "run with padding", "gpu-command", ON_2, padded_run },
	{ "cursor without a picture", "gpu-003", ON_2, cursor_without_a_transfer },
	{ "events_read written", "gpu-001", ON_BOTH, events_read_written },
	{ "event without a look", "gpu-002", ON_2, event_without_a_look },
	{ "event without an EDID", "gpu-002", ON_2, event_without_an_edid },
};

int main(void)
{
	return rig_main("model_gpu", cases, sizeof(cases) / sizeof(*cases));
}
