/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The line editor. The first byte of the input chooses between two kinds: keys and any bytes on a
 * terminal that is not looked at; or keys and whole characters on a terminal of any size, which
 * answers the editor's questions, and shows the line at the end as if it had just been written.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "firmware/console/row.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/line_rig.h"

enum {
	LEAST_ROWS = 12, /* the longest line fits */
	OUT_OF_A_KEY = 4096,
};

static struct fuzz_input input;

/* In place of the screen. */
static void count(void *ctx, const char *p, size_t n)
{
	(void)ctx;
	(void)p;
	while (n-- > 0)
		fuzz_work(&input);
}

static void check(void)
{
	FUZZ_EXPECT(line.len <= LINE_MAX_BYTES && line.text[line.len] == '\0');
	FUZZ_EXPECT(strlen(line.text) == line.len && line.cursor <= line.len);
	FUZZ_EXPECT(((uint8_t)line.text[line.cursor] & 0xc0) != 0x80);
	FUZZ_EXPECT(strlen(line.draft) <= LINE_MAX_BYTES);
}

static void feed(uint8_t byte)
{
	const char *const l = line_feed(&line, (char)byte);

	FUZZ_EXPECT(!l || strlen(l) <= LINE_MAX_BYTES);
	if (l)
		line_show(&line);
}

/* A TAB that no byte follows inserts something. */
static void pause_and_complete(void)
{
	const bool tab = line.waiting == KEY_TAB;

	pause_typing();
	if (tab)
		line_insert(&line, "inserted", strlen("inserted"));
}

/* A message of the firmware takes the place of the line, and the line is drawn again. If the line
 * may be longer than a row whose length is unknown, the screen is not as it should be
 * (docs/caveats.md). */
static void message(void)
{
	if (line.out != count && line.columns == 0 && row_may_wrap(&line, line.len))
		return;
	line_hide(&line);
	line_show(&line);
}

/* What is no byte of the keyboard. False: it is one. */
static bool acts(uint8_t how)
{
	switch (how) {
	case 0: pause_and_complete(); break;
	case 0xfa: message(); break;
	case 0xfb:
		line_ask_size(&line);
		answer();
		break;
	default: return false;
	}
	return true;
}

static void any_bytes(void)
{
	line.out = count;
	while (input.left > 0) {
		input.work = OUT_OF_A_KEY;
		const uint8_t how = fuzz_byte(&input);
		if (how == 0xf9) /* a completion, before the terminal was asked for its size */
			line_insert(&line, "inserted", strlen("inserted"));
		else if (!acts(how))
			feed(how == 0xff ? fuzz_byte(&input) : how);
		check();
	}
}

/* Those of the characters that take one cell or two, and none. */
static void whole_characters(void)
{
	static const char *const others[] = { "\303\251", "\346\274\242", "\360\237\230\200",
					      "\33[D",	  "\33[C",	  "\33[A",
					      "\33[B",	  "\33[3~" };

	while (input.left > 0) {
		const uint8_t how = fuzz_byte(&input);
		if (how >= 0x80 && how < 0xf0)
			type(others[how % (sizeof(others) / sizeof(*others))]);
		else if (how != 0xf9 && !acts(how))
			type_n((const char[]){ (char)(how & 0x7f) }, 1);
		check();
	}
	type("\33[C"); /* which ends a sequence that was begun */
	pause_and_complete();
	type("x\177");
}

/* The number of whole characters in the first `n` bytes. */
static size_t characters(const char *text, size_t n)
{
	size_t whole = 0;

	for (size_t i = 0; i < n; i++)
		whole += ((uint8_t)text[i] & 0xc0) != 0x80;
	return whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	input = (struct fuzz_input){ data, n, OUT_OF_A_KEY };
	const uint8_t how = fuzz_byte(&input);
	const unsigned cols = LINE_NARROWEST + how / 2, rows = LEAST_ROWS + fuzz_byte(&input) % 18;

	begin(cols, rows);
	if (how & 1) {
		any_bytes();
	} else {
		whole_characters();
		shows(line.text, characters(line.text, line.cursor));
	}
	return 0;
}
