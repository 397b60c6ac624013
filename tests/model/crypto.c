/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/crypto.h"

#include <inttypes.h>
#include <string.h>

enum {
	AT_STATUS = 0,
	AT_QUEUES = 4,
	AT_SERVICES = 8,
	AT_CIPHERS = 12,
	AT_HASHES = 20,
	AT_MACS = 24,
	AT_AEADS = 32,
	AT_CIPHER_KEY = 36,
	AT_AUTH_KEY = 40,
	AT_MAX_SIZE = 48,
	CONFIG_BYTES = 56,
	HEADER = 72, /* bytes of a request of both kinds, without its parts */
	CREATE = 2,
	DESTROY = 3,
	OK = 0,
	BADMSG = 2,
	NOTSUPP = 3,
	INVSESS = 4,
	NOSPC = 5,
};

static const struct model_field fields[] = {
	{ 0, 4, 0, false, false },  { 4, 4, 0, false, false },	{ 8, 4, 0, false, false },
	{ 12, 4, 0, false, false }, { 16, 4, 0, false, false }, { 20, 4, 0, false, false },
	{ 24, 4, 0, false, false }, { 28, 4, 0, false, false }, { 32, 4, 0, false, false },
	{ 36, 4, 0, false, false }, { 40, 4, 0, false, false }, { 44, 4, 0, false, false },
	{ 48, 8, 0, false, false },
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

/* Word `i` of a header. */
static uint32_t word(const uint8_t *h, unsigned i)
{
	return get(h + 4 * i);
}

uint8_t model_crypto_add(const uint8_t *key, uint32_t key_len, const uint8_t *iv, uint32_t iv_len,
			 uint32_t i)
{
	return (uint8_t)(key[i % key_len] + (iv_len ? iv[i % iv_len] : 0));
}

uint8_t model_crypto_sum(const uint8_t *p, size_t n, uint32_t i)
{
	uint8_t sum = (uint8_t)(i + 1);

	for (size_t k = 0; k < n; k++)
		sum = (uint8_t)(sum * 3 + p[k]);
	return sum;
}

static uint32_t count_queues(const struct model *m)
{
	return get(m->cfg.config + AT_QUEUES);
}

/* All other fields stay 0 (5.9.7). */
static void check_zero(const uint8_t *h, unsigned from, unsigned to, const char *rule)
{
	for (unsigned i = from; i < to; i++) {
		if (word(h, i) != 0)
			model_fail(rule, "5.9.7", "word %u of the header is not 0", i);
	}
}

static struct model_crypto_session *find(struct model_crypto *c, uint64_t id)
{
	for (unsigned i = 0; i < MODEL_CRYPTO_SESSIONS; i++) {
		if (c->session[i].id == id && id != 0)
			return &c->session[i];
	}
	return NULL;
}

/* ---- Sessions ---- */

static void check_create(const struct model *m, const struct mq_chain *ch,
			 const struct model_crypto_session *s, const uint8_t *h)
{
	static const unsigned ends[] = { 7, 6, 7, 9 }; /* words with parameters */
	const uint32_t most =
		get(m->cfg.config + (s->service == MODEL_CRYPTO_MAC ? AT_AUTH_KEY : AT_CIPHER_KEY));

	check_zero(h, ends[s->service], 16, "crypto-004");
	if (word(h, 2) != 0 || word(h, 3) != 0 || word(h, 4) != s->algorithm || word(h, 17) != 0 ||
	    word(h, 16) != (s->service == MODEL_CRYPTO_CIPHER))
		model_fail("crypto-004", "5.9.7.2", "a session of service %" PRIu32 " is wrong",
			   s->service);
	if (ch->readable != HEADER + (uint64_t)s->key_len || ch->writable != 16)
		model_fail("crypto-004", "5.9.7.2",
			   "a session of %" PRIu64 " and %" PRIu64 " bytes", ch->readable,
			   ch->writable);
	if (s->key_len > most)
		model_fail("crypto-002", "5.9.5", "a key of %" PRIu32 " bytes", s->key_len);
}

static void parse_create(struct model_crypto_session *s, const uint8_t *h)
{
	const bool cipher = s->service == MODEL_CRYPTO_CIPHER,
		   aead = s->service == MODEL_CRYPTO_AEAD;

	s->algorithm = word(h, 1);
	s->key_len = cipher || aead ? word(h, 5) : s->service == MODEL_CRYPTO_MAC ? word(h, 6) : 0;
	s->result_len = cipher ? 0 : word(h, aead ? 6 : 5);
	s->aad_len = aead ? word(h, 7) : 0;
	s->decrypt = (cipher || aead) && word(h, aead ? 8 : 6) == 2;
}

static uint32_t create(struct model *m, const struct mq_chain *ch, const uint8_t *h, uint64_t *id)
{
	struct model_crypto *c = m->cfg.state;
	struct model_crypto_session s = { .service = word(h, 0) >> 8 };

	parse_create(&s, h);
	check_create(m, ch, &s, h);
	mq_read(&m->queue[count_queues(m)], ch, HEADER, s.key, sizeof(s.key));
	for (unsigned i = 0; i < MODEL_CRYPTO_SESSIONS; i++) {
		if (c->session[i].id != 0)
			continue;
		c->last_id += UINT64_C(0x100000001);
		*id = s.id = c->last_id;
		c->session[i] = s;
		c->opened++;
		return OK;
	}
	return NOSPC;
}

static uint32_t destroy(struct model *m, const struct mq_chain *ch, const uint8_t *h)
{
	struct model_crypto *c = m->cfg.state;
	struct model_crypto_session *s = find(c, word(h, 4) | (uint64_t)word(h, 5) << 32);

	check_zero(h, 6, 18, "crypto-005");
	if (ch->readable != HEADER || ch->writable != 1 || !s || s->service != word(h, 0) >> 8) {
		model_fail("crypto-005", "5.9.7.2", "a session that is not there is closed");
		return INVSESS;
	}
	memset(s, 0, sizeof(*s));
	c->closed++;
	return OK;
}

static void complete(struct model *m, unsigned queue, const struct mq_chain *ch, uint32_t bytes)
{
	const struct model_crypto *c = m->cfg.state;

	bytes = c->answer_bytes ? c->answer_bytes : bytes;
	model_complete(m, queue, ch->head, c->no_bytes ? 0 : bytes);
}

static void serve_control(struct model *m, unsigned queue, const struct mq_chain *ch)
{
	struct model_crypto *c = m->cfg.state;
	uint8_t h[HEADER] = { 0 }, answer[16] = { 0 };
	uint64_t id = 0;
	uint32_t status = NOTSUPP, n = sizeof(answer);

	mq_read(&m->queue[queue], ch, 0, h, sizeof(h));
	if (word(h, 0) >> 8 > MODEL_CRYPTO_AEAD) {
		model_fail("crypto-004", "5.9.7.2", "no such opcode: 0x%" PRIx32, word(h, 0));
	} else if ((word(h, 0) & 0xff) == DESTROY) {
		status = destroy(m, ch, h);
		n = 1;
	} else if ((word(h, 0) & 0xff) == CREATE) {
		status = create(m, ch, h, &id);
	} else {
		model_fail("crypto-004", "5.9.7.2", "no such opcode: 0x%" PRIx32, word(h, 0));
	}
	status = c->status ? c->status : status;
	put(answer, (uint32_t)id);
	put(answer + 4, (uint32_t)(id >> 32));
	put(answer + 8, status);
	if (n == 1)
		answer[0] = (uint8_t)status;
	if (!c->keep_status)
		mq_write(&m->queue[queue], ch, 0, answer, n);
	complete(m, queue, ch, n);
}

/* ---- Requests ---- */

struct request {
	const struct model_crypto_session *s;
	uint32_t iv_len, src_len, aad_len, dst_len;
	uint8_t iv[32], src[MODEL_CRYPTO_TEXT_MAX], dst[MODEL_CRYPTO_TEXT_MAX];
};

static const char *rule_of(uint32_t service)
{
	static const char *const rules[] = { "crypto-009", "crypto-007", "crypto-008",
					     "crypto-010" };

	return rules[service];
}

static void parse_request(struct request *r, const uint8_t *h)
{
	const bool cipher = r->s->service == MODEL_CRYPTO_CIPHER;
	const bool aead = r->s->service == MODEL_CRYPTO_AEAD;
	const unsigned lengths = aead ? 8 : cipher ? 7 : 6;

	r->iv_len = cipher || aead ? word(h, 6) : 0;
	r->aad_len = aead ? word(h, 7) : 0;
	r->src_len = word(h, lengths);
	r->dst_len = word(h, lengths + 1);
	check_zero(h, lengths + (aead ? 3 : 2), 16, rule_of(r->s->service));
	if (word(h, 16) != cipher || word(h, 17) != 0 || word(h, 4) != 0 || word(h, 5) != 0 ||
	    (aead && word(h, 10) != r->s->result_len) || r->aad_len != r->s->aad_len ||
	    (word(h, 0) & 0xff) != ((cipher || aead) && r->s->decrypt))
		model_fail(rule_of(r->s->service), "5.9.7",
			   "a request of service %" PRIu32 " is wrong", r->s->service);
}

static void check_request(const struct model *m, const struct request *r, const struct mq_chain *ch)
{
	const uint64_t parts = (uint64_t)r->iv_len + r->src_len + r->aad_len;

	if (ch->readable != HEADER + parts || ch->writable != (uint64_t)r->dst_len + 1)
		model_fail(rule_of(r->s->service), "5.9.7",
			   "%" PRIu64 " bytes to read and %" PRIu64 " to write", ch->readable,
			   ch->writable);
	if (ch->readable + ch->writable > get(m->cfg.config + AT_MAX_SIZE))
		model_fail("crypto-002", "5.9.5", "a request of %" PRIu64 " bytes", ch->readable);
}

static void add_key(const struct request *r, uint8_t *dst, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const uint8_t k = model_crypto_add(r->s->key, r->s->key_len, r->iv, r->iv_len, i);

		dst[i] = (uint8_t)(r->s->decrypt ? r->src[i] - k : r->src[i] + k);
	}
}

static uint32_t compute(struct request *r)
{
	const bool aead = r->s->service == MODEL_CRYPTO_AEAD;
	const uint32_t tag = aead ? r->s->result_len : 0;
	uint32_t text = r->src_len, status = OK;

	if (r->s->service == MODEL_CRYPTO_HASH || r->s->service == MODEL_CRYPTO_MAC) {
		for (uint32_t i = 0; i < r->dst_len; i++)
			r->dst[i] = model_crypto_sum(r->src, r->src_len, i);
		return OK;
	}
	text -= aead && r->s->decrypt ? tag : 0;
	add_key(r, r->dst, text);
	const uint8_t *clear = r->s->decrypt ? r->dst : r->src;
	for (uint32_t i = 0; i < tag; i++) {
		const uint8_t want = model_crypto_sum(clear, text, i);

		if (!r->s->decrypt)
			r->dst[text + i] = want;
		else if (r->src[text + i] != want)
			status = BADMSG;
	}
	return status;
}

static void serve_data(struct model *m, unsigned queue, const struct mq_chain *ch)
{
	struct model_crypto *c = m->cfg.state;
	struct request r = { .s = NULL };
	uint8_t h[HEADER] = { 0 }, status = INVSESS;

	mq_read(&m->queue[queue], ch, 0, h, sizeof(h));
	r.s = find(c, word(h, 2) | (uint64_t)word(h, 3) << 32);
	if (!r.s || r.s->service != word(h, 0) >> 8) {
		model_fail(rule_of(word(h, 0) >> 8 & 3), "5.9.7", "no such session");
	} else {
		parse_request(&r, h);
		check_request(m, &r, ch);
		mq_read(&m->queue[queue], ch, HEADER, r.iv, r.iv_len < 32 ? r.iv_len : 32);
		mq_read(&m->queue[queue], ch, HEADER + r.iv_len, r.src, sizeof(r.src));
		status = (uint8_t)compute(&r);
		mq_write(&m->queue[queue], ch, 0, r.dst, r.dst_len);
	}
	c->requests++;
	status = c->status ? (uint8_t)c->status : status;
	if (!c->keep_status)
		mq_write(&m->queue[queue], ch, r.dst_len, &status, 1);
	complete(m, queue, ch, r.dst_len + 1);
}

/* ---- The device ---- */

static void crypto_serve(struct model *m, unsigned queue)
{
	const struct model_crypto *c = m->cfg.state;
	struct mq_chain ch[32];
	unsigned n = 0;

	if ((m->cfg.config[AT_STATUS] & 1) == 0 && mq_look(&m->queue[queue]) > 0)
		model_fail("crypto-002", "5.9.5", "a request while the device is not ready");
	while (!c->hold && n < 32 && mq_take(&m->queue[queue], &ch[n]))
		n++;
	for (unsigned i = 0; i < n; i++) {
		const struct mq_chain *next = &ch[c->reversed ? n - 1 - i : i];

		if (queue == count_queues(m))
			serve_control(m, queue, next);
		else
			serve_data(m, queue, next);
	}
}

static enum mq_role crypto_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	(void)queue;
	*rule = "crypto-004";
	return MQ_ANY;
}

static void crypto_reset(struct model *m)
{
	struct model_crypto *c = m->cfg.state;

	memset(c->session, 0, sizeof(c->session));
}

const struct model_class model_crypto_class = {
	.name = "crypto",
	.device_id = 20,
	.features = 0x3f,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.role = crypto_role,
	.serve = crypto_serve,
	.reset = crypto_reset,
};

void model_crypto_ready(struct model *m, bool ready)
{
	const uint8_t status[4] = { ready };

	model_config_change(m, AT_STATUS, status, sizeof(status));
}

void model_crypto_config(struct model_config *cfg, struct model_crypto *c, uint32_t version,
			 uint64_t features, uint32_t max, uint32_t data_queues)
{
	static const uint32_t words[] = {
		1, 0, 0xf, 0xfffe, 0, 0x1ffe, 0x7e, 0, 0xe, 32, 64, 0, MODEL_CRYPTO_MAX_SIZE, 0
	};

	*cfg = (struct model_config){
		.version = version,
		.cls = &model_crypto_class,
		.state = c,
		.features = features,
		.config_bytes = CONFIG_BYTES,
	};
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		put(cfg->config + 4 * i, words[i]);
	put(cfg->config + AT_QUEUES, data_queues);
	for (uint32_t i = 0; i <= data_queues && i < MODEL_QUEUES; i++)
		cfg->queue_max[i] = max;
}
