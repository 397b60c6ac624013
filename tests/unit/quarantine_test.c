/* SPDX-License-Identifier: BSD-2-Clause */
/* A device whose reset is not confirmed keeps its requests, and none of its memory is reused. */
#include "tests/unit/toy_rig.h"

enum { SECOND = 1000000000 };

/* A live device with requests in flight, which fails and does not finish its reset. */
static void quarantined(uint32_t version)
{
	live_on(version, 0);
	toy.model_holds = true;
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	assert_int_equal(toy_submit(&toy, 1), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	vio_queue_kick(&toy.q[1]);
	r.m.faults.reset_reads = MODEL_NEVER;
	vio_device_protocol_error(r.d, 0, 1);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(r.d->state, VIO_QUARANTINED);
}

static void test_HD_STATUS_11_requests_stay_out_until_the_reset_is_seen(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		quarantined(version);
		assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
		for (unsigned i = 0; i < 20; i++) {
			assert_false(vio_device_poll(r.d));
			assert_false(vio_device_arm(r.d));
			assert_true(vio_device_service(r.d, r.p.clock) != UINT64_MAX);
		}
		assert_int_equal(toy_submit(&toy, 0), VIO_EDEVICE);
		mq_put_used(&r.m.queue[0], 0, 0); /* it goes on writing */
		assert_false(vio_device_poll(r.d));
		assert_false(vio_device_arm(r.d));
		assert_int_equal(toy.ndone, 0);
		assert_int_equal(toy.stops, 0);
		assert_int_equal(host_mapped(&r.p), 2);
		r.m.reset_left = 0;
		assert_int_equal(vio_device_service(r.d, r.p.clock), UINT64_MAX);
		assert_int_equal(r.d->state, VIO_FAILED);
		assert_int_equal(toy.ndone, 2);
		assert_int_equal(toy.err[0], VIO_EDEVICE);
		assert_int_equal(toy.stops, 1);
		assert_int_equal(host_mapped(&r.p), 0);
	}
}

static void test_service_in_quarantine_does_not_wait_and_resets_now_and_then(void **state)
{
	const uint64_t now = 1000 * (uint64_t)SECOND;

	(void)state;
	quarantined(2);
	struct model_counts before = r.m.counts;
	unsigned clock = r.p.clock_reads;
	for (unsigned i = 0; i < 10; i++)
		vio_device_service(r.d, now + i * (uint64_t)SECOND / 10);
	assert_int_equal(r.m.counts.reads - before.reads, 10);
	assert_int_equal(r.m.counts.resets - before.resets, 1);
	assert_int_equal(r.p.clock_reads, clock);
	vio_device_service(r.d, now + SECOND);
	assert_int_equal(r.m.counts.resets - before.resets, 2);
}

static void test_HD_STATUS_08_needs_reset_after_submit_keeps_the_buffers(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	model_needs_reset(&r.m);
	r.m.faults.reset_reads = MODEL_NEVER;
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.d->state, VIO_QUARANTINED);
	assert_int_equal(r.d->problem.cause, VIO_C_NEEDS_RESET);
	assert_int_equal(toy.ndone, 0);
	assert_int_equal(host_mapped(&r.p), 1);
}

static void test_veridian_timeout_uaf_silent_device_keeps_the_buffers(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	toy.q[0].timeout = SECOND;
	r.m.faults.silent = true;
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	r.m.faults.reset_reads = MODEL_NEVER;
	vio_device_service(r.d, 0);
	vio_device_service(r.d, 2 * (uint64_t)SECOND);
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(toy.ndone, 0);
	vio_device_service(r.d, 4 * (uint64_t)SECOND);
	assert_int_equal(r.d->state, VIO_QUARANTINED);
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(toy.ndone, 0);
	assert_int_equal(host_mapped(&r.p), 1);
}

static void test_stop_that_is_not_confirmed_says_so(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	r.m.faults.reset_reads = MODEL_NEVER;
	assert_int_equal(vio_device_stop(r.d), VIO_ETIMEDOUT);
	assert_int_equal(r.d->state, VIO_QUARANTINED);
	assert_int_equal(r.d->problem.cause, VIO_C_RESET_TIMEOUT);
	assert_int_equal(vio_device_stop(r.d), VIO_ETIMEDOUT);
	assert_int_equal(toy.ndone, 0);
	r.m.faults.reset_reads = 3;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(r.d->state, VIO_DOWN);
	assert_int_equal(toy.ndone, 1);
	assert_int_equal(toy.stops, 1);
}

static void test_orderly_stop_writes_no_failed(void **state)
{
	uint32_t s[16];

	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	unsigned n = rig_written(&r, AT_STATUS, s, 16);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(s[i] & 0x80, 0);
	assert_int_equal(s[n - 1], 0);
	assert_int_equal(toy.state_in_stopped, VIO_DOWN);
	assert_int_equal(toy.q[0].requests, toy.q[0].completions);
	r.nlog = 0;
	assert_int_equal(vio_device_stop(r.d), VIO_OK); /* nothing to do */
	assert_int_equal(toy.stops, 1);
	assert_int_equal(r.nlog, 0);
	vio_device_protocol_error(r.d, 0, 1); /* a device that is down cannot lie */
	assert_int_equal(r.d->problem.cause, VIO_C_NONE);
}

static void test_HD_IRQ_05_event_after_the_stop_is_not_looked_at(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	r.nlog = 0;
	model_interrupt(&r.m, 3);
	assert_false(vio_device_poll(r.d));
	assert_false(vio_device_arm(r.d));
	assert_int_equal(vio_device_service(r.d, r.p.clock), UINT64_MAX);
	assert_int_equal(r.nlog, 0);
	assert_int_equal(toy.configs, 1);
}

/* It reads its ring from elsewhere, so it completes nothing. */
static void test_HD_QUEUE_10_legacy_device_with_another_layout_is_silent(void **state)
{
	(void)state;
	toy_live(&r, &toy, 1, 1);
	toy.q[0].timeout = SECOND;
	r.m.faults.silent = true;
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	for (uint64_t now = 0; now < 10 * (uint64_t)SECOND; now += SECOND)
		vio_device_service(r.d, now);
	toy_has_failed(&r, &toy, VIO_C_SILENT);
}

static void test_stop_of_a_failed_device_only_changes_its_state(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	vio_device_protocol_error(r.d, 0, 1);
	vio_device_poll(r.d);
	r.nlog = 0;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(r.d->state, VIO_DOWN);
	assert_int_equal(r.nlog, 0);
	assert_int_equal(toy.stops, 1);
}

static void test_start_of_a_failing_device_ends_the_old_session_first(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	toy.model_holds = true;
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_device_protocol_error(r.d, 0, 1);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(toy.ndone, 1);
	assert_int_equal(toy.stops, 1);
	assert_int_equal(toy.starts, 2);
}

static void test_driver_is_stopped_only_if_it_was_started(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	r.m.faults.status_clear = 8;
	assert_int_equal(vio_device_start(r.d), VIO_ENOTSUP);
	assert_int_equal(toy.stops, 1);
	r.m.faults.reset_reads = MODEL_NEVER;
	assert_int_equal(vio_device_start(r.d), VIO_ETIMEDOUT);
	assert_int_equal(r.d->offered, 0); /* of this session */
	assert_int_equal(r.d->features, 0);
}

static void test_start_out_of_quarantine_gives_everything_back_first(void **state)
{
	(void)state;
	quarantined(2);
	assert_int_equal(vio_device_start(r.d), VIO_ETIMEDOUT);
	assert_int_equal(r.d->state, VIO_QUARANTINED);
	assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
	assert_int_equal(toy.ndone, 0);
	r.m.faults.reset_reads = 5;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(toy.ndone, 2);
	assert_int_equal(toy.stops, 1);
	assert_int_equal(toy.starts, 2);
	toy.model_holds = false;
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.err[2], VIO_OK);
}

static void test_HD_MMIO_09_device_that_goes_away_is_quarantined(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	r.m.faults.gone = true;
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(r.d->state, VIO_QUARANTINED);
	assert_int_equal(toy.ndone, 0);
	assert_int_equal(host_mapped(&r.p), 1);
}

static void test_HD_STATUS_09_device_that_fails_after_each_start_stays_off(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | BIT64(32));
	for (unsigned i = 0; i < 5; i++) {
		model_needs_reset(&r.m);
		vio_device_service(r.d, r.p.clock);
		assert_int_equal(r.d->state, VIO_FAILED);
		vio_device_poll(r.d);
		vio_device_service(r.d, r.p.clock);
		assert_int_equal(toy.starts, i + 1); /* only the caller starts it */
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(r.d->problem.cause, VIO_C_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_HD_STATUS_11_requests_stay_out_until_the_reset_is_seen),
		T(test_service_in_quarantine_does_not_wait_and_resets_now_and_then),
		T(test_HD_STATUS_08_needs_reset_after_submit_keeps_the_buffers),
		T(test_veridian_timeout_uaf_silent_device_keeps_the_buffers),
		T(test_stop_that_is_not_confirmed_says_so),
		T(test_orderly_stop_writes_no_failed),
		T(test_HD_IRQ_05_event_after_the_stop_is_not_looked_at),
		T(test_HD_QUEUE_10_legacy_device_with_another_layout_is_silent),
		T(test_stop_of_a_failed_device_only_changes_its_state),
		T(test_start_of_a_failing_device_ends_the_old_session_first),
		T(test_driver_is_stopped_only_if_it_was_started),
		T(test_start_out_of_quarantine_gives_everything_back_first),
		T(test_HD_MMIO_09_device_that_goes_away_is_quarantined),
		T(test_HD_STATUS_09_device_that_fails_after_each_start_stays_off),
#undef T
	};

	return cmocka_run_group_tests_name("quarantine", tests, NULL, NULL);
}
