/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-gpu over its device model: heads, modes, EDIDs, and the life cycle. */
#include "tests/unit/gpu_rig.h"

static void same_mode(unsigned head, uint32_t width, uint32_t height)
{
	assert_true(g.head[head].enabled);
	assert_int_equal(g.head[head].rect.width, width);
	assert_int_equal(g.head[head].rect.height, height);
}

static void nothing_on(unsigned head)
{
	assert_false(g.head[head].enabled);
	assert_int_equal(g.head[head].rect.width, 0);
	assert_int_equal(g.head[head].rect.height, 0);
}

/* The device says so, and the driver asks. */
static void displays_change(void)
{
	model_gpu_event(&r.m);
	vio_device_service(r.d, 0);
}

static void test_modes_and_monitors_are_known_after_the_start(void **state)
{
	(void)state;
	host.mode[2] = (struct model_gpu_mode){ { 1280, 10, 800, 600 }, 1 };
	model_gpu_make_edid(&host, 2, "ABZ", "b", 4095, 15);
	for (uint32_t version = 1; version <= 2; version++) {
		changes = 0;
		live(version, EDID, 3);
		assert_int_equal(changes, 1);
		assert_int_equal(g.nheads, 3);
		same_mode(0, 1280, 800);
		nothing_on(1);
		same_mode(2, 800, 600);
		assert_int_equal(g.head[2].rect.x, 1280);
		assert_int_equal(g.head[2].rect.y, 10);
		assert_string_equal(g.head[0].monitor.maker, "RHT");
		assert_string_equal(g.head[0].monitor.name, "QEMU Monitor");
		assert_int_equal(g.head[0].monitor.width, 1280);
		assert_int_equal(g.head[0].monitor.height, 800);
		assert_string_equal(g.head[2].monitor.maker, "ABZ");
		assert_string_equal(g.head[2].monitor.name, "b");
		assert_int_equal(g.head[2].monitor.width, 4095);
		assert_int_equal(g.head[2].monitor.height, 15);
		assert_int_equal(g.refused, 0);
		assert_int_equal(host.nlog, 3 * version); /* the modes, and two EDIDs */
		teardown(NULL);
	}
}

/* All heads, of which none shows anything, and a program that does not want to know. */
static void test_no_head_is_on_and_nobody_asks(void **state)
{
	(void)state;
	host.mode[0].enabled = 0;
	plug(2, EDID, VIO_GPU_HEADS, NULL);
	g.changed = NULL;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	for (unsigned i = 0; i < VIO_GPU_HEADS; i++)
		nothing_on(i);
	assert_int_equal(host.nlog, 1);
	assert_int_equal(changes, 0);
}

static void test_other_event_and_configuration_that_cannot_be_read(void **state)
{
	(void)state;
	live(2, EDID, 1);
	const unsigned asked = host.nlog;
	r.m.cfg.config[0] = 0xfe; /* events that the driver does not know */
	model_interrupt(&r.m, 2);
	vio_device_service(r.d, 0);
	settle();
	assert_int_equal(host.nlog, asked);
	assert_int_equal(r.m.cfg.config[0], 0xfe);
	teardown(NULL);
	plug(2, EDID, 1, NULL);
	r.m.faults.generation_moves = MODEL_NEVER;
	assert_true(vio_device_start(r.d) < 0);
	assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
}

/* The place of the answer has nothing of an earlier one when the device is asked. */
static void test_query_has_an_empty_place_for_the_answer(void **state)
{
	(void)state;
	live(2, EDID, 1);
	memset(g.answers, 0xff, VIO_GPU_ANSWER_BYTES);
	displays_change();
	for (unsigned i = 0; i < VIO_GPU_ANSWER_BYTES; i++)
		assert_int_equal(g.answers[i], 0);
	settle();
	assert_int_equal(changes, 2);
}

/* A query that ends with its device says nothing about the displays. */
static void test_query_that_comes_back_from_a_reset(void **state)
{
	(void)state;
	live(2, 0, 1);
	host.hold = true;
	displays_change();
	model_run(&r.m);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	same_mode(0, 1280, 800);
	assert_int_equal(changes, 1);
	assert_int_equal(g.refused, 0);
}

static void test_without_edid_none_is_asked_for(void **state)
{
	(void)state;
	live(2, 0, 1);
	same_mode(0, 1280, 800);
	assert_string_equal(g.head[0].monitor.maker, "");
	assert_int_equal(host.nlog, 1 + 0);
	assert_int_equal(changes, 1);
}

static void test_gpu_001_gpu_002_changed_displays_are_read_again(void **state)
{
	(void)state;
	live(2, EDID, 2);
	host.mode[0].rect.width = 1024;
	host.mode[1] = (struct model_gpu_mode){ { 0, 0, 640, 480 }, 1 };
	displays_change();
	settle();
	assert_int_equal(changes, 2);
	same_mode(0, 1024, 800);
	same_mode(1, 640, 480);
	assert_int_equal(r.m.cfg.config[0], 0); /* the event is cleared */
	model_interrupt(&r.m, 2);		/* a change of something else */
	vio_device_service(r.d, 0);
	settle();
	assert_int_equal(changes, 2);
}

/* The answer that was on its way may be an old one. */
static void test_displays_that_change_while_they_are_read_are_read_once_more(void **state)
{
	(void)state;
	live(2, 0, 1);
	host.hold = true;
	displays_change();
	model_run(&r.m);
	displays_change();
	host.hold = false;
	r.m.kicked[0] = true;
	host.mode[0].rect.width = 640;
	settle();
	assert_int_equal(changes, 2);
	same_mode(0, 640, 800);
	assert_int_equal(host.nlog, 3);
}

static void test_displays_are_read_when_the_queue_has_room_again(void **state)
{
	static struct vio_gpu_command c[VIO_GPU_RING];
	unsigned n = 0;

	(void)state;
	live(2, EDID, 1);
	host.hold = true;
	do {
		c[n] = (struct vio_gpu_command){ .op = VIO_GPU_UNREF, .resource = 1 };
	} while (vio_gpu_submit(&g, &c[n++]) == VIO_OK);
	vio_gpu_kick(&g);
	host.mode[0].rect.width = 720;
	displays_change();
	model_run(&r.m);
	host.hold = false;
	r.m.kicked[0] = true;
	settle();
	assert_int_equal(changes, 2);
	same_mode(0, 720, 800);
}

static void test_HD_GPU_03_modes_beyond_all_bounds_are_refused(void **state)
{
	static const uint32_t sides[][2] = {
		{ 65535, 65535 }, { 0x80000000, 2 }, { 0, 600 },
		{ 800, 0 },	  { 16385, 1 },	     { 1, UINT32_MAX }
	};

	(void)state;
	for (unsigned i = 0; i < 6; i++)
		host.mode[i] = (struct model_gpu_mode){ { 0, 0, sides[i][0], sides[i][1] }, 1 };
	host.mode[6] = (struct model_gpu_mode){ { 0, 0, 16384, 16384 }, UINT32_MAX };
	live(2, 0, 7);
	for (unsigned i = 0; i < 6; i++)
		nothing_on(i);
	same_mode(6, 16384, 16384);
	assert_int_equal(g.refused, 6);
	assert_int_equal(vio_gpu_bytes(16384, 16384), 1 << 30);
	assert_int_equal(vio_gpu_bytes(16384, 16385), 0);
	assert_int_equal(vio_gpu_bytes(65536, 16384), 0);
}

static void test_HD_GPU_04_number_of_heads_is_capped(void **state)
{
	(void)state;
	host.mode[15] = (struct model_gpu_mode){ { 0, 0, 10, 10 }, 1 };
	live(2, 0, 200);
	assert_int_equal(g.nheads, VIO_GPU_HEADS);
	same_mode(15, 10, 10);
}

static void test_HD_GPU_04_device_without_heads_is_refused(void **state)
{
	(void)state;
	plug(2, EDID, 0, NULL);
	assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
	assert_int_equal(r.d->problem.cause, VIO_C_NO_OUTPUT);
}

/* Heads that the answer does not reach show nothing, whatever was known of them before. */
static void test_HD_GPU_02_short_answer_about_modes(void **state)
{
	(void)state;
	host.mode[1] = host.mode[0];
	live(2, 0, 2);
	same_mode(1, 1280, 800);
	host.answer_bytes = 24 + 24 + 23;
	displays_change();
	settle();
	same_mode(0, 1280, 800);
	nothing_on(1);
	assert_int_equal(g.refused, 1);
	host.answer_bytes = 23;
	displays_change();
	settle();
	nothing_on(0);
	assert_int_equal(g.refused, 2); /* no answer at all */
	assert_int_equal(changes, 3);
	host.answer_bytes = 24; /* an answer, and no modes */
	displays_change();
	settle();
	assert_int_equal(g.refused, 4);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_GPU_01_wrong_answer_about_modes(void **state)
{
	(void)state;
	host.answer = MODEL_GPU_OK;
	live(2, EDID, 1);
	nothing_on(0);
	assert_int_equal(g.refused, 1);
	assert_int_equal(changes, 1);
}

static void no_monitor(unsigned refused)
{
	live(2, EDID, 1);
	same_mode(0, 1280, 800);
	assert_int_equal(g.head[0].monitor.maker[0], '\0');
	assert_int_equal(g.head[0].monitor.width, 0);
	assert_int_equal(g.refused, refused);
	assert_int_equal(changes, 1);
	changes = 0;
	teardown(NULL);
}

static void test_HD_GPU_05_edid_that_is_wrong_is_ignored(void **state)
{
	(void)state;
	host.edid_size = 1025;
	no_monitor(1);
	host.edid_size = UINT32_MAX;
	no_monitor(1);
	host.edid_size = 127;
	no_monitor(1);
	host.edid_size = 128;
	host.edid[0][20] ^= 1; /* the sum */
	no_monitor(1);
	host.edid[0][20] ^= 1;
	host.edid[0][1] = 0xfe; /* the head, with a right sum */
	host.edid[0][2] = 0;
	no_monitor(1);
}

static void test_HD_GPU_02_edid_that_is_cut_off_is_ignored(void **state)
{
	(void)state;
	host.lie_about = MODEL_GPU_GET_EDID;
	for (uint32_t n = 1; n < 24 + 8 + 128; n += 30) {
		host.answer_bytes = n;
		no_monitor(1);
	}
	host.answer_bytes = 0;
	host.answer = MODEL_GPU_OK_DISPLAY_INFO;
	no_monitor(1);
}

static void test_edid_with_odd_text(void **state)
{
	(void)state;
	model_gpu_make_edid(&host, 0, "A@Z", "\x1b[2J and more", 800, 600);
	host.edid_size = 1024;
	live(2, EDID, 1);
	assert_string_equal(g.head[0].monitor.name, "?[2J and more");
	assert_string_equal(g.head[0].monitor.maker, "A?Z");
	assert_int_equal(g.head[0].monitor.width, 800);
}

static void test_HD_QUEUE_01_device_without_a_queue_does_not_start(void **state)
{
	(void)state;
	for (unsigned q = 0; q < 2; q++) {
		plug(2, EDID, 1, NULL);
		r.m.cfg.queue_max[q] = 0;
		assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
		assert_int_equal(r.d->problem.queue, q);
		teardown(NULL);
	}
	plug(2, EDID, 1, NULL);
	r.m.cfg.queue_max[0] = 2;
	assert_int_equal(vio_device_start(r.d), VIO_ERANGE);
	assert_int_equal(r.d->problem.cause, VIO_C_QUEUE_SIZE);
	assert_int_equal(r.d->problem.want, 3);
}

static void test_no_memory_for_answers_fails_the_start(void **state)
{
	(void)state;
	plug(2, EDID, 1, NULL);
	r.p.fail_ring = 1;
	assert_int_equal(vio_device_start(r.d), VIO_ENOMEM);
	assert_int_equal(r.d->problem.cause, VIO_C_NO_MEMORY);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	const unsigned rings = r.p.rings;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.rings, rings); /* the memory of the first start serves again */
}

static void test_memory_of_the_caller_and_options(void **state)
{
	static uint64_t memory[VIO_GPU_MEMORY(4) / 8];
	struct vio_gpu_options o = { .ring = 4, .memory = memory, .bytes = sizeof(memory) };
	static struct vio_gpu other;

	(void)state;
	plug(2, EDID, 1, &o);
	const unsigned privates = r.p.privates;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.privates, privates); /* the caller's memory is enough for the queues */
	settle();
	same_mode(0, 1280, 800);
	o.bytes--;
	assert_int_equal(vio_gpu_init(&other, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
	for (unsigned ring = 1; ring < 2048; ring = 2 * ring + 1) {
		o.ring = (uint16_t)ring;
		assert_int_equal(vio_gpu_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	}
	o.ring = 2;
	assert_int_equal(vio_gpu_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	o.ring = 2048;
	assert_int_equal(vio_gpu_init(&other, &r.t.base, &r.p.platform, &o), VIO_EINVAL);
	assert_ptr_equal(vio_gpu_of(r.d), &g);
	assert_null(vio_gpu_of(NULL));
	r.d->driver = &toy_driver;
	assert_null(vio_gpu_of(r.d));
	r.d->driver = &vio_gpu_driver;
}

static void test_device_that_fails_is_asked_anew_after_its_restart(void **state)
{
	(void)state;
	live(2, EDID, 1);
	host.hold = true;
	displays_change();
	displays_change();
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(changes, 1);
	assert_int_equal(host_mapped(&r.p), 0);
	host.hold = false;
	assert_int_equal(g.starts, 1);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(g.starts, 2);
	settle();
	assert_int_equal(changes, 2);
	same_mode(0, 1280, 800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_modes_and_monitors_are_known_after_the_start),
		T(test_no_head_is_on_and_nobody_asks),
		T(test_other_event_and_configuration_that_cannot_be_read),
		T(test_query_has_an_empty_place_for_the_answer),
		T(test_query_that_comes_back_from_a_reset),
		T(test_without_edid_none_is_asked_for),
		T(test_gpu_001_gpu_002_changed_displays_are_read_again),
		T(test_displays_that_change_while_they_are_read_are_read_once_more),
		T(test_displays_are_read_when_the_queue_has_room_again),
		T(test_HD_GPU_03_modes_beyond_all_bounds_are_refused),
		T(test_HD_GPU_04_number_of_heads_is_capped),
		T(test_HD_GPU_04_device_without_heads_is_refused),
		T(test_HD_GPU_02_short_answer_about_modes),
		T(test_HD_GPU_01_wrong_answer_about_modes),
		T(test_HD_GPU_05_edid_that_is_wrong_is_ignored),
		T(test_HD_GPU_02_edid_that_is_cut_off_is_ignored),
		T(test_edid_with_odd_text),
		T(test_HD_QUEUE_01_device_without_a_queue_does_not_start),
		T(test_no_memory_for_answers_fails_the_start),
		T(test_memory_of_the_caller_and_options),
		T(test_device_that_fails_is_asked_anew_after_its_restart),
#undef T
	};

	return cmocka_run_group_tests_name("gpu", tests, NULL, NULL);
}
