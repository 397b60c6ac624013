/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/http.h"

#include <string.h>

static bool starts(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Digits up to something else; false: none, or above `most`. */
static bool number(const char **text, uint64_t most, uint64_t *out)
{
	const char *p = *text;
	uint64_t v = 0;

	for (; *p >= '0' && *p <= '9'; p++) {
		const uint64_t digit = (uint64_t)(*p - '0');

		if (v > (most - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (p == *text)
		return false;
	*text = p;
	*out = v;
	return true;
}

bool http_url(const char *text, struct http_url *url)
{
	uint64_t port = 80;

	if (starts(text, "http://"))
		text += strlen("http://");
	size_t n = strcspn(text, ":/");
	if (n == 0 || n >= sizeof(url->host))
		return false;
	memcpy(url->host, text, n);
	url->host[n] = '\0';
	text += n;
	if (*text == ':') {
		text++;
		if (!number(&text, UINT16_MAX, &port) || port == 0)
			return false;
	}
	url->port = (uint16_t)port;
	url->path = text;
	return *text == '\0' || *text == '/';
}

/* ---- Lines ---- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* The value of a header of this name (in small letters), or NULL. */
static const char *value_of(const char *line, const char *name)
{
	for (; *name != '\0'; line++, name++) {
		if (lower(*line) != *name)
			return NULL;
	}
	if (*line++ != ':')
		return NULL;
	while (*line == ' ' || *line == '\t')
		line++;
	return line;
}

static void copy_word(char *to, size_t room, const char *from)
{
	const size_t n = strcspn(from, " \t");

	if (n >= room)
		return;
	memcpy(to, from, n);
	to[n] = '\0';
}

/* "HTTP/1.0 200 OK" */
static void answer_line(struct http_head *h, const char *line)
{
	uint64_t status = 0;

	if (!starts(line, "HTTP/1.") || strlen(line) < strlen("HTTP/1.x 200")) {
		h->bad = true;
		return;
	}
	line += strlen("HTTP/1.x ");
	h->bad = !number(&line, 999, &status) || status < 100;
	h->status = (unsigned)status;
}

static void answer_header(struct http_head *h, const char *line)
{
	const char *v;

	if ((v = value_of(line, "content-length")) != NULL) {
		if (h->has_length || !number(&v, UINT64_MAX / 2, &h->length))
			h->bad = true;
		h->has_length = true;
	} else if (value_of(line, "transfer-encoding") != NULL) {
		h->encoded = true;
	} else if ((v = value_of(line, "location")) != NULL) {
		copy_word(h->location, sizeof(h->location), v);
	}
}

/* "GET /path HTTP/1.0" */
static void request_line(struct http_head *h, const char *line)
{
	const char *path = strchr(line, ' ');

	if (!path || path[1] != '/') {
		h->bad = true;
		return;
	}
	h->get = starts(line, "GET ");
	copy_word(h->path, sizeof(h->path), path + 1);
}

static void line_done(struct http_head *h, bool answer)
{
	if (h->used > 0 && h->used < sizeof(h->line) && h->line[h->used - 1] == '\r')
		h->used--;
	h->line[h->used < sizeof(h->line) ? h->used : sizeof(h->line) - 1] = '\0';
	if (h->lines++ == 0) {
		if (answer)
			answer_line(h, h->line);
		else
			request_line(h, h->line);
	} else if (h->used == 0) {
		h->done = true;
	} else if (answer) {
		answer_header(h, h->line);
	}
	h->used = 0;
}

static size_t take(struct http_head *h, const uint8_t *p, size_t n, bool answer)
{
	size_t i;

	for (i = 0; i < n && !h->done && !h->bad; i++) {
		if (++h->bytes > HTTP_HEAD_MAX)
			h->bad = true;
		else if (p[i] == '\n')
			line_done(h, answer);
		else if (h->used < sizeof(h->line))
			h->line[h->used++] = (char)p[i];
	}
	return i;
}

size_t http_answer(struct http_head *h, const uint8_t *p, size_t n)
{
	return take(h, p, n, true);
}

size_t http_request(struct http_head *h, const uint8_t *p, size_t n)
{
	return take(h, p, n, false);
}
