/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: features, address, MTU, link, and rings of odd sizes. */
#include "tests/unit/net_rig.h"

#include <picovirtio/driver.h>

static const uint8_t given[] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

#define F_CONTROLS (F_CTRL_RX | F_VLAN | F_RX_EXTRA | F_ANNOUNCE | F_CTRL_MAC)

/* The features that the driver knows, of all that a device may offer. */
static void test_net_015_what_is_known_is_accepted(void **state)
{
	const uint64_t known = F_CSUM | F_GUEST_CSUM | F_MTU | F_MAC | F_TSO4 | F_MERGE | F_STATUS |
			       F_CTRL | F_CONTROLS;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live_on(version, 0xffffff | F_ANY_LAYOUT);
		assert_int_equal(r.m.accepted & 0xffffff, known);
	}
}

/* A device, or its owner, leaves out features that others require. */
static void test_HD_FEAT_05_net_015_feat_002_no_feature_without_its_base(void **state)
{
	(void)state;
	live_on(2, F_TSO4 | F_CONTROLS);
	assert_int_equal(r.m.accepted & 0xffffff, 0);
	live_on(2, F_CSUM | F_TSO4 | F_CTRL | F_CONTROLS);
	assert_int_equal(r.m.accepted & 0xffffff, F_CSUM | F_TSO4 | F_CTRL | F_CONTROLS);
	prepare(2, F_CSUM | F_TSO4 | F_CTRL | F_CONTROLS, 256);
	r.d->features_off = F_CSUM | F_CTRL;
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.m.accepted & 0xffffff, 0);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	r.d->features_off = 0;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.m.accepted & 0xffffff, F_CSUM | F_TSO4 | F_CTRL | F_CONTROLS);
}

static void test_net_003_the_devices_address_is_used(void **state)
{
	uint8_t mac[6];

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live_on(version, F_MAC);
		assert_true(vio_net_mac(&net, mac));
		assert_memory_equal(mac, given, sizeof(mac));
	}
}

/* The model ends the test if config space is read without the feature (config-003). */
static void test_net_004_config_003_without_the_feature_nothing_is_read(void **state)
{
	const uint8_t none[6] = { 0 };
	uint8_t mac[6];

	(void)state;
	live_on(2, 0);
	assert_false(vio_net_mac(&net, mac));
	assert_memory_equal(mac, none, sizeof(mac));
	assert_int_equal(r.m.counts.config_reads, 0);
}

static void test_HD_NET_09_address_of_no_station_is_replaced(void **state)
{
	static const uint8_t bad[][6] = { { 0, 0, 0, 0, 0, 0 },
					  { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
					  { 1, 0, 0x5e, 0, 0, 1 } };
	uint8_t mac[6];

	(void)state;
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		prepare(2, F_MAC, 256);
		memcpy(r.cfg.config, bad[i], 6);
		rig_plug(&r, true);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_false(vio_net_mac(&net, mac));
		assert_int_equal(mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5], 0);
	}
}

static void test_net_004_made_up_addresses_are_local_and_differ(void **state)
{
	uint8_t a[6], b[6];

	(void)state;
	for (uint64_t seed = 0; seed < 1000; seed++) {
		vio_net_local_mac(a, seed);
		vio_net_local_mac(b, seed + 1);
		assert_int_equal(a[0] & 3, 2);
		assert_memory_not_equal(a, b, sizeof(a));
	}
}

static void test_config_leg_001_address_that_changes_is_read_again(void **state)
{
	uint8_t mac[6];

	(void)state;
	prepare(1, F_MAC, 256);
	rig_plug(&r, true);
	/* The fourth byte reads otherwise for the whole of the first pass. */
	r.instead.off = AT_CONFIG + 3;
	r.instead.value = 0x77;
	r.instead.times = 2;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_true(vio_net_mac(&net, mac));
	assert_memory_equal(mac, given, sizeof(mac));
}

static unsigned looks;

/* The fourth byte is another one in each pass. Version 1 reads it twice. */
static uint32_t restless(struct model *m, void *ctx, uint32_t off, unsigned width, uint32_t value)
{
	(void)ctx;
	(void)width;
	return off == AT_CONFIG + 3 ? looks++ / (m->cfg.version == 1 ? 2 : 1) : value;
}

static void test_config_leg_001_address_that_never_settles_is_none(void **state)
{
	uint8_t mac[6];

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		prepare(version, F_MAC, 256);
		rig_plug(&r, true);
		looks = 0;
		r.m.on_read = restless;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_false(vio_net_mac(&net, mac));
		assert_int_equal(looks, version == 1 ? 18 : 9);
	}
}

/* `room`: bytes of memory for large frames; 0: none. */
static unsigned mtu_of(uint16_t mtu, uint64_t features, size_t room)
{
	static uint8_t memory[65549];

	prepare(2, F_MTU | features, 256);
	r.cfg.config[MODEL_NET_MTU] = (uint8_t)mtu;
	r.cfg.config[MODEL_NET_MTU + 1] = (uint8_t)(mtu >> 8);
	if (room)
		assert_int_equal(vio_net_large(&net, memory, room), VIO_OK);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal((r.m.accepted & F_MTU) != 0, vio_net_mtu(&net) == mtu);
	return vio_net_mtu(&net);
}

static void test_HD_NET_10_net_007_mtu_is_accepted_within_the_limits(void **state)
{
	(void)state;
	assert_int_equal(mtu_of(0, 0, 0), 1500);
	assert_int_equal(mtu_of(67, 0, 0), 1500);
	assert_int_equal(mtu_of(68, 0, 0), 68);
	assert_int_equal(mtu_of(1499, 0, 0), 1499);
	assert_int_equal(mtu_of(1500, 0, 0), 1500);
	assert_int_equal(mtu_of(1501, 0, 0), 1500);
	assert_int_equal(mtu_of(UINT16_MAX, 0, 0), 1500);
	live();
	assert_int_equal(vio_net_mtu(&net), 1500);
}

/* There must be buffers for a whole frame, and memory to put it together. */
static void test_net_008_large_mtu_needs_merging_and_room(void **state)
{
	(void)state;
	assert_int_equal(mtu_of(9000, F_MERGE, 0), 1500);
	assert_int_equal(mtu_of(9000, 0, 9014), 1500);
	assert_int_equal(mtu_of(9000, F_MERGE, 9013), 8999);
	assert_int_equal(mtu_of(9000, F_MERGE, 9014), 9000);
	assert_int_equal(mtu_of(8000, F_MERGE, 9014), 8000);
	assert_int_equal(mtu_of(UINT16_MAX, F_MERGE, 65549), 16 * 1526 - 12 - 14);
}

static void test_net_008_too_few_buffers_for_the_mtu_fail_the_start(void **state)
{
	static uint8_t memory[9014];

	(void)state;
	prepare(2, F_MERGE, 4);
	assert_int_equal(vio_net_large(&net, memory, 1513), VIO_EINVAL);
	assert_int_equal(vio_net_large(&net, memory, sizeof(memory)), VIO_OK);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
	assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
	assert_int_equal(r.d->problem.got, 4);
	assert_int_equal(r.d->problem.want, 6); /* 9014 bytes in buffers of VIO_NET_BUFFER_BYTES */
	assert_int_equal(vio_net_large(&net, NULL, 0), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_net_mtu(&net), 1500);
	assert_int_equal(vio_net_large(&net, memory, sizeof(memory)), VIO_EBUSY);
	prepare(1, F_MERGE, 4); /* a buffer takes two descriptors */
	assert_int_equal(vio_net_large(&net, memory, sizeof(memory)), VIO_OK);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
	assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
	assert_int_equal(r.d->problem.want, 12);
}

static void test_HD_NET_13_link_flaps_change_the_state_only(void **state)
{
	(void)state;
	live();
	assert_true(vio_net_link(&net));
	for (unsigned i = 0; i < 100; i++) {
		model_net_set_link(&r.m, i % 2);
		vio_device_service(r.d, 0);
		assert_int_equal(vio_net_link(&net), i % 2);
		assert_int_equal(r.d->state, VIO_LIVE);
	}
	assert_int_equal(r.d->config_changes, 100);
	model_net_set_link(&r.m, false);
	vio_device_service(r.d, 0);
	assert_true(model_net_receive(&r.m, frame_of(60), 60));
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
	turn();
	assert_int_equal(got.calls, 1);
}

static void test_net_006_link_is_read_once_live(void **state)
{
	(void)state;
	prepare(2, F_STATUS, 256);
	r.cfg.config[MODEL_NET_STATUS] = 0;
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_false(vio_net_link(&net));
}

static void test_net_005_without_status_the_link_is_up(void **state)
{
	(void)state;
	prepare(2, F_MAC, 256);
	r.cfg.config[MODEL_NET_STATUS] = 0;
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_true(vio_net_link(&net));
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_false(vio_net_link(&net));
}

static void test_HD_QUEUE_01_device_without_a_queue_does_not_start(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		prepare(2, F_MAC, 256);
		r.cfg.queue_max[i] = 0;
		rig_plug(&r, true);
		assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
		assert_int_equal(r.d->problem.queue, i);
		assert_int_equal(host_mapped(&r.p), 0);
	}
}

static void test_small_rings_take_as_many_buffers_as_fit(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		for (uint32_t max = version == 1 ? 2 : 1; max <= 64; max *= 2) {
			prepare(version, F_MAC, max);
			rig_plug(&r, true);
			assert_int_equal(vio_device_start(r.d), VIO_OK);
			model_run(&r.m);
			assert_true(model_net_receive(&r.m, frame_of(60), 60));
			assert_int_equal(vio_net_send(&net, frame_of(61), 61), VIO_OK);
			turn();
			assert_int_equal(got.calls, 1);
			assert_int_equal(host.nsent, 1);
		}
	}
}

static void test_full_ring_is_reported(void **state)
{
	(void)state;
	prepare(2, F_MAC, 1);
	host.hold_tx = true;
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_EFULL);
	assert_int_equal(net.counters.tx_full, 1);
	vio_net_kick(&net);
	assert_int_equal(model_net_drain(&r.m), 1);
}

static void test_ring_without_room_for_a_header_apart_is_refused(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++) { /* both, or one of the two */
		prepare(1, F_MAC, 1);
		if (i > 0)
			r.cfg.queue_max[i - 1] = 256;
		rig_plug(&r, true);
		assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
		assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
		assert_int_equal(r.d->problem.want, 2);
		assert_int_equal(host_mapped(&r.p), 0);
	}
}

static void test_mtu_that_cannot_be_read_fails_the_start(void **state)
{
	(void)state;
	prepare(2, F_MTU, 256);
	rig_plug(&r, true);
	r.t.len = AT_CONFIG + 10; /* only the address and the status */
	assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
	assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
}

static void test_memory_that_cannot_be_mapped_fails_the_start(void **state)
{
	(void)state;
	prepare(2, F_MAC, 256);
	rig_plug(&r, true);
	r.p.fail_map = MODEL_NEVER;
	assert_int_equal(vio_device_start(r.d), VIO_EADDR);
	assert_int_equal(r.d->problem.cause, VIO_C_MAP);
	assert_int_equal(r.d->problem.queue, 0);
	assert_int_equal(r.d->problem.got, VIO_NET_BUFFER_BYTES);
	r.p.fail_map = 0;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_net_015_what_is_known_is_accepted),
		T(test_HD_FEAT_05_net_015_feat_002_no_feature_without_its_base),
		T(test_net_003_the_devices_address_is_used),
		T(test_net_004_config_003_without_the_feature_nothing_is_read),
		T(test_HD_NET_09_address_of_no_station_is_replaced),
		T(test_net_004_made_up_addresses_are_local_and_differ),
		T(test_config_leg_001_address_that_changes_is_read_again),
		T(test_config_leg_001_address_that_never_settles_is_none),
		T(test_HD_NET_10_net_007_mtu_is_accepted_within_the_limits),
		T(test_net_008_large_mtu_needs_merging_and_room),
		T(test_net_008_too_few_buffers_for_the_mtu_fail_the_start),
		T(test_HD_NET_13_link_flaps_change_the_state_only),
		T(test_net_006_link_is_read_once_live),
		T(test_net_005_without_status_the_link_is_up),
		T(test_HD_QUEUE_01_device_without_a_queue_does_not_start),
		T(test_small_rings_take_as_many_buffers_as_fit),
		T(test_full_ring_is_reported),
		T(test_ring_without_room_for_a_header_apart_is_refused),
		T(test_mtu_that_cannot_be_read_fails_the_start),
		T(test_memory_that_cannot_be_mapped_fails_the_start),
#undef T
	};

	return cmocka_run_group_tests_name("net_config", tests, NULL, NULL);
}
