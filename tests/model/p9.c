/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/p9_private.h"

#include <inttypes.h>
#include <string.h>

enum {
	AT_TAG = 2,
	HEADER = 7,
	ERROR_BYTES = 11,
	NO_TAG = 0xffff,
	IN_MAX = MODEL_P9_BYTES + 1024,
	OUT_MAX = MODEL_P9_BYTES + 1024,
};

/* The known types, with the bytes of the longest reply without data. */
static const struct kind {
	uint8_t type;
	uint16_t reply;
} kinds[] = {
	{ MODEL_P9_TLOPEN, 24 },    { MODEL_P9_TLCREATE, 24 },	{ MODEL_P9_TREADLINK, 11 },
	{ MODEL_P9_TGETATTR, 160 }, { MODEL_P9_TREADDIR, 11 },	{ MODEL_P9_TFSYNC, 11 },
	{ MODEL_P9_TMKDIR, 20 },    { MODEL_P9_TRENAMEAT, 11 }, { MODEL_P9_TUNLINKAT, 11 },
	{ MODEL_P9_TVERSION, 21 },  { MODEL_P9_TATTACH, 20 },	{ MODEL_P9_TWALK, 217 },
	{ MODEL_P9_TREAD, 11 },	    { MODEL_P9_TWRITE, 11 },	{ MODEL_P9_TCLUNK, 11 },
};

/* A request that the device has taken. */
struct request {
	struct mq_chain c;
	uint8_t bytes[IN_MAX];
	uint32_t n;
	uint8_t type;
	uint16_t tag;
};

/* The bytes that the reply needs, including the data that was requested. */
static uint64_t room_for(const struct kind *k, const struct request *r)
{
	struct model_p9_message in = { (uint8_t *)(uintptr_t)r->bytes, r->n, HEADER + 12, false };

	if (k->type == MODEL_P9_TREAD || k->type == MODEL_P9_TREADDIR)
		return k->reply + model_p9_get(&in, 4);
	return k->reply;
}

static void check_request(const struct model_p9 *s, const struct request *r)
{
	const struct kind *k = NULL;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !k; i++)
		k = kinds[i].type == r->type ? &kinds[i] : NULL;
	if (!k) {
		model_fail("p9-message", "9P2000.L", "no such type of message: %u", r->type);
		return;
	}
	if (r->c.readable != r->n || r->c.writable < room_for(k, r))
		model_fail("p9-message", "9P2000.L",
			   "message %u has %" PRIu64 " bytes, and %" PRIu64 " for its reply",
			   r->type, r->c.readable, r->c.writable);
	if ((r->type == MODEL_P9_TVERSION) != (r->tag == NO_TAG))
		model_fail("p9-tag", "9P2000.L", "tag %u of message %u", r->tag, r->type);
	if (r->type != MODEL_P9_TVERSION && s->agreed == 0)
		model_fail("p9-version", "9P2000.L", "message %u before the version", r->type);
	if (s->agreed && (r->n > s->agreed || room_for(k, r) > s->agreed))
		model_fail("p9-version", "9P2000.L", "message %u is longer than msize", r->type);
}

static bool take(struct model *m, struct request *r)
{
	struct model_p9 *s = m->cfg.state;
	unsigned used = 0;

	if (!mq_take(&m->queue[0], &r->c))
		return false;
	memset(r->bytes, 0, sizeof(r->bytes));
	const size_t have = mq_read(&m->queue[0], &r->c, 0, r->bytes, sizeof(r->bytes));
	struct model_p9_message in = { r->bytes, (uint32_t)have, 0, false };
	r->n = (uint32_t)model_p9_get(&in, 4);
	r->type = (uint8_t)model_p9_get(&in, 1);
	r->tag = (uint16_t)model_p9_get(&in, 2);
	if (in.bad || r->n > sizeof(r->bytes)) {
		model_fail("p9-message", "9P2000.L", "a message of %zu bytes", have);
		r->n = 0;
	}
	check_request(s, r);
	bool *const tag = &s->tag[r->tag % MODEL_P9_TAGS];
	if (*tag)
		model_fail("p9-tag", "9P2000.L", "tag %u is in use", r->tag);
	*tag = true;
	for (unsigned i = 0; i < MODEL_P9_TAGS; i++)
		used += s->tag[i];
	s->most_tags = used > s->most_tags ? used : s->most_tags;
	if (s->nlog < MODEL_P9_LOG)
		s->log[s->nlog++] = r->type;
	return true;
}

static void version(struct model_p9 *s, struct model_p9_message *in, struct model_p9_message *out)
{
	const char *const ours = s->version ? s->version : "9P2000.L";
	const uint32_t msize = (uint32_t)model_p9_get(in, 4);
	const uint32_t n = (uint32_t)model_p9_get(in, 2);

	if (n != 8 || in->n - in->at != 8 || memcmp(in->p + in->at, "9P2000.L", 8) != 0)
		model_fail("p9-version", "9P2000.L", "the version is not 9P2000.L");
	in->at = in->n;
	memset(s->fid, 0, sizeof(s->fid));
	s->agreed = msize < s->msize ? msize : s->msize;
	model_p9_put(out, s->agreed, 4);
	model_p9_put(out, strlen(ours), 2);
	model_p9_put_bytes(out, ours, (uint32_t)strlen(ours));
}

static void finish(struct model *m, const struct request *r, struct model_p9_message *out,
		   uint8_t type)
{
	struct model_p9 *s = m->cfg.state;
	const bool lie = s->lie_type == r->type;
	const bool raw = lie && s->lie_raw;

	if (raw) {
		memcpy(out->p + HEADER, s->raw, s->raw_bytes);
		out->at = HEADER + s->raw_bytes;
	}
	const uint32_t n = out->at, used = n + (lie ? (uint32_t)s->used_off : 0);
	out->at = 0;
	model_p9_put(out, lie ? n + (uint32_t)s->size_off : n, 4);
	model_p9_put(out, lie && s->reply_type ? s->reply_type : type, 1);
	model_p9_put(out, lie && s->other_tag ? r->tag ^ 1u : r->tag, 2);
	mq_write(&m->queue[0], &r->c, 0, out->p, n);
	s->tag[r->tag % MODEL_P9_TAGS] = false;
	model_complete(m, 0, r->c.head, used);
}

static void serve_one(struct model *m, struct request *r)
{
	struct model_p9 *s = m->cfg.state;
	static uint8_t bytes[OUT_MAX];
	struct model_p9_message in = { r->bytes, r->n, HEADER, false };
	struct model_p9_message out = { bytes, sizeof(bytes), HEADER, false };
	uint32_t error = 0;

	memset(bytes, 0, sizeof(bytes));
	if (r->type == MODEL_P9_TVERSION)
		version(s, &in, &out);
	else if (s->fail_type == r->type)
		error = s->fail_error;
	else
		error = model_p9_run(s, r->type, &in, &out);
	if (in.bad || (s->fail_type != r->type && !error && in.at != in.n))
		model_fail("p9-message", "9P2000.L", "message %u: %" PRIu32 " of %" PRIu32 " bytes",
			   r->type, in.at, in.n);
	if (error) {
		out.at = HEADER;
		model_p9_put(&out, error, 4);
	}
	finish(m, r, &out, error ? 7 : (uint8_t)(r->type + 1));
}

static void p9_serve(struct model *m, unsigned queue)
{
	static struct request r[64];
	const struct model_p9 *s = m->cfg.state;
	unsigned n = 0;

	(void)queue;
	while (!s->hold && n < 64 && take(m, &r[n]))
		n++;
	for (unsigned i = 0; i < n; i++)
		serve_one(m, &r[s->reversed ? n - 1 - i : i]);
}

static enum mq_role p9_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	(void)queue;
	*rule = "p9-message";
	return MQ_ANY;
}

static void p9_reset(struct model *m)
{
	struct model_p9 *s = m->cfg.state;

	memset(s->fid, 0, sizeof(s->fid));
	memset(s->tag, 0, sizeof(s->tag));
	s->agreed = 0;
}

const struct model_class model_p9_class = {
	.name = "9p",
	.device_id = 9,
	.features = 1,
	.role = p9_role,
	.serve = p9_serve,
	.reset = p9_reset,
};

void model_p9_config(struct model_config *cfg, struct model_p9 *s, uint32_t version,
		     uint64_t features, uint32_t max, const char *tag)
{
	const size_t n = strlen(tag);

	s->node[0].mode = MODEL_P9_DIRECTORY;
	s->msize = s->msize ? s->msize : MODEL_P9_MSIZE;
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_p9_class,
		.state = s,
		.features = features,
		.queue_max = { max },
		.config_bytes = MODEL_CONFIG_BYTES,
	};
	cfg->config[0] = (uint8_t)n;
	cfg->config[1] = (uint8_t)(n >> 8);
	memcpy(cfg->config + AT_TAG, tag,
	       n < MODEL_CONFIG_BYTES - AT_TAG ? n : MODEL_CONFIG_BYTES - AT_TAG);
}
