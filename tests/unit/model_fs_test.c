/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the model of virtio-fs: it reports each broken rule, and accepts what is correct. */
#include "tests/unit/model_rig.h"

#include "tests/model/fs.h"

#include <string.h>

enum { SIZE = 8, REPLY_AT = 512, HIPRIO = 0, REQUESTS = 1 };

static struct model_fs server;
static uint16_t idx;

/* One of the queues, on memory of the test's own, without registers. */
static void open_queue(struct rig *r, unsigned queue)
{
	struct mq_setup s = { .memory = &r->host.memory, .size = SIZE };
	struct model_config cfg;

	memset(&server, 0, sizeof(server));
	model_fs_config(&cfg, &server, 2, 1, SIZE, "tag");
	model_p9_add(&server.tree, 0, "file", MODEL_P9_FILE, "data", 4);
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

static void put(uint8_t *to, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (uint8_t)(v >> 8 * i);
}

struct message {
	uint32_t code;
	uint64_t unique, node;
	const char *body;
	uint32_t n, room;
	int off; /* of its length */
};

/* Make a message available in descriptors 2 * `slot` and the next. */
static void give(struct rig *r, unsigned slot, const struct message *m)
{
	uint8_t *const at = r->bytes + 256 * (size_t)slot;
	const uint32_t size = 40 + m->n;

	memset(at, 0, 256);
	put(at, size + (uint32_t)m->off, 4);
	put(at + 4, m->code, 4);
	put(at + 8, m->unique, 8);
	put(at + 16, m->node, 8);
	if (m->n > 0)
		memcpy(at + 40, m->body, m->n);
	rig_desc_at(r->ring, 2 * slot, r->bytes_at + 256 * slot, size, m->room ? 1 : 0,
		    (uint16_t)(2 * slot + 1));
	rig_desc_at(r->ring, 2 * slot + 1, r->bytes_at + REPLY_AT + 224 * slot, m->room, 2, 0);
	r->ring[16 * SIZE + 4 + 2 * (idx % SIZE)] = (uint8_t)(2 * slot);
	r->ring[16 * SIZE + 2] = (uint8_t)++idx;
}

static void kick(struct rig *r, unsigned queue)
{
	mq_kicked(&r->model.queue[queue]);
	r->model.kicked[queue] = true;
	model_run(&r->model);
}

/* Returns the error in the reply. */
static int send(struct rig *r, uint32_t code, uint64_t node, const char *body, uint32_t n,
		uint32_t room)
{
	const struct message m = {
		.code = code, .unique = 5, .node = node, .body = body, .n = n, .room = room
	};

	give(r, 0, &m);
	kick(r, REQUESTS);
	return (int8_t)r->bytes[REPLY_AT + 4];
}

static const uint8_t *reply(const struct rig *r)
{
	return r->bytes + REPLY_AT + 16;
}

/* The text of a literal with all its NUL bytes but the last. */
#define BODY(text) (text), sizeof(text) - 1

#define INIT  "\7\0\0\0\x1f\0\0\0\0\0\0\0\0\0\0\0"
#define EIGHT "\0\0\0\0\0\0\0\0"

static void agree(struct rig *r)
{
	open_queue(r, REQUESTS);
	assert_int_equal(send(r, MODEL_FS_INIT, 0, BODY(INIT), 80), 0);
}

/* A node that is looked up, and its number. */
static uint64_t look(struct rig *r)
{
	uint64_t node;

	agree(r);
	assert_int_equal(send(r, MODEL_FS_LOOKUP, 1, "file", 5, 144), 0);
	memcpy(&node, reply(r), 8);
	return node;
}

/* A read or a write of two bytes from byte 1 on. */
static int move(struct rig *r, uint32_t code, uint64_t node, uint64_t open, const char *data,
		uint32_t room)
{
	char body[48] = { 0 };

	memcpy(body, &open, 8);
	body[8] = 1;
	body[16] = 2;
	memcpy(body + 40, data, strlen(data));
	return send(r, code, node, body, 40 + (uint32_t)strlen(data), room);
}

static void good_messages(struct rig *r)
{
	uint64_t open;
	char body[24] = { 0 };

	const uint64_t node = look(r);
	assert_int_equal(send(r, MODEL_FS_OPEN, node, BODY("\2\0\0\0\0\0\0\0"), 32), 0);
	memcpy(&open, reply(r), 8);
	assert_int_equal(move(r, MODEL_FS_READ, node, open, "", 18), 0);
	assert_memory_equal(reply(r), "at", 2);
	assert_int_equal(move(r, MODEL_FS_WRITE, node, open, "!!", 24), 0);
	assert_memory_equal(server.tree.node[1].data, "d!!a", 4);
	assert_int_equal(send(r, MODEL_FS_GETATTR, node, BODY(EIGHT EIGHT), 120), 0);
	assert_int_equal(reply(r)[24], 4); /* the size */
	assert_int_equal(send(r, MODEL_FS_LOOKUP, 1, "none", 5, 144), -2);
	memcpy(body, &open, 8);
	assert_int_equal(send(r, MODEL_FS_RELEASE, node, body, 24, 16), 0);
	assert_int_equal(model_fs_opens(&server), 0);
	assert_int_equal(model_fs_known(&server), 1);
	model_check(&r->model);
}

static void wrong_size(struct rig *r)
{
	const struct message m = { MODEL_FS_STATFS, 5, 1, NULL, 0, 96, 1 };

	agree(r);
	give(r, 0, &m);
	kick(r, REQUESTS);
}

static void unknown(struct rig *r)
{
	agree(r);
	send(r, 99, 1, NULL, 0, 96);
}

static void small_reply(struct rig *r)
{
	agree(r);
	send(r, MODEL_FS_GETATTR, 1, BODY(EIGHT EIGHT), 119);
}

static void more_behind_it(struct rig *r)
{
	agree(r);
	send(r, MODEL_FS_STATFS, 1, BODY("x"), 96);
}

static void path_as_a_name(struct rig *r)
{
	agree(r);
	send(r, MODEL_FS_LOOKUP, 1, "a/b", 4, 144);
}

static void before_init(struct rig *r)
{
	open_queue(r, REQUESTS);
	send(r, MODEL_FS_STATFS, 1, NULL, 0, 96);
}

static void init_twice(struct rig *r)
{
	agree(r);
	send(r, MODEL_FS_INIT, 0, BODY(INIT), 80);
}

static void other_version(struct rig *r)
{
	open_queue(r, REQUESTS);
	send(r, MODEL_FS_INIT, 0, BODY("\6" INIT), 80);
}

static void number_in_use(struct rig *r)
{
	const struct message m = { MODEL_FS_STATFS, 5, 1, NULL, 0, 96, 0 };

	agree(r);
	give(r, 0, &m);
	give(r, 1, &m);
	kick(r, REQUESTS);
}

static void node_unknown(struct rig *r)
{
	agree(r);
	send(r, MODEL_FS_GETATTR, 2, BODY(EIGHT EIGHT), 120);
}

static void not_open(struct rig *r)
{
	const uint64_t node = look(r);

	move(r, MODEL_FS_READ, node, 0, "", 18);
}

static void forget_among_requests(struct rig *r)
{
	const uint64_t node = look(r);

	send(r, MODEL_FS_FORGET, node, BODY("\1\0\0\0\0\0\0\0"), 0);
}

static void forgotten_twice(struct rig *r)
{
	const struct message m = { MODEL_FS_FORGET, 5, 0x12345678 + 1, "\2\0\0\0\0\0\0", 8, 0, 0 };

	open_queue(r, HIPRIO);
	server.ready = true;
	server.lookups[1] = 1;
	give(r, 0, &m);
	kick(r, HIPRIO);
}

static const struct rig_case cases[] = {
	{ "FUSE messages", NULL, ON_2, good_messages },
	{ "FUSE message of a wrong size", "fs-message", ON_2, wrong_size },
	{ "FUSE message that is unknown", "fs-message", ON_2, unknown },
	{ "FUSE reply that does not fit", "fs-message", ON_2, small_reply },
	{ "FUSE message with more behind it", "fs-message", ON_2, more_behind_it },
	{ "FUSE path as a name", "fs-message", ON_2, path_as_a_name },
	{ "FUSE message before INIT", "fs-init", ON_2, before_init },
	{ "FUSE INIT twice", "fs-init", ON_2, init_twice },
	{ "FUSE version of another kind", "fs-init", ON_2, other_version },
	{ "FUSE number in use", "fs-unique", ON_2, number_in_use },
	{ "FUSE node that is unknown", "fs-node", ON_2, node_unknown },
	{ "FUSE node forgotten twice", "fs-node", ON_2, forgotten_twice },
	{ "FUSE file that is not open", "fs-open", ON_2, not_open },
	{ "FORGET in a queue for requests", "fs-002", ON_2, forget_among_requests },
};

int main(void)
{
	return rig_main("model_fs", cases, sizeof(cases) / sizeof(*cases));
}
