/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: the control queue, its answers, and a device that does not answer. */
#include "tests/unit/net_rig.h"

#define ALL    (F_CTRL | F_CTRL_RX | F_VLAN | F_RX_EXTRA | F_CTRL_MAC | F_MAC)
#define SECOND UINT64_C(1000000000)

static const uint8_t station[6] = { 2, 0, 0, 0, 0, 7 };

static void open_kind(unsigned i)
{
	live_on(kinds[i].version, kinds[i].features | ALL);
}

static void done(int expected)
{
	assert_int_equal(vio_net_control_result(&net), VIO_EBUSY);
	turn();
	assert_int_equal(vio_net_control_result(&net), expected);
}

static void test_net_ctrl_001_receive_modes_are_set(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		for (unsigned mode = VIO_NET_RX_PROMISC; mode <= VIO_NET_RX_NOBCAST; mode++) {
			assert_int_equal(vio_net_rx_mode(&net, mode, true), VIO_OK);
			done(VIO_OK);
			assert_true(host.control.mode[mode]);
			assert_int_equal(vio_net_rx_mode(&net, mode, false), VIO_OK);
			done(VIO_OK);
			assert_false(host.control.mode[mode]);
		}
		assert_int_equal(host.control.commands, 12);
	}
}

static void test_net_ctrl_005_filter_table_is_set(void **state)
{
	uint8_t uni[VIO_NET_FILTER_MAX + 1][6], multi[VIO_NET_FILTER_MAX + 1][6];
	struct vio_net_filter f = { .unicast = (const uint8_t(*)[6])uni,
				    .multicast = (const uint8_t(*)[6])multi };

	(void)state;
	memcpy(uni, frame_of(sizeof(uni)), sizeof(uni));
	memcpy(multi, frame_of(1000), sizeof(multi));
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		for (f.unicasts = 0; f.unicasts <= VIO_NET_FILTER_MAX; f.unicasts++) {
			f.multicasts = VIO_NET_FILTER_MAX - f.unicasts;
			assert_int_equal(vio_net_set_filter(&net, &f), VIO_OK);
			done(VIO_OK);
			assert_int_equal(host.control.unicasts, f.unicasts);
			assert_int_equal(host.control.multicasts, f.multicasts);
			assert_memory_equal(host.control.unicast, uni, 6 * f.unicasts);
			assert_memory_equal(host.control.multicast, multi, 6 * f.multicasts);
		}
		f.unicasts = f.multicasts = VIO_NET_FILTER_MAX;
		assert_int_equal(vio_net_set_filter(&net, &f), VIO_OK);
		done(VIO_OK);
		f.multicasts++;
		assert_int_equal(vio_net_set_filter(&net, &f), VIO_EINVAL);
		f.multicasts--;
		f.unicasts++;
		assert_int_equal(vio_net_set_filter(&net, &f), VIO_EINVAL);
	}
}

static void test_net_leg_007_vlans_are_let_through(void **state)
{
	const uint16_t ids[] = { 0, 1, 255, 256, 4095 };

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		for (unsigned k = 0; k < 5; k++) {
			assert_int_equal(vio_net_vlan(&net, ids[k], true), VIO_OK);
			done(VIO_OK);
			assert_true(host.control.vlan[ids[k]]);
			assert_int_equal(vio_net_vlan(&net, ids[k], false), VIO_OK);
			done(VIO_OK);
			assert_false(host.control.vlan[ids[k]]);
		}
		assert_int_equal(vio_net_vlan(&net, 4096, true), VIO_EINVAL);
	}
}

static void test_net_ctrl_004_new_address_counts_once_it_is_taken(void **state)
{
	uint8_t mac[6];

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		assert_int_equal(vio_net_set_mac(&net, station), VIO_OK);
		vio_net_mac(&net, mac);
		assert_memory_not_equal(mac, station, 6);
		done(VIO_OK);
		assert_true(vio_net_mac(&net, mac));
		assert_memory_equal(mac, station, 6);
		assert_memory_equal(host.control.mac, station, 6);
		/* The reset clears the address in the device, and the driver sets it again. */
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		turn();
		assert_memory_equal(host.control.mac, station, 6);
		vio_net_mac(&net, mac);
		assert_memory_equal(mac, station, 6);
		assert_int_equal(vio_net_control_result(&net), VIO_OK);
	}
}

static void test_refused_address_is_not_ours(void **state)
{
	const uint8_t group[6] = { 1, 0, 0, 0, 0, 7 }, none[6] = { 0 };
	uint8_t mac[6];

	(void)state;
	open_kind(2);
	host.refuse = true;
	assert_int_equal(vio_net_set_mac(&net, station), VIO_OK);
	done(VIO_EIO);
	vio_net_mac(&net, mac);
	assert_memory_equal(mac, r.cfg.config, 6);
	host.refuse = false;
	assert_int_equal(vio_net_set_mac(&net, group), VIO_EINVAL);
	assert_int_equal(vio_net_set_mac(&net, none), VIO_EINVAL);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	turn();
	assert_int_equal(host.control.commands, 0);
}

/* Each call once, with only CTRL_VQ and the named feature. */
static void all(int promisc, int alluni, int mac, int filter, int vlan)
{
	const struct vio_net_filter none = { 0 };

	assert_int_equal(vio_net_rx_mode(&net, VIO_NET_RX_PROMISC, true), promisc);
	turn();
	assert_int_equal(vio_net_rx_mode(&net, VIO_NET_RX_ALLMULTI, true), promisc);
	turn();
	assert_int_equal(vio_net_rx_mode(&net, VIO_NET_RX_ALLUNI, true), alluni);
	turn();
	assert_int_equal(vio_net_set_mac(&net, station), mac);
	turn();
	assert_int_equal(vio_net_set_filter(&net, &none), filter);
	turn();
	assert_int_equal(vio_net_vlan(&net, 1, true), vlan);
	turn();
}

static void test_net_ctrl_003_no_command_without_its_feature(void **state)
{
	enum { NO = VIO_ENOTSUP };

	(void)state;
	live_on(2, 0);
	all(NO, NO, NO, NO, NO);
	live_on(2, F_CTRL);
	all(NO, NO, NO, NO, NO);
	live_on(2, F_CTRL | F_CTRL_RX);
	all(VIO_OK, NO, NO, VIO_OK, NO);
	live_on(2, F_CTRL | F_RX_EXTRA);
	all(NO, VIO_OK, NO, NO, NO);
	live_on(2, F_CTRL | F_VLAN);
	all(NO, NO, NO, NO, VIO_OK);
	live_on(2, F_CTRL | F_CTRL_MAC);
	all(NO, NO, NO, NO, NO);
	live_on(2, F_CTRL | F_CTRL_RX | F_CTRL_MAC);
	all(VIO_OK, NO, VIO_OK, VIO_OK, NO);
	assert_int_equal(vio_net_rx_mode(&net, VIO_NET_RX_NOBCAST + 1, true), VIO_EINVAL);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	all(VIO_EDEVICE, VIO_EDEVICE, VIO_EDEVICE, VIO_EDEVICE, VIO_EDEVICE);
}

static void test_HD_NET_12_answer_that_is_none_is_an_error(void **state)
{
	unsigned answer;

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		for (answer = 1; answer < 256; answer++) {
			host.lie = (uint8_t)answer;
			assert_int_equal(vio_net_vlan(&net, 1, true), VIO_OK);
			done(answer == 1 ? VIO_EIO : VIO_EDEVICE);
		}
		host.lie = 0;
		assert_int_equal(vio_net_vlan(&net, 1, true), VIO_OK);
		done(VIO_OK);
		host.mute = true; /* the answer of before is still there */
		assert_int_equal(vio_net_vlan(&net, 1, true), VIO_OK);
		done(VIO_EDEVICE);
		assert_int_equal(r.d->state, VIO_LIVE);
	}
}

/* Until it is answered, or the device reset, the command's memory is the device's. */
static void test_late_answer_keeps_the_command_out(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		host.hold_control = true;
		assert_int_equal(vio_net_vlan(&net, 5, true), VIO_OK);
		turn();
		assert_int_equal(vio_net_vlan(&net, 6, true), VIO_EBUSY);
		assert_int_equal(vio_net_set_mac(&net, station), VIO_EBUSY);
		assert_int_equal(vio_net_rx_mode(&net, VIO_NET_RX_PROMISC, true), VIO_EBUSY);
		mq_verify(&r.m.queue[2]);
		assert_int_equal(model_net_control_drain(&r.m), 1);
		assert_true(host.control.vlan[5]);
		assert_int_equal(vio_net_control_result(&net), VIO_EBUSY);
		turn();
		assert_int_equal(vio_net_control_result(&net), VIO_OK);
	}
}

static void test_HD_NET_12_unanswered_command_fails_the_device_in_time(void **state)
{
	uint64_t now = 5 * SECOND;

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		host.hold_control = true;
		assert_int_equal(vio_net_vlan(&net, 5, true), VIO_OK);
		assert_int_equal(vio_device_service(r.d, now), now + SECOND);
		vio_device_service(r.d, now += SECOND + 1);
		assert_int_equal(r.d->state, VIO_LIVE);
		vio_device_service(r.d, now += SECOND + 1);
		assert_int_equal(r.d->state, VIO_FAILED);
		assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
		assert_int_equal(r.d->problem.queue, 2);
		assert_int_equal(vio_net_control_result(&net), VIO_EDEVICE);
		host.hold_control = false;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(vio_net_vlan(&net, 5, true), VIO_OK);
		done(VIO_OK);
	}
}

static void test_HD_QUEUE_04_control_queue_too_small_fails_the_start(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		prepare(kinds[i].version, kinds[i].features | ALL, 256);
		r.cfg.queue_max[2] = i == 0 ? 2 : 1;
		rig_plug(&r, true);
		assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
		assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
		assert_int_equal(host_mapped(&r.p), 0);
	}
	prepare(2, ALL, 256);
	r.cfg.queue_max[2] = 0;
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
	assert_int_equal(r.d->problem.queue, 2);
}

static void test_no_memory_for_the_command_fails_the_start(void **state)
{
	(void)state;
	prepare(2, ALL, 256);
	rig_plug(&r, true);
	r.p.fail_ring = 3; /* behind the two rings */
	assert_int_equal(vio_device_start(r.d), VIO_ENOMEM);
	assert_int_equal(r.d->problem.cause, VIO_C_NO_MEMORY);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

/* Command and lists in one descriptor, the answer in another one. */
static void test_two_descriptors_are_enough_where_the_layout_is_free(void **state)
{
	const struct vio_net_filter f = { .unicast = &station, .unicasts = 1 };

	(void)state;
	for (unsigned i = 1; i < KINDS; i++) {
		prepare(kinds[i].version, kinds[i].features | ALL, 256);
		r.cfg.queue_max[2] = 2;
		rig_plug(&r, true);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(vio_net_set_filter(&net, &f), VIO_OK);
		done(VIO_OK);
	}
}

/* The device wrote that it agreed, and was reset before it said so. */
static void test_answer_of_a_command_that_came_back_does_not_count(void **state)
{
	enum { ANSWER = 2 + 2 * (4 + VIO_NET_FILTER_MAX * VIO_NET_MAC_BYTES) };
	uint8_t mac[6];

	(void)state;
	open_kind(2);
	host.hold_control = true;
	assert_int_equal(vio_net_set_mac(&net, station), VIO_OK);
	model_run(&r.m);
	net.control.mem[ANSWER] = 0;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_net_control_result(&net), VIO_EDEVICE);
	vio_net_mac(&net, mac);
	assert_memory_not_equal(mac, station, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_net_ctrl_001_receive_modes_are_set),
		T(test_net_ctrl_005_filter_table_is_set),
		T(test_net_leg_007_vlans_are_let_through),
		T(test_net_ctrl_004_new_address_counts_once_it_is_taken),
		T(test_refused_address_is_not_ours),
		T(test_net_ctrl_003_no_command_without_its_feature),
		T(test_HD_NET_12_answer_that_is_none_is_an_error),
		T(test_late_answer_keeps_the_command_out),
		T(test_HD_NET_12_unanswered_command_fails_the_device_in_time),
		T(test_HD_QUEUE_04_control_queue_too_small_fails_the_start),
		T(test_no_memory_for_the_command_fails_the_start),
		T(test_two_descriptors_are_enough_where_the_layout_is_free),
		T(test_answer_of_a_command_that_came_back_does_not_count),
#undef T
	};

	return cmocka_run_group_tests_name("net_control", tests, NULL, NULL);
}
