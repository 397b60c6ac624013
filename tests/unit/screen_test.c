/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell on the screen of a modelled GPU: pixels, displays that change, a GPU that fails. */
#include <picovirtio/loop.h>
#include <picovirtio/terminal.h>
#include "firmware/devices/probe.h"
#include "firmware/image.h"
#include "firmware/screen/font.h"
#include "firmware/screen/screen.h"
#include "tests/unit/gpu_rig.h"

extern const struct service service_screen;

/* A glyph has the bits of its character in each row. */
#define GLYPH(c)                                                                                   \
	{                                                                                          \
		c, c, c, c, c, c, c, c, c, c, c, c, c, c, c, c                                     \
	}
#define GLYPHS(c)   GLYPH(c), GLYPH(c + 1), GLYPH(c + 2), GLYPH(c + 3)
#define GLYPHS16(c) GLYPHS(c), GLYPHS(c + 4), GLYPHS(c + 8), GLYPHS(c + 12)
#define GLYPHS64(c) GLYPHS16(c), GLYPHS16(c + 16), GLYPHS16(c + 32), GLYPHS16(c + 48)
const uint8_t font[FONT_CHARACTERS][FONT_HEIGHT] = { GLYPHS64(0), GLYPHS64(64), GLYPHS64(128),
						     GLYPHS64(192) };

static struct vio_loop loop;
static struct vio_terminal terminal;
static struct probe found;
static struct slot slot;
static void *(*ring_memory)(void *ctx, size_t len, size_t align, vio_dma *at);

/* Let the time pass, and the host do its part. */
static void wait_ms(unsigned ms)
{
	const uint64_t end = vio_loop_now(&loop) + ms * UINT64_C(1000000);

	r.p.step = 0;
	settle();
	while (loop.timers && loop.timers->at <= end) {
		r.p.clock = loop.timers->at;
		vio_loop_turn(&loop, r.p.clock);
		settle();
	}
	r.p.clock = end;
	loop.now = end;
}

/* A GPU with a display of 8 by 2 characters, and the service. It keeps its state, so that the tests
 * are one story. */
static int begin(void **state)
{
	setup(state);
	host.mode[0].rect = (struct model_gpu_rect){ 0, 0, 64, 32 };
	plug(2, EDID, 2, NULL);
	loop = (struct vio_loop){ .platform = &r.p.platform, .devices = r.d };
	slot = (struct slot){ .device = r.d };
	found = (struct probe){ .slots = &slot, .devices = r.d, .platform = &r.p.platform };
	memset(&terminal, 0, sizeof(terminal));
	ring_memory = r.p.platform.ring_memory;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	vio_output_bytes(&terminal.out, "ab", 2);
	service_screen.attach(&terminal);
	service_screen.start(&found, &loop);
	wait_ms(100);
	return 0;
}

static uint32_t pixel(unsigned x, unsigned y)
{
	const struct model_gpu_resource *p = model_gpu_find(&host, SCREEN_SHELL);
	uint32_t v;

	assert_non_null(p);
	memcpy(&v, p->pixels + 4 * ((size_t)y * p->width + x), sizeof(v));
	return v;
}

/* The cell shows this character; the cursor's is inverted. */
static void shows(unsigned x, unsigned y, char c, bool cursor)
{
	for (unsigned row = 0; row < FONT_HEIGHT; row++) {
		for (unsigned i = 0; i < FONT_WIDTH; i++) {
			const bool lit = (c << i & 0x80) != 0;

			assert_int_equal(pixel(x * FONT_WIDTH + i, y * FONT_HEIGHT + row) != 0,
					 lit != cursor);
		}
	}
}

static void say(const char *s)
{
	vio_output_text(&terminal.out, s);
	wait_ms(100);
}

static void test_early_text_and_all_that_comes_later(void **state)
{
	unsigned cols, rows;

	(void)state;
	assert_true(screen_text_size(&g, &cols, &rows));
	assert_int_equal(cols, 8);
	assert_int_equal(rows, 2);
	assert_int_equal(host.scanout[0].resource, SCREEN_SHELL);
	assert_int_equal(host.scanout[1].resource, 0);
	shows(0, 0, 'a', false);
	shows(1, 0, 'b', false);
	shows(2, 0, ' ', true);
	vio_output_bytes(&terminal.out, "\rc\x1b[C", 5);
	say("d\n");
	shows(0, 0, 'c', false);
	shows(2, 0, 'd', false);
	shows(0, 1, ' ', true);
	assert_int_equal(g.errors, 0);
}

/* One character, and the cell that the cursor left: nothing else is transferred. */
static void test_only_what_changed_is_drawn(void **state)
{
	(void)state;
	const unsigned before = host.nlog;

	say("x");
	assert_int_equal(host.flushed.x, 0);
	assert_int_equal(host.flushed.y, 16);
	assert_int_equal(host.flushed.width, 16);
	assert_int_equal(host.flushed.height, 16);
	assert_int_equal(host.nlog, before + 2);
	wait_ms(1000);
	assert_int_equal(host.nlog, before + 2);
}

static void change(struct model_gpu_mode first, struct model_gpu_mode second)
{
	host.mode[0] = first;
	host.mode[1] = second;
	model_gpu_event(&r.m);
	vio_device_service(r.d, 0);
	wait_ms(100);
}

static void test_displays_change(void **state)
{
	const struct model_gpu_mode off = { { 0, 0, 0, 0 }, 0 };
	const uint32_t errors = g.errors;
	unsigned cols, rows;

	(void)state;
	change((struct model_gpu_mode){ { 0, 0, 131, 50 }, 1 },
	       (struct model_gpu_mode){ { 0, 0, 640, 480 }, 1 });
	assert_true(screen_text_size(&g, &cols, &rows));
	assert_int_equal(cols, 16);
	assert_int_equal(rows, 3);
	assert_int_equal(model_gpu_find(&host, SCREEN_SHELL)->width, 136);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(host.scanout[i].resource, SCREEN_SHELL);
		assert_int_equal(host.scanout[i].rect.width, 131);
		assert_int_equal(host.scanout[i].rect.height, 50);
	}
	shows(0, 0, 'c', false);
	change(off, off);
	assert_false(screen_text_size(&g, &cols, &rows));
	say("!");
	change(off, (struct model_gpu_mode){ { 0, 0, 4000, 4000 }, 1 });
	assert_true(screen_text_size(&g, &cols, &rows));
	assert_int_equal(cols, 240);
	assert_int_equal(rows, 68);
	shows(5, 2, '!', false);
	assert_int_equal(g.errors, errors);
}

static void test_gpu_that_fails_shows_all_of_it_again(void **state)
{
	unsigned cols, rows;

	(void)state;
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	say("more");
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	wait_ms(100);
	assert_true(screen_text_size(&g, &cols, &rows));
	shows(1, 0, 'b', false);
	shows(1, 1, 'm', false);
	assert_int_equal(g.errors, 0);
}

static void test_gpu_that_refuses_is_left_alone(void **state)
{
	const struct model_gpu_mode mode = { { 0, 0, 80, 48 }, 1 };
	unsigned cols, rows;

	(void)state;
	host.lie_about = MODEL_GPU_ATTACH;
	host.answer = MODEL_GPU_ERR_PARAMETER;
	change(mode, mode);
	assert_false(screen_text_size(&g, &cols, &rows));
	const unsigned before = host.nlog;
	say("text");
	assert_int_equal(host.nlog, before);
	host.answer = 0;
	change(mode, mode);
	assert_true(screen_text_size(&g, &cols, &rows));
	shows(5, 1, 't', false);
}

static void *no_memory(void *ctx, size_t len, size_t align, vio_dma *at)
{
	(void)ctx;
	(void)len;
	(void)align;
	(void)at;
	return NULL;
}

static void test_no_memory_for_a_larger_mode(void **state)
{
	const struct model_gpu_mode mode = { { 0, 0, 80, 48 }, 1 };
	const struct model_gpu_mode large = { { 0, 0, 1920, 1088 }, 1 };
	unsigned cols, rows;

	(void)state;
	r.p.platform.ring_memory = no_memory;
	change(large, mode);
	assert_false(screen_text_size(&g, &cols, &rows));
	say("unseen");
	change(mode, mode);
	assert_true(screen_text_size(&g, &cols, &rows));
	assert_int_equal(cols, 10);
	r.p.platform.ring_memory = ring_memory;
	change(large, mode);
	assert_true(screen_text_size(&g, &cols, &rows));
	assert_true(model_gpu_find(&host, SCREEN_SHELL)->nruns > 1);
	shows(9, 1, 'u', false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_early_text_and_all_that_comes_later),
		cmocka_unit_test(test_only_what_changed_is_drawn),
		cmocka_unit_test(test_gpu_that_fails_shows_all_of_it_again),
		cmocka_unit_test(test_gpu_that_refuses_is_left_alone),
		cmocka_unit_test(test_no_memory_for_a_larger_mode),
		cmocka_unit_test(test_displays_change),
	};

	return cmocka_run_group_tests_name("screen", tests, begin, teardown);
}
