/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-balloon over its device model: reports and hints of free pages, and poison. */
#include "tests/unit/balloon_rig.h"

#define F(bit) BIT64(MODEL_BALLOON_##bit)

static const uint32_t POISON_WORD = 0xaaccee55;

static uint32_t reported_pages(void)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < host.nranges; i++)
		bytes += host.range[i].len;
	return (uint32_t)(bytes / PAGE_BYTES);
}

static void test_balloon_006_free_pages_are_reported_and_come_back(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		live(version, F(REPORT) | F(HINT));
		ask(10);
		app.reserve = 4;
		assert_int_equal(vio_balloon_report(&b), VIO_OK);
		settle();
		assert_int_equal(host.nranges, 1);
		assert_int_equal(host.range[0].addr, run.at.addr + 4 * PAGE_BYTES);
		assert_int_equal(reported_pages(), 50);
		assert_int_equal(b.reported, 50);
		holds(10);
		ask(0);
		teardown(NULL);
	}
}

static void test_balloon_006_reported_pages_are_not_used_before_the_answer(void **state)
{
	(void)state;
	live(2, F(REPORT));
	host.hold = true;
	const unsigned long notifies = r.m.counts.notifies;
	assert_int_equal(vio_balloon_report(&b), VIO_OK);
	assert_int_equal(r.m.counts.notifies, notifies + 1); /* the device hears of it at once */
	assert_int_equal(app.free, 0);
	ask(3); /* waits for the report */
	assert_int_equal(host.batches, 0);
	release();
	holds(3);
}

static void test_reports_are_as_long_as_the_options_say(void **state)
{
	struct vio_balloon_options o = options();

	(void)state;
	o.chunk = 10;
	live_with(2, F(REPORT), &o);
	assert_int_equal(vio_balloon_report(&b), VIO_OK);
	settle();
	assert_int_equal(host.nranges, 7);
	assert_int_equal(reported_pages(), PAGES);
	assert_int_equal(host.range[6].addr, run.at.addr);
	assert_int_equal(app.gives, 1);
	holds(0);
	host.nranges = 0;
	ask(1);
	assert_int_equal(host.nranges, 0); /* a report is asked for each time */
}

static void test_reports_need_the_feature_and_a_live_device(void **state)
{
	(void)state;
	live(2, 0);
	assert_int_equal(vio_balloon_report(&b), VIO_ENOTSUP);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_balloon_report(&b), VIO_EDEVICE);
}

/* The queue has number 3 there. */
static void test_reports_of_a_device_that_counts_its_queues_as_qemu_does(void **state)
{
	(void)state;
	host.odd_queue = true;
	live(2, F(REPORT));
	assert_int_equal(vio_balloon_report(&b), VIO_OK);
	settle();
	assert_int_equal(reported_pages(), PAGES);
}

static void test_report_of_a_device_that_fails_ends(void **state)
{
	struct vio_balloon_options o = options();

	(void)state;
	o.chunk = 10;
	live_with(2, F(REPORT), &o);
	ask(2);
	host.hold = true;
	assert_int_equal(vio_balloon_report(&b), VIO_OK);
	device_fails();
	assert_int_equal(app.free, PAGES - 2);
	host.hold = false;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	ask(1);
	assert_int_equal(host.nranges, 0);
	holds(1);
}

static void test_balloon_001_poison_is_a_choice(void **state)
{
	(void)state;
	live(2, ALL_FEATURES);
	assert_false(vio_has(r.d, VIO_BALLOON_F_PAGE_POISON));
	assert_true(vio_has(r.d, VIO_BALLOON_F_MUST_TELL_HOST));
	assert_true(vio_has(r.d, VIO_BALLOON_F_REPORTING));
	ask(4);
	memset(memory, 0x77, sizeof(memory));
	ask(0);
	for (size_t i = 0; i < sizeof(memory); i++)
		assert_int_equal(memory[i], 0x77);
}

static void test_balloon_005_pages_that_come_back_have_the_poison(void **state)
{
	struct vio_balloon_options o = options();

	(void)state;
	o.poison = true;
	o.poison_val = POISON_WORD;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		live_with(version, ALL_FEATURES, &o);
		ask(4);
		memset(memory, 0x77, sizeof(memory)); /* the host has dropped them */
		ask(1);
		const uint32_t *w = (const uint32_t *)(const void *)memory;
		for (size_t i = 0; i < sizeof(memory) / 4; i++)
			assert_int_equal(w[i], i / 1024 >= PAGES - 4 && i / 1024 < PAGES - 1
						       ? POISON_WORD
						       : 0x77777777);
		assert_int_equal(vio_balloon_report(&b), VIO_OK); /* the model looks at them */
		settle();
		model_balloon_hint(&r.m, 7);
		serve();
		model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
		serve();
		ask(0);
		teardown(NULL);
	}
}

static void test_balloon_004_round_of_hints(void **state)
{
	struct vio_balloon_options o = options();

	(void)state;
	o.chunk = 30;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		live_with(version, F(HINT), &o);
		ask(2);
		model_balloon_hint(&r.m, 2);
		serve();
		assert_int_equal(host.nids, 2);
		assert_int_equal(host.id[0], 2);
		assert_int_equal(host.id[1], 0);
		assert_int_equal(host.nranges, 3);
		assert_int_equal(reported_pages(), PAGES - 2);
		assert_int_equal(b.hints, PAGES - 2);
		assert_int_equal(app.free, 0);
		ask(0); /* waits */
		model_balloon_hint(&r.m, 0);
		serve();
		assert_int_equal(app.free, 0);
		model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
		serve();
		holds(0);
		model_balloon_hint(&r.m, 3);
		serve();
		assert_int_equal(host.nids, 4);
		assert_int_equal(b.rounds, 2);
		model_balloon_hint(&r.m, 9); /* without DONE */
		serve();
		assert_int_equal(host.nids, 6);
		assert_int_equal(host.id[4], 9);
		model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
		serve();
		holds(0);
		teardown(NULL);
	}
}

/* As QEMU is, which asks for none while it looks for hints, and may miss one at the end of that. */
static void test_hints_are_notified_whatever_the_device_asked_for(void **state)
{
	(void)state;
	live(2, F(HINT));
	mq_ask(&r.m.queue[3], MQ_ASK_NEVER, 0);
	mq_ask(&r.m.queue[0], MQ_ASK_NEVER, 0); /* of the other queues this is heeded */
	ask(1);
	assert_int_equal(b.inflate.kicks, 0);
	r.m.kicked[0] = true;
	settle();
	model_balloon_hint(&r.m, 5);
	serve();
	assert_int_equal(host.nids, 2);
	assert_int_equal(reported_pages(), PAGES - 1);
	assert_int_equal(b.hint.kicks, 3);
}

static void test_HD_BALLOON_05_host_changes_its_mind_within_a_round(void **state)
{
	struct vio_balloon_options o = options();

	(void)state;
	o.chunk = 1;
	for (uint32_t next = 0; next < 7; next++) {
		setup(NULL);
		live_with(2, F(HINT), &o);
		host.hold = true;
		model_balloon_hint(&r.m, 5);
		serve();
		host.hold = false;
		r.m.kicked[3] = true;
		model_run(&r.m);
		vio_device_poll(r.d); /* pages are in flight */
		assert_int_equal(app.free, PAGES - 1);
		model_balloon_hint(&r.m, next);
		serve();
		if (next == 5) {
			assert_int_equal(host.nranges, PAGES);
		} else {
			assert_true(host.nranges < 3 + (next > 1 ? PAGES : 0));
		}
		model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
		serve();
		holds(0);
		teardown(NULL);
	}
}

/* What cannot be read is not used: neither is what was read beside it. */
static void test_config_space_that_does_not_settle_changes_nothing(void **state)
{
	enum { READS = 9 }; /* of the generation, before a field is given up */

	(void)state;
	live(2, F(HINT));
	ask(4);
	r.m.faults.generation_moves = MODEL_NEVER;
	ask(10);
	holds(4);
	r.m.faults.generation_moves = READS;
	model_balloon_hint(&r.m, 5);
	serve();
	assert_int_equal(host.nids, 0);
	assert_int_equal(r.d->state, VIO_LIVE);
	ask(4);
	assert_int_equal(host.nids, 2); /* begin and end of the round */
}

static void test_hints_of_a_device_that_fails_are_free_again(void **state)
{
	(void)state;
	live(2, F(HINT));
	for (unsigned held = 0; held < 2; held++) {
		host.hold = held;
		model_balloon_hint(&r.m, 5);
		serve();
		device_fails();
		assert_int_equal(app.free, PAGES);
		host.hold = false;
		model_balloon_hint(&r.m, 0);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		settle();
		holds(0);
	}
}

static void test_deflate_on_oom(void **state)
{
	(void)state;
	live(2, F(ON_OOM));
	assert_int_equal(vio_balloon_spare(&b, 1), VIO_ENOMEM);
	ask(40);
	assert_int_equal(vio_balloon_spare(&b, 6), VIO_OK);
	settle();
	holds(34);
	ask(40); /* nothing new */
	holds(34);
	ask(41);
	holds(41);
	assert_int_equal(vio_balloon_spare(&b, UINT32_MAX), VIO_OK);
	settle();
	holds(0);
	assert_int_equal(vio_device_stop(r.d), VIO_OK); /* a restart asks anew */
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	holds(41);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_balloon_spare(&b, 1), VIO_EDEVICE);
}

static void test_pages_are_taken_back_where_that_was_agreed_and_not_in_a_round(void **state)
{
	(void)state;
	live(2, F(HINT));
	ask(4);
	assert_int_equal(vio_balloon_spare(&b, 1), VIO_ENOTSUP);
	ask(0);
	teardown(NULL);
	setup(NULL);
	live(2, F(HINT) | F(ON_OOM));
	ask(4);
	host.hold = true;
	model_balloon_hint(&r.m, 2);
	serve();
	assert_int_equal(vio_balloon_spare(&b, 1), VIO_EBUSY);
	release();
	assert_int_equal(vio_balloon_spare(&b, 1), VIO_EBUSY);
	model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
	serve();
	holds(4);
}

/* The device knows nothing of it after a reset. */
static void test_round_begins_anew_after_a_restart(void **state)
{
	(void)state;
	live(2, F(HINT));
	model_balloon_hint(&r.m, 5);
	serve();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	holds(0);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(host.nids, 2);
	model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
	serve();
	host.nids = 0; /* this host uses a number again */
	model_balloon_hint(&r.m, 5);
	serve();
	assert_int_equal(host.nids, 2);
	model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
	serve();
	holds(0);
}

/* Deflate before hints, hints before reports, each alone. A request that cannot be sent does not
 * keep the next ones waiting. */
static void test_one_request_at_a_time(void **state)
{
	(void)state;
	live(2, F(HINT) | F(REPORT));
	ask(4);
	host.hold = true;
	model_balloon_ask(&r.m, 1);
	model_balloon_hint(&r.m, 5);
	serve();
	assert_int_equal(b.op, VIO_BALLOON_DEFLATE);
	assert_int_equal(vio_balloon_report(&b), VIO_OK);
	host.hold = false;
	r.m.kicked[1] = true;
	model_run(&r.m);
	host.hold = true;
	vio_device_poll(r.d);
	assert_int_equal(b.op, VIO_BALLOON_HINT_ID);
	assert_int_equal(app.free, PAGES - 1); /* nothing is reported meanwhile */
	release();
	model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
	serve();
	assert_int_equal(b.reported, PAGES - 1);
	holds(1);
	r.p.fail_map = 1;
	model_balloon_ask(&r.m, 0);
	model_balloon_hint(&r.m, 6);
	serve();
	assert_int_equal(host.id[2], 6);
	model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
	serve();
	holds(0);
}

/* No other round follows by itself. */
static void test_round_whose_end_cannot_be_sent(void **state)
{
	(void)state;
	live(2, F(HINT));
	r.p.fail_map = 2; /* the number of the round, then its end */
	model_balloon_hint(&r.m, 5);
	serve();
	assert_int_equal(reported_pages(), PAGES);
	assert_int_equal(app.free, PAGES);
	serve();
	ask(1);
	ask(0);
	assert_int_equal(host.nids, 1);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
}

/* No map is needed for pages. The one of an id may fail. */
static void test_round_that_cannot_begin_or_end_keeps_no_pages(void **state)
{
	(void)state;
	live(2, F(HINT));
	r.p.fail_map = 1;
	model_balloon_hint(&r.m, 2);
	serve();
	assert_int_equal(host.nids, 0);
	assert_int_equal(b.rounds, 0);
	holds(0);
	serve();
	model_balloon_hint(&r.m, 3);
	serve();
	assert_int_equal(host.nids, 2);
	model_balloon_hint(&r.m, MODEL_BALLOON_DONE);
	serve();
	holds(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_balloon_006_free_pages_are_reported_and_come_back),
		T(test_balloon_006_reported_pages_are_not_used_before_the_answer),
		T(test_reports_are_as_long_as_the_options_say),
		T(test_reports_need_the_feature_and_a_live_device),
		T(test_reports_of_a_device_that_counts_its_queues_as_qemu_does),
		T(test_report_of_a_device_that_fails_ends),
		T(test_balloon_001_poison_is_a_choice),
		T(test_balloon_005_pages_that_come_back_have_the_poison),
		T(test_balloon_004_round_of_hints),
		T(test_hints_are_notified_whatever_the_device_asked_for),
		T(test_HD_BALLOON_05_host_changes_its_mind_within_a_round),
		T(test_hints_of_a_device_that_fails_are_free_again),
		T(test_config_space_that_does_not_settle_changes_nothing),
		T(test_deflate_on_oom),
		T(test_pages_are_taken_back_where_that_was_agreed_and_not_in_a_round),
		T(test_round_begins_anew_after_a_restart),
		T(test_one_request_at_a_time),
		T(test_round_whose_end_cannot_be_sent),
		T(test_round_that_cannot_begin_or_end_keeps_no_pages),
#undef T
	};

	return cmocka_run_group_tests_name("balloon_pages", tests, NULL, NULL);
}
