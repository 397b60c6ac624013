/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/input.h"

#include <inttypes.h>
#include <string.h>

/* 5.8.4 */
enum {
	AT_SELECT = 0,
	AT_SUBSEL = 1,
	AT_SIZE = 2,
	AT_DATA = 8,
	EVENT_BYTES = 8,
	AXIS_BYTES = 20,

	ID_NAME = 0x01,
	ID_SERIAL = 0x02,
	ID_DEVIDS = 0x03,
	PROP_BITS = 0x10,
	EV_BITS = 0x11,
	ABS_INFO = 0x12,

	BOTH_WRITTEN = 3,
};

static void put_le(uint8_t *p, uint32_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static uint8_t text(uint8_t *to, const char *s)
{
	const size_t n = s ? strlen(s) : 0;

	memcpy(to, s ? s : "", n);
	return (uint8_t)n;
}

/* The number of bytes up to the last one that is not 0. */
static uint8_t bits(uint8_t *to, const uint8_t *from, size_t room)
{
	while (room > 0 && from[room - 1] == 0)
		room--;
	memcpy(to, from, room);
	return (uint8_t)room;
}

static bool has(const struct model_input *in, unsigned type, unsigned code)
{
	return in->bits[type][code / 8] >> (code % 8) & 1;
}

static uint8_t axis(const struct model_input *in, uint8_t *to, unsigned code)
{
	if (code >= MODEL_INPUT_AXES || !has(in, MODEL_INPUT_ABS, code))
		return 0;
	for (unsigned i = 0; i < 5; i++)
		put_le(to + 4 * i, in->axis[code][i], 4);
	return in->axis_size ? in->axis_size : AXIS_BYTES;
}

static uint8_t answer(const struct model_input *in, uint8_t select, uint8_t subsel, uint8_t *to)
{
	switch (select) {
	case ID_NAME: return subsel == 0 ? text(to, in->name) : 0;
	case ID_SERIAL: return subsel == 0 ? text(to, in->serial) : 0;
	case ID_DEVIDS:
		for (unsigned i = 0; i < 4; i++)
			put_le(to + 2 * i, in->ids[i], 2);
		return subsel == 0 ? 8 : 0;
	case PROP_BITS: return subsel == 0 ? bits(to, in->properties, 4) : 0;
	case EV_BITS:
		return subsel < MODEL_INPUT_TYPES ? bits(to, in->bits[subsel], MODEL_INPUT_BYTES)
						  : 0;
	case ABS_INFO: return axis(in, to, subsel);
	default: return 0;
	}
}

/* 5.8.5.1: the driver writes both bytes for each question, and no others. */
static void input_config_written(struct model *m, uint32_t off, uint32_t value)
{
	struct model_input *in = m->cfg.state;
	uint8_t *config = m->cfg.config;

	(void)value;
	if (off > AT_SUBSEL) {
		model_fail("input-001", "5.8.5.1", "config byte %" PRIu32 " was written", off);
		return;
	}
	if (in->written == BOTH_WRITTEN)
		in->written = 0;
	in->written |= (uint8_t)(1u << off);
	in->questions += in->written == BOTH_WRITTEN;
	in->size_read = false;
	memset(config + AT_SIZE, 0, AT_DATA - AT_SIZE + MODEL_INPUT_BYTES);
	config[AT_SIZE] = answer(in, config[AT_SELECT], config[AT_SUBSEL], config + AT_DATA);
	if (in->size_claim)
		config[AT_SIZE] = in->size_claim;
}

static unsigned width_of(uint8_t select)
{
	return select == ABS_INFO ? 4 : select == ID_DEVIDS ? 2 : 1;
}

/* The driver reads the size before the data, and no more data than that. */
static void input_config_read(struct model *m, uint32_t off, unsigned width)
{
	struct model_input *in = m->cfg.state;
	const uint8_t *config = m->cfg.config;

	if (off < AT_SIZE)
		return;
	if (in->written != BOTH_WRITTEN)
		model_fail("input-001", "5.8.5.1", "an answer was read without a whole question");
	else if (off == AT_SIZE)
		in->size_read = true;
	else if (!in->size_read)
		model_fail("input-001", "5.8.5.1", "data was read before its size");
	else if (off < AT_DATA || off - AT_DATA + width > config[AT_SIZE])
		model_fail("input-001", "5.8.5.1", "read beyond the answer, at %" PRIu32, off);
	else if (width != width_of(config[AT_SELECT]))
		model_fail("mmio-005", "4.2.2.2", "config access of %u bytes at %" PRIu32, width,
			   off);
}

/* 5.8.6.1 */
static enum mq_role input_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	*rule = "input-002";
	return queue == 0 ? MQ_WRITABLE_ONLY : MQ_READABLE_ONLY;
}

bool model_input_send_raw(struct model *m, const void *p, size_t n, uint32_t claim)
{
	struct mq *q = &m->queue[0];
	struct mq_chain c;

	if (!mq_take(q, &c))
		return false;
	if (c.writable < EVENT_BYTES)
		model_fail("input-002", "5.8.6.1", "an event buffer of %" PRIu64 " bytes",
			   c.writable);
	mq_write(q, &c, 0, p, n);
	model_complete(m, 0, c.head, claim);
	return true;
}

bool model_input_send(struct model *m, uint16_t type, uint16_t code, uint32_t value)
{
	uint8_t b[EVENT_BYTES];

	put_le(b, type, 2);
	put_le(b + 2, code, 2);
	put_le(b + 4, value, 4);
	return model_input_send_raw(m, b, sizeof(b), sizeof(b));
}

static void take_message(struct model *m, const struct mq_chain *c)
{
	struct model_input *in = m->cfg.state;
	uint8_t b[EVENT_BYTES] = { 0 };

	if (mq_read(&m->queue[1], c, 0, b, sizeof(b)) < sizeof(b))
		model_fail("input-002", "5.8.6.1", "a message of %" PRIu64 " bytes", c->readable);
	if (in->ngot < MODEL_INPUT_GOT)
		in->got[in->ngot++] = (struct model_input_event){
			(uint16_t)(b[0] | b[1] << 8), (uint16_t)(b[2] | b[3] << 8),
			b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 | (uint32_t)b[7] << 24
		};
	model_complete(m, 1, c->head, in->status_written);
}

static void input_serve(struct model *m, unsigned queue)
{
	struct model_input *in = m->cfg.state;
	struct mq_chain c;

	if (queue == 0)
		mq_look(&m->queue[0]);
	while (queue == 1 && !in->hold && mq_take(&m->queue[1], &c))
		take_message(m, &c);
}

static void input_reset(struct model *m)
{
	struct model_input *in = m->cfg.state;

	in->written = 0;
	in->size_read = false;
}

const struct model_class model_input_class = {
	.name = "input",
	.device_id = 18,
	.role = input_role,
	.serve = input_serve,
	.reset = input_reset,
	.config_written = input_config_written,
	.config_read = input_config_read,
};

void model_input_has(struct model_input *in, unsigned type, unsigned code)
{
	in->bits[type][code / 8] |= (uint8_t)(1u << (code % 8));
}

void model_input_config(struct model_config *cfg, struct model_input *in, uint32_t version,
			uint64_t features, uint32_t max)
{
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_input_class,
		.state = in,
		.features = features,
		.queue_max = { max, max },
		.config_bytes = AT_DATA + MODEL_INPUT_BYTES,
	};
}
