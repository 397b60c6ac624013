/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices that deviate from the specification in ways that were seen, and the workarounds
 * (docs/caveats.md). */
#include "tests/unit/toy_rig.h"

static void plug(uint32_t version, uint32_t max)
{
	plug_toy(version, offer(version));
	r.m.cfg.queue_max[0] = max;
}

/* ---- QueueSize is ignored ---- */

static void plug_stubborn(uint32_t version, uint32_t max)
{
	plug(version, max);
	r.d->use_queue_size_max = true;
	r.m.faults.ignore_queue_size = true;
}

/* Past the end of a ring of the driver's own size, where a wrong one shows. */
static void expect_laps(void)
{
	for (unsigned n = 0; n < 3 * TOY_SIZE; n++) {
		assert_int_equal(toy_submit(&toy, 0), VIO_OK);
		vio_queue_kick(&toy.q[0]);
		model_run(&r.m);
		assert_true(vio_device_poll(r.d));
		assert_int_equal(toy.ndone, n + 1);
		assert_int_equal(toy.err[n], VIO_OK);
	}
}

static void test_device_that_ignores_queue_size_gets_a_ring_of_its_own(void **state)
{
	const uint32_t max[] = { 4, 16, 1024, 32768 };

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		plug_stubborn(1 + i % 2, max[i / 2]);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(vq_size(&toy.q[0].vq), max[i / 2]);
		expect_laps();
	}
}

static void test_slots_of_a_bigger_ring_are_kept_for_the_next_start(void **state)
{
	(void)state;
	plug_stubborn(2, 64);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	unsigned rings = r.p.rings;
	unsigned privates = r.p.privates;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.rings, rings);
	assert_int_equal(r.p.privates, privates);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	r.m.cfg.queue_max[0] = 128;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.rings, rings + 1);
	assert_int_equal(r.p.privates, privates + 1); /* not where the device writes */
	expect_laps();
}

static void test_no_memory_for_the_slots_of_a_bigger_ring(void **state)
{
	(void)state;
	plug_stubborn(2, 64);
	r.p.fail_memory = 1;
	toy_start_fails(&r, &toy, VIO_C_NO_MEMORY, VIO_ENOMEM);
	assert_int_equal(r.d->problem.want, VQ_PRIVATE_BYTES(64));
	r.p.platform.memory = NULL;
	assert_int_equal(vio_device_start(r.d), VIO_ENOMEM);
}

/* ---- Config space accepts only accesses of one width ---- */

static unsigned only; /* bytes */

static uint32_t one_width(struct model *m, void *ctx, uint32_t off, unsigned width, uint32_t value)
{
	(void)m;
	(void)ctx;
	return off < AT_CONFIG || width == only ? value : UINT32_MAX;
}

static void plug_one_width(uint32_t version, unsigned width, enum vio_config_access access)
{
	plug(version, TOY_SIZE);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	only = width;
	r.m.on_read = one_width;
	r.t.config_access = access;
	r.nlog = 0;
}

/* Byte i of config space is 0x10 + i. */
static void expect_fields(void)
{
	uint64_t v8 = 0;
	uint32_t v4 = 0;
	uint16_t v2 = 0;
	uint8_t v1 = 0;

	assert_int_equal(vio_device_config(r.d, 3, &v1, 1), VIO_OK);
	assert_int_equal(v1, 0x13);
	assert_int_equal(vio_device_config(r.d, 6, &v2, 2), VIO_OK);
	assert_int_equal(v2, 0x1716);
	assert_int_equal(vio_device_config(r.d, 8, &v4, 4), VIO_OK);
	assert_int_equal(v4, 0x1b1a1918);
	assert_int_equal(vio_device_config(r.d, 4, &v8, 8), VIO_OK);
	assert_int_equal(v8, UINT64_C(0x1b1a191817161514));
}

static void test_config_space_of_one_width_is_read_in_that_width(void **state)
{
	uint8_t v = 0;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug_one_width(version, 4, VIO_CONFIG_NATURAL);
		vio_device_config(r.d, 3, &v, 1);
		assert_int_equal(v, 0xff); /* the symptom */
		plug_one_width(version, 4, VIO_CONFIG_WORDS);
		expect_fields();
		plug_one_width(version, 1, VIO_CONFIG_BYTES);
		expect_fields();
	}
}

static int put(size_t off, uint32_t v, size_t len)
{
	return r.t.base.ops->config_write(&r.t.base, off, &v, len);
}

static void test_config_write_in_words_keeps_the_neighbours(void **state)
{
	const uint8_t expected[8] = { 0x10, 0xaa, 0xcc, 0xbb, 4, 3, 2, 1 };

	(void)state;
	plug_one_width(2, 4, VIO_CONFIG_WORDS);
	assert_int_equal(put(1, 0xffffffaa, 1), VIO_OK);
	assert_int_equal(put(2, 0xffffbbcc, 2), VIO_OK);
	assert_int_equal(put(4, 0x01020304, 4), VIO_OK);
	assert_memory_equal(r.m.cfg.config, expected, 8);
	assert_int_equal(r.log[rig_find(&r, true, AT_CONFIG, 0)].value, 0x1312aa10);
	assert_int_equal(r.log[rig_find(&r, true, AT_CONFIG, 1)].value, 0xbbccaa10);
	assert_int_equal(r.log[rig_find(&r, true, AT_CONFIG + 4, 0)].value, 0x01020304);
}

static void test_config_write_in_bytes(void **state)
{
	const uint64_t v8 = UINT64_C(0x0807060504030201);
	const uint8_t expected[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	(void)state;
	plug_one_width(2, 1, VIO_CONFIG_BYTES);
	assert_int_equal(r.t.base.ops->config_write(&r.t.base, 0, &v8, 8), VIO_OK);
	assert_memory_equal(r.m.cfg.config, expected, 8);
	for (unsigned i = 0; i < 8; i++)
		assert_int_equal(r.log[rig_find(&r, true, AT_CONFIG + i, 0)].value, i + 1);
}

/* ---- Regions that are no multiple of a page, or of a word ---- */

static void test_region_of_an_odd_length_is_used_up_to_its_end(void **state)
{
	const size_t len[] = { 0x107, 0x10c, 0x12c };
	uint32_t v4;
	uint8_t v1;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		for (unsigned i = 0; i < 3; i++) {
			plug(version, TOY_SIZE);
			assert_int_equal(vio_mmio_probe(&r.t, RIG_AT, len[i]), VIO_OK);
			assert_int_equal(vio_device_start(r.d), VIO_OK);
			expect_laps();
			assert_int_equal(vio_device_config(r.d, 4, &v1, 1), VIO_OK);
			assert_int_equal(vio_device_config(r.d, len[i] - 0x100, &v1, 1),
					 VIO_ERANGE);
			assert_int_equal(vio_device_config(r.d, 4, &v4, 4),
					 i == 0 ? VIO_ERANGE : VIO_OK);
			/* The word of the last byte is not there as a whole. */
			r.t.config_access = VIO_CONFIG_WORDS;
			assert_int_equal(vio_device_config(r.d, 4, &v1, 1),
					 i == 0 ? VIO_ERANGE : VIO_OK);
		}
	}
}

/* ---- InterruptStatus stays 0 although the used ring moved ---- */

static uint32_t no_event(struct model *m, void *ctx, uint32_t off, unsigned width, uint32_t value)
{
	(void)m;
	(void)ctx;
	(void)width;
	return off == AT_INTERRUPT_STATUS ? 0 : value;
}

static void test_completions_are_found_on_a_device_that_reports_no_event(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		plug(version, TOY_SIZE);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		r.m.on_read = no_event;
		assert_int_equal(toy_submit(&toy, 0), VIO_OK);
		vio_queue_kick(&toy.q[0]);
		vio_device_service(r.d, r.p.clock);
		assert_false(vio_device_arm(r.d));
		model_run(&r.m);
		/* The sleep has ended for some reason: one turn of the loop. */
		vio_device_service(r.d, r.p.clock);
		assert_true(vio_device_poll(r.d));
		assert_int_equal(toy.ndone, 1);
		assert_int_equal(r.d->events, 0);
		/* Not even that: arming looks once more. */
		assert_int_equal(toy_submit(&toy, 0), VIO_OK);
		vio_queue_kick(&toy.q[0]);
		model_run(&r.m);
		assert_true(vio_device_arm(r.d));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_device_that_ignores_queue_size_gets_a_ring_of_its_own),
		T(test_slots_of_a_bigger_ring_are_kept_for_the_next_start),
		T(test_no_memory_for_the_slots_of_a_bigger_ring),
		T(test_config_space_of_one_width_is_read_in_that_width),
		T(test_config_write_in_words_keeps_the_neighbours),
		T(test_config_write_in_bytes),
		T(test_region_of_an_odd_length_is_used_up_to_its_end),
		T(test_completions_are_found_on_a_device_that_reports_no_event),
#undef T
	};

	return cmocka_run_group_tests_name("quirk", tests, NULL, NULL);
}
