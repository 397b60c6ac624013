/* SPDX-License-Identifier: BSD-2-Clause */
/* Two devices in one loop do not affect each other. */
#include "tests/unit/device_rig.h"

#include <picovirtio/loop.h>
#include <picovirtio/recover.h>

enum { RESET_MS = 100, MS = 1000000, SECOND = 1000000000 };

static struct rig bad, good;
static struct toy bad_toy, good_toy;
static struct vio_loop loop;

static void live(struct rig *r, struct toy *t, uint32_t beside)
{
	rig_init_for(r, 2);
	r->beside = beside;
	toy_config(r, t, 2, 1 | BIT64(32));
	rig_plug(r, true);
	assert_int_equal(vio_device_start(r->d), VIO_OK);
}

/* Both devices are parts of one machine. */
static uint64_t one_clock(void *ctx)
{
	(void)ctx;
	return good.p.platform.now(&good.p);
}

static int setup(void **state)
{
	(void)state;
	live(&bad, &bad_toy, 0);
	live(&good, &good_toy, 0x1000);
	bad.d->next = good.d;
	bad.p.platform.now = one_clock;
	loop = (struct vio_loop){ .platform = &good.p.platform,
				  .devices = bad.d,
				  .service_device = vio_recover_service };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	rig_close(&bad);
	rig_close(&good);
	return 0;
}

/* A request to the good device ends in the turn after its answer, while a request of the bad device
 * is in flight. */
static void good_serves(void)
{
	const unsigned before = good_toy.ndone;

	assert_int_equal(toy_submit(&good_toy, 0), VIO_OK);
	vio_queue_kick(&good_toy.q[0]);
	model_run(&good.m);
	vio_loop_turn(&loop, good.p.clock);
	assert_int_equal(good_toy.ndone, before + 1);
	assert_int_equal(good_toy.err[before % TOY_DONE], VIO_OK);
}

/* Ten seconds in steps of 10 ms. Returns the longest time between two answers. */
static uint64_t ten_seconds(void)
{
	uint64_t longest = 0;

	for (unsigned i = 0; i < 1000; i++) {
		const uint64_t before = good.p.clock;

		good_toy.ndone = 0;
		good_serves();
		vio_loop_turn(&loop, good.p.clock + 10 * MS); /* sleeps */
		if (good.p.clock - before > longest)
			longest = good.p.clock - before;
	}
	return longest;
}

static void stuck_request(void)
{
	bad_toy.model_holds = true;
	assert_int_equal(toy_submit(&bad_toy, 0), VIO_OK);
	vio_queue_kick(&bad_toy.q[0]);
	model_run(&bad.m);
}

static void test_HD_HOST_05_silent_device_costs_the_other_nothing(void **state)
{
	(void)state;
	bad_toy.q[0].timeout = SECOND;
	stuck_request();
	assert_true(ten_seconds() < 11 * MS);
	assert_true(bad.d->recovery.restarts > 0);
}

/* Each attempt to reset it takes RESET_MS, and then it is only looked at. */
static void test_HD_HOST_05_device_that_never_resets_costs_one_wait(void **state)
{
	(void)state;
	bad_toy.q[0].timeout = SECOND;
	stuck_request();
	bad.m.faults.reset_reads = MODEL_NEVER;
	assert_true(ten_seconds() < (RESET_MS + 20) * MS);
	assert_int_equal(bad.d->state, VIO_QUARANTINED);
	assert_int_equal(bad_toy.ndone, 0);
	assert_true(ten_seconds() < 11 * MS);
}

static void test_HD_HOST_05_unplugged_device_costs_one_wait(void **state)
{
	(void)state;
	stuck_request();
	bad.m.faults.gone = true;
	assert_true(ten_seconds() < (RESET_MS + 20) * MS);
	assert_true(ten_seconds() < 11 * MS);
}

static void line_of_good(struct host_platform *p, void *ctx, uint64_t deadline)
{
	(void)p;
	(void)ctx;
	(void)deadline;
	model_interrupt(&good.m, 1);
}

/* Both devices are on the line that woke us; one register of each is read, once. */
static void test_HD_IRQ_08_shared_line_looks_at_each_device_once(void **state)
{
	(void)state;
	good.p.on_idle = line_of_good;
	for (unsigned i = 0; i < 5; i++) {
		vio_loop_turn(&loop, UINT64_MAX); /* ends in a sleep that the line ends */
		bad.nlog = good.nlog = 0;
		vio_loop_turn(&loop, UINT64_MAX);
		assert_int_equal(rig_find(&good, false, AT_INTERRUPT_STATUS, 0),
				 rig_find(&bad, false, AT_INTERRUPT_STATUS, 0));
		unsigned looks[2] = { 0 }, acks[2] = { 0 };
		const struct rig *both[2] = { &bad, &good };

		for (unsigned k = 0; k < 2; k++) {
			for (unsigned n = 0; n < both[k]->nlog; n++) {
				const struct rig_access *a = &both[k]->log[n];

				looks[k] += !a->write && a->off == AT_INTERRUPT_STATUS;
				acks[k] += a->write && a->off == AT_INTERRUPT_ACK;
			}
		}
		assert_int_equal(looks[0], 1);
		assert_int_equal(looks[1], 1);
		assert_int_equal(acks[0], 0); /* nothing of this device is pending */
		assert_int_equal(acks[1], 1);
	}
}

/* The same in a handler. */
static void test_HD_IRQ_08_handler_claims_its_own_device_only(void **state)
{
	(void)state;
	model_interrupt(&good.m, 1);
	bad.nlog = good.nlog = 0;
	assert_false(vio_device_interrupt(bad.d));
	assert_true(vio_device_interrupt(good.d));
	assert_int_equal(bad.nlog, 1);
	assert_int_equal(good.nlog, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_HD_HOST_05_silent_device_costs_the_other_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_HD_HOST_05_device_that_never_resets_costs_one_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(test_HD_HOST_05_unplugged_device_costs_one_wait,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_HD_IRQ_08_shared_line_looks_at_each_device_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_HD_IRQ_08_handler_claims_its_own_device_only,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
