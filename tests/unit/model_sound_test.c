/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-sound: it reports each broken rule, and accepts a correct driver. */
#include "tests/unit/model_rig.h"

#include "tests/model/sound.h"

#include <string.h>

enum { SIZE = 8, ANSWER_AT = 512 };

static struct model_sound host;
static uint16_t idx;

static void open_queue(struct rig *r, unsigned queue)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct model_config cfg;

	memset(&host, 0, sizeof(host));
	for (uint8_t i = 0; i < 2; i++)
		host.stream[i] = (struct model_sound_stream){ .direction = i,
							      .channels_min = 1,
							      .channels_max = 2,
							      .formats = 32,
							      .rates = 128,
							      .state = MODEL_SOUND_RUNNING };
	model_sound_config(&cfg, &host, 0, SIZE, 1, 2, 1);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.status = 1 | 2 | 8 | 4;
	s.desc = r->ring_at;
	s.avail = s.desc + 16 * SIZE;
	s.used = s.avail + 24;
	s.role = cfg.cls->role(&r->model, queue, &s.role_rule);
	mq_open(&r->model.queue[queue], &s);
	memset(r->bytes, 0, RIG_BYTES);
	idx = 0;
}

static void put(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

static void run(struct rig *r, unsigned queue)
{
	r->ring[16 * SIZE + 4 + 2 * (idx % SIZE)] = 0;
	r->ring[16 * SIZE + 2] = (uint8_t)++idx;
	mq_kicked(&r->model.queue[queue]);
	r->model.kicked[queue] = true;
	model_run(&r->model);
}

/* These words, and room for an answer. Returns its first word. */
static uint32_t send(struct rig *r, unsigned queue, const uint32_t *word, unsigned n,
		     uint32_t answer)
{
	for (unsigned i = 0; i < n; i++)
		put(r->bytes + 4 * i, word[i]);
	rig_desc_at(r->ring, 0, r->bytes_at, 4 * n, answer ? 1 : 0, 1);
	rig_desc_at(r->ring, 1, r->bytes_at + ANSWER_AT, answer, 2, 0);
	run(r, queue);
	return r->bytes[ANSWER_AT] | (uint32_t)r->bytes[ANSWER_AT + 1] << 8;
}

#define WORDS(...) (const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4

enum { GOOD = 0x00070502 }; /* 2 channels, format 5, rate 7 */

static void good_commands(struct rig *r)
{
	open_queue(r, 0);
	host.stream[0].state = MODEL_SOUND_NEW;
	assert_int_equal(send(r, 0, WORDS(1, 0, 1, 24), 4 + 24), MODEL_SOUND_OK);
	assert_int_equal(send(r, 0, WORDS(0x100, 0, 2, 32), 4 + 64), MODEL_SOUND_OK);
	assert_int_equal(r->bytes[ANSWER_AT + 4 + 26], 2);
	assert_int_equal(send(r, 0, WORDS(0x200, 0, 1, 24), 4 + 24), MODEL_SOUND_OK);
	assert_int_equal(send(r, 0, WORDS(0x104, 0), 4), MODEL_SOUND_BAD_MSG); /* too early */
	assert_int_equal(send(r, 0, WORDS(0x101, 0, 256, 64, 0, GOOD), 4), MODEL_SOUND_OK);
	assert_int_equal(send(r, 0, WORDS(0x102, 0), 4), MODEL_SOUND_OK);
	assert_int_equal(send(r, 0, WORDS(0x104, 0), 4), MODEL_SOUND_OK);
	assert_int_equal(send(r, 0, WORDS(0x102, 0), 4), MODEL_SOUND_BAD_MSG); /* it runs */
	assert_int_equal(send(r, 0, WORDS(0x105, 0), 4), MODEL_SOUND_OK);
	assert_int_equal(send(r, 0, WORDS(0x103, 0), 4), MODEL_SOUND_OK);
	model_check(&r->model);
}

static void good_play(struct rig *r)
{
	open_queue(r, 2);
	assert_int_equal(send(r, 2, WORDS(0, 0x04030201), 8), MODEL_SOUND_OK);
	assert_int_equal(host.nplayed, 4);
	assert_int_equal(host.played[3], 4);
}

static void good_record(struct rig *r)
{
	open_queue(r, 3);
	send(r, 3, WORDS(1), 4 + 8);
	assert_int_equal(r->bytes[ANSWER_AT + 3], 3);
	assert_int_equal(r->bytes[ANSWER_AT + 5], 0x80);
}

static void question_out_of_range(struct rig *r)
{
	open_queue(r, 0);
	send(r, 0, WORDS(0x100, 1, 2, 32), 4 + 64);
}

static void question_of_another_size(struct rig *r)
{
	open_queue(r, 0);
	send(r, 0, WORDS(0x100, 0, 1, 31), 4 + 31);
}

static void question_without_room(struct rig *r)
{
	open_queue(r, 0);
	send(r, 0, WORDS(0x100, 0, 1, 32), 4 + 31);
}

static void format_not_offered(struct rig *r)
{
	open_queue(r, 0);
	host.stream[0].state = MODEL_SOUND_NEW;
	send(r, 0, WORDS(0x101, 0, 256, 64, 0, 0x00070402), 4);
}

static void period_that_does_not_fit(struct rig *r)
{
	open_queue(r, 0);
	host.stream[0].state = MODEL_SOUND_NEW;
	send(r, 0, WORDS(0x101, 0, 256, 65, 0, GOOD), 4);
}

static void padding(struct rig *r)
{
	open_queue(r, 0);
	host.stream[0].state = MODEL_SOUND_NEW;
	send(r, 0, WORDS(0x101, 0, 256, 64, 0, 0x01000000 | GOOD), 4);
}

static void no_such_command(struct rig *r)
{
	open_queue(r, 0);
	send(r, 0, WORDS(0x106, 0), 4);
}

static void no_such_stream(struct rig *r)
{
	open_queue(r, 0);
	send(r, 0, WORDS(0x104, 2), 4);
}

static void played_without_samples(struct rig *r)
{
	open_queue(r, 2);
	send(r, 2, WORDS(0), 8);
}

static void played_with_writable_samples(struct rig *r)
{
	open_queue(r, 2);
	send(r, 2, WORDS(0, 1), 8 + 4);
}

static void recorded_with_readable_samples(struct rig *r)
{
	open_queue(r, 3);
	send(r, 3, WORDS(1, 1), 4 + 8);
}

static void recorded_without_room(struct rig *r)
{
	open_queue(r, 3);
	send(r, 3, WORDS(1), 8);
}

static void stream_of_the_other_queue(struct rig *r)
{
	open_queue(r, 3);
	send(r, 3, WORDS(0), 4 + 8);
}

static void event_buffer(struct rig *r, uint32_t bytes, uint16_t flags)
{
	open_queue(r, 1);
	rig_desc_at(r->ring, 0, r->bytes_at, bytes, flags, 0);
	run(r, 1);
	model_sound_event(&r->model, 0x1000, 0, 8);
}

static void good_event(struct rig *r)
{
	event_buffer(r, 8, 2);
	assert_int_equal(r->bytes[1], 0x10);
	assert_false(model_sound_event(&r->model, 0x1000, 0, 8));
}

static void small_event_buffer(struct rig *r)
{
	event_buffer(r, 7, 2);
}

static void readable_event_buffer(struct rig *r)
{
	event_buffer(r, 8, 0);
}

static void empty_event_queue(struct rig *r)
{
	event_buffer(r, 8, 2);
	model_check(&r->model);
}

static const struct rig_case cases[] = {
	{ "commands", NULL, ON_2, good_commands },
	{ "playing", NULL, ON_2, good_play },
	{ "recording", NULL, ON_2, good_record },
	{ "event", NULL, ON_2, good_event },
	{ "question out of range", "sound-002", ON_2, question_out_of_range },
	{ "question of another size", "sound-002", ON_2, question_of_another_size },
	{ "question without room", "sound-002", ON_2, question_without_room },
	{ "format that is not offered", "sound-003", ON_2, format_not_offered },
	{ "period that does not fit", "sound-003", ON_2, period_that_does_not_fit },
	{ "padding", "sound-003", ON_2, padding },
	{ "no such command", "sound-command", ON_2, no_such_command },
	{ "no such stream", "sound-command", ON_2, no_such_stream },
	{ "playing without samples", "sound-004", ON_2, played_without_samples },
	{ "playing with writable samples", "sound-004", ON_2, played_with_writable_samples },
	{ "recording with readable samples", "sound-005", ON_2, recorded_with_readable_samples },
	{ "recording without room", "sound-005", ON_2, recorded_without_room },
	{ "stream of the other queue", "sound-command", ON_2, stream_of_the_other_queue },
	{ "event buffer of 7 bytes", "sound-001", ON_2, small_event_buffer },
	{ "readable event buffer", "sound-001", ON_2, readable_event_buffer },
	{ "empty event queue", "sound-001", ON_2, empty_event_queue },
};

int main(void)
{
	return rig_main("model_sound", cases, sizeof(cases) / sizeof(*cases));
}
