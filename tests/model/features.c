/* SPDX-License-Identifier: BSD-2-Clause */
/* Feature negotiation (virtio 1.4, 2.2, 3.1.1 step 4, chapter 6). */
#include "tests/model/model_private.h"

/* What the queues of this model implement. The driver must not accept other ring features, since it
 * does not implement them either. */
#define SPOKEN_V2                                                                                  \
	(BIT64(F_INDIRECT_DESC) | BIT64(F_EVENT_IDX) | BIT64(F_VERSION_1) |                        \
	 BIT64(F_ACCESS_PLATFORM) | BIT64(F_RING_PACKED) | BIT64(F_ORDER_PLATFORM) |               \
	 BIT64(F_IN_ORDER) | BIT64(F_NOTIFICATION_DATA) | BIT64(F_RING_RESET) | BIT64(F_SUSPEND))
#define SPOKEN_V1 (BIT64(F_ANY_LAYOUT) | BIT64(F_INDIRECT_DESC) | BIT64(F_EVENT_IDX))

/* Bits that the specification gives to rings and negotiation; others up to 49 are
 * reserved unless the device type defines them. */
#define RING_BITS (((BIT64(41) - 1) & ~(BIT64(24) - 1)) | BIT64(43))

uint32_t model_features_read(struct model *m)
{
	uint32_t word = m->device_sel;

	if (!model_status_is(m, S_ACKNOWLEDGE | S_DRIVER))
		model_fail("init-001", "3.1.1", "features were read before DRIVER");
	if (!m->device_sel_fresh)
		model_fail("mmio-012", "4.2.2.2", "DeviceFeatures without DeviceFeaturesSel");
	m->device_sel_fresh = false;
	if (word > 1 && m->faults.feature_alias)
		word = 1;
	return word > 1 ? 0 : (uint32_t)(m->cfg.features >> (32 * word));
}

void model_features_write(struct model *m, uint32_t v)
{
	uint32_t word = m->driver_sel;

	if (!model_status_is(m, S_ACKNOWLEDGE | S_DRIVER))
		model_fail("init-001", "3.1.1", "features were written before DRIVER");
	if (!m->driver_sel_fresh)
		model_fail("mmio-013", "4.2.2.2", "DriverFeatures without DriverFeaturesSel");
	if (m->features_closed)
		model_fail(model_legacy(m) ? "init-001" : "init-004", "3.1.1",
			   "features were written after negotiation was over");
	m->driver_sel_fresh = false;
	if (word > 1 && m->faults.feature_alias)
		word = 1;
	if (word > 1) {
		if (v)
			model_fail("feat-001", "2.2.1", "bits of feature word %" PRIu32, word);
		return;
	}
	m->words_written |= (uint8_t)(1u << word);
	m->accepted &= word ? UINT32_MAX : ~(uint64_t)UINT32_MAX;
	m->accepted |= (uint64_t)v << (32 * word);
}

static void check_words(const struct model *m)
{
	const uint8_t all = model_legacy(m) ? 1 : 3;

	/* A word that was not written keeps its old value on some devices. */
	if ((m->words_written & all) != all)
		model_fail("init-001", "3.1.1", "not every feature word was written");
}

static void check_forbidden(const struct model *m)
{
	if (model_has(m, F_SR_IOV))
		model_fail("resfeat-009", "6.1", "SR_IOV was accepted");
	else if (model_has(m, F_ADMIN_VQ))
		model_fail("mmio-res-001", "4.2.5", "ADMIN_VQ was accepted");
	else if (model_has(m, F_NOTIF_CONFIG_DATA))
		model_fail("feat-005", "2.2.1", "NOTIF_CONFIG_DATA was accepted");
}

static void check_known(const struct model *m)
{
	const uint64_t class_bits = m->cfg.cls ? m->cfg.cls->features : 0;
	const uint64_t rest = m->accepted & ~class_bits;

	if (rest & ~RING_BITS)
		model_fail("feat-004", "2.2.1", "unknown bits 0x%" PRIx64 " were accepted",
			   rest & ~RING_BITS);
	else if (!model_legacy(m) && (rest & ~SPOKEN_V2))
		model_fail("ring-features", "2.2.1",
			   "bits 0x%" PRIx64 " were accepted, of rings that are not spoken here",
			   rest & ~SPOKEN_V2);
}

static void check_modern(const struct model *m)
{
	if ((m->cfg.features & BIT64(F_VERSION_1)) && !model_has(m, F_VERSION_1))
		model_fail("resfeat-001", "6.1", "VERSION_1 was offered and not accepted");
}

static void check_legacy(const struct model *m)
{
	const uint64_t class_bits = m->cfg.cls ? m->cfg.cls->features : 0;

	if (m->accepted >> 32)
		model_fail("feat-leg-002", "2.2.3", "bits above 31 were accepted on version 1");
	else if (model_has(m, F_BAD_FEATURE))
		model_fail("resfeat-015", "6.3", "bit 30 was accepted");
	else if ((m->cfg.features & BIT64(F_ANY_LAYOUT)) && !model_has(m, F_ANY_LAYOUT))
		model_fail("resfeat-014", "6.3", "ANY_LAYOUT was offered and not accepted");
	else if (m->accepted & ~(class_bits | SPOKEN_V1))
		model_fail("ring-features", "2.2.1", "bits 0x%" PRIx64 " were accepted",
			   m->accepted & ~(class_bits | SPOKEN_V1));
}

static void check_dependencies(const struct model *m)
{
	const struct model_class *c = m->cfg.cls;

	for (unsigned i = 0; c && i < c->ndependencies; i++) {
		if (model_has(m, c->dependencies[i].bit) && !model_has(m, c->dependencies[i].needs))
			model_fail("feat-002", "2.2.1", "bit %u was accepted without bit %u",
				   c->dependencies[i].bit, c->dependencies[i].needs);
	}
}

void model_features_close(struct model *m)
{
	if (m->features_closed)
		return;
	m->features_closed = true;
	check_words(m);
	if (m->accepted & ~m->cfg.features)
		model_fail("feat-001", "2.2.1", "bits 0x%" PRIx64 " were not offered",
			   m->accepted & ~m->cfg.features);
	check_forbidden(m);
	check_known(m);
	if (model_legacy(m))
		check_legacy(m);
	else
		check_modern(m);
	check_dependencies(m);
}
