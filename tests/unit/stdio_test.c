/* SPDX-License-Identifier: BSD-2-Clause */
/* The buffer under printf, with a sink that accepts as much as the test allows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "stdio/piece.h"

static struct vio_output out;
static char got[262144];
static size_t got_len;

static struct host {
	size_t room; /* what write() takes until the next pump */
	size_t room_per_pump;
	uint64_t clock, jump;
	unsigned flushes, pumps;
	unsigned slow; /* the pump from which on there is room */
	bool gone;
	size_t per_write;    /* takes no more than that in one call; 0: no limit */
	const char *echo;    /* what a callback prints in the next write */
	bool lies;	     /* claims to have taken more than it was given */
	const char *chatter; /* what a callback prints in each pump */
} host;

static size_t sink_write(void *ctx, const char *p, size_t n)
{
	assert_ptr_equal(ctx, &host);
	assert_true(n > 0);
	if (n > host.room)
		n = host.room;
	if (host.per_write > 0 && n > host.per_write)
		n = host.per_write;
	if (host.echo != NULL) {
		const char *text = host.echo;

		host.echo = NULL;
		vio_output_text(&out, text);
	}
	assert_true(got_len + n <= sizeof(got));
	memcpy(got + got_len, p, n);
	got_len += n;
	host.room -= n;
	return host.lies ? n + 1000 : n;
}

static void sink_flush(void *ctx)
{
	(void)ctx;
	host.flushes++;
}

static bool sink_pump(void *ctx)
{
	(void)ctx;
	host.pumps++;
	if (host.pumps >= host.slow)
		host.room += host.room_per_pump;
	if (host.chatter != NULL)
		vio_output_text(&out, host.chatter);
	return !host.gone;
}

/* Time passes only by being asked for. */
static uint64_t sink_now(void *ctx)
{
	(void)ctx;
	return host.clock += 1000000 + host.jump;
}

static const struct vio_output_sink sink = { &host, sink_write, sink_flush, sink_pump, sink_now };

static int setup(void **state)
{
	(void)state;
	memset(&out, 0, sizeof(out));
	memset(&host, 0, sizeof(host));
	got_len = 0;
	return 0;
}

static void came(const char *text)
{
	assert_int_equal(got_len, strlen(text));
	assert_memory_equal(got, text, got_len);
	got_len = 0;
}

static void fill(size_t n)
{
	for (size_t i = 0; i < n; i++)
		vio_output_put(&out, (char)('a' + i % 26));
}

static void came_filling(size_t from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(got[i], 'a' + (from + i) % 26);
}

static void test_early_text_is_kept_and_shown_once(void **state)
{
	(void)state;
	host.room = SIZE_MAX;
	vio_output_text(&out, "one\ntwo");
	assert_int_equal(got_len, 0);
	vio_output_attach(&out, &sink);
	came("one\r\ntwo");
	vio_output_attach(&out, &sink);
	assert_false(vio_output_drain(&out));
	came("");
}

static void test_too_much_early_text_loses_the_oldest_and_says_so(void **state)
{
	static const char note[] = "\r\n[10 bytes of output lost]\r\n";
	const size_t n = sizeof(note) - 1;

	(void)state;
	host.room = SIZE_MAX;
	fill(VIO_OUTPUT_BYTES + 10);
	assert_int_equal(host.pumps, 0);
	vio_output_attach(&out, &sink);
	assert_int_equal(got_len, n + VIO_OUTPUT_BYTES);
	assert_memory_equal(got, note, n);
	memmove(got, got + n, VIO_OUTPUT_BYTES);
	came_filling(10, VIO_OUTPUT_BYTES);
	assert_int_equal(out.lost_total, 10);
}

static void test_text_waits_for_a_sink_that_is_slow(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	host.room_per_pump = 7;
	fill(3 * VIO_OUTPUT_BYTES);
	assert_true(vio_output_finish(&out, UINT64_MAX));
	assert_int_equal(got_len, 3 * VIO_OUTPUT_BYTES);
	came_filling(0, got_len);
	assert_int_equal(out.lost_total, 0);
}

static void test_HD_CONSOLE_11_a_sink_that_takes_nothing_is_waited_for_once(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	fill(VIO_OUTPUT_BYTES + 1);
	uint64_t waited = host.clock;
	assert_in_range(waited, VIO_OUTPUT_TIMEOUT, VIO_OUTPUT_TIMEOUT + 10000000);
	fill(5 * VIO_OUTPUT_BYTES);
	assert_int_equal(host.clock, waited);
	assert_int_equal(out.lost_total, 5 * VIO_OUTPUT_BYTES + 1);
}

/* A host that is busy elsewhere: much time between two looks, and nothing was done. */
static void test_a_wait_is_not_the_clocks_alone(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	host.jump = 2 * VIO_OUTPUT_TIMEOUT;
	host.slow = VIO_OUTPUT_LOOKS / 2;
	host.room_per_pump = VIO_OUTPUT_BYTES;
	fill(2 * VIO_OUTPUT_BYTES);
	assert_int_equal(out.lost_total, 0);
	assert_true(vio_output_finish(&out, VIO_OUTPUT_TIMEOUT));
	came_filling(0, 2 * VIO_OUTPUT_BYTES);
}

static void test_after_a_stall_the_note_comes_first_and_waiting_is_back(void **state)
{
	static const char note[] = "\r\n[4096 bytes of output lost]\r\n";

	(void)state;
	vio_output_attach(&out, &sink);
	fill(2 * VIO_OUTPUT_BYTES);
	host.room = 5;
	vio_output_drain(&out);
	host.room = sizeof(note) - 6;
	vio_output_drain(&out);
	came(note);
	assert_false(out.stalled);
	host.room_per_pump = 1;
	vio_output_put(&out, 'x');
	assert_int_equal(out.lost_total, VIO_OUTPUT_BYTES);
}

static void test_a_sink_that_is_gone_is_not_waited_for(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	host.gone = true;
	fill(VIO_OUTPUT_BYTES + 1);
	assert_int_equal(host.pumps, 1);
	assert_false(out.stalled);
}

static void test_text_from_callbacks_while_waiting_does_not_wait_in_turn(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	host.chatter = "callback speaks\n";
	host.room_per_pump = 1;
	fill(VIO_OUTPUT_BYTES + 100);
	assert_in_range(host.clock, 1, 200 * VIO_OUTPUT_TIMEOUT);
	host.chatter = NULL;
	host.room_per_pump = SIZE_MAX / 2;
	assert_true(vio_output_finish(&out, UINT64_MAX));
	got[got_len] = '\0';
	assert_non_null(strstr(got, "callback speaks\r\n"));
}

static void test_a_line_goes_out_when_it_ends_and_at_a_drain(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	host.room = SIZE_MAX;
	vio_output_text(&out, "half");
	came("");
	vio_output_text(&out, " whole\n");
	came("half whole\r\n");
	assert_int_equal(host.flushes, 1);
	vio_output_text(&out, "pico> ");
	assert_true(vio_output_drain(&out));
	came("pico> ");
}

static void put_by_character(const char *s)
{
	while (*s != '\0')
		vio_output_put(&out, *s++);
}

static void put_text(const char *s)
{
	vio_output_text(&out, s);
}

static void put_piece(const char *s)
{
	struct vio_piece p;

	vio_piece_begin(&p, &out);
	while (*s != '\0') {
		assert_int_equal(vio_piece_put(&p, *s), (unsigned char)*s);
		s++;
	}
	vio_piece_end(&p);
}

static void (*const ways[])(const char *s) = { put_by_character, put_text, put_piece };
enum { WAYS = sizeof(ways) / sizeof(ways[0]) };

/* A text may end, or begin a line, at any place of the ring. */
static void comes_out_everywhere(void (*put)(const char *s), const char *text, size_t n)
{
	static char single[VIO_OUTPUT_BYTES + 66];
	size_t want = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n')
			single[want++] = '\r';
		single[want++] = text[i];
	}
	for (size_t sum = 0; sum <= 2 * VIO_OUTPUT_BYTES; sum += want + 1) {
		got_len = 0;
		host.room = sizeof(got);
		host.room_per_pump = sizeof(got);
		put(text);
		assert_true(vio_output_finish(&out, UINT64_MAX));
		assert_int_equal(got_len, want);
		assert_memory_equal(got, single, want);
		vio_output_bytes(&out, "\n", 1); /* moves the place on */
		vio_output_drain(&out);
	}
}

static void test_text_of_every_length_at_every_place(void **state)
{
	static char text[VIO_OUTPUT_BYTES + 64];

	for (size_t n = 0; n < sizeof(text) - 1; n += n < 40 ? 1 : 997) {
		memset(text, 'x', n);
		text[n] = '\0';
		if (n > 2) {
			text[n / 2] = '\n';
			text[n - 1] = 'e';
		}
		for (unsigned way = 0; way < WAYS; way++) {
			setup(state);
			out.plain = n % 2;
			vio_output_attach(&out, &sink);
			comes_out_everywhere(ways[way], text, n);
		}
	}
}

/* Text that was written character by character is the model: no setting is overlooked, also not in
 * the middle of a character or of a line's end. */
static void test_every_way_prints_the_same(void **state)
{
	static struct vio_output copy;
	static const char *const texts[] = { "plain\ttext\n\nend",
					     "\x1b[2J\x7f\b",
					     "dos\r\nover\rwritten\r",
					     "\xc3\xa4\xe2\x82\xac|\xc3|\xe2\x82",
					     "\n\x9b\xff",
					     "\xe2"
					     "a",
					     "\ra" };
	static char want[256];

	for (unsigned mode = 0; mode < 4; mode++) {
		for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
			size_t len = 0;

			for (unsigned way = 0; way < WAYS; way++) {
				setup(state);
				memset(&copy, 0, sizeof(copy));
				host.room = SIZE_MAX;
				out.plain = mode % 2;
				out.copy = mode / 2 ? &copy : NULL;
				vio_output_attach(&out, &sink);
				ways[way](texts[i]);
				ways[way](texts[i]);
				vio_output_drain(&out);
				assert_true(way == 0 || got_len == len);
				assert_true(way == 0 || memcmp(got, want, len) == 0);
				len = got_len;
				memcpy(want, got, len);
				assert_int_equal(copy.used, mode / 2 ? len : 0);
			}
		}
	}
}

/* Each character that has no room waits, as text does. */
static void test_a_piece_that_is_longer_than_the_room_waits(void **state)
{
	struct vio_piece p;

	(void)state;
	vio_output_attach(&out, &sink);
	host.room_per_pump = 64;
	vio_piece_begin(&p, &out);
	for (size_t i = 0; i < 2 * VIO_OUTPUT_BYTES; i++)
		vio_piece_put(&p, (char)('a' + i % 26));
	vio_piece_end(&p);
	assert_true(vio_output_finish(&out, UINT64_MAX));
	assert_int_equal(got_len, 2 * VIO_OUTPUT_BYTES);
	came_filling(0, got_len);
}

static unsigned captured;

static void count_captured(void *ctx, char c)
{
	(void)ctx;
	(void)c;
	captured++;
}

static void begin_capture(void *ctx, char c)
{
	static const struct vio_output_capture capture = { NULL, count_captured };

	(void)c;
	((struct vio_output *)ctx)->capture = &capture;
}

/* What is set before a text, and by a function within it. */
static void test_no_way_passes_by_a_capture(void **state)
{
	(void)state;
	for (unsigned way = 0; way < WAYS; way++) {
		captured = 0;
		out.before = begin_capture;
		out.before_ctx = &out;
		ways[way]("abc\n");
		out.before = NULL;
		ways[way]("de");
		assert_int_equal(captured, 6);
		assert_int_equal(out.used, 0);
		out.capture = NULL;
	}
}

static void test_bytes_are_not_translated(void **state)
{
	char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	vio_output_attach(&out, &sink);
	host.room = SIZE_MAX;
	vio_output_bytes(&out, all, sizeof(all));
	vio_output_drain(&out);
	assert_int_equal(got_len, 256);
	assert_memory_equal(got, all, 256);
}

static void test_bytes_wait_like_text(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	host.room_per_pump = 64;
	fill(VIO_OUTPUT_BYTES);
	vio_output_bytes(&out, "end", 3);
	assert_true(vio_output_finish(&out, UINT64_MAX));
	assert_int_equal(got_len, VIO_OUTPUT_BYTES + 3);
	assert_memory_equal(got + VIO_OUTPUT_BYTES, "end", 3);
}

static void test_room_tells_what_fits(void **state)
{
	(void)state;
	assert_int_equal(vio_output_room(&out), VIO_OUTPUT_BYTES);
	fill(VIO_OUTPUT_BYTES - 3);
	assert_int_equal(vio_output_room(&out), 3);
	fill(100);
	assert_int_equal(vio_output_room(&out), 0);
}

static void test_a_sink_that_claims_too_much_does_no_harm(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	host.lies = true;
	host.room = SIZE_MAX;
	vio_output_text(&out, "some text\n");
	came("some text\r\n");
	vio_output_attach(&out, NULL);
	fill(VIO_OUTPUT_BYTES + 10);
	vio_output_attach(&out, &sink);
	assert_int_equal(out.used, 0);
	assert_int_equal(got_len, strlen("\r\n[10 bytes of output lost]\r\n") + VIO_OUTPUT_BYTES);
}

static void test_text_from_within_a_write_lines_up_behind(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	host.room = SIZE_MAX;
	host.echo = "second\n";
	vio_output_text(&out, "first\n");
	came("first\r\nsecond\r\n");
}

static void test_a_note_that_goes_out_in_pieces_stays_whole(void **state)
{
	static const char note[] = "\r\n[1 bytes of output lost]\r\n";

	(void)state;
	fill(VIO_OUTPUT_BYTES + 1);
	host.room = SIZE_MAX;
	host.per_write = 3;
	vio_output_attach(&out, &sink);
	while (vio_output_drain(&out))
		;
	assert_int_equal(got_len, sizeof(note) - 1 + VIO_OUTPUT_BYTES);
	assert_memory_equal(got, note, sizeof(note) - 1);
}

static void test_finishing_gives_up_at_its_time(void **state)
{
	(void)state;
	vio_output_attach(&out, &sink);
	vio_output_text(&out, "stuck");
	assert_false(vio_output_finish(&out, 50000000));
	assert_in_range(host.clock, 50000000, 60000000);
	vio_output_attach(&out, NULL);
	assert_false(vio_output_finish(&out, 50000000));
}

/* A panic finds the ring as it was in the middle of anything. */
static void test_peek_and_take_stay_inside_the_ring(void **state)
{
	const char *p;
	size_t run, total = 0;

	(void)state;
	out.first = SIZE_MAX - 5;
	out.used = VIO_OUTPUT_BYTES;
	while ((run = vio_output_peek(&out, &p)) > 0) {
		assert_true(p >= out.ring && p + run <= out.ring + VIO_OUTPUT_BYTES);
		vio_output_take(&out, run + 1);
		total += run;
	}
	assert_true(total <= VIO_OUTPUT_BYTES);
}

static void reflect(void *ctx, char c)
{
	struct vio_output *o = ctx;

	vio_output_put(o, c);
}

/* By each way into the ring: characters, lines, bytes, more than there is room for. */
static void test_mirror_sees_each_byte_once(void **state)
{
	static struct vio_output seen;
	const struct vio_output_capture mirror = { &seen, reflect };
	static char much[VIO_OUTPUT_BYTES + 100];
	const char *p;

	(void)state;
	memset(&seen, 0, sizeof(seen));
	out.mirror = &mirror;
	put_piece("a");
	vio_output_text(&out, "bc");
	vio_output_bytes(&out, "de\x1b", 3);
	out.plain = true;
	vio_output_text(&out, "f\x1b");
	assert_int_equal(vio_output_peek(&seen, &p), 8);
	assert_memory_equal(p,
			    "abcde\x1b"
			    "f?",
			    8);
	vio_output_take(&seen, 8);
	memset(much, 'x', sizeof(much));
	vio_output_bytes(&out, much, sizeof(much));
	assert_int_equal(seen.used + seen.lost_total, sizeof(much));
	out.mirror = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_early_text_is_kept_and_shown_once, setup),
		cmocka_unit_test_setup(test_too_much_early_text_loses_the_oldest_and_says_so,
				       setup),
		cmocka_unit_test_setup(test_text_waits_for_a_sink_that_is_slow, setup),
		cmocka_unit_test_setup(
			test_HD_CONSOLE_11_a_sink_that_takes_nothing_is_waited_for_once, setup),
		cmocka_unit_test_setup(test_a_wait_is_not_the_clocks_alone, setup),
		cmocka_unit_test_setup(test_after_a_stall_the_note_comes_first_and_waiting_is_back,
				       setup),
		cmocka_unit_test_setup(test_a_sink_that_is_gone_is_not_waited_for, setup),
		cmocka_unit_test_setup(test_text_from_callbacks_while_waiting_does_not_wait_in_turn,
				       setup),
		cmocka_unit_test_setup(test_a_line_goes_out_when_it_ends_and_at_a_drain, setup),
		cmocka_unit_test(test_text_of_every_length_at_every_place),
		cmocka_unit_test(test_every_way_prints_the_same),
		cmocka_unit_test_setup(test_a_piece_that_is_longer_than_the_room_waits, setup),
		cmocka_unit_test_setup(test_no_way_passes_by_a_capture, setup),
		cmocka_unit_test_setup(test_bytes_are_not_translated, setup),
		cmocka_unit_test_setup(test_bytes_wait_like_text, setup),
		cmocka_unit_test_setup(test_room_tells_what_fits, setup),
		cmocka_unit_test_setup(test_a_sink_that_claims_too_much_does_no_harm, setup),
		cmocka_unit_test_setup(test_text_from_within_a_write_lines_up_behind, setup),
		cmocka_unit_test_setup(test_a_note_that_goes_out_in_pieces_stays_whole, setup),
		cmocka_unit_test_setup(test_finishing_gives_up_at_its_time, setup),
		cmocka_unit_test_setup(test_peek_and_take_stay_inside_the_ring, setup),
		cmocka_unit_test_setup(test_mirror_sees_each_byte_once, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
