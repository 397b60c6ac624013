/* SPDX-License-Identifier: BSD-2-Clause */
/* The model rejects broken feature negotiation. */
#include "tests/unit/model_rig.h"

#define VERSION_1 (UINT64_C(1) << 32)

/* ---- Features ---- */

static void offer_read_too_early(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 1);
	wr(r, 0x014, 0);
	rd(r, 0x010);
}

static void accepted_too_early(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 1);
	wr(r, 0x024, 0);
	wr(r, 0x020, 0);
}

static void nuttx_feature_sel(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x024, 1);
	rd(r, 0x010);
}

static void offer_read_twice(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x014, 0);
	rd(r, 0x010);
	rd(r, 0x010);
}

static void accepted_without_sel(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x020, 0);
}

static void unoffered_accepted(struct rig *r)
{
	rig_accept(r, r->config.features | 4 | 2);
	rig_select(r);
}

static void unoffered_word_2(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x024, 2);
	wr(r, 0x020, 1);
}

static void dependency_left_out(struct rig *r)
{
	r->config.features |= 1 << 2;
	rig_accept(r, r->config.features & ~UINT64_C(2));
	rig_select(r);
}

static void reserved_accepted(struct rig *r)
{
	r->config.features |= UINT64_C(1) << (r->version == 1 ? 10 : 45);
	rig_features(r);
	rig_select(r);
}

static void sr_iov_accepted(struct rig *r)
{
	r->config.features |= UINT64_C(1) << 37;
	rig_features(r);
}

static void admin_vq_accepted(struct rig *r)
{
	r->config.features |= UINT64_C(1) << 41;
	rig_features(r);
}

static void notif_config_data_accepted(struct rig *r)
{
	r->config.features |= UINT64_C(1) << 39;
	rig_features(r);
}

static void ring_that_nobody_speaks(struct rig *r)
{
	r->config.features |= UINT64_C(1) << 31;
	rig_features(r);
}

static void version_1_left_out(struct rig *r)
{
	rig_accept(r, r->config.features & ~VERSION_1);
}

static void any_layout_left_out(struct rig *r)
{
	rig_accept(r, 3);
	rig_select(r);
}

static void bit_30_accepted(struct rig *r)
{
	r->config.features |= 1 << 30;
	rig_features(r);
	rig_select(r);
}

static void high_word_on_version_1(struct rig *r)
{
	r->config.features |= VERSION_1;
	rig_accept(r, r->config.features);
	rig_select(r);
}

static void one_word_only(struct rig *r)
{
	r->config.features = 3;
	rig_reset(r);
	wr(r, 0x024, 0);
	wr(r, 0x020, 3);
	wr(r, 0x070, 1 | 2 | 8);
}

static void no_word_at_all(struct rig *r)
{
	rig_reset(r);
	wr(r, 0x070, 1 | 2 | 4);
}

static void changed_after_features_ok(struct rig *r)
{
	rig_features(r);
	wr(r, 0x024, 0);
	wr(r, 0x020, 3);
}

static void features_ok_on_legacy(struct rig *r)
{
	rig_features(r);
	wr(r, 0x070, 1 | 2 | 8);
}

static void ring_bit_of_no_meaning(struct rig *r)
{
	r->config.features |= 1 << 25;
	rig_features(r);
	rig_select(r);
}

static void acknowledged(struct rig *r)
{
	rig_probe(r);
	wr(r, 0x070, 0);
	rd(r, 0x070);
	wr(r, 0x070, 1);
}

static void features_ok_before_driver(struct rig *r)
{
	acknowledged(r);
	wr(r, 0x070, 1 | 8);
}

static void driver_ok_before_driver(struct rig *r)
{
	acknowledged(r);
	wr(r, 0x070, 1 | 4);
}

static const struct rig_case cases[] = {
	{ "offer read too early", "init-001", ON_BOTH, offer_read_too_early },
	{ "accepted too early", "init-001", ON_BOTH, accepted_too_early },
	{ "nuttx_feature_sel", "mmio-012", ON_BOTH, nuttx_feature_sel },
	{ "offer read twice", "mmio-012", ON_BOTH, offer_read_twice },
	{ "accepted without selector", "mmio-013", ON_BOTH, accepted_without_sel },
	{ "unoffered bit", "feat-001", ON_BOTH, unoffered_accepted },
	{ "bit of feature word 2", "feat-001", ON_BOTH, unoffered_word_2 },
	{ "dependency left out", "feat-002", ON_BOTH, dependency_left_out },
	{ "reserved bit", "feat-004", ON_2, reserved_accepted },
	{ "reserved bit, legacy", "feat-004", ON_1, reserved_accepted },
	{ "SR_IOV", "resfeat-009", ON_2, sr_iov_accepted },
	{ "ADMIN_VQ", "mmio-res-001", ON_2, admin_vq_accepted },
	{ "NOTIF_CONFIG_DATA", "feat-005", ON_2, notif_config_data_accepted },
	{ "asterinas_accept_packed: a ring not spoken", "ring-features", ON_2,
	  ring_that_nobody_speaks },
	{ "VERSION_1 left out", "resfeat-001", ON_2, version_1_left_out },
	{ "ANY_LAYOUT left out", "resfeat-014", ON_1, any_layout_left_out },
	{ "bit 30", "resfeat-015", ON_1, bit_30_accepted },
	{ "high word on version 1", "feat-leg-002", ON_1, high_word_on_version_1 },
	{ "one feature word only", "init-001", ON_2, one_word_only },
	{ "no feature word at all", "init-001", ON_1, no_word_at_all },
	{ "changed after FEATURES_OK", "init-004", ON_2, changed_after_features_ok },
	{ "FEATURES_OK on version 1", "init-leg-001", ON_1, features_ok_on_legacy },
	{ "unknown ring bit, legacy", "ring-features", ON_1, ring_bit_of_no_meaning },
	{ "FEATURES_OK before DRIVER", "init-001", ON_2, features_ok_before_driver },
	{ "DRIVER_OK before DRIVER", "init-001", ON_BOTH, driver_ok_before_driver },
};

int main(void)
{
	return rig_main("model_features", cases, sizeof(cases) / sizeof(*cases));
}
