/* SPDX-License-Identifier: BSD-2-Clause */
/* Bring-up on both register versions: the order, and each way in which it can end. */
#include "tests/unit/toy_rig.h"

#include <picovirtio/driver.h>

static void plug_plain(uint32_t version)
{
	plug_toy(version, offer(version));
}

static void fails(enum vio_cause cause, int err)
{
	toy_start_fails(&r, &toy, cause, err);
}

/* ---- The good way ---- */

static void statuses(uint32_t version, const uint32_t *want, unsigned n)
{
	uint32_t got[16];

	plug_plain(version);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(rig_written(&r, AT_STATUS, got, 16), n);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(got[i], want[i]);
}

static void test_status_bits_kept_at_each_step(void **state)
{
	const uint32_t modern[] = { 0, 1, 3, 11, 15 };
	const uint32_t legacy[] = { 0, 1, 3, 7 };

	(void)state;
	statuses(2, modern, 5);
	statuses(1, legacy, 4);
}

static void test_lk_late_features_ok_comes_before_the_queues(void **state)
{
	uint32_t s[16];
	unsigned i, n = 0;

	(void)state;
	plug_plain(2);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	n = rig_written(&r, AT_STATUS, s, 16);
	for (i = 0; i < n && !(s[i] & 8); i++)
		;
	assert_true(rig_find(&r, true, AT_STATUS, i) < rig_find(&r, true, AT_QUEUE_SEL, 0));
	assert_int_equal(r.log[rig_find(&r, true, AT_STATUS, i) + 1].off, AT_STATUS);
	assert_false(r.log[rig_find(&r, true, AT_STATUS, i) + 1].write); /* read back */
}

static void test_edk2_queue_after_ok_all_are_set_up_before(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		const uint32_t live = version == 1 ? AT_QUEUE_PFN : AT_QUEUE_READY;

		plug_plain(version);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_true(rig_find(&r, true, live, 1) <
			    rig_find(&r, true, AT_STATUS, version == 1 ? 3 : 4));
		assert_int_equal(toy.state_in_ready, VIO_LIVE);
		assert_int_equal(toy.starts + toy.readies + toy.configs, 3);
	}
}

static void test_init_008_early_requests_are_kicked_once_after_driver_ok(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug_plain(version);
		toy.submit_early = 3;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(r.m.counts.notifies, 1);
		model_run(&r.m);
		assert_true(vio_device_poll(r.d));
		assert_int_equal(toy.ndone, 3);
		assert_int_equal(host_mapped(&r.p), 0);
	}
}

static void test_start_refuses_what_makes_no_sense(void **state)
{
	(void)state;
	plug_plain(2);
	struct vio_device d = *r.d;
	d.transport = NULL;
	assert_int_equal(vio_device_start(&d), VIO_EINVAL);
	d = *r.d;
	d.platform = NULL;
	assert_int_equal(vio_device_start(&d), VIO_EINVAL);
	d = *r.d;
	d.driver = NULL;
	assert_int_equal(vio_device_start(&d), VIO_EINVAL);
	r.t.base.device_type++;
	assert_int_equal(vio_device_start(r.d), VIO_EINVAL);
	r.t.base.device_type--;
	assert_int_equal(r.m.counts.writes, 0);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_EBUSY);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_device_starts_again_after_stop_on_the_same_ring_memory(void **state)
{
	unsigned rings;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug_plain(version);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		rings = r.p.rings;
		for (unsigned i = 0; i < 3; i++) {
			assert_int_equal(toy_submit(&toy, 1), VIO_OK);
			assert_int_equal(vio_device_stop(r.d), VIO_OK);
			assert_int_equal(r.d->state, VIO_DOWN);
			assert_int_equal(toy_submit(&toy, 1), VIO_EDEVICE);
			toy.q[0].timeout = 1;
			toy.q[0].patient = toy.q[0].resettable = true;
			assert_int_equal(vio_device_start(r.d), VIO_OK);
			assert_int_equal(toy.q[0].timeout, 0);
			assert_false(toy.q[0].patient || toy.q[0].resettable);
			assert_int_equal(toy_submit(&toy, 0), VIO_OK);
			vio_queue_kick(&toy.q[0]);
			model_run(&r.m);
			assert_true(vio_device_poll(r.d));
		}
		assert_int_equal(r.p.rings, rings);
		assert_int_equal(toy.q[1].requests, 3);
		assert_int_equal(toy.q[1].completions, 3);
		assert_int_equal(toy.q[1].kicks_saved, 0);
		assert_int_equal(toy.ndone, 6);
		assert_int_equal(host_mapped(&r.p), 0);
	}
}

static void interrupt(struct toy *t)
{
	(void)t;
	model_interrupt(&r.m, 3);
}

static void test_HD_IRQ_04_event_before_driver_ok_reaches_no_driver(void **state)
{
	(void)state;
	plug_plain(2);
	toy.on_start = interrupt;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(toy.configs, 1); /* the first look, as ever */
	vio_device_service(r.d, r.p.clock);
	assert_int_equal(toy.configs, 2);
	assert_int_equal(r.m.interrupt_status, 0);
}

/* ---- Reset ---- */

static void test_HD_STATUS_01_reset_that_never_ends_is_given_up(void **state)
{
	(void)state;
	plug_plain(2);
	r.m.faults.reset_reads = MODEL_NEVER;
	uint64_t before = r.p.clock;
	assert_int_equal(vio_device_start(r.d), VIO_ETIMEDOUT);
	assert_int_equal(r.d->problem.cause, VIO_C_RESET_TIMEOUT);
	assert_int_equal(r.d->state, VIO_QUARANTINED);
	assert_true(r.p.clock - before < UINT64_C(300000000));
	assert_int_equal(toy.starts, 0);
}

static void test_slow_reset_is_waited_for(void **state)
{
	(void)state;
	plug_plain(2);
	r.m.faults.reset_reads = 1000;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

/* FAILED of an earlier driver is still read: no bit is added to it. */
static void test_HD_STATUS_02_stale_bits_are_not_built_upon(void **state)
{
	uint32_t s[16];

	(void)state;
	plug_plain(2);
	r.m.faults.status_set = 0x80;
	assert_int_equal(vio_device_start(r.d), VIO_ETIMEDOUT);
	unsigned n = rig_written(&r, AT_STATUS, s, 16);
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(s[i], 0);
}

static void test_HD_STATUS_06_needs_reset_before_driver_ok_ends_the_start(void **state)
{
	const uint32_t after[] = { 1, 3, 11, 15 };

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		plug_plain(2);
		toy.submit_early = 2;
		r.needs_reset_after = after[i];
		fails(i == 3 ? VIO_C_DRIVER_OK : VIO_C_NEEDS_RESET, VIO_EDEVICE);
		assert_int_equal(r.m.counts.resets, 2);
		assert_true(r.d->problem.got & 0x40);
		assert_int_equal(toy.stops, toy.starts);
		r.needs_reset_after = 0;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
	}
}

static void test_HD_STATUS_05_driver_ok_that_does_not_stick_fails_the_start(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug_plain(version);
		toy.submit_early = 2;
		r.m.faults.status_clear = 4;
		fails(VIO_C_DRIVER_OK, VIO_EDEVICE);
		assert_int_equal(toy.readies, 0);
		assert_int_equal(toy.ndone, 2);
		assert_int_equal(toy.err[0], VIO_EDEVICE);
	}
}

/* NEEDS_RESET or FAILED at one look at the status only, whichever it is. The first look belongs to
 * the reset, which goes on; at another one only FEATURES_OK counts. */
static void start_with_bit_seen_once(uint32_t status)
{
	unsigned good = 0;
	bool looked = true;

	for (uint32_t look = 1; looked; look++) {
		plug_toy(2, offer(2) | TOY_F_HARMLESS); /* so that a second try could be made */
		r.instead.off = AT_STATUS;
		r.instead.value = status;
		r.instead.skip = look;
		r.instead.times = 1;
		int rc = vio_device_start(r.d);
		looked = r.instead.times == 0;
		if (!looked)
			assert_int_equal(rc, VIO_OK);
		else if (rc == VIO_OK)
			good++;
		else
			assert_int_equal(rc, VIO_EDEVICE);
	}
	assert_int_equal(good, 1);
}

static void test_HD_STATUS_06_needs_reset_that_is_seen_once_ends_the_start(void **state)
{
	(void)state;
	start_with_bit_seen_once(0x4f);
	start_with_bit_seen_once(0x8f);
}

static void vanish(struct toy *t)
{
	(void)t;
	r.instead.skip = 1; /* before DRIVER_OK is written */
	r.instead.times = 1;
}

/* FEATURES_OK was there when it was read back, and is gone when the device is to go live. */
static void test_HD_STATUS_04_features_ok_that_vanishes_fails_the_start(void **state)
{
	(void)state;
	plug_plain(2);
	r.instead.off = AT_STATUS;
	r.instead.value = 7;
	toy.on_start = vanish;
	fails(VIO_C_DRIVER_OK, VIO_EDEVICE);
}

static void test_HD_MMIO_09_device_that_is_gone_fails_the_start(void **state)
{
	(void)state;
	plug_plain(2);
	r.m.faults.gone = true;
	assert_int_equal(vio_device_start(r.d), VIO_ETIMEDOUT);
	assert_int_equal(r.d->state, VIO_QUARANTINED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_status_bits_kept_at_each_step),
		T(test_lk_late_features_ok_comes_before_the_queues),
		T(test_edk2_queue_after_ok_all_are_set_up_before),
		T(test_init_008_early_requests_are_kicked_once_after_driver_ok),
		T(test_start_refuses_what_makes_no_sense),
		T(test_device_starts_again_after_stop_on_the_same_ring_memory),
		T(test_HD_IRQ_04_event_before_driver_ok_reaches_no_driver),
		T(test_HD_STATUS_01_reset_that_never_ends_is_given_up),
		T(test_slow_reset_is_waited_for),
		T(test_HD_STATUS_02_stale_bits_are_not_built_upon),
		T(test_HD_STATUS_06_needs_reset_before_driver_ok_ends_the_start),
		T(test_HD_STATUS_06_needs_reset_that_is_seen_once_ends_the_start),
		T(test_HD_STATUS_05_driver_ok_that_does_not_stick_fails_the_start),
		T(test_HD_STATUS_04_features_ok_that_vanishes_fails_the_start),
		T(test_HD_MMIO_09_device_that_is_gone_fails_the_start),
#undef T
	};

	return cmocka_run_group_tests_name("start", tests, NULL, NULL);
}
