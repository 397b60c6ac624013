/* SPDX-License-Identifier: BSD-2-Clause */
/* Counts what the busy path accesses: one QueueNotify for each batch, no other register, and no
 * clock. */
#include "tests/lies/lab.h"

#include <string.h>

static void expect_counts(const struct lab_device *d, unsigned long notifies)
{
	assert_int_equal(d->model.counts.notifies, notifies);
	assert_int_equal(d->model.counts.reads, 0);
	assert_int_equal(d->model.counts.writes, 0);
}

/* The application submits in batches. */
static void body_batches(struct lab *lab)
{
	struct lab_device *d = &lab->other;
	const unsigned clock_reads = lab->host.clock_reads;

	memset(&d->model.counts, 0, sizeof(d->model.counts));
	for (unsigned batch = 1; batch <= LAB_REQUESTS / 4; batch++) {
		lab_submit(d, 4);
		expect_counts(d, batch);
		lab_turn(lab);
		expect_counts(d, batch);
		assert_int_equal(d->returned, d->submitted);
	}
	assert_int_equal(lab->host.clock_reads, clock_reads);
}

static void test_busy_queue_costs_one_notification_a_batch(void **state)
{
	(void)state;
	lab_on_all(body_batches);
}

/* The callbacks submit. All requests of one pass are one batch. */
static void body_callbacks(struct lab *lab)
{
	struct lab_device *d = &lab->other;
	unsigned long passes = 1;

	memset(&d->model.counts, 0, sizeof(d->model.counts));
	d->resubmit = true;
	lab_submit(d, 4);
	while (d->submitted < LAB_REQUESTS) {
		lab_turn(lab);
		expect_counts(d, ++passes);
	}
	lab_turn(lab);
	expect_counts(d, LAB_REQUESTS / 4);
	assert_int_equal(d->returned, LAB_REQUESTS);
}

static void test_callbacks_of_one_pass_are_one_batch(void **state)
{
	(void)state;
	lab_on_all(body_callbacks);
}

/* An idle pass accesses no register and no clock. */
static void body_idle(struct lab *lab)
{
	struct lab_device *d = &lab->other;

	memset(&d->model.counts, 0, sizeof(d->model.counts));
	for (unsigned i = 0; i < 100; i++)
		assert_false(vio_device_poll(&d->dev));
	expect_counts(d, 0);
}

static void test_idle_pass_touches_no_register(void **state)
{
	(void)state;
	lab_on_all(body_idle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_busy_queue_costs_one_notification_a_batch),
		cmocka_unit_test(test_callbacks_of_one_pass_are_one_batch),
		cmocka_unit_test(test_idle_pass_touches_no_register),
	};

	return cmocka_run_group_tests_name("random.busy", tests, NULL, NULL);
}
