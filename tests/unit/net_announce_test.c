/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: the host asks the driver to announce its station (GUEST_ANNOUNCE). */
#include "tests/unit/net_rig.h"

#define ALL (F_CTRL | F_CTRL_RX | F_VLAN | F_MAC)

static unsigned announced;

static void on_announce(void *arg)
{
	assert_ptr_equal(arg, &announced);
	announced++;
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
}

static void announce_on(unsigned i)
{
	live_on(kinds[i].version, kinds[i].features | ALL | F_STATUS | F_ANNOUNCE);
	announced = 0;
	vio_net_on_announce(&net, on_announce, &announced);
}

static void test_net_ctrl_007_008_announced_and_acknowledged(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		announce_on(i);
		for (unsigned k = 1; k <= 3; k++) {
			model_net_announce(&r.m);
			vio_device_service(r.d, 0);
			turn();
			assert_int_equal(announced, k);
			assert_int_equal(host.nsent, k);
			assert_int_equal(host.control.acks, k);
			assert_int_equal(net.counters.announces, k);
			assert_true(vio_net_link(&net));
		}
		model_net_set_link(&r.m, true);
		vio_device_service(r.d, 0);
		turn();
		assert_int_equal(announced, 3);
		assert_int_equal(vio_net_control_result(&net), VIO_OK);
	}
}

static void test_acknowledgement_waits_for_the_command_that_is_out(void **state)
{
	(void)state;
	announce_on(2);
	host.hold_control = true;
	assert_int_equal(vio_net_vlan(&net, 5, true), VIO_OK);
	model_run(&r.m);
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	model_run(&r.m);
	assert_int_equal(announced, 1);
	model_net_set_link(&r.m, true);
	vio_device_service(r.d, 0); /* the request is still there */
	assert_int_equal(announced, 1);
	assert_int_equal(model_net_control_drain(&r.m), 1);
	host.hold_control = false;
	turn();
	assert_int_equal(host.control.acks, 1);
	turn();
	assert_int_equal(vio_net_control_result(&net), VIO_OK);
}

/* Another change of the configuration during the acknowledgement is no new announcement; one after
 * it is. */
static void test_net_announce_each_announcement_once(void **state)
{
	(void)state;
	announce_on(2);
	host.hold_control = true;
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	model_run(&r.m);
	model_net_set_link(&r.m, true);
	vio_device_service(r.d, 0);
	assert_int_equal(announced, 1);
	assert_int_equal(model_net_control_drain(&r.m), 1);
	turn();
	assert_int_equal(model_net_control_drain(&r.m), 0);
	/* The new one is seen before the answer to the old one is. */
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	model_run(&r.m);
	assert_int_equal(announced, 2);
	assert_int_equal(model_net_control_drain(&r.m), 1);
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(announced, 2);
	host.hold_control = false;
	turn();
	assert_int_equal(announced, 3);
	turn();
	assert_int_equal(host.control.acks, 3);
	/* The answer to a later command is no reason to look. */
	const unsigned long reads = r.m.counts.config_reads;
	assert_int_equal(vio_net_rx_mode(&net, VIO_NET_RX_PROMISC, true), VIO_OK);
	turn();
	assert_int_equal(vio_net_control_result(&net), VIO_OK);
	assert_int_equal(r.m.counts.config_reads, reads);
}

/* The status of a device that was reset is no request, although the driver wanted to read it again.
 */
static void test_no_announcement_for_a_device_that_is_reset(void **state)
{
	(void)state;
	announce_on(2);
	host.hold_control = true;
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	model_run(&r.m);
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(announced, 1);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(announced, 1);
}

static void test_link_that_is_down_stays_down_for_an_announcement(void **state)
{
	(void)state;
	announce_on(2);
	model_net_set_link(&r.m, false);
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(announced, 1);
	assert_false(vio_net_link(&net));
}

static void test_acknowledged_without_a_listener_too(void **state)
{
	(void)state;
	announce_on(2);
	vio_net_on_announce(&net, NULL, NULL);
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	turn();
	assert_int_equal(host.control.acks, 1);
	assert_int_equal(host.nsent, 0);
}

/* The bit has no meaning without its feature. */
static void test_no_announcement_without_the_feature(void **state)
{
	(void)state;
	live_on(2, ALL | F_STATUS);
	vio_net_on_announce(&net, on_announce, &announced);
	announced = 0;
	model_net_announce(&r.m);
	vio_device_service(r.d, 0);
	turn();
	assert_int_equal(announced, 0);
	assert_int_equal(host.control.commands, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_net_ctrl_007_008_announced_and_acknowledged),
		T(test_acknowledgement_waits_for_the_command_that_is_out),
		T(test_net_announce_each_announcement_once),
		T(test_no_announcement_for_a_device_that_is_reset),
		T(test_link_that_is_down_stays_down_for_an_announcement),
		T(test_acknowledged_without_a_listener_too),
		T(test_no_announcement_without_the_feature),
#undef T
	};

	return cmocka_run_group_tests_name("net_announce", tests, NULL, NULL);
}
