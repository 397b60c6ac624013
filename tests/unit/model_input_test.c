/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-input: it reports each broken rule, and accepts a correct driver. */
#include "tests/unit/model_rig.h"

#include "tests/model/input.h"

#include <string.h>

enum { AT_CONFIG = 0x100, AT_SIZE = 0x102, AT_DATA = 0x108, SIZE = 4, NAME = 1, EV_BITS = 0x11 };

static struct model_input keyboard;

/* At FEATURES_OK, where config may be read and written. */
static void ready(struct rig *r)
{
	struct model_memory *memory = r->config.memory;

	memset(&keyboard, 0, sizeof(keyboard));
	keyboard.name = "keys";
	model_input_has(&keyboard, MODEL_INPUT_KEY, 9);
	model_input_has(&keyboard, MODEL_INPUT_ABS, 0);
	model_input_config(&r->config, &keyboard, r->version,
			   r->version == 2 ? UINT64_C(1) << 32 : 0, SIZE);
	r->config.memory = memory;
	rig_features(r);
}

static void ask(struct rig *r, unsigned select, unsigned subsel)
{
	model_write(&r->model, AT_CONFIG, 1, select);
	model_write(&r->model, AT_CONFIG + 1, 1, subsel);
}

static uint32_t byte(struct rig *r, uint32_t off)
{
	return model_read(&r->model, off, 1);
}

static void good_questions(struct rig *r)
{
	ready(r);
	ask(r, NAME, 0);
	assert_int_equal(byte(r, AT_SIZE), 4);
	assert_int_equal(byte(r, AT_DATA), 'k');
	assert_int_equal(byte(r, AT_DATA + 3), 's');
	ask(r, EV_BITS, MODEL_INPUT_KEY);
	assert_int_equal(byte(r, AT_SIZE), 2);
	assert_int_equal(byte(r, AT_DATA + 1), 2);
	ask(r, EV_BITS, MODEL_INPUT_LED);
	assert_int_equal(byte(r, AT_SIZE), 0);
	ask(r, 0x12, 0);
	assert_int_equal(byte(r, AT_SIZE), 20);
	assert_int_equal(model_read(&r->model, AT_DATA + 16, 4), 0);
	assert_int_equal(keyboard.questions, 4);
}

static void only_select(struct rig *r)
{
	ready(r);
	ask(r, NAME, 0);
	byte(r, AT_SIZE);
	model_write(&r->model, AT_CONFIG, 1, EV_BITS);
	byte(r, AT_SIZE);
}

static void data_first(struct rig *r)
{
	ready(r);
	ask(r, NAME, 0);
	byte(r, AT_DATA);
}

static void beyond_the_answer(struct rig *r)
{
	ready(r);
	ask(r, NAME, 0);
	byte(r, AT_SIZE);
	byte(r, AT_DATA + 4);
}

static void other_write(struct rig *r)
{
	ready(r);
	model_write(&r->model, AT_SIZE, 1, 3);
}

static void axis_in_bytes(struct rig *r)
{
	ready(r);
	ask(r, 0x12, 0);
	byte(r, AT_SIZE);
	byte(r, AT_DATA);
}

/* ---- Queues, opened on memory of the test's own ---- */

static void open_queue(struct rig *r, unsigned queue)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };

	ready(r);
	s.desc = r->desc;
	s.avail = r->desc + 16 * SIZE;
	s.used = s.avail + 16;
	s.role = r->config.cls->role(&r->model, queue, &s.role_rule);
	r->model.status = 1 | 2 | 8 | 4;
	mq_open(&r->model.queue[queue], &s);
}

/* Descriptor 0, of `len` bytes. */
static void give(struct rig *r, unsigned queue, uint32_t len, bool write)
{
	rig_desc_at(r->ring, 0, r->bytes_at, len, write ? 2 : 0, 0);
	r->ring[16 * SIZE + 2] = 1;
	mq_kicked(&r->model.queue[queue]);
	r->model.kicked[queue] = true;
	model_run(&r->model);
}

static void good_events(struct rig *r)
{
	open_queue(r, 0);
	assert_false(model_input_send(&r->model, 1, 9, 1));
	give(r, 0, 8, true);
	assert_true(model_input_send(&r->model, 1, 9, 1));
	assert_memory_equal(r->bytes, "\1\0\11\0\1\0\0\0", 8);
}

static void good_message(struct rig *r)
{
	open_queue(r, 1);
	memcpy(r->bytes, "\x11\0\1\0\1\0\0\0", 8);
	give(r, 1, 8, false);
	assert_int_equal(keyboard.ngot, 1);
	assert_int_equal(keyboard.got[0].type, MODEL_INPUT_LED);
	assert_int_equal(keyboard.got[0].value, 1);
}

static void readable_event(struct rig *r)
{
	open_queue(r, 0);
	give(r, 0, 8, false);
}

static void writable_message(struct rig *r)
{
	open_queue(r, 1);
	give(r, 1, 8, true);
}

static void small_event(struct rig *r)
{
	open_queue(r, 0);
	give(r, 0, 7, true);
	model_input_send(&r->model, 1, 9, 1);
}

static void small_message(struct rig *r)
{
	open_queue(r, 1);
	give(r, 1, 7, false);
}

static const struct rig_case cases[] = {
	{ "questions and answers", NULL, ON_BOTH, good_questions },
	{ "events", NULL, ON_2, good_events },
	{ "messages", NULL, ON_2, good_message },
	{ "only select written", "input-001", ON_BOTH, only_select },
	{ "data before its size", "input-001", ON_BOTH, data_first },
	{ "data beyond its size", "input-001", ON_BOTH, beyond_the_answer },
	{ "another byte written", "input-001", ON_BOTH, other_write },
	{ "axis read in bytes", "mmio-005", ON_BOTH, axis_in_bytes },
	{ "readable event buffer", "input-002", ON_2, readable_event },
	{ "writable message", "input-002", ON_2, writable_message },
	{ "event buffer of 7 bytes", "input-002", ON_2, small_event },
	{ "message of 7 bytes", "input-002", ON_2, small_message },
};

int main(void)
{
	return rig_main("model_input", cases, sizeof(cases) / sizeof(*cases));
}
