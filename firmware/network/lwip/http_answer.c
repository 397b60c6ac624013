/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/http_answer.h"

#include <string.h>

enum { EARLY_MOST = 8, DIGITS_MOST = 15 };

/* ---- The head ---- */

/* Parses "HTTP/1.1 200 OK". The words after the number may be missing. */
static enum http_fault status_line(struct http_answer *a, const char *line)
{
	uint64_t status = 0;

	if (strncmp(line, "HTTP/1.", 7) != 0 || line[7] < '0' || line[7] > '9' || line[8] != ' ')
		return HTTP_NOT_HTTP;
	line += 9;
	if (!http_number(&line, 999, &status) || status < 100 || (*line != ' ' && *line != '\0'))
		return HTTP_NOT_HTTP;
	a->status = (unsigned)status;
	return HTTP_NO_FAULT;
}

static enum http_fault length_line(struct http_answer *a, const char *value)
{
	uint64_t length;

	if (a->lines.cut || a->lines.dirty || !http_length(value, &length) ||
	    (a->has_length && length != a->length))
		return HTTP_BAD_LENGTH;
	a->has_length = true;
	a->length = length;
	return HTTP_NO_FAULT;
}

static void location_line(struct http_answer *a, const char *value)
{
	if (a->location[0] != '\0')
		return;
	memcpy(a->location, value, strlen(value) + 1);
	a->location_cut = a->lines.cut;
}

/* A line that begins with a blank continues the line before it. No header that we read may do
 * that. */
static enum http_fault header_line(struct http_answer *a, const char *line)
{
	const char *v;

	if (line[0] == ' ' || line[0] == '\t')
		return HTTP_NO_FAULT;
	if (!http_is_header(line))
		return HTTP_BAD_HEADER;
	if ((v = http_value(line, "content-length")) != NULL)
		return length_line(a, v);
	if ((v = http_value(line, "transfer-encoding")) != NULL) {
		a->transfer = true;
		a->chunked = http_ends_with(v, "chunked");
		a->coded |= !a->chunked || strchr(v, ',');
	} else if ((v = http_value(line, "content-encoding")) != NULL) {
		a->coded |= !http_ends_with(v, "identity");
	} else if ((v = http_value(line, "location")) != NULL) {
		location_line(a, v);
	}
	return HTTP_NO_FAULT;
}

/* How the body ends (RFC 9112, 6.3). */
static enum http_framing framing(const struct http_answer *a)
{
	if (a->to_head || a->status == 204 || a->status == 304 || a->status == 101)
		return HTTP_NO_BODY;
	if (a->transfer)
		return a->chunked ? HTTP_CHUNKED : HTTP_TO_THE_END;
	return a->has_length ? HTTP_COUNTED : HTTP_TO_THE_END;
}

/* Forget an informational answer (1xx). The bytes of its head still count. */
static enum http_fault pass_over(struct http_answer *a)
{
	const bool to_head = a->to_head;
	const unsigned early = a->early + 1;
	const struct http_lines lines = a->lines;

	if (early > EARLY_MOST)
		return HTTP_TOO_MANY;
	*a = (struct http_answer){ .to_head = to_head, .early = early, .lines = lines };
	return HTTP_NO_FAULT;
}

static enum http_fault end_head(struct http_answer *a)
{
	if (a->status < 200 && a->status != 101)
		return pass_over(a);
	a->head_done = true;
	a->framing = framing(a);
	a->left = a->framing == HTTP_COUNTED ? a->length : 0;
	a->done = a->framing == HTTP_NO_BODY || (a->framing == HTTP_COUNTED && a->left == 0);
	return HTTP_NO_FAULT;
}

static enum http_fault head_byte(struct http_answer *a, uint8_t c)
{
	const char *line = a->lines.text;

	if (a->lines.bytes >= HTTP_HEAD_MAX)
		return a->begun ? HTTP_HEAD_LONG : HTTP_NOT_HTTP;
	if (!http_lines_take(&a->lines, c))
		return HTTP_NO_FAULT;
	if (!a->begun) {
		a->begun = true;
		return status_line(a, line);
	}
	return line[0] == '\0' ? end_head(a) : header_line(a, line);
}

/* ---- Chunks (RFC 9112, 7.1) ---- */

static int hex(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum http_fault begin_chunk(struct http_answer *a)
{
	if (a->digits == 0)
		return HTTP_BAD_CHUNK;
	a->chunk = a->left != 0 ? HTTP_CHUNK_DATA : HTTP_TRAILER;
	a->digits = 0;
	a->lines = (struct http_lines){ 0 };
	return HTTP_NO_FAULT;
}

static enum http_fault size_byte(struct http_answer *a, uint8_t c)
{
	const int digit = hex(c);

	if (digit >= 0) {
		if (++a->digits > DIGITS_MOST)
			return HTTP_BAD_CHUNK;
		a->left = a->left << 4 | (unsigned)digit;
		return HTTP_NO_FAULT;
	}
	if (c == '\n')
		return begin_chunk(a);
	a->chunk = HTTP_CHUNK_EXTENSION;
	return strchr("; \t\r", c) && c != '\0' ? HTTP_NO_FAULT : HTTP_BAD_CHUNK;
}

/* Chunk extensions have no meaning for us. */
static enum http_fault extension_byte(struct http_answer *a, uint8_t c)
{
	if (++a->lines.bytes > HTTP_HEAD_MAX)
		return HTTP_BAD_CHUNK;
	return c == '\n' ? begin_chunk(a) : HTTP_NO_FAULT;
}

static enum http_fault trailer_byte(struct http_answer *a, uint8_t c)
{
	if (a->lines.bytes >= HTTP_HEAD_MAX)
		return HTTP_HEAD_LONG;
	a->done = http_lines_take(&a->lines, c) && a->lines.text[0] == '\0';
	return HTTP_NO_FAULT;
}

static enum http_fault end_of_chunk(struct http_answer *a, uint8_t c)
{
	if (c == '\r')
		return HTTP_NO_FAULT;
	a->chunk = HTTP_CHUNK_SIZE;
	return c == '\n' ? HTTP_NO_FAULT : HTTP_BAD_CHUNK;
}

static enum http_fault chunk_byte(struct http_answer *a, uint8_t c)
{
	switch (a->chunk) {
	case HTTP_CHUNK_SIZE: return size_byte(a, c);
	case HTTP_CHUNK_EXTENSION: return extension_byte(a, c);
	case HTTP_CHUNK_END: return end_of_chunk(a, c);
	default: return trailer_byte(a, c);
	}
}

/* ---- The body ---- */

static bool is_data(const struct http_answer *a)
{
	return a->head_done && (a->framing != HTTP_CHUNKED || a->chunk == HTTP_CHUNK_DATA);
}

/* How many of `n` bytes are data of the body. */
static size_t data(struct http_answer *a, const uint8_t *p, size_t n, http_body_fn body, void *arg)
{
	if (a->framing != HTTP_TO_THE_END) {
		if (n > a->left)
			n = (size_t)a->left;
		a->left -= n;
		a->done = a->framing == HTTP_COUNTED && a->left == 0;
		if (a->left == 0)
			a->chunk = HTTP_CHUNK_END;
	}
	body(arg, p, n);
	return n;
}

void http_answer_take(struct http_answer *a, const uint8_t *p, size_t n, http_body_fn body,
		      void *arg)
{
	while (n > 0 && !a->done && a->fault == HTTP_NO_FAULT) {
		size_t used = 1;

		if (is_data(a))
			used = data(a, p, n, body, arg);
		else if (a->head_done)
			a->fault = chunk_byte(a, *p);
		else
			a->fault = head_byte(a, *p);
		p += used;
		n -= used;
	}
}

bool http_answer_end(struct http_answer *a)
{
	a->done |= a->head_done && a->framing == HTTP_TO_THE_END;
	return a->done;
}

bool http_answer_leads_on(const struct http_answer *a)
{
	switch (a->status) {
	case 301:
	case 302:
	case 303:
	case 307:
	case 308: return a->location[0] != '\0';
	default: return false;
	}
}

const char *http_fault_why(enum http_fault f)
{
	switch (f) {
	case HTTP_NOT_HTTP: return "the answer is not HTTP";
	case HTTP_HEAD_LONG: return "its head is too long";
	case HTTP_BAD_HEADER: return "its head has a line that is not a header";
	case HTTP_BAD_LENGTH: return "its Content-Length is not a number, or there are two";
	case HTTP_BAD_CHUNK: return "its body is not framed in chunks, as its head says";
	case HTTP_TOO_MANY: return "only preliminary answers came";
	default: return "it is right";
	}
}
