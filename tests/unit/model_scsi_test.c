/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-scsi: it reports each broken rule, and accepts a correct driver. */
#include "tests/unit/model_rig.h"

#include "tests/model/scsi.h"

#include <string.h>

enum { SIZE = 8, ANSWER_AT = 256, RESPONSE = 108, HEADER = 51 };

static struct model_scsi host;
static uint16_t idx;

/* One queue, on memory of the test's own, without registers. */
static void open_queue(struct rig *r, unsigned queue, uint32_t version)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE, .legacy = version == 1 };
	struct model_config cfg;

	memset(&host, 0, sizeof(host));
	model_scsi_add(&host, 0, 0, 0);
	model_scsi_config(&cfg, &host, version, 0, SIZE);
	model_scsi_set(&cfg, MODEL_SCSI_CMD_PER_LUN, 4, 1);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.status = 1 | 2 | 8 | 4;
	s.desc = r->ring_at;
	s.avail = s.desc + 16 * SIZE;
	s.used = version == 1 ? s.desc + 4096 : s.avail + 24;
	s.role = cfg.cls->role(&r->model, queue, &s.role_rule);
	mq_open(&r->model.queue[queue], &s);
	idx = 0;
}

static void avail(struct rig *r, unsigned queue, uint8_t head)
{
	r->ring[16 * SIZE + 4 + 2 * (idx % SIZE)] = head;
	r->ring[16 * SIZE + 2] = (uint8_t)++idx;
	mq_kicked(&r->model.queue[queue]);
	r->model.kicked[queue] = true;
}

/* A header for target 0, LUN 0, with this command in it. */
static void header(struct rig *r, const uint8_t *cdb, unsigned n)
{
	memset(r->bytes, 0, RIG_BYTES);
	r->bytes[0] = 1;
	r->bytes[2] = 0x40;
	r->bytes[8] = (uint8_t)idx;
	memcpy(r->bytes + 19, cdb, n);
}

/* A request of `out` and `in` bytes. Returns the response. */
static unsigned send(struct rig *r, uint32_t out, uint32_t in)
{
	rig_desc_at(r->ring, 0, r->bytes_at, out, in ? 1 : 0, 1);
	rig_desc_at(r->ring, 1, r->bytes_at + ANSWER_AT, in, 2, 0);
	avail(r, 2, 0);
	model_run(&r->model);
	return (unsigned)r->bytes[ANSWER_AT + 11] << 8 | r->bytes[ANSWER_AT + 10];
}

#define CDB(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

static void good(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 16));
	assert_int_equal(send(r, HEADER, RESPONSE + 16), 0);
	assert_int_equal(r->bytes[ANSWER_AT + RESPONSE + 3], 8);
	header(r, CDB(0x12, 0, 0, 0, 36));
	assert_int_equal(send(r, HEADER, RESPONSE + 36), 0);
	assert_memory_equal(r->bytes + ANSWER_AT + RESPONSE + 8, "PICO", 4);
	header(r, CDB(0x25));
	assert_int_equal(send(r, HEADER, RESPONSE + 8), 0);
	assert_int_equal(r->bytes[ANSWER_AT + RESPONSE + 3], 63);
	header(r, CDB(0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 32));
	assert_int_equal(send(r, HEADER, RESPONSE + 32), 0);
	header(r, CDB(0x1a, 8, 8, 0, 64));
	assert_int_equal(send(r, HEADER, RESPONSE + 64), 0);
	assert_int_equal(r->bytes[ANSWER_AT + 4], 64 - 24); /* the residual */
	header(r, CDB(0x28, 0, 0, 0, 0, 1, 0, 0, 1));
	assert_int_equal(send(r, HEADER, RESPONSE + 512), 0);
	assert_memory_equal(r->bytes + ANSWER_AT + RESPONSE, host.unit[0].data + 512, 512);
	header(r, CDB(0x77));
	assert_int_equal(send(r, HEADER, RESPONSE), 2); /* CHECK CONDITION */
	assert_int_equal(r->bytes[ANSWER_AT + 12 + 12], 0x20);
	header(r, CDB(0));
	r->bytes[1] = 5;
	assert_int_equal(send(r, HEADER, RESPONSE), 3 << 8); /* BAD_TARGET */
	header(r, CDB(0));
	r->bytes[3] = 5;
	assert_int_equal(send(r, HEADER, RESPONSE), 12 << 8); /* INCORRECT_LUN */
	host.unit[0].no_medium = true;
	header(r, CDB(0));
	assert_int_equal(send(r, HEADER, RESPONSE), 2);
	assert_int_equal(r->bytes[ANSWER_AT + 12 + 12], 0x3a);
	model_check(&r->model);
}

static void small_response(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0));
	send(r, HEADER, RESPONSE - 1);
}

static void small_header(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0));
	send(r, HEADER - 1, RESPONSE);
}

static void bad_address(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0));
	r->bytes[2] = 0x80;
	send(r, HEADER, RESPONSE);
}

static void attributes(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0));
	r->bytes[16] = 2; /* ORDERED */
	send(r, HEADER, RESPONSE);
}

static void length_of_a_read(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0x28, 0, 0, 0, 0, 1, 0, 0, 2));
	send(r, HEADER, RESPONSE + 512);
}

static void beyond_the_capacity(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0x28, 0, 0, 0, 0, 64, 0, 0, 1));
	send(r, HEADER, RESPONSE + 512);
}

static void more_wanted_than_fits(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0x12, 0, 0, 0, 36));
	send(r, HEADER, RESPONSE + 35);
}

static void list_of_unmap(struct rig *r)
{
	open_queue(r, 2, 2);
	header(r, CDB(0x42, 0, 0, 0, 0, 0, 0, 0, 24));
	send(r, HEADER + 24, RESPONSE); /* all zero */
}

/* Two requests at once for a unit that takes one. */
static void two(struct rig *r, bool same_id)
{
	open_queue(r, 2, 2);
	model_scsi_set(&r->model.cfg, MODEL_SCSI_CMD_PER_LUN, 4, same_id ? 2 : 1);
	header(r, CDB(0));
	memcpy(r->bytes + 64, r->bytes, HEADER);
	r->bytes[64 + 8] = same_id ? r->bytes[8] : 77;
	rig_desc_at(r->ring, 0, r->bytes_at, HEADER, 1, 1);
	rig_desc_at(r->ring, 1, r->bytes_at + ANSWER_AT, RESPONSE, 2, 0);
	rig_desc_at(r->ring, 2, r->bytes_at + 64, HEADER, 1, 3);
	rig_desc_at(r->ring, 3, r->bytes_at + ANSWER_AT + RESPONSE, RESPONSE, 2, 0);
	avail(r, 2, 0);
	avail(r, 2, 2);
	model_run(&r->model);
}

static void crowded(struct rig *r)
{
	two(r, false);
}

static void id_twice(struct rig *r)
{
	two(r, true);
}

static void header_in_two_parts(struct rig *r)
{
	open_queue(r, 2, 1);
	header(r, CDB(0));
	rig_desc_at(r->ring, 0, r->bytes_at, 20, 1, 1);
	rig_desc_at(r->ring, 1, r->bytes_at + 20, HEADER - 20, 1, 2);
	rig_desc_at(r->ring, 2, r->bytes_at + ANSWER_AT, RESPONSE, 2, 0);
	avail(r, 2, 0);
	model_run(&r->model);
}

static void response_with_data(struct rig *r)
{
	open_queue(r, 2, 1);
	header(r, CDB(0x25));
	send(r, HEADER, RESPONSE + 8);
}

static void task(struct rig *r, uint32_t bytes, uint8_t type)
{
	open_queue(r, 0, 2);
	memset(r->bytes, 0, RIG_BYTES);
	r->bytes[0] = type;
	r->bytes[4] = 5;
	r->bytes[8] = 1;
	rig_desc_at(r->ring, 0, r->bytes_at, bytes, 1, 1);
	rig_desc_at(r->ring, 1, r->bytes_at + ANSWER_AT, 1, 2, 0);
	avail(r, 0, 0);
	model_run(&r->model);
}

static void good_task(struct rig *r)
{
	task(r, 24, 0);
	assert_int_equal(host.unit[0].attention[0], 0x2900);
}

static void short_task(struct rig *r)
{
	task(r, 23, 0);
}

static void task_of_another_type(struct rig *r)
{
	task(r, 24, 1);
}

static void event_buffer(struct rig *r, uint32_t bytes, uint16_t flags)
{
	open_queue(r, 1, 2);
	rig_desc_at(r->ring, 0, r->bytes_at, bytes, flags, 0);
	avail(r, 1, 0);
	model_run(&r->model);
	model_scsi_event(&r->model, 1, 0, 0, 1);
}

static void good_event(struct rig *r)
{
	event_buffer(r, 16, 2);
	assert_int_equal(r->bytes[0], 1);
	assert_int_equal(r->bytes[4], 1);
	model_scsi_event(&r->model, 1, 0, 0, 1); /* lost */
	rig_desc_at(r->ring, 0, r->bytes_at, 16, 2, 0);
	avail(r, 1, 0);
	model_run(&r->model);
	model_scsi_event(&r->model, 1, 0, 0, 1);
	assert_int_equal(r->bytes[3], 0x80);
}

static void small_event_buffer(struct rig *r)
{
	event_buffer(r, 15, 2);
}

static void readable_event_buffer(struct rig *r)
{
	event_buffer(r, 16, 0);
}

static void empty_event_queue(struct rig *r)
{
	event_buffer(r, 16, 2);
	model_check(&r->model);
}

static void event_without_a_look(struct rig *r)
{
	open_queue(r, 2, 2);
	host.owed[0] = true;
	model_check(&r->model);
}

static const struct rig_case cases[] = {
	{ "commands", NULL, ON_2, good },
	{ "task", NULL, ON_2, good_task },
	{ "event", NULL, ON_2, good_event },
	{ "response of 107 bytes", "scsi-command", ON_2, small_response },
	{ "header of 50 bytes", "scsi-command", ON_2, small_header },
	{ "address of another kind", "scsi-command", ON_2, bad_address },
	{ "task attribute", "scsi-005", ON_2, attributes },
	{ "read of another length", "scsi-command", ON_2, length_of_a_read },
	{ "read beyond the capacity", "scsi-command", ON_2, beyond_the_capacity },
	{ "more wanted than fits", "scsi-command", ON_2, more_wanted_than_fits },
	{ "list of UNMAP", "scsi-command", ON_2, list_of_unmap },
	{ "two commands for a unit", "scsi-004", ON_2, crowded },
	{ "one id twice", "scsi-command", ON_2, id_twice },
	{ "header in two parts", "scsi-012", ON_1, header_in_two_parts },
	{ "response and data together", "scsi-012", ON_1, response_with_data },
	{ "task of 23 bytes", "scsi-command", ON_2, short_task },
	{ "task of another type", "scsi-command", ON_2, task_of_another_type },
	{ "event buffer of 15 bytes", "scsi-006", ON_2, small_event_buffer },
	{ "readable event buffer", "scsi-006", ON_2, readable_event_buffer },
	{ "empty event queue", "scsi-006", ON_2, empty_event_queue },
	{ "event without a look", "scsi-001", ON_2, event_without_a_look },
};

int main(void)
{
	return rig_main("model_scsi", cases, sizeof(cases) / sizeof(*cases));
}
