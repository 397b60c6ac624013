/* SPDX-License-Identifier: BSD-2-Clause */
/* The register table, and the rules for every access (virtio 1.4, 4.2.2, 4.2.4). */
#include "tests/model/model_private.h"

enum { R = 1, W = 2, RW = R | W, V1 = 4, V2 = 8, BOTH = V1 | V2 };

struct reg {
	uint16_t off;
	uint8_t how;
	const char *name;
};

static const struct reg table[] = {
	{ REG_MAGIC, R | BOTH, "MagicValue" },
	{ REG_VERSION, R | BOTH, "Version" },
	{ REG_DEVICE_ID, R | BOTH, "DeviceID" },
	{ REG_VENDOR_ID, R | BOTH, "VendorID" },
	{ REG_DEVICE_FEATURES, R | BOTH, "DeviceFeatures" },
	{ REG_DEVICE_FEATURES_SEL, W | BOTH, "DeviceFeaturesSel" },
	{ REG_DRIVER_FEATURES, W | BOTH, "DriverFeatures" },
	{ REG_DRIVER_FEATURES_SEL, W | BOTH, "DriverFeaturesSel" },
	{ REG_GUEST_PAGE_SIZE, W | V1, "GuestPageSize" },
	{ REG_QUEUE_SEL, W | BOTH, "QueueSel" },
	{ REG_QUEUE_SIZE_MAX, R | BOTH, "QueueSizeMax" },
	{ REG_QUEUE_SIZE, W | BOTH, "QueueSize" },
	{ REG_QUEUE_ALIGN, W | V1, "QueueAlign" },
	{ REG_QUEUE_PFN, RW | V1, "QueuePFN" },
	{ REG_QUEUE_READY, RW | V2, "QueueReady" },
	{ REG_QUEUE_NOTIFY, W | BOTH, "QueueNotify" },
	{ REG_INTERRUPT_STATUS, R | BOTH, "InterruptStatus" },
	{ REG_INTERRUPT_ACK, W | BOTH, "InterruptACK" },
	{ REG_STATUS, RW | BOTH, "Status" },
	{ REG_QUEUE_DESC, W | V2, "QueueDescLow" },
	{ REG_QUEUE_DESC + 4, W | V2, "QueueDescHigh" },
	{ REG_QUEUE_DRIVER, W | V2, "QueueDriverLow" },
	{ REG_QUEUE_DRIVER + 4, W | V2, "QueueDriverHigh" },
	{ REG_QUEUE_DEVICE, W | V2, "QueueDeviceLow" },
	{ REG_QUEUE_DEVICE + 4, W | V2, "QueueDeviceHigh" },
	{ REG_SHM_SEL, W | V2, "SHMSel" },
	{ REG_SHM_LEN, R | V2, "SHMLenLow" },
	{ REG_SHM_LEN + 4, R | V2, "SHMLenHigh" },
	{ REG_SHM_BASE, R | V2, "SHMBaseLow" },
	{ REG_SHM_BASE + 4, R | V2, "SHMBaseHigh" },
	{ REG_QUEUE_RESET, RW | V2, "QueueReset" },
	{ REG_CONFIG_GENERATION, R | V2, "ConfigGeneration" },
};

static const struct reg *reg_at(uint32_t off)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (table[i].off == off)
			return &table[i];
	}
	return NULL;
}

/* No other access before the device is identified (4.2.3.1.1), and none to an empty slot. */
static void check_probe(const struct model *m, uint32_t off)
{
	if (m->probe == PROBE_EMPTY)
		model_fail("mmio-init-004", "4.2.3.1.1", "access to 0x%03x of an empty slot",
			   (unsigned)off);
	else if (off == REG_MAGIC)
		return;
	else if (m->probe == PROBE_NOT_VIRTIO)
		model_fail("mmio-006", "4.2.2.2", "access to 0x%03x after a wrong MagicValue",
			   (unsigned)off);
	else if (m->probe == PROBE_NOT_OURS)
		model_fail("mmio-008", "4.2.2.2", "access to 0x%03x after an unknown Version",
			   (unsigned)off);
	else if (off == REG_VERSION && m->probe < PROBE_MAGIC)
		model_fail("mmio-init-001", "4.2.3.1.1", "Version was read before MagicValue");
	else if (off == REG_DEVICE_ID && m->probe < PROBE_VERSION)
		model_fail("mmio-init-002", "4.2.3.1.1", "DeviceID was read before Version");
	else if (off > REG_DEVICE_ID && m->probe < PROBE_DONE)
		model_fail("mmio-init-001", "4.2.3.1.1",
			   "access to 0x%03x before MagicValue, Version and DeviceID",
			   (unsigned)off);
}

/* Shared memory and QueueReset came with 1.2. */
static bool is_newer_than_1_0(uint32_t off)
{
	return (off >= REG_SHM_SEL && off <= REG_SHM_BASE + 4) || off == REG_QUEUE_RESET;
}

static bool access_ok(struct model *m, uint32_t off, unsigned width, bool write)
{
	const struct reg *r = reg_at(off);

	if (width != 4 || off % 4 != 0)
		model_fail("mmio-004", "4.2.2.2", "access of %u bytes at 0x%03x", width,
			   (unsigned)off);
	else if (!r)
		model_fail("mmio-001", "4.2.2.2", "no register at 0x%03x", (unsigned)off);
	else if (!(r->how & (model_legacy(m) ? V1 : V2)) && m->probe >= PROBE_DONE)
		model_fail("mmio-001", "4.2.2.2", "%s does not exist on version %u", r->name,
			   (unsigned)m->cfg.version);
	else if (m->faults.old && is_newer_than_1_0(off))
		model_fail("mmio-001", "4.2.2.2", "a device of virtio 1.0 faults at %s", r->name);
	else if (write && !(r->how & W))
		model_fail("mmio-002", "4.2.2.2", "write to %s", r->name);
	else if (!write && !(r->how & R))
		model_fail("mmio-003", "4.2.2.2", "read of %s", r->name);
	else if (off >= REG_SHM_SEL && off <= REG_SHM_BASE + 4 &&
		 !(m->cfg.cls && m->cfg.cls->shared_memory))
		model_fail("mmio-init-005", "4.2.3.1.1", "this device has no shared memory");
	else
		return true;
	return false;
}

/* After FAILED only a reset is allowed (3.1.1). During a reset the driver must wait (2.4.2). */
static void check_phase(const struct model *m, uint32_t off)
{
	const bool quiet = off <= REG_VENDOR_ID || off == REG_STATUS ||
			   off == REG_INTERRUPT_STATUS || off == REG_INTERRUPT_ACK;

	if (quiet)
		return;
	model_suspend_check(m, off);
	if (m->reset_unseen)
		model_fail("reset-001", "2.4.2", "access to 0x%03x before Status was read as 0",
			   (unsigned)off);
	else if (m->status_written & S_FAILED)
		model_fail("init-007", "3.1.1", "access to 0x%03x after FAILED", (unsigned)off);
}

/* After the driver stopped a queue it must first read that the queue has stopped (4.2.2.2). */
static void check_read_back(struct model *m, uint32_t off, bool write)
{
	for (unsigned i = 0; i < MODEL_QUEUES; i++) {
		if (!m->regs[i].read_back_due)
			continue;
		m->regs[i].read_back_due = false;
		if (write || off != REG_QUEUE_READY)
			model_fail("mmio-017", "4.2.2.2",
				   "QueueReady was not read back after 0 was written");
	}
}

static uint32_t identify(struct model *m, uint32_t off)
{
	const struct model_faults *f = &m->faults;

	switch (off) {
	case REG_MAGIC: return f->magic ? f->magic : MODEL_MAGIC;
	case REG_VERSION: return f->version ? f->version : m->cfg.version;
	case REG_DEVICE_ID:
		return f->device_id ? f->device_id : m->cfg.cls ? m->cfg.cls->device_id : 0;
	default: return MODEL_VENDOR;
	}
}

/* Record what the driver knows after it has read this value. */
static void learn(struct model *m, uint32_t off, uint32_t v)
{
	if (m->cfg.probed || m->probe == PROBE_EMPTY)
		return;
	if (off == REG_MAGIC)
		m->probe = v == MODEL_MAGIC ? PROBE_MAGIC : PROBE_NOT_VIRTIO;
	else if (off == REG_VERSION && m->probe == PROBE_MAGIC)
		m->probe = v == 1 || v == 2 ? PROBE_VERSION : PROBE_NOT_OURS;
	else if (off == REG_DEVICE_ID && m->probe == PROBE_VERSION)
		m->probe = v ? PROBE_DONE : PROBE_EMPTY;
}

static uint32_t read_interrupts(struct model *m)
{
	return m->interrupt_status | m->faults.interrupt_set;
}

static uint32_t read_generation(struct model *m)
{
	if (m->faults.generation_moves == 0)
		return m->generation;
	if (m->faults.generation_moves != MODEL_NEVER)
		m->faults.generation_moves--;
	return ++m->generation;
}

static uint32_t read_register(struct model *m, uint32_t off)
{
	switch (off) {
	case REG_MAGIC:
	case REG_VERSION:
	case REG_DEVICE_ID:
	case REG_VENDOR_ID: return identify(m, off);
	case REG_DEVICE_FEATURES: return model_features_read(m);
	case REG_INTERRUPT_STATUS: return read_interrupts(m);
	case REG_STATUS: return model_status_read(m);
	case REG_CONFIG_GENERATION: return read_generation(m);
	case REG_SHM_LEN:
	case REG_SHM_LEN + 4:
	case REG_SHM_BASE:
	case REG_SHM_BASE + 4: return model_shm_read(m, off);
	case REG_QUEUE_RESET: return model_queue_reset_read(m);
	default: return model_queue_read(m, off);
	}
}

static void acknowledge(struct model *m, uint32_t v)
{
	if (v & ~3u)
		model_fail("mmio-020", "4.2.2.2", "InterruptACK of 0x%" PRIx32, v);
	else if (v & ~m->events_seen)
		model_fail("mmio-019", "4.2.2.2",
			   "InterruptACK of 0x%" PRIx32 ", but InterruptStatus showed 0x%" PRIx32,
			   v, m->events_seen);
	m->events_seen &= ~v;
	if (!m->faults.interrupt_stuck)
		m->interrupt_status &= ~v;
}

static void write_register(struct model *m, uint32_t off, uint32_t v)
{
	switch (off) {
	case REG_DEVICE_FEATURES_SEL:
		m->device_sel = v;
		m->device_sel_fresh = true;
		break;
	case REG_DRIVER_FEATURES_SEL:
		m->driver_sel = v;
		m->driver_sel_fresh = true;
		break;
	case REG_DRIVER_FEATURES: model_features_write(m, v); break;
	case REG_INTERRUPT_ACK: acknowledge(m, v); break;
	case REG_STATUS: model_status_write(m, v); break;
	case REG_QUEUE_NOTIFY: model_notify(m, v); break;
	case REG_SHM_SEL: model_shm_select(m, v); break;
	case REG_QUEUE_RESET: model_queue_reset_write(m, v); break;
	default: model_queue_write(m, off, v); break;
	}
}

static void count_read(struct model *m, uint32_t off)
{
	m->counts.reads++;
	if (off < MODEL_REGS)
		m->counts.read_at[off / 4]++;
	else
		m->counts.config_reads++;
}

static void count_write(struct model *m, uint32_t off)
{
	if (off == REG_QUEUE_NOTIFY)
		m->counts.notifies++;
	else
		m->counts.writes++;
	if (off < MODEL_REGS)
		m->counts.written_at[off / 4]++;
	else
		m->counts.config_writes++;
}

static uint32_t read_any(struct model *m, uint32_t off, unsigned width)
{
	if (m->faults.gone)
		return UINT32_MAX;
	check_probe(m, off);
	check_read_back(m, off, false);
	if (off >= MODEL_REGS)
		return model_config_read(m, off - MODEL_REGS, width);
	if (!access_ok(m, off, width, false))
		return 0;
	check_phase(m, off);
	return read_register(m, off);
}

uint32_t model_read(struct model *m, uint32_t off, unsigned width)
{
	count_read(m, off);
	uint32_t v = read_any(m, off, width);
	if (m->on_read)
		v = m->on_read(m, m->ctx, off, width, v);
	learn(m, off, v);
	if (off == REG_INTERRUPT_STATUS)
		m->events_seen |= v;
	if (m->on_access)
		m->on_access(m, m->ctx, false, off, v);
	return v;
}

void model_write(struct model *m, uint32_t off, unsigned width, uint32_t v)
{
	count_write(m, off);
	if (!m->faults.gone) {
		check_probe(m, off);
		check_read_back(m, off, true);
		if (off >= MODEL_REGS) {
			model_config_write(m, off - MODEL_REGS, width, v);
		} else if (access_ok(m, off, width, true)) {
			check_phase(m, off);
			write_register(m, off, v);
		}
	}
	if (m->on_access)
		m->on_access(m, m->ctx, true, off, v);
}
