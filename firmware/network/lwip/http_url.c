/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/http_url.h"

#include "firmware/network/lwip/http_lines.h"

#include <string.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of "scheme:", or 0. "host:80" has no scheme, since a number follows the colon. */
static size_t scheme(const char *text)
{
	size_t n = 0;

	while (is_letter(text[n]) ||
	       (n > 0 && (is_digit(text[n]) || (text[n] && strchr("+-.", text[n])))))
		n++;
	return n > 0 && text[n] == ':' && !is_digit(text[n + 1]) && text[n + 1] != '\0' ? n + 1 : 0;
}

static bool is_http(const char *text, size_t n)
{
	return n == strlen("http:") && (text[0] | 32) == 'h' && (text[1] | 32) == 't' &&
	       (text[2] | 32) == 't' && (text[3] | 32) == 'p';
}

/* Parses "host:port" up to "/", "?" or "#", and moves `*text` there. */
static enum http_url_error authority(const char **text, struct http_url *url)
{
	const char *p = *text;
	uint64_t port = HTTP_PORT;
	size_t n = 0;

	if (memchr(p, '@', strcspn(p, "/?#")))
		return HTTP_URL_USER;
	while (is_letter(p[n]) || is_digit(p[n]) || (p[n] && strchr("-._", p[n])))
		n++;
	if (n == 0)
		return HTTP_URL_HOST;
	if (n >= sizeof(url->host))
		return HTTP_URL_LONG;
	memcpy(url->host, p, n);
	url->host[n] = '\0';
	p += n;
	if (*p == ':') {
		p++;
		/* An empty port is that of the scheme (RFC 3986, 3.2.3). */
		if (*p != '\0' && !strchr("/?#", *p) &&
		    (!http_number(&p, UINT16_MAX, &port) || port == 0))
			return HTTP_URL_PORT;
	}
	url->port = (uint16_t)port;
	*text = p;
	return *p == '\0' || strchr("/?#", *p) ? HTTP_URL_OK : HTTP_URL_HOST;
}

/* ---- Paths ---- */

static bool append(struct http_url *url, size_t *used, char c)
{
	static const char hex[] = "0123456789ABCDEF";
	const bool plain = c > ' ' && c <= '~' && !strchr("\"<>\\^`{|}", c);

	if (*used + (plain ? 1 : 3) >= sizeof(url->target))
		return false;
	if (plain) {
		url->target[(*used)++] = c;
	} else {
		url->target[(*used)++] = '%';
		url->target[(*used)++] = hex[(uint8_t)c >> 4];
		url->target[(*used)++] = hex[(uint8_t)c & 15];
	}
	url->target[*used] = '\0';
	return true;
}

/* The first `used` bytes of the target are a path that ends with a slash. Returns its length
 * without the last segment. */
static size_t up(const struct http_url *url, size_t used)
{
	if (used > 1)
		used--;
	while (used > 0 && url->target[used - 1] != '/')
		used--;
	return used;
}

/* Append a segment of a path after a slash. "." and ".." are resolved (RFC 3986, 5.2.4). */
static bool segment(struct http_url *url, size_t *used, const char *p, size_t n)
{
	if (n == 1 && p[0] == '.')
		return true;
	if (n == 2 && p[0] == '.' && p[1] == '.') {
		*used = up(url, *used);
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		if (!append(url, used, p[i]))
			return false;
	}
	return p[n] != '/' || append(url, used, '/');
}

/* Append path and query after the first `used` bytes, up to a fragment. */
static enum http_url_error target(struct http_url *url, size_t used, const char *p)
{
	if (used == 0 && !append(url, &used, '/'))
		return HTTP_URL_LONG;
	if (*p == '/' && used == 1)
		p++;
	while (*p != '\0' && *p != '?' && *p != '#') {
		const size_t n = strcspn(p, "/?#");

		if (!segment(url, &used, p, n))
			return HTTP_URL_LONG;
		p += n + (p[n] == '/');
	}
	for (; *p != '\0' && *p != '#'; p++) {
		if (!append(url, &used, *p))
			return HTTP_URL_LONG;
	}
	url->target[used] = '\0';
	return HTTP_URL_OK;
}

static enum http_url_error whole(const char *text, struct http_url *url)
{
	const enum http_url_error e = authority(&text, url);

	return e == HTTP_URL_OK ? target(url, 0, text) : e;
}

enum http_url_error http_url(const char *text, struct http_url *url)
{
	const size_t n = scheme(text);

	if (n != 0 && !is_http(text, n))
		return HTTP_URL_SCHEME;
	text += n;
	if (n != 0 && (text[0] != '/' || text[1] != '/'))
		return HTTP_URL_HOST;
	return whole(text + (n != 0 ? 2 : 0), url);
}

enum http_url_error http_url_follow(struct http_url *url, const char *reference)
{
	size_t path = strcspn(url->target, "?");

	if (scheme(reference) != 0)
		return http_url(reference, url);
	if (reference[0] == '/' && reference[1] == '/')
		return whole(reference + 2, url);
	if (reference[0] == '/')
		return target(url, 0, reference);
	if (reference[0] != '?') {
		while (path > 0 && url->target[path - 1] != '/')
			path--;
	}
	return target(url, path, reference);
}

const char *http_url_why(enum http_url_error e)
{
	switch (e) {
	case HTTP_URL_SCHEME: return "only http: is supported";
	case HTTP_URL_HOST: return "not http://HOST[:PORT]/PATH";
	case HTTP_URL_USER: return "a user's name in an address is not supported";
	case HTTP_URL_PORT: return "a port is a number from 1 to 65535";
	default: return "it is too long";
	}
}
