/* SPDX-License-Identifier: BSD-2-Clause */
/* A line as commands and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include "firmware/console/words.h"

/* Words in brackets, command after command, with | between them. */
static const struct {
	const char *line, *words;
} cases[] = {
	{ "", "" },
	{ "   ", "" },
	{ "help", "[help]" },
	{ "  rng   4  ", "[rng][4]" },
	{ "a;b", "[a]|[b]" },
	{ "a ; b c;", "[a]|[b][c]|" },
	{ ";;a", "||[a]" },
	{ "a;;b", "[a]||[b]" },
	{ "ls 'a b' \"c d\"", "[ls][a b][c d]" },
	{ "a'b 'c\" d\"e", "[ab c de]" },
	{ "''", "[]" },
	{ "a \"\" b", "[a][][b]" },
	{ "'a;b' c\\;d", "[a;b][c;d]" },
	{ "a\\ b \\\"c", "[a b][\"c]" },
	{ "'a\\b' \"a\\b\" \"a\\\"b\\\\\"", "[a\\b][a\\b][a\"b\\]" },
	{ "a\\", "[a\\]" },
	{ "# nothing; here", "" },
	{ "a # b; c", "[a]" },
	{ "a#b;c", "[a#b]|[c]" },
	{ "'#' \\#", "[#][#]" },
	{ "a 'b", "unclosed" },
	{ "a \"b\\\"", "unclosed" },
	{ "a; b 'c", "[a]|unclosed" },
	{ "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2",
	  "[1][2][3][4][5][6][7][8][9][0][1][2][3][4][5][6][7][8][9][0][1][2][3][4][5][6][7][8][9]["
	  "0][1][2]" },
	{ "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3", "too many" },
};

static void add(char *said, char *line)
{
	char *word[WORDS_MAX + 1];

	do {
		const int n = words_split(&line, word);

		if (n < 0) {
			strcat(said, n == WORDS_UNCLOSED ? "unclosed" : "too many");
			return;
		}
		assert_null(word[n]);
		for (int i = 0; i < n; i++) {
			strcat(said, "[");
			strcat(said, word[i]);
			strcat(said, "]");
		}
		strcat(said, *line != '\0' || line[-1] == ';' ? "|" : "");
	} while (*line != '\0');
}

static void test_lines_fall_into_commands_and_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char buffer[300] = ";", said[300] = "";

		strcpy(buffer + 1, cases[i].line);
		add(said, buffer + 1);
		if (said[0] == '|' && cases[i].words[0] == '\0')
			said[0] = '\0';
		assert_string_equal(said, cases[i].words);
	}
}

/* Random lines: no word leaves the line, and no byte after it is accessed. */
static void test_nothing_is_written_beyond_the_line(void **state)
{
	static const char letters[] = "ab  ;'\"\\#";
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		char buffer[40], *word[WORDS_MAX + 1], *text = buffer;
		const size_t len = (size_t)i % 30;

		memset(buffer, 'Z', sizeof(buffer));
		for (size_t k = 0; k < len; k++) {
			seed = seed * 1103515245u + 12345u;
			buffer[k] = letters[(seed >> 16) % (sizeof(letters) - 1)];
		}
		buffer[len] = '\0';
		for (int n = 1; n >= 0 && *text != '\0';) {
			n = words_split(&text, word);
			assert_true(text >= buffer && text <= buffer + len);
			for (int k = 0; k < n; k++)
				assert_true(word[k] + strlen(word[k]) <= buffer + len);
		}
		for (size_t k = len + 1; k < sizeof(buffer); k++)
			assert_int_equal(buffer[k], 'Z');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_fall_into_commands_and_words),
		cmocka_unit_test(test_nothing_is_written_beyond_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
