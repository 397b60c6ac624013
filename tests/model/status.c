/* SPDX-License-Identifier: BSD-2-Clause */
/* Device status: the order of bring-up (virtio 1.4, 2.1, 2.4, 3.1.1, 3.1.2). */
#include "tests/model/model_private.h"

enum { S_DRIVERS = S_ACKNOWLEDGE | S_DRIVER | S_DRIVER_OK | S_FEATURES_OK | S_FAILED };

static void finish_reset(struct model *m)
{
	m->resetting = false;
	m->status = 0;
	m->interrupt_status = 0;
	m->events_seen = 0;
	model_queues_reset(m);
	if (m->cfg.cls && m->cfg.cls->reset)
		m->cfg.cls->reset(m);
}

static void begin_reset(struct model *m)
{
	m->counts.resets++;
	m->status_stale = m->status;
	m->status_written = 0;
	m->words_written = 0;
	m->page_size = 0;
	m->queue_selected = m->device_sel_fresh = m->driver_sel_fresh = false;
	m->features_closed = m->features_seen = m->features_refused = false;
	m->suspend = AWAKE;
	m->was_reset = m->resetting = m->reset_unseen = true;
	m->reset_left = m->faults.reset_reads;
	if (m->reset_left == 0)
		finish_reset(m);
}

static uint8_t read_during_reset(struct model *m)
{
	if (m->reset_left == 0) {
		finish_reset(m);
		return 0;
	}
	if (m->reset_left != MODEL_NEVER)
		m->reset_left--;
	/* The reset is not over, so the value is not 0. */
	return m->status_stale ? m->status_stale : S_FAILED;
}

uint32_t model_status_read(struct model *m)
{
	model_suspend_read(m);
	uint8_t v = m->resetting ? read_during_reset(m) : m->status;
	v = (uint8_t)((v | m->faults.status_set) & ~m->faults.status_clear);
	if (v == 0)
		m->reset_unseen = false;
	/* 3.1.1 step 6: the driver now knows whether FEATURES_OK is set. */
	if (m->status_written & S_FEATURES_OK) {
		m->features_seen = v & S_FEATURES_OK;
		m->features_refused = !m->features_seen;
	}
	return v;
}

static void check_bits(const struct model *m, uint8_t v, uint8_t fresh)
{
	if (v & ~(S_DRIVERS | S_NEEDS_RESET | (m->suspend != AWAKE ? S_SUSPEND : 0)))
		model_fail("status-001", "2.1", "status 0x%02x has undefined bits", v);
	if ((v & S_NEEDS_RESET) && !((m->status | m->faults.status_set) & S_NEEDS_RESET))
		model_fail("status-001", "2.1", "DEVICE_NEEDS_RESET is the device's to set");
	if (m->status & (S_DRIVERS | S_SUSPEND) & ~v)
		model_fail("status-002", "2.1.1", "status 0x%02x drops bits of 0x%02x", v,
			   m->status);
	if (fresh & (fresh - 1))
		model_fail("status-001", "3.1.1", "bits 0x%02x were set in one step", fresh);
}

/* 3.1.1: 1 reset, 2 ACKNOWLEDGE, 3 DRIVER. */
static void check_start(const struct model *m, uint8_t fresh)
{
	if (!m->was_reset)
		model_fail("init-001", "3.1.1", "the device was not reset first");
	else if (m->reset_unseen)
		model_fail("reset-001", "2.4.2", "Status was not read as 0 after the reset");
	if (m->status_written & S_FAILED)
		model_fail("status-003", "2.1.1", "no reset after FAILED");
	if ((fresh & S_DRIVER) && !((m->status_written | fresh) & S_ACKNOWLEDGE))
		model_fail("init-001", "3.1.1", "DRIVER before ACKNOWLEDGE");
}

/* 3.1.1 step 5; legacy devices have no such step (3.1.2). */
static void features_ok(struct model *m)
{
	if (model_legacy(m)) {
		model_fail("init-leg-001", "3.1.2", "FEATURES_OK on a legacy device");
		return;
	}
	if (!(m->status_written & S_DRIVER))
		model_fail("init-001", "3.1.1", "FEATURES_OK before DRIVER");
	model_features_close(m);
	if (m->faults.need_all_features && m->accepted != m->cfg.features)
		m->status &= (uint8_t)~S_FEATURES_OK;
}

/* 3.1.1 step 8. */
static void driver_ok(struct model *m)
{
	if (!(m->status_written & S_DRIVER))
		model_fail("init-001", "3.1.1", "DRIVER_OK before DRIVER");
	if (model_legacy(m))
		model_features_close(m);
	else if (!(m->status_written & S_FEATURES_OK))
		model_fail("init-001", "3.1.1", "DRIVER_OK before FEATURES_OK");
	else if (m->features_refused)
		model_fail("init-007", "3.1.1", "DRIVER_OK although FEATURES_OK was refused");
	else if (!m->features_seen)
		model_fail("init-005", "3.1.1", "FEATURES_OK was not read back");
	if (model_status_is(m, S_DRIVER_OK) && m->cfg.cls && m->cfg.cls->driver_ok)
		m->cfg.cls->driver_ok(m);
}

void model_status_write(struct model *m, uint32_t value)
{
	const uint8_t v = (uint8_t)value;

	if (value == 0) {
		begin_reset(m);
		return;
	}
	uint8_t fresh = (uint8_t)(v & S_DRIVERS & ~(m->status_written | m->status));
	check_start(m, fresh);
	if (m->resetting || model_suspend_write(m, v))
		return;
	check_bits(m, value > 0xff ? 0x20 : v, fresh);
	m->status_written |= v & S_DRIVERS;
	m->status |= (uint8_t)(fresh & ~m->faults.status_clear);
	if (fresh & S_FEATURES_OK)
		features_ok(m);
	if (fresh & S_DRIVER_OK)
		driver_ok(m);
}
