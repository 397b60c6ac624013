/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues as the registers set them up (virtio 1.4, 4.2.3.2, and 4.2.4 for version 1). */
#include "tests/model/model_private.h"

enum { WROTE_SIZE = 0x40, WROTE_ADDRESSES = 0x3f, WROTE_ALIGN = 0x01 };

/* The selected queue. If it does not exist, its registers have no effect. */
static struct model_queue_regs *selected(struct model *m, struct model_queue_regs *nowhere)
{
	*nowhere = (struct model_queue_regs){ 0 };
	return m->queue_sel < MODEL_QUEUES ? &m->regs[m->queue_sel] : nowhere;
}

/* 3.1.1 step 7 comes after the features are settled. */
static void check_step(struct model *m, const char *what)
{
	if (model_legacy(m)) {
		if (!model_status_is(m, S_DRIVER))
			model_fail("init-001", "3.1.2", "%s before DRIVER", what);
		else
			model_features_close(m);
	} else if (!(m->status_written & S_FEATURES_OK)) {
		model_fail("init-001", "3.1.1", "%s before FEATURES_OK", what);
	} else if (m->features_refused) {
		model_fail("init-007", "3.1.1", "%s although FEATURES_OK was refused", what);
	} else if (!m->features_seen) {
		model_fail("init-005", "3.1.1", "%s before FEATURES_OK was read back", what);
	}
}

static void check_selected(const struct model *m)
{
	if (!m->queue_selected)
		model_fail(model_queue_rule(m), model_queue_section(m),
			   "a queue register without QueueSel");
}

/* The ring size that the device uses. */
static uint32_t ring_size(const struct model *m)
{
	const unsigned i = m->queue_sel;

	return m->faults.ignore_queue_size ? m->cfg.queue_max[i] : m->regs[i].size;
}

static void open_queue(struct model *m, uint64_t desc, uint64_t avail, uint64_t used)
{
	const unsigned i = m->queue_sel;
	const struct model_class *c = m->cfg.cls;
	struct mq_setup s = {
		.memory = m->cfg.memory,
		.size = ring_size(m),
		.driver_size = m->regs[i].size,
		.desc = desc,
		.avail = avail,
		.used = used,
		.event_idx = model_has(m, F_EVENT_IDX),
		.indirect = model_has(m, F_INDIRECT_DESC),
		.packed = model_has(m, F_RING_PACKED),
		.in_order = model_has(m, F_IN_ORDER),
		.legacy = model_legacy(m),
	};

	if (s.size != s.driver_size)
		s.memory->lenient = true;
	if (c && c->role)
		s.role = c->role(m, i, &s.role_rule);
	if ((m->status & S_DRIVER_OK) && !m->regs[i].was_reset)
		model_fail("init-001", "3.1.1", "queue %u was set up after DRIVER_OK", i);
	m->queue[i].batch = m->batch;
	m->queue[i].overwrites = m->overwrites;
	if (!m->queue[i].live && s.size != 0)
		mq_open(&m->queue[i], &s);
}

/* Until now the device owns the memory of the queue and its buffers (2.6.1). */
static void finish_queue_reset(struct model *m, struct model_queue_regs *r)
{
	struct mq *q = &m->queue[m->queue_sel];

	r->resetting = false;
	if (m->faults.queue_reset_ignored)
		return;
	mq_verify(q);
	if (!m->faults.queue_reset_lies)
		mq_close(q);
	*r = (struct model_queue_regs){ .reset_unseen = true,
					.was_reset = true,
					.zombie = m->faults.queue_reset_lies };
	m->kicked[m->queue_sel] = false;
}

void model_queue_reset_write(struct model *m, uint32_t v)
{
	struct model_queue_regs nowhere, *r = selected(m, &nowhere);

	check_selected(m);
	if (!model_has(m, F_RING_RESET))
		model_fail("mmio-021", "4.2.2.2", "QueueReset without RING_RESET");
	else if (v != 1 || !r->ready || !model_status_is(m, S_DRIVER_OK))
		model_fail("vqreset-001", "2.6.1", "QueueReset %" PRIu32 " of a queue that is %s",
			   v, r->ready ? "live" : "not live");
	if (!r->ready)
		return;
	r->resetting = r->reset_unseen = true;
	r->reset_left = m->faults.queue_reset_reads;
}

uint32_t model_queue_reset_read(struct model *m)
{
	struct model_queue_regs nowhere, *r = selected(m, &nowhere);

	check_selected(m);
	if (r->resetting && r->reset_left == 0)
		finish_queue_reset(m, r);
	if (r->resetting && r->reset_left != MODEL_NEVER)
		r->reset_left--;
	r->idle_read = false; /* QueueReady was not read yet */
	return r->resetting;
}

/* The driver must not access a queue during its reset. */
static void check_queue_reset(const struct model_queue_regs *r, uint32_t off)
{
	if (r->resetting)
		model_fail("mmio-021", "4.2.2.2",
			   "access to 0x%03x before QueueReset was read as 0", (unsigned)off);
	else if (r->reset_unseen && !r->idle_read)
		model_fail("vqreset-001", "2.6.1",
			   "access to 0x%03x before QueueReady was read as 0 after a queue reset",
			   (unsigned)off);
}

static void close_queue(struct model *m)
{
	struct mq *q = &m->queue[m->queue_sel];

	/* The driver does not own the buffers before a reset (2.7, 3.3.1), but the model cannot
	 * serve this queue any more. Chains in flight remain so until the reset. */
	if (q->live && q->outstanding == 0)
		mq_close(q);
}

static uint32_t size_max(struct model *m, struct model_queue_regs *r)
{
	if (m->queue_sel < MODEL_QUEUES && r->pfn != 0)
		model_fail("mmio-leg-002", "4.2.4", "QueueNumMax was read while QueuePFN is not 0");
	else if (!r->idle_read)
		model_fail(model_queue_rule(m), model_queue_section(m),
			   "QueueSizeMax was read before it was known that the queue is idle");
	r->max_read = true;
	return m->queue_sel < MODEL_QUEUES ? m->cfg.queue_max[m->queue_sel] : 0;
}

/* QueueReady or QueuePFN. */
static uint32_t in_use(struct model *m, struct model_queue_regs *r)
{
	uint32_t v = model_legacy(m) ? r->pfn : r->ready;

	if (m->faults.queue_busy && v == 0)
		v = 1;
	r->idle_read |= v == 0;
	return v;
}

uint32_t model_queue_read(struct model *m, uint32_t off)
{
	struct model_queue_regs nowhere, *r = selected(m, &nowhere);

	check_selected(m);
	check_step(m, "queue registers were read");
	if (off == REG_QUEUE_SIZE_MAX) {
		/* A queue that does not exist has no state. */
		nowhere.idle_read = true;
		return size_max(m, r);
	}
	return in_use(m, r);
}

static void write_size(struct model *m, struct model_queue_regs *r, uint32_t v)
{
	const uint32_t max = m->queue_sel < MODEL_QUEUES ? m->cfg.queue_max[m->queue_sel] : 0;

	if (!r->max_read)
		model_fail(model_queue_rule(m), model_queue_section(m),
			   "QueueSize was written before QueueSizeMax was read");
	if (v > max)
		model_fail(model_legacy(m) ? "mmio-leg-008" : "mmio-014",
			   model_legacy(m) ? "4.2.4" : "4.2.2.2",
			   "QueueSize %" PRIu32 " above QueueSizeMax %" PRIu32, v, max);
	else if (model_has(m, F_RING_PACKED) && (v == 0 || v > 32768))
		model_fail("packed-002", "2.8.10.1", "QueueSize %" PRIu32, v);
	else if (!model_has(m, F_RING_PACKED) && (v == 0 || (v & (v - 1)) || v > 32768))
		model_fail("split-002", "2.7", "QueueSize %" PRIu32, v);
	else
		r->size = v;
	r->written |= WROTE_SIZE;
}

static void write_ready(struct model *m, struct model_queue_regs *r, uint32_t v)
{
	if (v > 1)
		model_fail("mmio-init-007", "4.2.2", "QueueReady %" PRIu32, v);
	if (v == 0) {
		r->read_back_due = true;
		if (m->faults.queue_stuck)
			return;
		r->ready = false;
		close_queue(m);
		return;
	}
	if (r->ready)
		model_fail("mmio-init-007", "4.2.3.2", "QueueReady 1 on a queue that is live");
	if (r->written != (WROTE_SIZE | WROTE_ADDRESSES)) {
		model_fail("mmio-init-007", "4.2.3.2",
			   "QueueReady before QueueSize and all six address registers");
		return;
	}
	if (m->faults.queue_refused || r->ready)
		return;
	if (!r->zombie)
		open_queue(m, r->desc, r->avail, r->used);
	r->reset_unseen = false;
	r->ready = true;
}

static void set_half(uint64_t *address, bool high, uint32_t v)
{
	const unsigned shift = high ? 32 : 0;

	*address = (*address & ~((uint64_t)UINT32_MAX << shift)) | (uint64_t)v << shift;
}

static void write_address(struct model_queue_regs *r, uint32_t off, uint32_t v)
{
	const bool high = off & 4;
	const unsigned area = (off - REG_QUEUE_DESC) / 16;
	uint64_t *const address[3] = { &r->desc, &r->avail, &r->used };

	set_half(address[area], high, v);
	r->written |= (uint8_t)(1u << (2 * area + high));
}

static bool power_of_two(uint32_t v)
{
	return v != 0 && (v & (v - 1)) == 0;
}

/* One block: descriptors, available ring, padding to QueueAlign, used ring (2.7.2). */
static void start_legacy(struct model *m, struct model_queue_regs *r, uint32_t pfn)
{
	const uint64_t desc = (uint64_t)pfn * m->page_size;
	const uint32_t size = ring_size(m);
	const uint64_t avail = desc + 16ull * size;
	const uint64_t end = avail + 6 + 2ull * size;
	const uint64_t align = r->align;

	open_queue(m, desc, avail, (end + align - 1) & ~(align - 1));
	r->pfn = pfn;
}

static void write_pfn(struct model *m, struct model_queue_regs *r, uint32_t v)
{
	if (v == 0) {
		if (m->faults.queue_stuck)
			return;
		r->pfn = 0;
		close_queue(m);
		return;
	}
	if (r->pfn)
		model_fail("mmio-leg-004", "4.2.4", "QueuePFN of a queue that is in use");
	else if (!power_of_two(m->page_size))
		model_fail("mmio-leg-001", "4.2.4", "QueuePFN without a GuestPageSize");
	else if (!r->idle_read || !r->max_read || r->written != (WROTE_SIZE | WROTE_ALIGN) ||
		 !power_of_two(r->align))
		model_fail("mmio-leg-007", "4.2.4",
			   "QueuePFN before QueuePFN and QueueNumMax were read, QueueNum and "
			   "QueueAlign written");
	else if (!m->faults.queue_refused)
		start_legacy(m, r, v);
}

static void write_page_size(struct model *m, uint32_t v)
{
	if (!power_of_two(v))
		model_fail("mmio-leg-001", "4.2.4", "GuestPageSize %" PRIu32, v);
	m->page_size = v;
}

static void write_align(struct model_queue_regs *r, uint32_t v)
{
	if (!power_of_two(v) || v < 4)
		model_fail("mmio-leg-003", "4.2.4", "QueueAlign %" PRIu32, v);
	r->align = v;
	r->written |= WROTE_ALIGN;
}

void model_queue_write(struct model *m, uint32_t off, uint32_t v)
{
	struct model_queue_regs nowhere;

	if (off == REG_GUEST_PAGE_SIZE) {
		write_page_size(m, v);
		return;
	}
	check_step(m, "queue registers were written");
	if (off == REG_QUEUE_SEL) {
		m->queue_sel = m->faults.select_ignored ? 0 : v;
		m->queue_selected = true;
		return;
	}
	check_selected(m);
	struct model_queue_regs *r = selected(m, &nowhere);
	check_queue_reset(r, off);
	if ((r->ready || r->pfn) && off != REG_QUEUE_READY && off != REG_QUEUE_PFN) {
		model_fail(model_legacy(m) ? "mmio-leg-007" : "mmio-015", "4.2.2.2",
			   "register 0x%03x of a live queue was written", (unsigned)off);
		return;
	}
	switch (off) {
	case REG_QUEUE_SIZE: write_size(m, r, v); break;
	case REG_QUEUE_ALIGN: write_align(r, v); break;
	case REG_QUEUE_PFN: write_pfn(m, r, v); break;
	case REG_QUEUE_READY: write_ready(m, r, v); break;
	default: write_address(r, off, v); break;
	}
}

void model_queues_reset(struct model *m)
{
	for (unsigned i = 0; i < MODEL_QUEUES; i++) {
		mq_close(&m->queue[i]);
		m->regs[i] = (struct model_queue_regs){ 0 };
		m->kicked[i] = false;
	}
}

/* With NOTIFICATION_DATA the driver writes its position (2.9). */
static void check_data(struct model *m, unsigned queue, uint16_t data)
{
	struct mq *q = &m->queue[queue];
	const uint16_t want = mq_next_data(q);

	if (data != want && !q->forgiving)
		model_fail(q->set.packed ? "packed-006" : "notify-002", "2.9",
			   "queue %u was notified with 0x%x, and goes on at 0x%x", queue, data,
			   want);
}

void model_notify(struct model *m, uint32_t v)
{
	const uint16_t data = (uint16_t)(v >> 16);

	if (model_has(m, F_NOTIFICATION_DATA))
		v &= UINT16_MAX;
	if (!model_status_is(m, S_DRIVER_OK))
		model_fail("init-008", "3.1.1", "queue %" PRIu32 " was notified before DRIVER_OK",
			   v);
	if (v < MODEL_QUEUES && m->regs[v].reset_unseen)
		model_fail("vqreset-003", "2.6.2",
			   "queue %" PRIu32 " was notified during its reset", v);
	else if (v >= MODEL_QUEUES || !m->queue[v].live)
		model_fail(model_has(m, F_NOTIFICATION_DATA) ? "mmio-init-009" : "mmio-init-008",
			   "4.2.3.3", "queue %" PRIu32 " does not exist", v);
	if (v >= MODEL_QUEUES || !m->queue[v].live || m->regs[v].reset_unseen)
		return;
	if (model_has(m, F_NOTIFICATION_DATA))
		check_data(m, v, data);
	mq_kicked(&m->queue[v]);
	m->kicked[v] = true;
	if (m->serve_on_kick && !m->faults.silent && m->cfg.cls && m->cfg.cls->serve)
		model_serve(m, v);
}
