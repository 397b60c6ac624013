/* SPDX-License-Identifier: BSD-2-Clause */
/* Suspend and resume (virtio 1.4, Device Suspend), strict about what a driver must not do
 * meanwhile. */
#include "tests/model/model_private.h"

static void look_at_all(struct model *m, bool compare)
{
	for (unsigned i = 0; i < MODEL_QUEUES; i++) {
		struct mq *q = &m->queue[i];

		if (!q->live)
			continue;
		mq_look(q);
		uint64_t seen = q->set.packed ? q->desc_seen : q->seen;
		if (compare && seen != m->suspend_seen[i])
			model_fail("suspend-003", "Device Suspend",
				   "queue %u got buffers while the device was suspended", i);
		m->suspend_seen[i] = seen;
	}
}

static void begin(struct model *m, enum model_suspend to)
{
	look_at_all(m, to == RESUMING);
	m->suspend = (uint8_t)to;
	m->suspend_left = m->faults.suspend_reads;
}

/* Only a running device can be suspended, and only a suspended one resumed. */
bool model_suspend_write(struct model *m, uint8_t v)
{
	if (m->suspend == SUSPENDED && v == (m->status | S_DRIVER_OK)) {
		begin(m, RESUMING);
		return true;
	}
	if (!(v & S_SUSPEND) || (m->status & S_SUSPEND) || (v & S_FAILED))
		return false;
	if (!model_has(m, F_SUSPEND) || !model_status_is(m, S_DRIVER_OK) || m->suspend != AWAKE)
		model_fail("suspend-001", "Device Suspend",
			   "SUSPEND with status 0x%02x and features 0x%" PRIx64, m->status,
			   m->accepted);
	else if (v != (m->status | S_SUSPEND))
		model_fail("status-002", "2.1.1", "status 0x%02x drops bits of 0x%02x", v,
			   m->status);
	else
		begin(m, SUSPENDING);
	return true;
}

void model_suspend_read(struct model *m)
{
	if ((m->suspend != SUSPENDING && m->suspend != RESUMING) || m->resetting)
		return;
	if (m->suspend_left != 0) {
		if (m->suspend_left != MODEL_NEVER)
			m->suspend_left--;
		return;
	}
	if (m->suspend == SUSPENDING) {
		m->status = (uint8_t)((m->status & ~S_DRIVER_OK) | S_SUSPEND);
		m->suspend = SUSPENDED;
	} else {
		look_at_all(m, true);
		m->status = (uint8_t)((m->status & ~S_SUSPEND) | S_DRIVER_OK);
		m->suspend = AWAKE;
	}
}

void model_suspend_check(const struct model *m, uint32_t off)
{
	if (m->suspend == AWAKE || m->resetting)
		return;
	if (off == REG_QUEUE_NOTIFY)
		model_fail(m->suspend == RESUMING ? "suspend-006" : "suspend-004", "Device Suspend",
			   "a notification while the device is suspended");
	else if (off >= MODEL_REGS)
		model_fail("suspend-005", "Device Suspend",
			   "a config write while the device is suspended");
	else
		model_fail("suspend-002", "Device Suspend",
			   "access to 0x%03x while the device is suspended", (unsigned)off);
}
