/* SPDX-License-Identifier: BSD-2-Clause */
/* The device as a whole: its turns, its interrupts. */
#include "tests/model/model_private.h"

#include <string.h>

void model_init(struct model *m, const struct model_config *cfg)
{
	memset(m, 0, sizeof(*m));
	m->cfg = *cfg;
	m->probe = cfg->probed ? PROBE_DONE : PROBE_NONE;
}

void model_done(struct model *m)
{
	for (unsigned i = 0; i < MODEL_QUEUES; i++)
		mq_close(&m->queue[i]);
}

static bool at_work(const struct model *m)
{
	return model_status_is(m, S_DRIVER_OK) && !(m->status & S_NEEDS_RESET) && !m->resetting;
}

void model_serve(struct model *m, unsigned queue)
{
	m->kicked[queue] = false;
	m->cfg.cls->serve(m, queue);
	for (unsigned i = 0; i < MODEL_QUEUES; i++) {
		if (mq_flush(&m->queue[i]))
			model_interrupt(m, 1);
	}
}

void model_run(struct model *m)
{
	if (!at_work(m))
		return;
	for (unsigned i = 0; i < MODEL_QUEUES; i++)
		mq_check_notified(&m->queue[i]);
	if (m->faults.silent || m->faults.gone || !m->cfg.cls || !m->cfg.cls->serve)
		return;
	for (unsigned i = 0; i < MODEL_QUEUES; i++) {
		if (!m->kicked[i])
			continue;
		model_serve(m, i);
	}
}

void model_check(struct model *m)
{
	if (at_work(m)) {
		for (unsigned i = 0; i < MODEL_QUEUES; i++)
			mq_check_notified(&m->queue[i]);
	}
	for (unsigned i = 0; i < MODEL_QUEUES; i++)
		mq_verify(&m->queue[i]);
	if (m->cfg.cls && m->cfg.cls->check)
		m->cfg.cls->check(m);
}

void model_interrupt(struct model *m, uint32_t bits)
{
	const bool was = m->interrupt_status != 0;

	m->interrupt_status |= bits;
	if (was || m->interrupt_status == 0)
		return;
	m->counts.interrupts++;
	if (m->on_interrupt)
		m->on_interrupt(m, m->ctx);
}

void model_complete(struct model *m, unsigned queue, uint16_t head, uint32_t len)
{
	if (m->faults.loses && m->faults.loses_of == queue)
		m->faults.loses = false;
	else if (mq_complete(&m->queue[queue], head, len))
		model_interrupt(m, 1);
}

void model_config_change(struct model *m, uint32_t off, const void *src, size_t len)
{
	memcpy(m->cfg.config + off, src, len);
	m->generation++;
	if (model_status_is(m, S_DRIVER_OK))
		model_interrupt(m, 2);
}

void model_needs_reset(struct model *m)
{
	m->status |= S_NEEDS_RESET;
	/* 2.1.2: with DRIVER_OK set, a configuration change notification too. */
	if (model_status_is(m, S_DRIVER_OK))
		model_interrupt(m, 2);
}
