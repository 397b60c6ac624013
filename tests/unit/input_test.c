/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-input over its device model: the configuration, and the life cycle. */
#include "tests/unit/input_rig.h"

static void test_input_001_device_is_asked_for_all_that_it_is(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live(version);
		assert_string_equal(in.name, "a keyboard");
		assert_string_equal(in.serial, "no. 7");
		assert_int_equal(in.ids.bus, 6);
		assert_int_equal(in.ids.vendor, 0x627);
		assert_int_equal(in.ids.product, 1);
		assert_int_equal(in.ids.version, 0x102);
		assert_int_equal(in.properties, 5);
		assert_true(vio_input_has(&in, VIO_INPUT_KEY, KEY_A));
		assert_true(vio_input_has(&in, VIO_INPUT_KEY, VIO_INPUT_KEYS - 1));
		assert_false(vio_input_has(&in, VIO_INPUT_KEY, KEY_A + 1));
		assert_true(vio_input_has(&in, VIO_INPUT_LED, CAPS));
		assert_false(vio_input_has(&in, VIO_INPUT_LED, 0));
		assert_false(vio_input_has(&in, VIO_INPUT_REL, X));
		assert_true(vio_input_has(&in, VIO_INPUT_SYN, 3));
		assert_false(vio_input_has(&in, VIO_INPUT_SYN, 4));
		teardown(NULL);
	}
}

static void test_text_is_cut_and_made_printable(void **state)
{
	char name[101];

	(void)state;
	memset(name, 'n', 100);
	name[100] = '\0';
	host.name = name;
	host.serial = "a\x1b[2J\xff";
	live(2);
	assert_int_equal(strlen(in.name), VIO_INPUT_TEXT_MAX);
	assert_string_equal(in.serial, "a?[2J?");
}

static void test_device_without_a_name_or_ids_works(void **state)
{
	(void)state;
	live(2);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	host.name = "a key"; /* nothing of the longer one is left */
	host.serial = NULL;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
	assert_string_equal(in.name, "a key");
	assert_string_equal(in.serial, "");
	send(VIO_INPUT_KEY, KEY_A, 1);
	turn();
	assert_int_equal(got.calls, 1);
}

static void test_HD_INPUT_03_size_beyond_the_data(void **state)
{
	(void)state;
	host.size_claim = 255;
	model_input_has(&host, MODEL_INPUT_ABS, X);
	live(2);
	assert_string_equal(in.name, "a keyboard");
	assert_true(vio_input_has(&in, VIO_INPUT_KEY, KEY_A));
	assert_int_equal(in.device.state, VIO_LIVE);
}

static void test_HD_INPUT_03_ids_that_are_cut_off(void **state)
{
	(void)state;
	host.size_claim = 7;
	live(2);
	assert_int_equal(in.ids.vendor, 0);
	assert_string_equal(in.name, "a keybo");
	assert_true(vio_input_has(&in, VIO_INPUT_KEY, KEY_A));
	assert_false(vio_input_has(&in, VIO_INPUT_KEY, VIO_INPUT_KEYS - 1));
}

static void test_axis_with_its_range(void **state)
{
	struct vio_input_axis a;

	(void)state;
	model_input_has(&host, MODEL_INPUT_ABS, X);
	memcpy(host.axis[X], (uint32_t[]){ (uint32_t)-5, 32767, 1, 2, 3 }, sizeof(host.axis[X]));
	live(2);
	assert_int_equal(vio_input_get_axis(&in, X, &a), VIO_OK);
	assert_int_equal(a.min, -5);
	assert_int_equal(a.max, 32767);
	assert_int_equal(a.fuzz, 1);
	assert_int_equal(a.flat, 2);
	assert_int_equal(a.resolution, 3);
	assert_int_equal(vio_input_get_axis(&in, Y, &a), VIO_ENODEV);
	host.axis[X][1] = (uint32_t)-6; /* it changed its mind */
	assert_int_equal(vio_input_get_axis(&in, X, &a), VIO_ERANGE);
	send(VIO_INPUT_ABS, X, 100);
	turn();
	assert_int_equal(got.e[0].value, 100);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_input_get_axis(&in, X, &a), VIO_EDEVICE);
}

static void test_HD_INPUT_04_axis_without_a_range_is_refused(void **state)
{
	struct vio_input_axis a;

	(void)state;
	model_input_has(&host, MODEL_INPUT_ABS, X);
	model_input_has(&host, MODEL_INPUT_ABS, Y);
	memcpy(host.axis[X], (uint32_t[]){ 1, 0, 0, 0, 1 }, sizeof(host.axis[X]));
	memcpy(host.axis[Y], (uint32_t[]){ 1, 1, 0, 0, 0 }, sizeof(host.axis[Y]));
	live(2);
	assert_int_equal(in.refused, 1);
	assert_int_equal(vio_input_get_axis(&in, X, &a), VIO_ENODEV);
	assert_int_equal(vio_input_get_axis(&in, Y, &a), VIO_OK); /* resolution 0: not known */
	send(VIO_INPUT_ABS, X, 1);
	send(VIO_INPUT_ABS, Y, 1);
	turn();
	assert_int_equal(got.calls, 1);
	assert_int_equal(got.e[0].code, Y);
	assert_int_equal(in.dropped, 1);
}

static void test_HD_INPUT_04_axis_that_is_cut_off_is_refused(void **state)
{
	(void)state;
	model_input_has(&host, MODEL_INPUT_ABS, X);
	host.axis_size = 19;
	live(2);
	assert_int_equal(in.refused, 1);
	assert_false(vio_input_has(&in, VIO_INPUT_ABS, X));
}

/* A device that is gone reads as all ones, also where a size is expected. */
static void test_config_that_moves_fails_the_start(void **state)
{
	(void)state;
	plug(2, NULL);
	r.m.faults.generation_moves = MODEL_NEVER;
	assert_true(vio_device_start(r.d) < 0);
	assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
}

static void test_start_without_a_single_buffer_fails(void **state)
{
	(void)state;
	plug(2, &(struct vio_input_options){ .events = 1, .messages = 1 });
	r.p.fail_map = 1;
	assert_int_equal(vio_device_start(r.d), VIO_EADDR);
	assert_int_equal(r.d->problem.cause, VIO_C_MAP);
}

static void test_HD_QUEUE_01_device_without_a_queue_does_not_start(void **state)
{
	(void)state;
	for (unsigned q = 0; q < 2; q++) {
		plug(2, NULL);
		r.m.cfg.queue_max[q] = 0;
		assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
		assert_int_equal(r.d->problem.cause, VIO_C_NO_QUEUE);
		assert_int_equal(r.d->problem.queue, q);
		assert_int_equal(r.m.counts.written_at[AT_QUEUE_SEL / 4], q + 1); /* no other */
		teardown(NULL);
	}
}

/* What cannot be read a few times is read, or is the cause; nothing else is made of it. */
static void test_config_that_moves_for_a_while(void **state)
{
	unsigned started = 0, failed = 0;

	(void)state;
	for (unsigned moves = 1; moves < 100; moves++) {
		setup(NULL);
		model_input_has(&host, MODEL_INPUT_ABS, X);
		model_input_has(&host, MODEL_INPUT_ABS, Y);
		memcpy(host.axis[X], (uint32_t[]){ 1, 9, 0, 0, 0 }, sizeof(host.axis[X]));
		memcpy(host.axis[Y], (uint32_t[]){ 2, 8, 0, 0, 0 }, sizeof(host.axis[Y]));
		plug(2, NULL);
		r.m.faults.generation_moves = moves;
		if (vio_device_start(r.d) == VIO_OK) {
			assert_string_equal(in.name, "a keyboard");
			assert_string_equal(in.serial, "no. 7");
			assert_int_equal(in.ids.version, 0x102);
			assert_int_equal(in.properties, 5);
			assert_true(vio_input_has(&in, VIO_INPUT_KEY, KEY_A));
			assert_true(vio_input_has(&in, VIO_INPUT_ABS, X));
			assert_true(vio_input_has(&in, VIO_INPUT_ABS, Y));
			assert_int_equal(in.refused, 0);
			started++;
		} else {
			assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
			failed++;
		}
		teardown(NULL);
	}
	assert_true(started > 0 && failed > 0);
	setup(NULL);
	live(2);
}

/* One field of the configuration cannot be read, the `unstable`th from 0; all others can. */
static unsigned unstable, fields;
static uint32_t field;

static void move_one(struct model *m, void *ctx, bool write, uint32_t off, uint32_t value)
{
	(void)ctx;
	(void)value;
	if (write && off == AT_CONFIG)
		field = 0; /* another question */
	if (write || off < AT_CONFIG)
		return;
	if (off != field)
		m->faults.generation_moves = fields++ == unstable ? MODEL_NEVER : 0;
	field = off;
}

static void test_each_field_that_cannot_be_read_fails_the_start(void **state)
{
	int rc = VIO_EDEVICE;

	(void)state;
	model_input_has(&host, MODEL_INPUT_ABS, X);
	memcpy(host.axis[X], (uint32_t[]){ 1, 9, 0, 0, 0 }, sizeof(host.axis[X]));
	for (unstable = 0; rc != VIO_OK; unstable++) {
		plug(2, NULL);
		fields = 0;
		r.m.on_access = move_one;
		rc = vio_device_start(r.d);
		assert_int_equal(rc == VIO_OK, fields <= unstable);
		if (rc != VIO_OK)
			assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
		teardown(NULL);
	}
	assert_true(unstable > 40);
	live(2);
}

static void test_codes_at_their_limits(void **state)
{
	(void)state;
	model_input_has(&host, MODEL_INPUT_KEY, 0);
	model_input_has(&host, MODEL_INPUT_ABS, X);
	host.name = "\x7e\x7f\x20\x1f";
	model_input_has(&host, MODEL_INPUT_ABS, VIO_INPUT_CODES - 1);
	memcpy(host.axis[VIO_INPUT_CODES - 1], (uint32_t[]){ 3, 2, 0, 0, 0 }, 5 * sizeof(uint32_t));
	live(2);
	assert_string_equal(in.name, "~? ?");
	assert_int_equal(in.refused, 1); /* the last axis is looked at as well */
	assert_false(vio_input_has(&in, VIO_INPUT_ABS, VIO_INPUT_CODES - 1));
	assert_true(vio_input_has(&in, VIO_INPUT_ABS, X));
	assert_true(vio_input_has(&in, VIO_INPUT_KEY, 0));
	assert_true(vio_input_has(&in, VIO_INPUT_KEY, VIO_INPUT_KEYS - 1));
	assert_false(vio_input_has(&in, VIO_INPUT_KEY, VIO_INPUT_KEYS));
	for (unsigned i = 0; i < sizeof(in.has); i++)
		in.has[i] = 0xff;
	assert_false(vio_input_has(&in, VIO_INPUT_REL, VIO_INPUT_CODES));
	assert_false(vio_input_has(&in, 0x1f, 0));
}

static void test_memory_of_the_caller_and_options(void **state)
{
	static uint64_t memory[VIO_INPUT_MEMORY(4, 2) / 8];
	struct vio_input_options o = {
		.events = 4, .messages = 2, .memory = memory, .bytes = sizeof(memory)
	};
	static struct vio_input other;

	(void)state;
	plug(2, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.privates, 0); /* nothing else was taken */
	model_run(&r.m);
	assert_int_equal(mq_look(&r.m.queue[0]), 4);
	for (unsigned i = 0; i < 20; i++) {
		send(VIO_INPUT_KEY, KEY_A, 1);
		turn();
	}
	assert_int_equal(got.calls, 20);
	o.bytes--;
	assert_int_equal(vio_input_init(&other, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
	o.events = 3;
	assert_int_equal(vio_input_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_input_options){ .messages = 6 };
	assert_int_equal(vio_input_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o = (struct vio_input_options){ .events = 1024, .messages = 1024 };
	assert_int_equal(vio_input_init(&other, &r.t.base, &r.p.platform, &o), VIO_OK);
	o = (struct vio_input_options){ .events = 2048 };
	assert_int_equal(vio_input_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	assert_ptr_equal(vio_input_of(r.d), &in);
	assert_null(vio_input_of(NULL));
	r.d->driver = &toy_driver;
	assert_null(vio_input_of(r.d));
	r.d->driver = &vio_input_driver;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_input_001_device_is_asked_for_all_that_it_is),
		T(test_text_is_cut_and_made_printable),
		T(test_device_without_a_name_or_ids_works),
		T(test_HD_INPUT_03_size_beyond_the_data),
		T(test_HD_INPUT_03_ids_that_are_cut_off),
		T(test_axis_with_its_range),
		T(test_HD_INPUT_04_axis_without_a_range_is_refused),
		T(test_HD_INPUT_04_axis_that_is_cut_off_is_refused),
		T(test_config_that_moves_fails_the_start),
		T(test_start_without_a_single_buffer_fails),
		T(test_HD_QUEUE_01_device_without_a_queue_does_not_start),
		T(test_config_that_moves_for_a_while),
		T(test_each_field_that_cannot_be_read_fails_the_start),
		T(test_codes_at_their_limits),
		T(test_memory_of_the_caller_and_options),
#undef T
	};

	return cmocka_run_group_tests_name("input", tests, NULL, NULL);
}
