/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/gpu_private.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	AT_EVENTS_READ = 0,
	AT_EVENTS_CLEAR = 4,
	AT_NUM_SCANOUTS = 8,
	CONFIG_BYTES = 16,
	EVENT_DISPLAY = 1,
	HEADER = 24,
	ANSWER_MAX = HEADER + 8 + MODEL_GPU_EDID_BYTES,
};

static const struct model_field fields[] = {
	{ AT_EVENTS_READ, 4, 0, true, false }, /* a write breaks gpu-001 */
	{ AT_EVENTS_CLEAR, 4, 0, true, false },
	{ AT_NUM_SCANOUTS, 4, 0, false, false },
	{ 12, 4, 0, false, false }, /* num_capsets */
};

/* The bytes of a command without its runs of memory, and of its longest answer. */
static const struct kind {
	uint32_t type;
	uint16_t bytes, answer;
} kinds[] = {
	{ MODEL_GPU_DISPLAY_INFO, 24, 408 }, { MODEL_GPU_CREATE, 40, 24 },
	{ MODEL_GPU_UNREF, 32, 24 },	     { MODEL_GPU_SCANOUT, 48, 24 },
	{ MODEL_GPU_FLUSH, 48, 24 },	     { MODEL_GPU_TRANSFER, 56, 24 },
	{ MODEL_GPU_ATTACH, 32, 24 },	     { MODEL_GPU_DETACH, 32, 24 },
	{ MODEL_GPU_GET_EDID, 32, 1056 },
};
static const struct kind cursor_kinds[] = {
	{ MODEL_GPU_CURSOR, 56, 0 },
	{ MODEL_GPU_CURSOR_MOVE, 56, 0 },
};

static void put(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t get(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint32_t display_info(struct model_gpu *g, uint8_t *to)
{
	g->display_owed = false;
	for (unsigned i = 0; i < MODEL_GPU_HEADS; i++, to += 24) {
		const struct model_gpu_mode *d = &g->mode[i];

		put(to, d->rect.x);
		put(to + 4, d->rect.y);
		put(to + 8, d->rect.width);
		put(to + 12, d->rect.height);
		put(to + 16, d->enabled);
	}
	return MODEL_GPU_OK_DISPLAY_INFO;
}

static uint32_t edid(struct model *m, uint32_t head, uint8_t *to)
{
	struct model_gpu *g = m->cfg.state;

	g->edid_owed = false;
	if (head >= MODEL_GPU_HEADS)
		return MODEL_GPU_ERR_SCANOUT;
	put(to, g->edid_size);
	memcpy(to + 8, g->edid[head], MODEL_GPU_EDID_BYTES);
	return MODEL_GPU_OK_EDID;
}

static void complete(struct model *m, const struct mq_chain *c, uint8_t *answer, uint32_t bytes,
		     const struct model_gpu_command *cmd)
{
	struct model_gpu *g = m->cfg.state;
	const bool lie = g->lie_about == 0 || g->lie_about == cmd->type;

	put(answer + 4, cmd->flags);
	put(answer + 8, (uint32_t)cmd->fence);
	put(answer + 12, (uint32_t)(cmd->fence >> 32));
	if (g->junk_header)
		memset(answer + 4, 0x5a, HEADER - 4);
	if (g->answer && lie)
		put(answer, g->answer);
	if (g->answer_bytes && lie)
		bytes = g->answer_bytes;
	mq_write(&m->queue[0], c, 0, answer, bytes < ANSWER_MAX ? bytes : ANSWER_MAX);
	model_complete(m, 0, c->head, bytes);
}

/* Read the command of a chain, which must be complete and of a type for this queue. */
static const struct kind *parse(struct model *m, unsigned queue, const struct mq_chain *c,
				uint8_t *bytes, size_t room, struct model_gpu_command *cmd)
{
	const struct kind *of = queue ? cursor_kinds : kinds, *k = NULL;
	const size_t n = queue ? 2 : sizeof(kinds) / sizeof(kinds[0]);
	const size_t have = mq_read(&m->queue[queue], c, 0, bytes, room);

	cmd->type = have >= HEADER ? get(bytes) : 0;
	for (size_t i = 0; i < n && !k; i++)
		k = of[i].type == cmd->type ? &of[i] : NULL;
	if (!k) {
		model_fail("gpu-command", "5.7.6.7", "no such command: 0x%" PRIx32, cmd->type);
		return NULL;
	}
	if (k->type == MODEL_GPU_GET_EDID && !(m->accepted >> MODEL_GPU_F_EDID & 1))
		model_fail("gpu-command", "5.7.6.8", "GET_EDID without EDID");
	cmd->flags = get(bytes + 4);
	cmd->fence = get(bytes + 8) | (uint64_t)get(bytes + 12) << 32;
	for (unsigned i = 0; i < 8; i++)
		cmd->word[i] = HEADER + 4 * i < have ? get(bytes + HEADER + 4 * i) : 0;
	cmd->runs = bytes + k->bytes;
	const uint64_t want =
		k->bytes + (k->type == MODEL_GPU_ATTACH ? 16 * (uint64_t)cmd->word[1] : 0);
	if (c->readable != want || c->writable < k->answer)
		model_fail("gpu-command", "5.7.6.7",
			   "command 0x%" PRIx32 " has %" PRIu64 " bytes, and %" PRIu64
			   " for its answer",
			   cmd->type, c->readable, c->writable);
	return k;
}

static void serve_one(struct model *m, unsigned queue, const struct mq_chain *c)
{
	struct model_gpu *g = m->cfg.state;
	uint8_t bytes[64 + 16 * MODEL_GPU_RUNS] = { 0 }, answer[ANSWER_MAX] = { 0 };
	struct model_gpu_command cmd = { 0 };
	const struct kind *k = parse(m, queue, c, bytes, sizeof(bytes), &cmd);
	uint32_t n = HEADER, type;

	if (!k) {
		model_complete(m, queue, c->head, 0);
		return;
	}
	if (g->nlog < MODEL_GPU_LOG)
		g->log[g->nlog++] = cmd.type;
	g->fences += cmd.flags & 1;
	if (queue == 1) {
		model_gpu_move_cursor(g, &cmd);
		model_complete(m, 1, c->head, 0);
		return;
	}
	if (cmd.type == MODEL_GPU_DISPLAY_INFO)
		type = display_info(g, answer + HEADER);
	else if (cmd.type == MODEL_GPU_GET_EDID)
		type = edid(m, cmd.word[0], answer + HEADER);
	else
		type = model_gpu_run_command(m, &cmd);
	if (type == MODEL_GPU_OK_DISPLAY_INFO || type == MODEL_GPU_OK_EDID)
		n = k->answer;
	put(answer, type);
	complete(m, c, answer, n, &cmd);
}

static void gpu_serve(struct model *m, unsigned queue)
{
	struct model_gpu *g = m->cfg.state;
	struct mq_chain c[64];
	unsigned n = 0;

	while (!g->hold && n < 64 && mq_take(&m->queue[queue], &c[n]))
		n++;
	for (unsigned i = 0; i < n; i++)
		serve_one(m, queue, &c[g->reversed ? n - 1 - i : i]);
}

static void gpu_config_written(struct model *m, uint32_t off, uint32_t value)
{
	uint8_t *config = m->cfg.config;

	if (off == AT_EVENTS_READ)
		model_fail("gpu-001", "5.7.4", "events_read was written");
	if (off != AT_EVENTS_CLEAR)
		return;
	put(config + AT_EVENTS_READ, get(config + AT_EVENTS_READ) & ~value);
	put(config + AT_EVENTS_CLEAR, 0);
}

static enum mq_role gpu_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	(void)queue;
	*rule = "gpu-command";
	return MQ_ANY;
}

static void gpu_reset(struct model *m)
{
	struct model_gpu *g = m->cfg.state;

	model_gpu_forget(g);
	g->display_owed = g->edid_owed = false;
}

/* 5.7.5: after a display event the driver asks for the displays. */
static void gpu_check(struct model *m)
{
	const struct model_gpu *g = m->cfg.state;

	if (m->queue[0].live && g->display_owed)
		model_fail("gpu-002", "5.7.5", "the displays changed and were not asked for");
	if (m->queue[0].live && g->edid_owed)
		model_fail("gpu-002", "5.7.5", "the displays changed and no EDID was asked for");
}

const struct model_class model_gpu_class = {
	.name = "gpu",
	.device_id = 16,
	.features = 0x3f,
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(*fields),
	.role = gpu_role,
	.serve = gpu_serve,
	.reset = gpu_reset,
	.config_written = gpu_config_written,
	.check = gpu_check,
};

void model_gpu_event(struct model *m)
{
	struct model_gpu *g = m->cfg.state;
	uint8_t events[4];

	g->display_owed = true;
	for (unsigned i = 0; i < m->cfg.config[AT_NUM_SCANOUTS] && i < MODEL_GPU_HEADS; i++)
		g->edid_owed |= (m->accepted >> MODEL_GPU_F_EDID & 1) && g->mode[i].enabled;
	put(events, EVENT_DISPLAY);
	model_config_change(m, AT_EVENTS_READ, events, sizeof(events));
}

void model_gpu_make_edid(struct model_gpu *g, unsigned head, const char *maker, const char *name,
			 unsigned width, unsigned height)
{
	uint8_t *e = g->edid[head], sum = 0;
	const unsigned id = (unsigned)(maker[0] - '@') << 10 | (unsigned)(maker[1] - '@') << 5 |
			    (unsigned)(maker[2] - '@');

	memset(e, 0, MODEL_GPU_EDID_BYTES);
	memset(e + 1, 0xff, 6);
	e[8] = (uint8_t)(id >> 8);
	e[9] = (uint8_t)id;
	e[54] = 1; /* the pixel clock of a mode */
	e[56] = (uint8_t)width;
	e[58] = (uint8_t)(width >> 4 & 0xf0);
	e[59] = (uint8_t)height;
	e[61] = (uint8_t)(height >> 4 & 0xf0);
	e[75] = 0xfc; /* the name */
	memset(e + 77, ' ', 13);
	memcpy(e + 77, name, strlen(name));
	e[77 + strlen(name)] = '\n';
	for (unsigned i = 0; i < 127; i++)
		sum = (uint8_t)(sum + e[i]);
	e[127] = (uint8_t)-sum;
	g->edid_size = 128;
}

void model_gpu_free(struct model_gpu *g)
{
	model_gpu_forget(g);
}

void model_gpu_config(struct model_config *cfg, struct model_gpu *g, uint32_t version,
		      uint64_t features, uint32_t max, uint32_t heads)
{
	*cfg = (struct model_config){
		.version = version,
		.cls = &model_gpu_class,
		.state = g,
		.features = features,
		.queue_max = { max, max },
		.config_bytes = CONFIG_BYTES,
	};
	put(cfg->config + AT_NUM_SCANOUTS, heads);
}
