/* SPDX-License-Identifier: BSD-2-Clause */
/* Text from outside on its way to a terminal: what is shown, and which control characters are
 * replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include <picovirtio/output.h>

static struct vio_output out, log_out;

static int setup(void **state)
{
	(void)state;
	memset(&out, 0, sizeof(out));
	memset(&log_out, 0, sizeof(log_out));
	out.plain = true;
	return 0;
}

/* The text since the last call. Nothing has removed it from the ring. */
static const char *printed(struct vio_output *o)
{
	static char text[VIO_OUTPUT_BYTES + 1];
	const char *p;
	const size_t n = vio_output_peek(o, &p);

	memcpy(text, p, n);
	text[n] = '\0';
	vio_output_take(o, n);
	return text;
}

static const struct {
	const char *text, *shown;
} cases[] = {
	{ "plain text\n", "plain text\r\n" },
	{ "a\tb", "a\tb" },
	{ "\x1b[2Jgone", "?[2Jgone" },
	{ "\x1b]0;title\a", "?]0;title?" },
	{ "\b\x7f\x01", "???" },
	{ "dos\r\nunix\n", "dos\r\nunix\r\n" },
	{ "over\rwritten", "over?written" },
	{ "\r\r\n", "?\r\n" },
	{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
	{ "\xc2\x9b"
	  "2J",
	  "?2J" }, /* CSI as one character */
	{ "\x9b"
	  "2J",
	  "?2J" }, /* and as one byte */
	{ "\xe2\x80\xae"
	  "abc",
	  "?abc" },				    /* right to left */
	{ "\xc0\xaf|\xe0\x80\xaf|\xff", "??|?|?" }, /* ill-formed */
	{ "\xed\xa0\x80|\xf4\x90\x80\x80", "?|?" }, /* no characters */
	{ "\xe2\x82"
	  "a",
	  "?a" }, /* cut */
	{ "\xe2\x82\n", "?\r\n" },
	{ "\xe2\x82\x1b", "??" },
};

static void test_what_a_terminal_would_obey_is_shown_as_a_question_mark(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		vio_output_text(&out, cases[i].text);
		assert_string_equal(printed(&out), cases[i].shown);
	}
}

static void test_no_order_gets_through_whatever_the_bytes(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		seed = seed * 1103515245u + 12345u;
		vio_output_put(&out, (char)(seed >> 16));
		for (const char *p = printed(&out); *p != '\0'; p++) {
			const unsigned char c = (unsigned char)*p;

			assert_true(c >= ' ' || c == '\n' || c == '\t' ||
				    (c == '\r' && p[1] == '\n'));
			assert_true(c != 0x7f);
		}
	}
}

static void test_bytes_and_output_that_is_not_plain_go_as_they_are(void **state)
{
	(void)state;
	vio_output_bytes(&out, "\x1b[K\x9b", 4);
	assert_string_equal(printed(&out), "\x1b[K\x9b");
	out.plain = false;
	vio_output_text(&out, "\x1b[31m\xff\r");
	assert_string_equal(printed(&out), "\x1b[31m\xff\r");
}

static void capture(void *ctx, char c)
{
	vio_output_bytes(ctx, &c, 1);
}

static void test_captured_text_is_plain_too(void **state)
{
	const struct vio_output_capture to_log = { &log_out, capture };

	(void)state;
	out.capture = &to_log;
	vio_output_text(&out, "a\x1b\n");
	assert_string_equal(printed(&log_out), "a?\n");
	assert_string_equal(printed(&out), "");
}

static void test_a_copy_gets_the_same_text_but_no_orders(void **state)
{
	(void)state;
	out.copy = &log_out;
	vio_output_text(&out, "one\x1b\n");
	vio_output_bytes(&out, "\x1b[K", 3);
	assert_string_equal(printed(&out), "one?\r\n\x1b[K");
	assert_string_equal(printed(&log_out), "one?\r\n");
}

static void mark(void *ctx, char c)
{
	vio_output_bytes(ctx, c == '\n' ? "$" : "_", 1);
}

static void test_each_character_is_told_before_it_comes(void **state)
{
	(void)state;
	out.before = mark;
	out.before_ctx = &out;
	vio_output_bytes(&out, "key", 3);
	assert_string_equal(printed(&out), "key");
	vio_output_text(&out, "text");
	assert_string_equal(printed(&out), "_t_e_x_t");
	vio_output_text(&out, "\x1b\n");
	assert_string_equal(printed(&out), "_?$\r\n");
	out.capture = &(const struct vio_output_capture){ &log_out, capture };
	vio_output_text(&out, "x");
	assert_string_equal(printed(&out), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
		T(test_what_a_terminal_would_obey_is_shown_as_a_question_mark),
		T(test_no_order_gets_through_whatever_the_bytes),
		T(test_bytes_and_output_that_is_not_plain_go_as_they_are),
		T(test_captured_text_is_plain_too),
		T(test_a_copy_gets_the_same_text_but_no_orders),
		T(test_each_character_is_told_before_it_comes),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
