/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/fs_private.h"

#include <inttypes.h>
#include <string.h>

enum {
	HIPRIO = 0,
	AT_QUEUES = 36,
	HEADER = 40,
	REPLY_HEADER = 16,
	IN_MAX = MODEL_P9_BYTES + 1024,
	OUT_MAX = MODEL_P9_BYTES + 1024,
	MINOR = 31,
	COUNTED = 40, /* bytes of a read or write without its data */
	AT_SIZE = 16, /* in it */
};

/* The known codes, with the bytes of the request without names and data, and of the reply without
 * data. Neither includes the header. */
static const struct kind {
	uint32_t code;
	uint16_t body, reply;
} kinds[] = {
	{ MODEL_FS_LOOKUP, 0, 128 }, { MODEL_FS_FORGET, 8, 0 },	     { MODEL_FS_GETATTR, 16, 104 },
	{ MODEL_FS_READLINK, 0, 0 }, { MODEL_FS_MKDIR, 8, 128 },     { MODEL_FS_UNLINK, 0, 0 },
	{ MODEL_FS_RMDIR, 0, 0 },    { MODEL_FS_OPEN, 8, 16 },	     { MODEL_FS_READ, 40, 0 },
	{ MODEL_FS_WRITE, 40, 8 },   { MODEL_FS_STATFS, 0, 80 },     { MODEL_FS_RELEASE, 24, 0 },
	{ MODEL_FS_FSYNC, 16, 0 },   { MODEL_FS_INIT, 16, 64 },	     { MODEL_FS_OPENDIR, 8, 16 },
	{ MODEL_FS_READDIR, 40, 0 }, { MODEL_FS_RELEASEDIR, 24, 0 }, { MODEL_FS_CREATE, 16, 144 },
	{ MODEL_FS_DESTROY, 0, 0 },  { MODEL_FS_RENAME2, 16, 0 },
};

/* A request that the device has taken. */
struct request {
	struct mq_chain c;
	uint8_t bytes[IN_MAX];
	uint32_t n, code;
	uint64_t unique, node;
};

static bool reads(uint32_t code)
{
	return code == MODEL_FS_READ || code == MODEL_FS_READDIR;
}

/* The bytes that the reply needs, including the data that was requested. */
static uint64_t room_for(const struct kind *k, const struct request *r)
{
	struct model_p9_message in = { (uint8_t *)(uintptr_t)r->bytes, r->n, HEADER + AT_SIZE,
				       false };

	if (k->code == MODEL_FS_FORGET)
		return 0;
	return REPLY_HEADER + k->reply + (reads(k->code) ? model_p9_get(&in, 4) : 0);
}

static void check_order(const struct model_fs *s, const struct request *r, unsigned queue)
{
	if ((r->code == MODEL_FS_FORGET) != (queue == HIPRIO))
		model_fail("fs-002", "5.11.6.3.1", "message %" PRIu32 " in queue %u", r->code,
			   queue);
	if ((r->code == MODEL_FS_INIT) == s->ready)
		model_fail("fs-init", "5.11.6", "message %" PRIu32 " %s INIT", r->code,
			   s->ready ? "after" : "before");
}

static void check_request(const struct model_fs *s, const struct request *r)
{
	const struct kind *k = NULL;
	const uint32_t most = s->max_write + HEADER + COUNTED;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]) && !k; i++)
		k = kinds[i].code == r->code ? &kinds[i] : NULL;
	if (!k) {
		model_fail("fs-message", "5.11.6", "no such message: %" PRIu32, r->code);
		return;
	}
	if (r->c.readable != r->n || r->n < (uint32_t)HEADER + k->body || r->n > most ||
	    r->c.writable < room_for(k, r) || room_for(k, r) > most)
		model_fail("fs-message", "5.11.6",
			   "message %" PRIu32 " has %" PRIu64 " bytes, and %" PRIu64
			   " for its reply",
			   r->code, r->c.readable, r->c.writable);
}

static bool take(struct model *m, unsigned queue, struct request *r)
{
	struct model_fs *s = m->cfg.state;

	if (!mq_take(&m->queue[queue], &r->c))
		return false;
	memset(r->bytes, 0, sizeof(r->bytes));
	const size_t have = mq_read(&m->queue[queue], &r->c, 0, r->bytes, sizeof(r->bytes));
	struct model_p9_message in = { r->bytes, (uint32_t)have, 0, false };
	r->n = (uint32_t)model_p9_get(&in, 4);
	r->code = (uint32_t)model_p9_get(&in, 4);
	r->unique = model_p9_get(&in, 8);
	r->node = model_p9_get(&in, 8);
	if (in.bad || r->n > sizeof(r->bytes)) {
		model_fail("fs-message", "5.11.6", "a message of %zu bytes", have);
		r->n = 0;
	}
	if (model_p9_get(&in, 8) != 0 || model_p9_get(&in, 8) != 0)
		model_fail("fs-message", "5.11.6", "message %" PRIu32 " is not of root", r->code);
	check_request(s, r);
	check_order(s, r, queue);
	if (s->nlog < MODEL_FS_LOG)
		s->log[s->nlog++] = r->code;
	return true;
}

static void init(struct model_fs *s, struct model_p9_message *in, struct model_p9_message *out)
{
	if (model_p9_get(in, 4) != 7 || model_p9_get(in, 4) < 27)
		model_fail("fs-init", "5.11.6", "the version is not 7.27 or newer");
	model_p9_get(in, 8);
	model_p9_put(out, s->major ? s->major : 7, 4);
	model_p9_put(out, s->minor ? s->minor : MINOR, 4);
	model_p9_put(out, 0, 8);
	model_p9_put(out, 0, 4);
	model_p9_put(out, s->max_write, 4);
	model_p9_put(out, 1, 4);
	while (out->at < REPLY_HEADER + 64)
		model_p9_put(out, 0x77, 1);
	s->ready = true;
}

/* The session ends, and all nodes and open files with it. */
static void destroy(struct model_fs *s)
{
	memset(s->lookups, 0, sizeof(s->lookups));
	memset(s->open, 0, sizeof(s->open));
	s->ready = false;
}

static void finish(struct model *m, unsigned queue, const struct request *r,
		   struct model_p9_message *out, uint32_t error)
{
	struct model_fs *s = m->cfg.state;
	const bool lie = s->lie_code == r->code;
	const bool raw = lie && s->lie_raw;

	if (raw) {
		memcpy(out->p + REPLY_HEADER, s->raw, s->raw_bytes);
		out->at = REPLY_HEADER + s->raw_bytes;
		error = 0;
	}
	const uint32_t n = out->at, used = n + (lie ? (uint32_t)s->used_off : 0);
	out->at = 0;
	model_p9_put(out, lie ? n + (uint32_t)s->size_off : n, 4);
	model_p9_put(out, lie && s->error ? (uint32_t)s->error : 0u - error, 4);
	model_p9_put(out, lie && s->other_unique ? r->unique - 1 : r->unique, 8);
	mq_write(&m->queue[queue], &r->c, 0, out->p, n);
	model_complete(m, queue, r->c.head, used);
}

static void serve_one(struct model *m, unsigned queue, struct request *r)
{
	struct model_fs *s = m->cfg.state;
	static uint8_t bytes[OUT_MAX];
	struct model_p9_message in = { r->bytes, r->n, HEADER, false };
	struct model_p9_message out = { bytes, sizeof(bytes), REPLY_HEADER, false };
	uint32_t error = 0;

	memset(bytes, 0, sizeof(bytes));
	if (s->fail_code == r->code)
		error = s->fail_error;
	else if (r->code == MODEL_FS_INIT)
		init(s, &in, &out);
	else if (r->code == MODEL_FS_DESTROY)
		destroy(s);
	else
		error = model_fs_run(s, r->code, r->node, &in, &out);
	if (in.bad || (s->fail_code != r->code && !error && in.at != in.n))
		model_fail("fs-message", "5.11.6", "message %" PRIu32 ": %" PRIu32 " of %" PRIu32,
			   r->code, in.at, in.n);
	out.at = error ? REPLY_HEADER : out.at;
	if (r->code == MODEL_FS_FORGET)
		model_complete(m, queue, r->c.head, 0);
	else
		finish(m, queue, r, &out, error);
}

static void check_unique(const struct request *r, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (r[i].unique == r[n].unique)
			model_fail("fs-unique", "5.11.6", "number %" PRIu64 " is in use",
				   r[n].unique);
	}
}

static void fs_serve(struct model *m, unsigned queue)
{
	static struct request r[MODEL_FS_IN_FLIGHT];
	struct model_fs *s = m->cfg.state;
	unsigned n = 0;

	while (!s->tree.hold && n < MODEL_FS_IN_FLIGHT && take(m, queue, &r[n]))
		check_unique(r, n++);
	s->most_in_flight = n > s->most_in_flight ? n : s->most_in_flight;
	for (unsigned i = 0; i < n; i++)
		serve_one(m, queue, &r[s->tree.reversed ? n - 1 - i : i]);
}

static enum mq_role fs_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	*rule = "fs-message";
	return queue == HIPRIO ? MQ_READABLE_ONLY : MQ_ANY;
}

static void fs_reset(struct model *m)
{
	destroy(m->cfg.state);
}

const struct model_class model_fs_class = {
	.name = "fs",
	.device_id = 26,
	.features = 1,
	.role = fs_role,
	.serve = fs_serve,
	.reset = fs_reset,
};

void model_fs_config(struct model_config *cfg, struct model_fs *s, uint32_t version,
		     uint64_t features, uint32_t max, const char *tag)
{
	s->tree.node[0].mode = MODEL_P9_DIRECTORY;
	s->max_write = s->max_write ? s->max_write : MODEL_FS_MAX_WRITE;
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_fs_class,
		.state = s,
		.features = features,
		.queue_max = { max, max },
		.config_bytes = AT_QUEUES + 4,
	};
	strncpy((char *)cfg->config, tag, MODEL_FS_TAG);
	cfg->config[AT_QUEUES] = 1;
}
