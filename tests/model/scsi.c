/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/scsi_private.h"

#include <inttypes.h>
#include <string.h>

/* 5.6.6 */
enum {
	CONTROL,
	EVENT,
	REQUEST,
	HEADER = 51,
	RESPONSE = 108,
	TASK = 24,
	EVENT_BYTES = 16,
	ABORTED = 2,
	RESET = 4,
	REJECTED = 11,
	ABORT = 0,
	TARGET_RESET = 4,
	UNIT_RESET = 5,
	F_ANY_LAYOUT = 27,
};

#define MISSED UINT32_C(0x80000000)

static const struct model_field fields[] = {
	{ MODEL_SCSI_NUM_QUEUES, 4, 0, false, false },
	{ MODEL_SCSI_SEG_MAX, 4, 0, false, false },
	{ MODEL_SCSI_MAX_SECTORS, 4, 0, false, false },
	{ MODEL_SCSI_CMD_PER_LUN, 4, 0, false, false },
	{ MODEL_SCSI_EVENT_INFO_SIZE, 4, 0, false, false },
	{ MODEL_SCSI_SENSE_SIZE, 4, 0, true, false },
	{ MODEL_SCSI_CDB_SIZE, 4, 0, true, false },
	{ MODEL_SCSI_MAX_CHANNEL, 2, 0, false, false },
	{ MODEL_SCSI_MAX_TARGET, 2, 0, false, false },
	{ MODEL_SCSI_MAX_LUN, 4, 0, false, false },
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

/* Eight bytes that name a unit (5.6.6.1). */
static void parse_address(const uint8_t *p, uint8_t *target, uint16_t *lun)
{
	if (p[0] != 1 || (p[2] != 0 && p[2] >> 6 != 1) || model_scsi_be(p + 4, 4) != 0)
		model_fail("scsi-command", "5.6.6.1", "address %02x %02x %02x %02x", p[0], p[1],
			   p[2], p[3]);
	*target = p[1];
	*lun = (uint16_t)(model_scsi_be(p + 2, 2) & 0x3fff);
}

/* ---- Requests ---- */

static uint32_t first_writable(const struct mq_chain *c)
{
	for (unsigned i = 0; i < c->nseg; i++) {
		if (c->seg[i].write)
			return c->seg[i].len;
	}
	return 0;
}

static void check_layout(struct model *m, const struct mq_chain *c)
{
	if (c->readable < HEADER || c->writable < RESPONSE)
		model_fail("scsi-command", "5.6.6.1",
			   "%" PRIu64 " readable bytes, %" PRIu64 " writable", c->readable,
			   c->writable);
	else if (m->cfg.version == 1 && !(m->accepted >> F_ANY_LAYOUT & 1) &&
		 (c->seg[0].len != HEADER || first_writable(c) != RESPONSE))
		model_fail("scsi-012", "5.6.6.5",
			   "descriptors of %" PRIu32 " and %" PRIu32 " bytes", c->seg[0].len,
			   first_writable(c));
}

static void parse(struct model *m, struct model_scsi_command *c)
{
	uint8_t p[HEADER] = { 0 };

	check_layout(m, &c->chain);
	mq_read(&m->queue[REQUEST], &c->chain, 0, p, sizeof(p));
	parse_address(p, &c->target, &c->lun);
	if (p[16] != 0 || p[17] != 0 || p[18] != 0)
		model_fail("scsi-005", "5.6.6.1.2", "task_attr %u, prio %u, crn %u", p[16], p[17],
			   p[18]);
	memcpy(c->tag, p + 8, sizeof(c->tag));
	memcpy(c->cdb, p + 19, sizeof(c->cdb));
}

static void check_crowd(struct model *m, const struct model_scsi_command *c)
{
	const struct model_scsi *h = m->cfg.state;
	unsigned n = 0;

	for (unsigned i = 0; i < h->nheld; i++) {
		const struct model_scsi_command *other = &h->held[i];

		n += other->target == c->target && other->lun == c->lun;
		if (other != c && memcmp(other->tag, c->tag, sizeof(c->tag)) == 0)
			model_fail("scsi-command", "5.6.6.1", "two requests with one id");
	}
	const uint32_t most = get(m->cfg.config + MODEL_SCSI_CMD_PER_LUN);
	if (n > (most ? most : 1))
		model_fail("scsi-004", "5.6.4.1", "%u commands for target %u, LUN %u", n, c->target,
			   c->lun);
}

static void send_answer(struct model *m, const struct model_scsi_command *c,
			struct model_scsi_answer *a)
{
	struct mq *q = &m->queue[REQUEST];
	uint8_t p[RESPONSE] = { 0 };

	put(p, a->sense_len, 4);
	put(p + 4, a->residual, 4);
	p[10] = a->status;
	p[11] = a->response;
	memcpy(p + 12, a->sense, MODEL_SCSI_SENSE);
	if (!a->no_response)
		mq_write(q, &c->chain, 0, p, sizeof(p));
	mq_write(q, &c->chain, RESPONSE, a->data, a->ndata);
	model_complete(m, REQUEST, c->chain.head, a->len_lie ? a->len : RESPONSE + a->ndata);
}

/* Answer a command. If `response` is set, the command is not carried out. */
static void answer(struct model *m, const struct model_scsi_command *c, uint8_t response)
{
	static uint8_t out[MODEL_SCSI_DATA];
	static struct model_scsi_answer a;
	struct model_scsi *h = m->cfg.state;
	const uint64_t room = c->chain.writable - RESPONSE;

	memset(&a, 0, sizeof(a));
	a.response = response;
	if (response == 0) {
		const size_t n = mq_read(&m->queue[REQUEST], &c->chain, HEADER, out, sizeof(out));

		model_scsi_run_command(m, c, out, n, room, &a);
	}
	if (h->lie)
		h->lie(h, c, &a);
	send_answer(m, c, &a);
}

static void end(struct model *m, unsigned i, uint8_t response)
{
	struct model_scsi *h = m->cfg.state;
	const struct model_scsi_command c = h->held[i];

	h->nheld--;
	memmove(&h->held[i], &h->held[i + 1], (h->nheld - i) * sizeof(h->held[0]));
	answer(m, &c, response);
}

void model_scsi_finish(struct model *m, unsigned i)
{
	end(m, i, 0);
}

static void serve_requests(struct model *m)
{
	struct model_scsi *h = m->cfg.state;

	while (h->nheld < MODEL_SCSI_HELD) {
		struct model_scsi_command *c = &h->held[h->nheld];

		memset(c, 0, sizeof(*c));
		if (!mq_take(&m->queue[REQUEST], &c->chain))
			break;
		h->nheld++;
		parse(m, c);
		check_crowd(m, c);
		memcpy(h->latest, c->cdb, sizeof(h->latest));
		h->count[c->cdb[0]]++;
	}
	h->most = h->nheld > h->most ? h->nheld : h->most;
	while (!h->hold && h->nheld > 0)
		end(m, h->reversed ? h->nheld - 1 : 0, 0);
}

/* ---- Task management ---- */

static bool is_meant(const struct model_scsi_command *c, uint32_t what, const uint8_t *question,
		     uint8_t target, uint16_t lun)
{
	if (c->target != target || (what != TARGET_RESET && c->lun != lun))
		return false;
	return what != ABORT || memcmp(c->tag, question + 16, sizeof(c->tag)) == 0;
}

static uint8_t carry_out(struct model *m, const uint8_t *question)
{
	struct model_scsi *h = m->cfg.state;
	const uint32_t what = get(question + 4);
	uint8_t target;
	uint16_t lun;

	parse_address(question + 8, &target, &lun);
	if (get(question) != 0 || what > 7) {
		model_fail("scsi-command", "5.6.6.2", "task %" PRIu32 ", %" PRIu32, get(question),
			   what);
		return REJECTED;
	}
	h->tasks[what]++;
	for (unsigned i = h->nheld; i-- > 0;) {
		if (is_meant(&h->held[i], what, question, target, lun))
			end(m, i, what >= TARGET_RESET ? RESET : ABORTED);
	}
	struct model_scsi_unit *u = model_scsi_find(h, target, lun);
	if (!u)
		return 12;
	if (what >= TARGET_RESET && u->nattention < MODEL_SCSI_ATTENTIONS)
		u->attention[u->nattention++] = 0x2900;
	return 0;
}

static void serve_tasks(struct model *m)
{
	const struct model_scsi *h = m->cfg.state;
	struct mq_chain c;

	if (m->queue[REQUEST].live) /* the driver has published it before */
		serve_requests(m);
	while (mq_take(&m->queue[CONTROL], &c)) {
		uint8_t p[TASK] = { 0 }, response = 0;

		if (c.readable != TASK || c.writable < 1)
			model_fail("scsi-command", "5.6.6.2", "a task of %" PRIu64 " bytes",
				   c.readable);
		mq_read(&m->queue[CONTROL], &c, 0, p, sizeof(p));
		response = carry_out(m, p);
		if (h->task_answer)
			response = h->task_answer;
		mq_write(&m->queue[CONTROL], &c, 0, &response, 1);
		model_complete(m, CONTROL, c.head, 1);
	}
}

static void scsi_serve(struct model *m, unsigned queue)
{
	if (queue == CONTROL)
		serve_tasks(m);
	else if (queue == REQUEST)
		serve_requests(m);
	else
		mq_look(&m->queue[EVENT]);
}

/* ---- Events ---- */

bool model_scsi_send_raw(struct model *m, const uint8_t *p, uint32_t claim)
{
	struct mq_chain c;

	if (!mq_take(&m->queue[EVENT], &c))
		return false;
	if (c.writable < EVENT_BYTES)
		model_fail("scsi-006", "5.6.6.3", "an event buffer of %" PRIu64 " bytes",
			   c.writable);
	mq_write(&m->queue[EVENT], &c, 0, p, EVENT_BYTES);
	model_complete(m, EVENT, c.head, claim);
	return true;
}

void model_scsi_event(struct model *m, uint32_t event, uint8_t target, uint16_t lun,
		      uint32_t reason)
{
	struct model_scsi *h = m->cfg.state;
	uint8_t p[EVENT_BYTES] = { 0 };

	put(p, event | (h->lost ? MISSED : 0), 4);
	p[4] = 1;
	p[5] = target;
	p[6] = (uint8_t)(0x40 | lun >> 8);
	p[7] = (uint8_t)lun;
	put(p + 12, reason, 4);
	const bool lost = h->lost;
	h->lost = !model_scsi_send_raw(m, p, EVENT_BYTES);
	if (h->lost)
		return;
	h->owed[target] = true;
	for (unsigned i = 0; lost && i <= m->cfg.config[MODEL_SCSI_MAX_TARGET]; i++)
		h->owed[i] = true;
	h->owed_all = lost;
}

/* ---- The class ---- */

static enum mq_role scsi_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	*rule = queue == EVENT ? "scsi-006" : "scsi-command";
	return queue == EVENT ? MQ_WRITABLE_ONLY : MQ_ANY;
}

static void scsi_reset(struct model *m)
{
	struct model_scsi *h = m->cfg.state;

	h->nheld = 0;
	h->lost = h->owed_all = false;
	memset(h->owed, 0, sizeof(h->owed));
}

/* At the end the driver has looked at what the host reported, and the next event has a buffer. */
static void scsi_check(struct model *m)
{
	const struct model_scsi *h = m->cfg.state;

	for (unsigned i = 0; i < 256 && m->queue[REQUEST].live; i++) {
		if (h->owed[i])
			model_fail(h->owed_all ? "scsi-006" : "scsi-001", "5.6.6.3.1",
				   "target %u changed and was not looked at", i);
	}
	if (m->queue[EVENT].live && mq_look(&m->queue[EVENT]) == 0)
		model_fail("scsi-006", "5.6.6.3.1", "the event queue is empty");
}

const struct model_class model_scsi_class = {
	.name = "scsi",
	.device_id = 8,
	.features = 0xf,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.role = scsi_role,
	.serve = scsi_serve,
	.reset = scsi_reset,
	.check = scsi_check,
};

struct model_scsi_unit *model_scsi_add(struct model_scsi *h, uint8_t type, uint8_t target,
				       uint16_t lun)
{
	struct model_scsi_unit *u = h->unit;
	const uint32_t block = type == 5 ? 2048 : 512;

	while (u->there)
		u++;
	memset(u, 0, sizeof(*u));
	u->there = true;
	u->type = type;
	u->target = target;
	u->lun = lun;
	u->block = block;
	u->blocks = MODEL_SCSI_BYTES / block;
	for (unsigned i = 0; i < MODEL_SCSI_BYTES; i++)
		u->data[i] = (uint8_t)(i * 7 + i / 251 + target + lun);
	return u;
}

void model_scsi_set(struct model_config *cfg, unsigned off, unsigned width, uint32_t v)
{
	put(cfg->config + off, v, width);
}

void model_scsi_config(struct model_config *cfg, struct model_scsi *h, uint32_t version,
		       uint64_t features, uint32_t max)
{
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_scsi_class,
		.state = h,
		.features = features,
		.queue_max = { max, max, max },
		.config_bytes = MODEL_SCSI_CONFIG_BYTES,
	};
	model_scsi_set(cfg, MODEL_SCSI_NUM_QUEUES, 4, 1);
	model_scsi_set(cfg, MODEL_SCSI_SEG_MAX, 4, 126);
	model_scsi_set(cfg, MODEL_SCSI_MAX_SECTORS, 4, 0xffff);
	model_scsi_set(cfg, MODEL_SCSI_CMD_PER_LUN, 4, 128);
	model_scsi_set(cfg, MODEL_SCSI_EVENT_INFO_SIZE, 4, EVENT_BYTES);
	model_scsi_set(cfg, MODEL_SCSI_SENSE_SIZE, 4, 96);
	model_scsi_set(cfg, MODEL_SCSI_CDB_SIZE, 4, 32);
	model_scsi_set(cfg, MODEL_SCSI_MAX_TARGET, 2, 7);
	model_scsi_set(cfg, MODEL_SCSI_MAX_LUN, 4, 16383);
}
