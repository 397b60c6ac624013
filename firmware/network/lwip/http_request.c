/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/http_request.h"

#include <string.h>

enum {
	OK = 200,
	BAD_REQUEST = 400,
	NOT_ALLOWED = 405,
	URI_TOO_LONG = 414,
	HEAD_TOO_LONG = 431,
	NOT_IMPLEMENTED = 501,
	VERSION = 505,
};

/* ---- The request line: "GET /path HTTP/1.1" ---- */

static bool is_method(const char *text, size_t n, const char *name)
{
	return strlen(name) == n && strncmp(text, name, n) == 0;
}

static unsigned method(struct http_request *r, const char *text, size_t n)
{
	static const char *const others[] = { "POST",	 "PUT",	  "DELETE", "OPTIONS",
					      "CONNECT", "TRACE", "PATCH" };

	for (size_t i = 0; i < n; i++) {
		if (!http_is_token(text[i]))
			return BAD_REQUEST;
	}
	r->head = is_method(text, n, "HEAD");
	if (r->head || is_method(text, n, "GET"))
		return n > 0 ? OK : BAD_REQUEST;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (is_method(text, n, others[i]))
			return NOT_ALLOWED;
	}
	return n > 0 ? NOT_IMPLEMENTED : BAD_REQUEST;
}

static bool starts_with(const char *text, const char *name)
{
	for (; *name != '\0'; text++, name++) {
		if ((*text | 32) != *name && *text != *name)
			return false;
	}
	return true;
}

/* Parses "/path", or "http://host/path" as proxies get it. The other forms belong to methods that
 * are not served. */
static unsigned target(struct http_request *r, const char *text, size_t n)
{
	if (starts_with(text, "http://")) {
		text += strlen("http://");
		const size_t host = strcspn(text, "/? ");
		if (host == 0)
			return BAD_REQUEST;
		text += host;
	} else if (n == 0 || text[0] != '/') {
		return BAD_REQUEST;
	}
	const size_t path = strcspn(text, "?# ");
	memcpy(r->path, path > 0 ? text : "/", path > 0 ? path : 1);
	r->path[path > 0 ? path : 1] = '\0';
	return OK;
}

static unsigned version(struct http_request *r, const char *text)
{
	if (strncmp(text, "HTTP/", 5) != 0 || text[5] < '0' || text[5] > '9' || text[6] != '.' ||
	    text[7] < '0' || text[7] > '9' || text[8] != '\0')
		return BAD_REQUEST;
	r->minor = (unsigned)(text[7] - '0');
	return text[5] == '1' ? OK : VERSION;
}

static unsigned request_line(struct http_request *r)
{
	const char *line = r->lines.text;
	const size_t name = strcspn(line, " ");

	if (r->lines.cut)
		return URI_TOO_LONG;
	if (r->lines.dirty || line[name] != ' ')
		return BAD_REQUEST;
	const char *where = line + name + 1;
	const size_t n = strcspn(where, " ");
	if (where[n] != ' ')
		return BAD_REQUEST;
	const unsigned asked = method(r, line, name), spoken = version(r, where + n + 1);
	if (spoken != OK)
		return spoken;
	return asked == OK ? target(r, where, n) : asked;
}

/* ---- Headers ---- */

static bool is_host(const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value <= ' ' || *value > '~' || strchr("/?#@\\", *value))
			return false;
	}
	return true;
}

static unsigned length_line(struct http_request *r, const char *value)
{
	uint64_t length;

	if (!http_length(value, &length) || (r->has_length && length != r->length))
		return BAD_REQUEST;
	r->has_length = true;
	r->length = length;
	return OK;
}

/* A line that continues the line before it is refused too (RFC 9112, 5.2). */
static unsigned header_line(struct http_request *r)
{
	const char *line = r->lines.text, *v;

	if (r->lines.dirty || !http_is_header(line))
		return BAD_REQUEST;
	if ((v = http_value(line, "host")) != NULL)
		return ++r->hosts > 1 || !is_host(v) ? BAD_REQUEST : OK;
	if ((v = http_value(line, "content-length")) != NULL)
		return length_line(r, v);
	if ((v = http_value(line, "connection")) != NULL)
		r->closes |= http_has_word(v, "close");
	if ((v = http_value(line, "transfer-encoding")) != NULL) {
		r->transfer = true;
		r->chunked = http_ends_with(v, "chunked");
	}
	return OK;
}

/* Requests that two readers could frame in different ways are refused (RFC 9112, 3.2 and 6.3). */
static unsigned end_head(const struct http_request *r)
{
	if (r->minor >= 1 && r->hosts == 0)
		return BAD_REQUEST;
	if (r->transfer && (r->has_length || !r->chunked || r->minor == 0))
		return BAD_REQUEST;
	return OK;
}

/* Returns a status, or 0 if more lines follow. */
static unsigned take_line(struct http_request *r)
{
	unsigned status;

	if (!r->begun) {
		if (r->lines.used == 0)
			return 0; /* an empty line before the request (RFC 9112, 2.2) */
		r->begun = true;
		status = request_line(r);
	} else if (r->lines.used == 0) {
		return end_head(r);
	} else {
		status = header_line(r);
	}
	return status == OK ? 0 : status;
}

size_t http_request_take(struct http_request *r, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && !r->done; i++) {
		if (r->lines.bytes >= HTTP_HEAD_MAX)
			r->status = r->begun ? HEAD_TOO_LONG : URI_TOO_LONG;
		else if (http_lines_take(&r->lines, p[i]))
			r->status = take_line(r);
		r->done = r->status != 0;
	}
	return i;
}

bool http_request_keeps(const struct http_request *r)
{
	return r->status == OK && r->minor >= 1 && !r->closes && !r->transfer && r->length == 0;
}
