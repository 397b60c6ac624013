/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-balloon over its device model: inflating, deflating, statistics, the life cycle. */
#include "tests/unit/balloon_rig.h"

static void test_balloon_002_balloon_has_as_many_pages_as_the_host_asks_for(void **state)
{
	static const uint32_t sizes[] = { 10, 3, 64, 1, 0, 5 };

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		live(version, 0);
		holds(0);
		for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			ask(sizes[i]);
			holds(sizes[i]);
		}
		assert_int_equal(b.inflated, 10 + 61 + 5);
		assert_int_equal(b.deflated, 7 + 63 + 1);
		assert_int_equal(host_mapped(&r.p), 0);
		teardown(NULL);
	}
}

static void test_requests_have_as_many_pages_as_the_options_say(void **state)
{
	struct vio_balloon_options o = options();

	(void)state;
	live(2, 0);
	ask(18);
	assert_int_equal(host.batches, 5);
	teardown(NULL);
	setup(NULL);
	o.batch = 0; /* the default */
	live_with(2, 0, &o);
	ask(PAGES);
	assert_int_equal(host.batches, 1);
	holds(PAGES);
}

/* Besides, each change of the size is written to `actual`. */
static void test_request_costs_one_notification(void **state)
{
	(void)state;
	live(2, 0);
	assert_int_equal(r.m.counts.config_writes, 0); /* the balloon is empty */
	model_balloon_ask(&r.m, 16);
	const unsigned long notifies = r.m.counts.notifies;
	vio_device_service(r.d, 0);
	const unsigned long reads = r.m.counts.reads, writes = r.m.counts.writes;
	settle();
	assert_int_equal(r.m.counts.notifies, notifies + 4);
	assert_int_equal(r.m.counts.reads, reads);
	assert_int_equal(r.m.counts.writes, writes + 4);
	holds(16);
}

static void test_HD_BALLOON_01_more_than_there_is(void **state)
{
	(void)state;
	app.reserve = 7;
	live(2, 0);
	ask(UINT32_MAX);
	holds(PAGES - 7);
	assert_int_equal(b.target, UINT32_MAX);
	app.reserve = 0;
	ask(UINT32_MAX - 1);
	holds(PAGES);
	ask(2);
	holds(2);
}

static void test_answer_of_the_application_is_cut(void **state)
{
	(void)state;
	app.greedy = 1000;
	live(2, 0);
	ask(4); /* one request */
	assert_int_equal(b.pages, 4);
	ask(0);
	holds(0);
}

static void test_HD_BALLOON_02_size_changes_while_pages_are_in_flight(void **state)
{
	(void)state;
	live(2, 0);
	host.hold = true;
	ask(30);
	assert_int_equal(app.free, PAGES - 4);
	for (uint32_t n = 0; n < 50; n++)
		ask(n * 7 % 60);
	assert_int_equal(app.free, PAGES - 4); /* one request, whatever is asked */
	ask(1);
	release();
	holds(1);
}

static void test_balloon_002_page_comes_back_when_the_device_says_so(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		setup(NULL);
		live(2, i ? BIT64(MODEL_BALLOON_MUST_TELL) : 0);
		assert_int_equal(vio_has(r.d, VIO_BALLOON_F_MUST_TELL_HOST), i);
		ask(8);
		host.hold = true;
		ask(0);
		assert_int_equal(app.free, PAGES - 8);
		assert_int_equal(app.gives, 0);
		release();
		holds(0);
		teardown(NULL);
	}
}

static void test_HD_BALLOON_03_pages_of_a_failed_request_stay_out(void **state)
{
	(void)state;
	live(2, 0);
	ask(6);
	host.hold = true;
	ask(20);
	device_fails();
	assert_int_equal(app.free, PAGES - 10); /* the device may have them */
	assert_int_equal(b.pages, 6);
	assert_int_equal(host_mapped(&r.p), 0);
	host.hold = false;
	model_balloon_ask(&r.m, 1);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(host.batches, 2 + 1 + 3); /* reported once more, then taken back */
	holds(1);
}

/* They are the first that go into the balloon, also if their request cannot be sent at once. */
static void test_HD_BALLOON_03_failed_request_is_sent_again(void **state)
{
	(void)state;
	for (unsigned fails = 0; fails < 2; fails++) {
		setup(NULL);
		live(2, 0);
		ask(6);
		host.hold = true;
		ask(20);
		device_fails();
		host.hold = false;
		r.p.fail_map = fails;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(app.free, PAGES - 10);
		ask(21);
		holds(21);
		teardown(NULL);
	}
}

/* The request could not be sent again before the device is gone once more. */
static void test_HD_BALLOON_03_pages_stay_out_when_the_device_ends_again(void **state)
{
	(void)state;
	live(2, 0);
	host.hold = true;
	ask(4);
	device_fails();
	host.hold = false;
	r.p.fail_map = 1;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(app.free, PAGES - 4);
	assert_int_equal(app.gives, 0);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	ask(5);
	holds(5);
}

static void test_device_that_does_not_run_takes_nothing(void **state)
{
	(void)state;
	app.reserve = PAGES;
	live(2, 0);
	ask(4);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	app.reserve = 0;
	assert_int_equal(vio_balloon_use(&b, &run), VIO_OK);
	assert_int_equal(app.free, PAGES);
	assert_int_equal(app.gives, 0);
}

static void test_pages_stay_in_the_balloon_of_a_device_that_fails_while_it_deflates(void **state)
{
	(void)state;
	live(2, 0);
	ask(6);
	host.hold = true;
	ask(3);
	device_fails();
	assert_int_equal(app.free, PAGES - 6);
	host.hold = false;
	memset(r.m.cfg.config + 4, 0, 4); /* the device forgets it */
	model_balloon_ask(&r.m, 6);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	holds(6);
	ask(0);
	holds(0);
}

static void test_stopped_device_keeps_its_pages(void **state)
{
	(void)state;
	live(2, 0);
	ask(6);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(app.free, PAGES - 6);
	assert_int_equal(vio_balloon_use(&b, &run), VIO_EBUSY);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	ask(2);
	holds(2);
}

static void test_run_may_come_after_the_start(void **state)
{
	const struct vio_balloon_options o = options();

	(void)state;
	plug(2, 0, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	ask(5);
	assert_int_equal(b.pages, 0);
	struct vio_balloon_run bad = run;
	bad.p = memory + 8;
	assert_int_equal(vio_balloon_use(&b, &bad), VIO_EINVAL);
	bad = run;
	bad.at.addr += 8;
	assert_int_equal(vio_balloon_use(&b, &bad), VIO_EINVAL);
	bad.at.addr = (UINT64_C(1) << 44) - (PAGES - 1) * PAGE_BYTES;
	assert_int_equal(vio_balloon_use(&b, &bad), VIO_EADDR);
	bad.at.addr -= PAGE_BYTES;
	bad.pages = 0;
	assert_int_equal(vio_balloon_use(&b, &bad), VIO_OK);
	assert_int_equal(vio_balloon_use(&b, &run), VIO_OK);
	settle();
	holds(5);
	bad.pages = PAGES; /* to the last page number that there is */
	ask(0);
	assert_int_equal(vio_balloon_use(&b, &bad), VIO_OK);
}

static void test_balloon_003_statistics_are_there_from_the_start_on(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		live(version, ALL_FEATURES & ~BIT64(MODEL_BALLOON_POISON));
		assert_int_equal(host.nstats, 2);
		assert_int_equal(host.tag[0], VIO_BALLOON_FREE);
		assert_int_equal(host.value[0], sizeof(memory));
		assert_int_equal(host.tag[1], VIO_BALLOON_TOTAL);
		for (unsigned i = 2; i < 20; i++) {
			ask(i);
			assert_true(model_balloon_ask_stats(&r.m));
			settle();
			assert_int_equal(app.asked, i);
			assert_int_equal(host.value[0], (uint64_t)(PAGES - i) * PAGE_BYTES);
		}
		ask(0);
		assert_int_equal(vio_device_stop(r.d), VIO_OK); /* this asks for none */
		assert_int_equal(app.asked, 19);
		teardown(NULL);
	}
}

/* As many statistics as fit. The device may keep them as long as it likes. */
static unsigned all_stats(struct vio_balloon *of, struct vio_balloon_stat *s, unsigned room)
{
	(void)of;
	for (unsigned i = 0; i < room; i++)
		s[i] = (struct vio_balloon_stat){ (uint16_t)i, UINT64_MAX - i };
	return room;
}

static void test_as_many_statistics_as_there_can_be(void **state)
{
	static uint64_t own[VIO_BALLOON_MEMORY(4) / 8];
	struct vio_balloon_options o = options();

	(void)state;
	o.stats = all_stats;
	o.memory = own;
	o.bytes = sizeof(own);
	live_with(2, BIT64(MODEL_BALLOON_STATS), &o);
	assert_int_equal(host.nstats, VIO_BALLOON_STATS_MAX);
	assert_int_equal(host.tag[15], 15);
	assert_true(host.value[15] == UINT64_MAX - 15);
	for (uint64_t now = 0; now < UINT64_C(600000000000); now += UINT64_C(10000000000))
		vio_device_service(r.d, now);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_run_stays_while_pages_are_on_their_way(void **state)
{
	(void)state;
	live(2, 0);
	host.hold = true;
	ask(4);
	assert_int_equal(b.pages, 0);
	assert_int_equal(vio_balloon_use(&b, &run), VIO_EBUSY);
	release();
	holds(4);
}

static void test_application_may_have_no_use_for_what_comes_back(void **state)
{
	struct vio_balloon_options o = options();

	(void)state;
	o.give = NULL;
	live_with(2, 0, &o);
	ask(4);
	ask(0);
	assert_int_equal(host.npages, 0);
	assert_int_equal(app.free, PAGES - 4);
}

static unsigned wrong_count;

static unsigned wrong_stats(struct vio_balloon *of, struct vio_balloon_stat *s, unsigned room)
{
	(void)of;
	(void)s;
	(void)room;
	return wrong_count;
}

static void test_statistics_need_a_function_that_has_some(void **state)
{
	struct vio_balloon_options o = options();

	(void)state;
	o.stats = NULL;
	live_with(2, BIT64(MODEL_BALLOON_STATS), &o);
	assert_false(vio_has(r.d, VIO_BALLOON_F_STATS_VQ));
	teardown(NULL);
	o.stats = wrong_stats;
	for (wrong_count = 0; wrong_count <= 17; wrong_count += 17) {
		plug(2, BIT64(MODEL_BALLOON_STATS), &o);
		assert_int_equal(vio_device_start(r.d), VIO_EINVAL);
		teardown(NULL);
	}
}

static void test_memory_of_the_caller_and_options(void **state)
{
	static uint64_t own[VIO_BALLOON_MEMORY(3) / 8];
	struct vio_balloon_options o = options();
	static struct vio_balloon other;

	(void)state;
	o.batch = 3;
	o.memory = own;
	o.bytes = sizeof(own);
	live_with(2, ALL_FEATURES, &o);
	ask(10);
	holds(10);
	assert_int_equal(r.p.privates, 0); /* nothing else was taken */
	o.bytes--;
	assert_int_equal(vio_balloon_init(&other, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
	o = (struct vio_balloon_options){ .batch = 65536, .chunk = 524288 };
	assert_int_equal(vio_balloon_init(&other, &r.t.base, &r.p.platform, &o), VIO_OK);
	o = (struct vio_balloon_options){ .batch = 65537 };
	assert_int_equal(vio_balloon_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_balloon_options){ .chunk = 524289 };
	assert_int_equal(vio_balloon_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	assert_ptr_equal(vio_balloon_of(r.d), &b);
	assert_null(vio_balloon_of(NULL));
	r.d->driver = &toy_driver;
	assert_null(vio_balloon_of(r.d));
	r.d->driver = &vio_balloon_driver;
}

static void test_without_options_the_balloon_stays_empty(void **state)
{
	(void)state;
	live_with(2, ALL_FEATURES, NULL);
	ask(10);
	assert_int_equal(b.pages, 0);
	assert_int_equal(vio_balloon_report(&b), VIO_OK);
	settle();
	assert_int_equal(host.nranges, 0);
}

static void test_HD_QUEUE_01_device_without_a_queue_does_not_start(void **state)
{
	enum { SELECTED = 64 };
	struct vio_balloon_options o = options();
	uint32_t selected[SELECTED];

	(void)state;
	o.poison = true;
	for (unsigned q = 0; q < VIO_BALLOON_QUEUES; q++) {
		plug(2, ALL_FEATURES, &o);
		r.m.cfg.queue_max[q] = 0;
		assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
		assert_int_equal(r.d->problem.queue, q);
		/* Nothing more was done with the device. */
		const unsigned n = rig_written(&r, AT_QUEUE_SEL, selected, SELECTED);
		assert_int_equal(selected[n - 1], q);
		assert_int_equal(r.m.counts.config_writes, 0);
		teardown(NULL);
	}
}

static void test_HD_BALLOON_04_silent_device_is_given_up(void **state)
{
	uint64_t now = 0;

	(void)state;
	live(2, 0);
	r.m.faults.silent = true;
	model_balloon_ask(&r.m, 5);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(r.d->problem.queue, 0);
	assert_int_equal(app.free, PAGES - 4);
}

static void test_map_that_fails_takes_nothing(void **state)
{
	(void)state;
	live(2, 0);
	r.p.fail_map = 1;
	ask(4);
	holds(0);
	ask(5);
	holds(5);
	r.p.fail_map = 1;
	ask(2);
	holds(5);
	ask(1);
	holds(1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_balloon_002_balloon_has_as_many_pages_as_the_host_asks_for),
		T(test_requests_have_as_many_pages_as_the_options_say),
		T(test_request_costs_one_notification),
		T(test_HD_BALLOON_01_more_than_there_is),
		T(test_answer_of_the_application_is_cut),
		T(test_HD_BALLOON_02_size_changes_while_pages_are_in_flight),
		T(test_balloon_002_page_comes_back_when_the_device_says_so),
		T(test_HD_BALLOON_03_pages_of_a_failed_request_stay_out),
		T(test_HD_BALLOON_03_failed_request_is_sent_again),
		T(test_HD_BALLOON_03_pages_stay_out_when_the_device_ends_again),
		T(test_device_that_does_not_run_takes_nothing),
		T(test_pages_stay_in_the_balloon_of_a_device_that_fails_while_it_deflates),
		T(test_stopped_device_keeps_its_pages),
		T(test_run_may_come_after_the_start),
		T(test_balloon_003_statistics_are_there_from_the_start_on),
		T(test_as_many_statistics_as_there_can_be),
		T(test_run_stays_while_pages_are_on_their_way),
		T(test_application_may_have_no_use_for_what_comes_back),
		T(test_statistics_need_a_function_that_has_some),
		T(test_memory_of_the_caller_and_options),
		T(test_without_options_the_balloon_stays_empty),
		T(test_HD_QUEUE_01_device_without_a_queue_does_not_start),
		T(test_HD_BALLOON_04_silent_device_is_given_up),
		T(test_map_that_fails_takes_nothing),
#undef T
	};

	return cmocka_run_group_tests_name("balloon", tests, NULL, NULL);
}
