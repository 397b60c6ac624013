/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/sound.h"

#include "tests/model/model_private.h"

#include <inttypes.h>
#include <string.h>

/* 5.14.2, 5.14.6 */
enum { CONTROL, EVENT, PLAY, RECORD };
enum {
	JACK_INFO = 1,
	PCM_INFO = 0x0100,
	SET_PARAMS = 0x0101,
	PREPARE = 0x0102,
	RELEASE = 0x0103,
	START = 0x0104,
	STOP = 0x0105,
	MAP_INFO = 0x0200,
	AT_JACKS = 0,
	AT_STREAMS = 4,
	AT_MAPS = 8,
	CONFIG_BYTES = 16,
	RESULT = 8,
};

static const struct model_field fields[] = {
	{ AT_JACKS, 4, 0, false, false },
	{ AT_STREAMS, 4, 0, false, false },
	{ AT_MAPS, 4, 0, false, false },
	{ 12, 4, BIT64(0), false, false }, /* controls */
};

static void put(uint8_t *p, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t get(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* ---- Questions ---- */

static void jack(const struct model_sound *h, unsigned i, uint8_t *to)
{
	put(to + 4, h->jack_features[i], 4);
	put(to + 8, 0x01020304, 4);
	to[16] = h->jack_connected[i];
}

static void stream(const struct model_sound *h, unsigned i, uint8_t *to)
{
	const struct model_sound_stream *t = &h->stream[i];

	put(to + 8, t->formats, 8);
	put(to + 16, t->rates, 8);
	to[24] = t->direction;
	to[25] = t->channels_min;
	to[26] = t->channels_max;
}

static void map(const struct model_sound *h, unsigned i, uint8_t *to)
{
	to[4] = h->map_direction[i];
	to[5] = h->map_channels[i];
	for (unsigned k = 0; k < 18; k++)
		to[6 + k] = (uint8_t)(3 + k);
}

static const struct kind {
	uint32_t code;
	unsigned count_at, bytes;
	void (*fill)(const struct model_sound *h, unsigned i, uint8_t *to);
} kinds[] = {
	{ JACK_INFO, AT_JACKS, 24, jack },
	{ PCM_INFO, AT_STREAMS, 32, stream },
	{ MAP_INFO, AT_MAPS, 24, map },
};

static void question(struct model *m, const struct mq_chain *c, const struct kind *k,
		     const uint8_t *p)
{
	struct model_sound *h = m->cfg.state;
	const uint32_t first = get(p + 4), n = get(p + 8), bytes = get(p + 12);
	const uint32_t there = get(m->cfg.config + k->count_at);
	uint8_t answer[4 + 64 * 32] = { 0 };
	uint32_t len = 4 + n * k->bytes;

	h->questions++;
	if (n == 0 || first > there || n > there - first || bytes != k->bytes ||
	    c->readable != 16 || c->writable != len)
		model_fail("sound-002", "5.14.6.5",
			   "%" PRIu32 " entries of %" PRIu32 " bytes from %" PRIu32, n, bytes,
			   first);
	put(answer, h->info_answer ? h->info_answer : MODEL_SOUND_OK, 4);
	for (uint32_t i = 0; i < n && first + i < MODEL_SOUND_ENTRIES; i++)
		k->fill(h, first + i, answer + 4 + i * k->bytes);
	if (h->info_bytes && h->info_bytes < len)
		len = h->info_bytes;
	mq_write(&m->queue[CONTROL], c, 0, answer, len < sizeof(answer) ? len : sizeof(answer));
	model_complete(m, CONTROL, c->head, len);
}

/* ---- Samples ---- */

static uint32_t stream_of(struct model *m, unsigned queue, const struct mq_chain *c)
{
	uint8_t p[4] = { 0 };

	mq_read(&m->queue[queue], c, 0, p, sizeof(p));
	return get(p);
}

static void check_transfer(const struct model *m, unsigned queue, const struct mq_chain *c,
			   uint32_t id)
{
	const struct model_sound *h = m->cfg.state;

	if (queue == PLAY && (c->readable <= 4 || c->writable != RESULT))
		model_fail("sound-004", "5.14.6.8.1",
			   "%" PRIu64 " readable bytes, %" PRIu64 " writable", c->readable,
			   c->writable);
	else if (queue == RECORD && (c->readable != 4 || c->writable <= RESULT))
		model_fail("sound-005", "5.14.6.8.2",
			   "%" PRIu64 " readable bytes, %" PRIu64 " writable", c->readable,
			   c->writable);
	else if (id >= get(m->cfg.config + AT_STREAMS) || id >= MODEL_SOUND_ENTRIES ||
		 h->stream[id].direction != queue - PLAY)
		model_fail("sound-command", "5.14.6.8", "stream %" PRIu32 " on queue %u", id,
			   queue);
}

static void transfer(struct model *m, unsigned queue, const struct mq_chain *c)
{
	struct model_sound *h = m->cfg.state;
	static uint8_t samples[MODEL_SOUND_BYTES];
	const uint64_t room = queue == RECORD ? c->writable - RESULT : 0;
	uint32_t n = (uint32_t)(room < sizeof(samples) ? room : sizeof(samples));
	uint8_t result[RESULT];

	put(result, h->answer ? h->answer : MODEL_SOUND_OK, 4);
	put(result + 4, 77, 4);
	if (queue == PLAY && h->nplayed < MODEL_SOUND_BYTES)
		h->nplayed += (uint32_t)mq_read(&m->queue[PLAY], c, 4, h->played + h->nplayed,
						MODEL_SOUND_BYTES - h->nplayed);
	n -= h->short_by < n ? h->short_by : n;
	for (uint32_t i = 0; i < n; i++)
		samples[i] = h->next++;
	mq_write(&m->queue[queue], c, 0, samples, n);
	if (!h->no_result)
		mq_write(&m->queue[queue], c, h->behind ? n : room, result, RESULT);
	model_complete(m, queue, c->head, h->len_lie ? h->len : n + RESULT);
}

/* A transfer waits until its stream is started. */
static void serve_samples(struct model *m, unsigned queue)
{
	struct model_sound *h = m->cfg.state;
	struct mq_chain *held = h->held[queue - PLAY];
	unsigned *n = &h->nheld[queue - PLAY], left = 0;

	while (*n < MODEL_SOUND_HELD && mq_take(&m->queue[queue], &held[*n])) {
		check_transfer(m, queue, &held[*n], stream_of(m, queue, &held[*n]));
		(*n)++;
	}
	for (unsigned i = 0; i < *n; i++) {
		const uint32_t id = stream_of(m, queue, &held[i]);

		if (id < MODEL_SOUND_ENTRIES && h->stream[id].state == MODEL_SOUND_RUNNING)
			transfer(m, queue, &held[i]);
		else
			held[left++] = held[i];
	}
	*n = left;
}

/* RELEASE: transfers that wait come back. */
static void give_back(struct model *m, uint32_t id)
{
	struct model_sound *h = m->cfg.state;
	const unsigned queue = PLAY + h->stream[id].direction;
	struct mq_chain *held = h->held[queue - PLAY];
	uint8_t result[RESULT];

	put(result, MODEL_SOUND_IO_ERR, 4);
	put(result + 4, 0, 4);
	for (unsigned i = 0; i < h->nheld[queue - PLAY]; i++) {
		mq_write(&m->queue[queue], &held[i],
			 queue == RECORD ? held[i].writable - RESULT : 0, result, RESULT);
		model_complete(m, queue, held[i].head, RESULT);
	}
	h->nheld[queue - PLAY] = 0;
}

/* ---- Commands ---- */

static void set_params(struct model_sound_stream *t, const uint8_t *p)
{
	t->buffer_bytes = get(p + 8);
	t->period_bytes = get(p + 12);
	t->channels = p[20];
	t->format = p[21];
	t->rate = p[22];
	if (t->period_bytes == 0 || t->buffer_bytes % t->period_bytes != 0 || get(p + 16) != 0 ||
	    p[23] != 0 || t->format > 63 || (t->formats >> t->format & 1) == 0 || t->rate > 63 ||
	    (t->rates >> t->rate & 1) == 0 || t->channels < t->channels_min ||
	    t->channels > t->channels_max)
		model_fail("sound-003", "5.14.6.6.3.2",
			   "%" PRIu32 " of %" PRIu32 " bytes, %u channels, format %u, rate %u",
			   t->period_bytes, t->buffer_bytes, t->channels, t->format, t->rate);
	t->state = MODEL_SOUND_SET;
}

/* Which command may follow which (5.14.6.6.1). */
static uint32_t command(struct model *m, uint32_t code, uint32_t id, const uint8_t *p)
{
	struct model_sound *h = m->cfg.state;
	struct model_sound_stream *t = &h->stream[id];
	const enum model_sound_state s = t->state;

	h->count[code - PCM_INFO]++;
	if (code == SET_PARAMS && s != MODEL_SOUND_RUNNING && s != MODEL_SOUND_STOPPED)
		set_params(t, p);
	else if (code == PREPARE && s != MODEL_SOUND_NEW && s != MODEL_SOUND_RUNNING)
		t->state = MODEL_SOUND_PREPARED;
	else if (code == START && (s == MODEL_SOUND_PREPARED || s == MODEL_SOUND_STOPPED))
		t->state = MODEL_SOUND_RUNNING;
	else if (code == STOP && s == MODEL_SOUND_RUNNING)
		t->state = MODEL_SOUND_STOPPED;
	else if (code == RELEASE && (s == MODEL_SOUND_PREPARED || s == MODEL_SOUND_STOPPED))
		t->state = MODEL_SOUND_SET;
	else
		return MODEL_SOUND_BAD_MSG;
	if (code == RELEASE)
		give_back(m, id);
	return MODEL_SOUND_OK;
}

static void serve_command(struct model *m, const struct mq_chain *c)
{
	struct model_sound *h = m->cfg.state;
	uint8_t p[24] = { 0 }, answer[4];
	const size_t n = mq_read(&m->queue[CONTROL], c, 0, p, sizeof(p));
	const uint32_t code = get(p), id = get(p + 4);
	uint32_t status = MODEL_SOUND_BAD_MSG;

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].code == code) {
			question(m, c, &kinds[i], p);
			return;
		}
	}
	if (code < SET_PARAMS || code > STOP || n != (code == SET_PARAMS ? 24u : 8u) ||
	    c->readable != n || c->writable != 4 || id >= get(m->cfg.config + AT_STREAMS) ||
	    id >= MODEL_SOUND_ENTRIES)
		model_fail("sound-command", "5.14.6", "command 0x%" PRIx32 " of %zu bytes", code,
			   n);
	else
		status = command(m, code, id, p);
	put(answer, h->answer ? h->answer : status, 4);
	mq_write(&m->queue[CONTROL], c, 0, answer, 4);
	model_complete(m, CONTROL, c->head, 4);
}

static void sound_serve(struct model *m, unsigned queue)
{
	struct mq_chain c;

	if (queue == EVENT)
		mq_look(&m->queue[EVENT]);
	while (queue == CONTROL && mq_take(&m->queue[CONTROL], &c))
		serve_command(m, &c);
	for (queue = PLAY; queue <= RECORD; queue++) {
		if (m->queue[queue].live)
			serve_samples(m, queue);
	}
}

bool model_sound_event(struct model *m, uint32_t code, uint32_t data, uint32_t claim)
{
	struct mq_chain c;
	uint8_t p[8];

	if (!mq_take(&m->queue[EVENT], &c))
		return false;
	if (c.writable < sizeof(p))
		model_fail("sound-001", "5.14.6.4", "an event buffer of %" PRIu64 " bytes",
			   c.writable);
	put(p, code, 4);
	put(p + 4, data, 4);
	mq_write(&m->queue[EVENT], &c, 0, p, sizeof(p));
	model_complete(m, EVENT, c.head, claim);
	return true;
}

static enum mq_role sound_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	*rule = queue == EVENT ? "sound-001" : "sound-command";
	return queue == EVENT ? MQ_WRITABLE_ONLY : MQ_ANY;
}

static void sound_reset(struct model *m)
{
	struct model_sound *h = m->cfg.state;

	h->nheld[0] = h->nheld[1] = 0;
	for (unsigned i = 0; i < MODEL_SOUND_ENTRIES; i++)
		h->stream[i].state = MODEL_SOUND_NEW;
}

/* 5.14.6.3: there is a buffer for the next event. */
static void sound_check(struct model *m)
{
	if (m->queue[EVENT].live && mq_look(&m->queue[EVENT]) == 0)
		model_fail("sound-001", "5.14.6.3", "the event queue is empty");
}

const struct model_class model_sound_class = {
	.name = "sound",
	.device_id = 25,
	.features = 1,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.role = sound_role,
	.serve = sound_serve,
	.reset = sound_reset,
	.check = sound_check,
};

void model_sound_config(struct model_config *cfg, struct model_sound *h, uint64_t features,
			uint32_t max, uint32_t jacks, uint32_t streams, uint32_t maps)
{
	*cfg = (struct model_config){
		.version = 2,
		.cls = &model_sound_class,
		.state = h,
		.features = features,
		.queue_max = { max, max, max, max },
		.config_bytes = CONFIG_BYTES,
	};
	put(cfg->config + AT_JACKS, jacks, 4);
	put(cfg->config + AT_STREAMS, streams, 4);
	put(cfg->config + AT_MAPS, maps, 4);
}
