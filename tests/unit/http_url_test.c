/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses of pages: typed ones, and those of a Location header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/http_url.h"

static void test_addresses_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *host, *target;
		unsigned port;
	} good[] = {
		{ "http://10.0.2.2/", "10.0.2.2", "/", 80 },
		{ "HTTP://a.test", "a.test", "/", 80 },
		{ "a.test:8080/x?y=z", "a.test", "/x?y=z", 8080 },
		{ "localhost:80", "localhost", "/", 80 },
		{ "http://h:65535/p:1/", "h", "/p:1/", 65535 },
		{ "http://h?q", "h", "/?q", 80 },
		{ "http://h/@", "h", "/@", 80 },
		{ "h:", "h", "/", 80 },
		{ "http://h:/x", "h", "/x", 80 },
		{ "http://h:?q", "h", "/?q", 80 },
		{ "http://h#fragment", "h", "/", 80 },
		{ "http://h/x#fragment?no", "h", "/x", 80 },
		{ "http://h/x?q#fragment", "h", "/x?q", 80 },
		{ "http://h/a b\"\x7f\xc3\xa4%20", "h", "/a%20b%22%7F%C3%A4%20", 80 },
		{ "http://h/a/./b/../c//d/..", "h", "/a/c//", 80 },
		{ "http://h/../../x", "h", "/x", 80 },
		{ "http://h/x?../y", "h", "/x?../y", 80 },
		{ "under_score-1.test/", "under_score-1.test", "/", 80 },
	};
	static const struct {
		const char *text;
		enum http_url_error why;
	} bad[] = {
		{ "", HTTP_URL_HOST },
		{ "http://", HTTP_URL_HOST },
		{ "/path", HTTP_URL_HOST },
		{ "http:/h/", HTTP_URL_HOST },
		{ "http://user@h/", HTTP_URL_USER },
		{ "http://u:80@h/", HTTP_URL_USER },
		{ "http://[::1]/", HTTP_URL_HOST },
		{ "http://:80/", HTTP_URL_HOST },
		{ "h\x1b[2J/", HTTP_URL_HOST },
		{ "h:1x/", HTTP_URL_HOST },
		{ "http://h:x/", HTTP_URL_PORT },
		{ "h:0/", HTTP_URL_PORT },
		{ "h:65536/", HTTP_URL_PORT },
		{ "h:99999999999999999999/", HTTP_URL_PORT },
		{ "https://h/", HTTP_URL_SCHEME },
		{ "ftp://h/", HTTP_URL_SCHEME },
		{ "mailto:a@h", HTTP_URL_SCHEME },
	};
	struct http_url url;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(http_url(good[i].text, &url), HTTP_URL_OK);
		assert_string_equal(url.host, good[i].host);
		assert_string_equal(url.target, good[i].target);
		assert_int_equal(url.port, good[i].port);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(http_url(bad[i].text, &url), bad[i].why);
}

/* RFC 3986, 5.4, and beyond. */
static void test_a_location_is_resolved(void **state)
{
	static const struct {
		const char *reference, *host, *target;
		unsigned port;
	} rows[] = {
		{ "http://g.test/x", "g.test", "/x", 80 },
		{ "//g.test:81", "g.test", "/", 81 },
		{ "/g", "a.test", "/g", 8080 },
		{ "g", "a.test", "/b/c/g", 8080 },
		{ "./g", "a.test", "/b/c/g", 8080 },
		{ "g/", "a.test", "/b/c/g/", 8080 },
		{ "?y", "a.test", "/b/c/d;p?y", 8080 },
		{ "g?y", "a.test", "/b/c/g?y", 8080 },
		{ "#s", "a.test", "/b/c/", 8080 },
		{ "..", "a.test", "/b/", 8080 },
		{ "../g", "a.test", "/b/g", 8080 },
		{ "../../../g", "a.test", "/g", 8080 },
		{ "g:80/x", "a.test", "/b/c/g:80/x", 8080 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_url url;

		assert_int_equal(http_url("http://a.test:8080/b/c/d;p?q", &url), HTTP_URL_OK);
		assert_int_equal(http_url_follow(&url, rows[i].reference), HTTP_URL_OK);
		assert_string_equal(url.host, rows[i].host);
		assert_string_equal(url.target, rows[i].target);
		assert_int_equal(url.port, rows[i].port);
	}
}

/* Names have at most 253 characters. Text that does not fit is refused and not cut. */
static void test_long_ones(void **state)
{
	static const char *const parts[] = { "", "http://h/", "http://h/?" };
	char text[1000];
	struct http_url url;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const size_t at = strlen(parts[i]);
		const size_t most = i == 0 ? HTTP_HOST_MAX - 1 : HTTP_TARGET_MAX - 1 - (at - 8);

		memcpy(text, parts[i], at);
		memset(text + at, 'x', sizeof(text) - at);
		text[at + most] = '\0';
		assert_int_equal(http_url(text, &url), HTTP_URL_OK);
		text[at + most] = 'x';
		text[at + most + 1] = '\0';
		assert_int_equal(http_url(text, &url), HTTP_URL_LONG);
	}
	memset(text + 9, '\xff', sizeof(text) - 9);
	text[9 + HTTP_TARGET_MAX / 3] = '\0';
	assert_int_equal(http_url(text, &url), HTTP_URL_LONG);
}

static void test_random_ones_do_no_harm(void **state)
{
	static const char letters[] = "http://a.b:80?#../%x@\x80 [";
	struct http_url url;
	char text[64];

	(void)state;
	srand(1);
	assert_int_equal(http_url("h", &url), HTTP_URL_OK);
	for (unsigned i = 0; i < 100000; i++) {
		const size_t n = (unsigned)rand() % sizeof(text);

		for (size_t k = 0; k < n; k++)
			text[k] = letters[(unsigned)rand() % (sizeof(letters) - 1)];
		text[n] = '\0';
		if ((i % 2 ? http_url(text, &url) : http_url_follow(&url, text)) != HTTP_URL_OK)
			assert_int_equal(http_url("h/a/b", &url), HTTP_URL_OK);
		assert_int_equal(url.target[0], '/');
		for (const char *c = url.target; *c != '\0'; c++)
			assert_true(*c > ' ' && *c <= '~' && *c != '#');
		assert_null(strstr(url.target, "/../../"));
		assert_in_range(strlen(url.host), 1, HTTP_HOST_MAX - 1);
		assert_int_not_equal(url.port, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses_are_taken_apart),
		cmocka_unit_test(test_a_location_is_resolved),
		cmocka_unit_test(test_long_ones),
		cmocka_unit_test(test_random_ones_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
