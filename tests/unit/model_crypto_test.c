/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-crypto: it reports each broken rule, and accepts a correct driver. */
#include "tests/unit/model_rig.h"

#include "tests/model/crypto.h"

#include <string.h>

enum { SIZE = 8, ANSWER_AT = 512, HEADER = 72, CONTROL = 1 };

static struct model_crypto crypto;
static uint16_t idx;

/* Queue 0 (data) or 1 (control), on memory of the test's own, without registers. */
static void open_queue(struct rig *r, unsigned queue)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct model_config cfg;

	memset(&crypto, 0, sizeof(crypto));
	model_crypto_config(&cfg, &crypto, 2, 0, SIZE, 1);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.status = 1 | 2 | 8 | 4;
	s.desc = r->ring_at;
	s.avail = s.desc + 16 * SIZE;
	s.used = s.avail + 24;
	s.role = cfg.cls->role(&r->model, queue, &s.role_rule);
	mq_open(&r->model.queue[queue], &s);
	idx = 0;
}

/* A header of these words (place and value in turn), `more` bytes behind it, and room for an
 * answer. Returns its first byte. */
static uint8_t send(struct rig *r, unsigned queue, const uint32_t *word, unsigned n, uint32_t more,
		    uint32_t answer)
{
	memset(r->bytes, 0, RIG_BYTES);
	for (unsigned i = 0; i < n; i += 2)
		memcpy(r->bytes + 4 * word[i], &word[i + 1], 4);
	memset(r->bytes + HEADER, 1, more);
	rig_desc_at(r->ring, 0, r->bytes_at, HEADER + more, 1, 1);
	rig_desc_at(r->ring, 1, r->bytes_at + ANSWER_AT, answer, 2, 0);
	r->ring[16 * SIZE + 4 + 2 * (idx % SIZE)] = 0;
	r->ring[16 * SIZE + 2] = (uint8_t)++idx;
	mq_kicked(&r->model.queue[queue]);
	r->model.kicked[queue] = true;
	model_run(&r->model);
	return r->bytes[ANSWER_AT + answer - 1];
}

#define WORDS(...) (const uint32_t[]){ __VA_ARGS__ }, sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4

/* A cipher session that the device has. */
static void with_session(struct rig *r)
{
	open_queue(r, 0);
	crypto.session[0] = (struct model_crypto_session){ .id = 5, .key_len = 4, .key = { 1 } };
	crypto.session[1] = (struct model_crypto_session){ .id = 6, .service = 1, .result_len = 4 };
	crypto.session[2] = (struct model_crypto_session){ .id = 7, .service = 2, .result_len = 4 };
	crypto.session[3] = (struct model_crypto_session){
		.id = 8, .service = 3, .key_len = 4, .result_len = 4, .aad_len = 2
	};
}

static void good_sessions(struct rig *r)
{
	open_queue(r, CONTROL);
	send(r, CONTROL, WORDS(0, 0x002, 1, 3, 4, 3, 5, 16, 6, 1, 16, 1), 16, 16);
	send(r, CONTROL, WORDS(0, 0x102, 1, 4, 4, 4, 5, 32), 0, 16);
	send(r, CONTROL, WORDS(0, 0x202, 1, 4, 4, 4, 5, 32, 6, 20), 20, 16);
	send(r, CONTROL, WORDS(0, 0x302, 1, 1, 4, 1, 5, 16, 6, 16, 7, 8, 8, 2), 16, 16);
	assert_int_equal(crypto.opened, 4);
	assert_true(crypto.session[3].decrypt);
	assert_int_equal(send(r, CONTROL, WORDS(0, 0x203, 4, 3, 5, 3), 0, 1), 0);
	assert_int_equal(crypto.closed, 1);
}

static void unknown_opcode(struct rig *r)
{
	open_queue(r, CONTROL);
	send(r, CONTROL, WORDS(0, 0x402), 0, 16);
}

static void unknown_deed(struct rig *r)
{
	open_queue(r, CONTROL);
	send(r, CONTROL, WORDS(0, 0x004), 0, 16);
}

static void junk_in_the_padding(struct rig *r)
{
	open_queue(r, CONTROL);
	send(r, CONTROL, WORDS(0, 0x002, 1, 3, 4, 3, 5, 16, 6, 1, 7, 9, 16, 1), 16, 16);
}

static void other_type(struct rig *r)
{
	open_queue(r, CONTROL);
	send(r, CONTROL, WORDS(0, 0x002, 1, 3, 4, 3, 5, 16, 6, 1, 16, 2), 16, 16);
}

static void short_key(struct rig *r)
{
	open_queue(r, CONTROL);
	send(r, CONTROL, WORDS(0, 0x002, 1, 3, 4, 3, 5, 16, 6, 1, 16, 1), 15, 16);
}

static void long_key(struct rig *r)
{
	open_queue(r, CONTROL);
	send(r, CONTROL, WORDS(0, 0x002, 1, 3, 4, 3, 5, 33, 6, 1, 16, 1), 33, 16);
}

static void close_nothing(struct rig *r)
{
	open_queue(r, CONTROL);
	send(r, CONTROL, WORDS(0, 0x003, 4, 9), 0, 1);
}

static void close_other_service(struct rig *r)
{
	open_queue(r, CONTROL);
	crypto.session[0].id = 5;
	send(r, CONTROL, WORDS(0, 0x103, 4, 5), 0, 1);
}

static void good_requests(struct rig *r)
{
	with_session(r);
	assert_int_equal(send(r, 0, WORDS(0, 0x000, 1, 3, 2, 5, 6, 8, 7, 10, 8, 10, 16, 1), 18, 11),
			 0);
	assert_int_equal(send(r, 0, WORDS(0, 0x100, 2, 6, 6, 10, 7, 4), 10, 5), 0);
	assert_int_equal(send(r, 0, WORDS(0, 0x200, 2, 7, 6, 10, 7, 4), 10, 5), 0);
	assert_int_equal(send(r, 0, WORDS(0, 0x300, 2, 8, 6, 8, 7, 2, 8, 10, 9, 14, 10, 4), 20, 15),
			 0);
	assert_int_equal(crypto.requests, 4);
}

static void request_without_a_session(struct rig *r)
{
	with_session(r);
	send(r, 0, WORDS(0, 0x000, 2, 4, 6, 8, 7, 10, 8, 10, 16, 1), 18, 11);
}

static void hash_of_another_service(struct rig *r)
{
	with_session(r);
	send(r, 0, WORDS(0, 0x100, 2, 5, 6, 10, 7, 4), 10, 5);
}

static void cut_text(struct rig *r)
{
	with_session(r);
	send(r, 0, WORDS(0, 0x000, 2, 5, 6, 8, 7, 10, 8, 10, 16, 1), 17, 11);
}

static void wrong_direction(struct rig *r)
{
	with_session(r);
	send(r, 0, WORDS(0, 0x001, 2, 5, 6, 8, 7, 10, 8, 10, 16, 1), 18, 11);
}

static void no_room_for_a_status(struct rig *r)
{
	with_session(r);
	send(r, 0, WORDS(0, 0x200, 2, 7, 6, 10, 7, 4), 10, 4);
}

static void junk_behind_a_hash(struct rig *r)
{
	with_session(r);
	send(r, 0, WORDS(0, 0x100, 2, 6, 6, 10, 7, 4, 8, 1), 10, 5);
}

static void other_aad(struct rig *r)
{
	with_session(r);
	send(r, 0, WORDS(0, 0x300, 2, 8, 6, 8, 7, 3, 8, 10, 9, 14, 10, 4), 21, 15);
}

static void too_much(struct rig *r)
{
	with_session(r);
	r->model.cfg.config[48] = 90;
	r->model.cfg.config[49] = 0;
	send(r, 0, WORDS(0, 0x100, 2, 6, 6, 20, 7, 4), 20, 5);
}

static void not_ready(struct rig *r)
{
	with_session(r);
	r->model.cfg.config[0] = 0;
	send(r, 0, WORDS(0, 0x100, 2, 6, 6, 10, 7, 4), 10, 5);
}

static const struct rig_case cases[] = {
	{ "sessions", NULL, ON_2, good_sessions },
	{ "requests", NULL, ON_2, good_requests },
	{ "unknown opcode", "crypto-004", ON_2, unknown_opcode },
	{ "unknown opcode of a cipher", "crypto-004", ON_2, unknown_deed },
	{ "padding that is not 0", "crypto-004", ON_2, junk_in_the_padding },
	{ "chained cipher", "crypto-004", ON_2, other_type },
	{ "key that is cut", "crypto-004", ON_2, short_key },
	{ "key beyond the limit", "crypto-002", ON_2, long_key },
	{ "close of no session", "crypto-005", ON_2, close_nothing },
	{ "close by another service", "crypto-005", ON_2, close_other_service },
	{ "cipher without a session", "crypto-009", ON_2, request_without_a_session },
	{ "hash in a session of a cipher", "crypto-007", ON_2, hash_of_another_service },
	{ "text that is cut", "crypto-009", ON_2, cut_text },
	{ "other direction", "crypto-009", ON_2, wrong_direction },
	{ "no room for a status", "crypto-008", ON_2, no_room_for_a_status },
	{ "header of a hash that is not 0", "crypto-007", ON_2, junk_behind_a_hash },
	{ "other additional data", "crypto-010", ON_2, other_aad },
	{ "request beyond the limit", "crypto-002", ON_2, too_much },
	{ "request before the device is ready", "crypto-002", ON_2, not_ready },
};

int main(void)
{
	return rig_main("model_crypto", cases, sizeof(cases) / sizeof(*cases));
}
