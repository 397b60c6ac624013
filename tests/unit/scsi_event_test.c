/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi over its device model: buffers of events, and what an event does at once. */
#include "tests/unit/scsi_rig.h"

static void test_only_a_removal_counts_at_once_and_for_its_unit(void **state)
{
	static const struct {
		uint32_t what, reason;
		uint16_t lun;
		unsigned left;
	} rows[] = { { MODEL_SCSI_TRANSPORT_RESET, MODEL_SCSI_RESCAN, 300, 3 },
		     { MODEL_SCSI_PARAM_CHANGE, MODEL_SCSI_REMOVED, 300, 3 },
		     { MODEL_SCSI_TRANSPORT_RESET, MODEL_SCSI_REMOVED, 301, 2 } };

	(void)state;
	model_scsi_add(&host, 0, 3, 300);
	model_scsi_add(&host, 0, 3, 301);
	model_scsi_add(&host, 0, 0, 0);
	live(2);
	for (unsigned i = 0; i < 3; i++) {
		event(rows[i].what, 3, rows[i].lun, rows[i].reason);
		assert_true(vio_device_poll(r.d));
		assert_int_equal(present(), rows[i].left);
		settle();
		assert_int_equal(present(), 3); /* the host has not removed it in truth */
	}
}

/* A device may take fewer buffers than there are. Those that it has are empty. */
static void test_scsi_006_buffers_of_events(void **state)
{
	unsigned given = 0;

	(void)state;
	prepare(2, HOTPLUG, NULL);
	r.cfg.queue_max[1] = 2;
	start();
	for (unsigned i = 0; i < 5; i++)
		send_raw(1, 1, 0, 16);
	assert_int_equal(s.events, 5);
	for (unsigned i = 0; i < s.nevents; i++) {
		given += s.event_slot[i].bytes != 0;
		for (unsigned k = 0; k < 16; k++)
			assert_int_equal(s.event_slot[i].wire[k], 0);
	}
	assert_int_equal(given, 2);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(s.events, 5); /* what comes back from a reset is no event */
	assert_int_equal(s.refused, 0);
}

static void test_scsi_008_length_of_a_legacy_event_means_nothing(void **state)
{
	(void)state;
	live(1);
	send_raw(3, 1, 0, 5);
	assert_int_equal(s.events, 1);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(s.events, 1);
	assert_int_equal(s.refused, 0);
}

/* A target that was due before the restart, and that the device has no more. */
static void test_restart_forgets_what_was_due(void **state)
{
	(void)state;
	live(2);
	host.hold = true;
	assert_int_equal(vio_scsi_look(&s, 0), VIO_OK);
	assert_int_equal(vio_scsi_look(&s, 7), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	host.hold = false;
	memset(host.looked, 0, sizeof(host.looked));
	r.m.cfg.config[MODEL_SCSI_MAX_TARGET] = 3;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	for (unsigned t = 0; t < 8; t++)
		assert_int_equal(host.looked[t], t <= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_only_a_removal_counts_at_once_and_for_its_unit),
		T(test_scsi_006_buffers_of_events),
		T(test_scsi_008_length_of_a_legacy_event_means_nothing),
		T(test_restart_forgets_what_was_due),
#undef T
	};

	return cmocka_run_group_tests_name("scsi_event", tests, NULL, NULL);
}
