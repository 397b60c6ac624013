/* SPDX-License-Identifier: BSD-2-Clause */
/* The model of virtio-9p: it reports each broken rule, and accepts a correct driver. */
#include "tests/unit/model_rig.h"

#include "tests/model/p9.h"

#include <string.h>

enum { SIZE = 8, REPLY_AT = 512, ROOT = 3 };

static struct model_p9 server;
static uint16_t idx;

/* The queue, on memory of the test's own, without registers. */
static void open_queue(struct rig *r)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct model_config cfg;

	memset(&server, 0, sizeof(server));
	model_p9_config(&cfg, &server, 2, 1, SIZE, "tag");
	model_p9_add(&server, 0, "file", MODEL_P9_FILE, "data", 4);
	model_init(&r->model, &cfg);
	r->model.cfg.memory = &r->host.memory;
	r->model.status = 1 | 2 | 8 | 4;
	s.desc = r->ring_at;
	s.avail = s.desc + 16 * SIZE;
	s.used = s.avail + 24;
	s.role = cfg.cls->role(&r->model, 0, &s.role_rule);
	mq_open(&r->model.queue[0], &s);
	idx = 0;
}

/* Make a message available in descriptors 2 * `slot` and the next. `size_off`: its size lies. */
static void give(struct rig *r, unsigned slot, uint8_t type, uint16_t tag, const char *body,
		 size_t n, uint32_t room, int size_off)
{
	uint8_t *const m = r->bytes + 256 * (size_t)slot;
	const uint32_t size = (uint32_t)(7 + n);

	memset(m, 0, 256);
	m[0] = (uint8_t)(size + (uint32_t)size_off);
	m[4] = type;
	m[5] = (uint8_t)tag;
	m[6] = (uint8_t)(tag >> 8);
	memcpy(m + 7, body, n);
	rig_desc_at(r->ring, 2 * slot, r->bytes_at + 256 * slot, size, 1, (uint16_t)(2 * slot + 1));
	rig_desc_at(r->ring, 2 * slot + 1, r->bytes_at + REPLY_AT + 224 * slot, room, 2, 0);
	r->ring[16 * SIZE + 4 + 2 * (idx % SIZE)] = (uint8_t)(2 * slot);
	r->ring[16 * SIZE + 2] = (uint8_t)++idx;
}

static uint8_t send(struct rig *r, uint8_t type, uint16_t tag, const char *body, size_t n,
		    uint32_t room, int size_off)
{
	give(r, 0, type, tag, body, n, room, size_off);
	mq_kicked(&r->model.queue[0]);
	r->model.kicked[0] = true;
	model_run(&r->model);
	return r->bytes[REPLY_AT + 4];
}

/* The text of a literal with all its NUL bytes but the last. */
#define BODY(text) (text), sizeof(text) - 1

#define FID "\x03\0\0\0"

static void agree(struct rig *r)
{
	open_queue(r);
	assert_int_equal(send(r, MODEL_P9_TVERSION, 0xffff,
			      BODY("\0\x20\0\0\x08\0"
				   "9P2000.L"),
			      224, 0),
			 MODEL_P9_TVERSION + 1);
}

static void attach(struct rig *r)
{
	agree(r);
	assert_int_equal(
		send(r, MODEL_P9_TATTACH, 1, BODY(FID "\xff\xff\xff\xff\0\0\0\0\0\0\0\0"), 224, 0),
		MODEL_P9_TATTACH + 1);
}

static void good_messages(struct rig *r)
{
	attach(r);
	assert_int_equal(send(r, MODEL_P9_TWALK, 1,
			      BODY(FID "\4\0\0\0\1\0\4\0"
				       "file"),
			      224, 0),
			 MODEL_P9_TWALK + 1);
	assert_int_equal(send(r, MODEL_P9_TLOPEN, 0, BODY("\4\0\0\0\2\0\0\0"), 224, 0),
			 MODEL_P9_TLOPEN + 1);
	assert_int_equal(
		send(r, MODEL_P9_TREAD, 0, BODY("\4\0\0\0\1\0\0\0\0\0\0\0\x64\0\0\0"), 224, 0),
		MODEL_P9_TREAD + 1);
	assert_int_equal(r->bytes[REPLY_AT + 7], 3);
	assert_memory_equal(r->bytes + REPLY_AT + 11, "ata", 3);
	assert_int_equal(
		send(r, MODEL_P9_TWRITE, 0, BODY("\4\0\0\0\4\0\0\0\0\0\0\0\2\0\0\0!!"), 224, 0),
		MODEL_P9_TWRITE + 1);
	assert_memory_equal(server.node[1].data, "data!!", 6);
	assert_int_equal(send(r, MODEL_P9_TGETATTR, 0, BODY("\4\0\0\0\xff\7\0\0\0\0\0\0"), 224, 0),
			 MODEL_P9_TGETATTR + 1);
	assert_int_equal(r->bytes[REPLY_AT], 160);
	assert_int_equal(r->bytes[REPLY_AT + 56], 6); /* the size */
	assert_int_equal(send(r, MODEL_P9_TWALK, 1,
			      BODY(FID "\5\0\0\0\1\0\4\0"
				       "none"),
			      224, 0),
			 7);
	assert_int_equal(r->bytes[REPLY_AT + 7], 2);
	assert_int_equal(send(r, MODEL_P9_TCLUNK, 1, BODY("\4\0\0\0"), 224, 0),
			 MODEL_P9_TCLUNK + 1);
	assert_int_equal(model_p9_fids(&server), 1);
	model_check(&r->model);
}

static void wrong_size(struct rig *r)
{
	attach(r);
	send(r, MODEL_P9_TCLUNK, 1, BODY(FID), 224, 1);
}

static void unknown(struct rig *r)
{
	attach(r);
	send(r, 99, 1, BODY(FID), 224, 0);
}

static void small_reply(struct rig *r)
{
	attach(r);
	send(r, MODEL_P9_TGETATTR, 1, BODY(FID "\xff\7\0\0\0\0\0\0"), 159, 0);
}

static void more_behind_it(struct rig *r)
{
	attach(r);
	send(r, MODEL_P9_TCLUNK, 1, BODY(FID "x"), 224, 0);
}

static void path_as_a_name(struct rig *r)
{
	attach(r);
	send(r, MODEL_P9_TWALK, 1,
	     BODY(FID "\4\0\0\0\1\0\3\0"
		      "a/b"),
	     224, 0);
}

static void before_the_version(struct rig *r)
{
	open_queue(r);
	send(r, MODEL_P9_TATTACH, 1, BODY(FID "\xff\xff\xff\xff\0\0\0\0\0\0\0\0"), 224, 0);
}

static void other_version(struct rig *r)
{
	open_queue(r);
	send(r, MODEL_P9_TVERSION, 0xffff,
	     BODY("\0\x20\0\0\6\0"
		  "9P2000"),
	     224, 0);
}

static void longer_than_msize(struct rig *r)
{
	attach(r);
	server.agreed = 100;
	send(r, MODEL_P9_TREAD, 1, BODY(FID "\0\0\0\0\0\0\0\0\x64\0\0\0"), 224, 0);
}

static void tag_of_a_version(struct rig *r)
{
	open_queue(r);
	send(r, MODEL_P9_TVERSION, 1,
	     BODY("\0\x20\0\0\x08\0"
		  "9P2000.L"),
	     224, 0);
}

static void tag_in_use(struct rig *r)
{
	attach(r);
	give(r, 0, MODEL_P9_TGETATTR, 1, BODY(FID "\xff\7\0\0\0\0\0\0"), 224, 0);
	give(r, 1, MODEL_P9_TGETATTR, 1, BODY(FID "\xff\7\0\0\0\0\0\0"), 224, 0);
	mq_kicked(&r->model.queue[0]);
	r->model.kicked[0] = true;
	model_run(&r->model);
}

static void fid_unknown(struct rig *r)
{
	attach(r);
	send(r, MODEL_P9_TCLUNK, 1, BODY("\4\0\0\0"), 224, 0);
}

static void fid_not_open(struct rig *r)
{
	attach(r);
	send(r, MODEL_P9_TFSYNC, 1, BODY(FID "\0\0\0\0"), 224, 0);
}

static void fid_in_use(struct rig *r)
{
	attach(r);
	send(r, MODEL_P9_TWALK, 1, BODY(FID FID "\0\0"), 224, 0);
}

static const struct rig_case cases[] = {
	{ "9P messages", NULL, ON_2, good_messages },
	{ "9P message of a wrong size", "p9-message", ON_2, wrong_size },
	{ "9P message that is unknown", "p9-message", ON_2, unknown },
	{ "9P reply that does not fit", "p9-message", ON_2, small_reply },
	{ "9P message with more behind it", "p9-message", ON_2, more_behind_it },
	{ "9P path as a name", "p9-message", ON_2, path_as_a_name },
	{ "9P message before the version", "p9-version", ON_2, before_the_version },
	{ "9P version of another kind", "p9-version", ON_2, other_version },
	{ "9P reply longer than msize", "p9-version", ON_2, longer_than_msize },
	{ "9P version with a tag", "p9-tag", ON_2, tag_of_a_version },
	{ "9P tag in use", "p9-tag", ON_2, tag_in_use },
	{ "9P fid that is unknown", "p9-fid", ON_2, fid_unknown },
	{ "9P fid that is not open", "p9-fid", ON_2, fid_not_open },
	{ "9P fid in use", "p9-fid", ON_2, fid_in_use },
};

int main(void)
{
	return rig_main("model_p9", cases, sizeof(cases) / sizeof(*cases));
}
