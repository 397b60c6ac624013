/* SPDX-License-Identifier: BSD-2-Clause */
/* Device configuration space (virtio 1.4, 2.5, 4.2.2.2). It is little-endian, for version 1 too,
 * since no host of these tests is big-endian (2.5.3). */
#include "tests/model/model_private.h"

static const struct model_field *field_at(const struct model *m, uint32_t off)
{
	const struct model_class *c = m->cfg.cls;

	for (unsigned i = 0; c && i < c->nfields; i++) {
		const struct model_field *f = &c->fields[i];

		if (off >= f->off && off < (uint32_t)f->off + f->width)
			return f;
	}
	return NULL;
}

/* The access covers the field exactly; eight bytes are two accesses of four. */
static bool covers(const struct model_field *f, uint32_t off, unsigned width)
{
	if (f->width == 8)
		return width == 4 && (off == f->off || off == f->off + 4u);
	return width == f->width && off == f->off;
}

static bool access_ok(struct model *m, uint32_t off, unsigned width, const struct model_field *f)
{
	if ((width != 1 && width != 2 && width != 4) || off % width != 0)
		model_fail("mmio-005", "4.2.2.2", "config access of %u bytes at %" PRIu32, width,
			   off);
	else if (off + width > m->cfg.config_bytes)
		model_fail("mmio-001", "4.2.2.2", "config access past the end, at %" PRIu32, off);
	else if (m->cfg.cls && m->cfg.cls->fields && !f)
		model_fail("mmio-001", "4.2.2.2", "no config field at %" PRIu32, off);
	else if (f && !covers(f, off, width))
		model_fail("mmio-005", "4.2.2.2",
			   "config access of %u bytes at %" PRIu32 " to a field of %u", width, off,
			   f->width);
	else if (f && f->features && !(f->features & m->cfg.features))
		model_fail("config-003", "2.5.1",
			   "the config field at %" PRIu32 " belongs to a feature not offered", off);
	else
		return true;
	return false;
}

uint32_t model_config_read(struct model *m, uint32_t off, unsigned width)
{
	uint32_t v = 0;

	if (!access_ok(m, off, width, field_at(m, off)))
		return 0;
	if (m->reset_unseen)
		model_fail("reset-001", "2.4.2", "config was read during a reset");
	else if (!(m->status_written & S_DRIVER))
		model_fail("init-001", "3.1.1", "config was read before DRIVER");
	if (m->cfg.cls && m->cfg.cls->config_read)
		m->cfg.cls->config_read(m, off, width);
	for (unsigned i = 0; i < width; i++)
		v |= (uint32_t)m->cfg.config[off + i] << (8 * i);
	return v;
}

static void check_write(const struct model *m, const struct model_field *f)
{
	model_suspend_check(m, MODEL_REGS + (f ? f->off : 0));
	if (f && f->any_time)
		return;
	if (m->reset_unseen)
		model_fail("reset-001", "2.4.2", "config was written during a reset");
	else if (m->status_written & S_FAILED)
		model_fail("init-007", "3.1.1", "config was written after FAILED");
	else if (model_legacy(m) && !(m->status_written & S_DRIVER))
		model_fail("init-001", "3.1.1", "config was written before DRIVER");
	else if (!model_legacy(m) && !m->features_seen)
		model_fail("init-003", "3.1.1", "config was written during negotiation");
}

void model_config_write(struct model *m, uint32_t off, unsigned width, uint32_t v)
{
	const struct model_field *f = field_at(m, off);

	if (!access_ok(m, off, width, f))
		return;
	if (f && !f->writable) {
		model_fail("mmio-002", "4.2.2.2", "config field at %" PRIu32 " is read-only", off);
		return;
	}
	check_write(m, f);
	for (unsigned i = 0; i < width; i++)
		m->cfg.config[off + i] = (uint8_t)(v >> (8 * i));
	if (m->cfg.cls && m->cfg.cls->config_written)
		m->cfg.cls->config_written(m, off, v);
}
