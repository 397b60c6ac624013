/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { HEAD_ROOM = 256 };

static const char bytes_path[] = "/bytes/";

static const char *reason(unsigned status)
{
	switch (status) {
	case 200: return "OK";
	case 404: return "Not Found";
	case 405: return "Method Not Allowed";
	case 414: return "URI Too Long";
	case 431: return "Request Header Fields Too Large";
	case 501: return "Not Implemented";
	case 505: return "HTTP Version Not Supported";
	default: return "Bad Request";
	}
}

static void head(struct answer *a, const struct answer_site *site, unsigned status,
		 const char *type, uint32_t length)
{
	const int n = snprintf(a->text, HEAD_ROOM,
			       "HTTP/1.1 %u %s\r\n%sServer: picovirtio\r\n%sContent-Type: %s\r\n"
			       "Content-Length: %" PRIu32 "\r\nCache-Control: no-store\r\n"
			       "%s\r\n",
			       status, reason(status), site->date,
			       status == 405 ? "Allow: GET, HEAD\r\n" : "", type, length,
			       a->keeps ? "" : "Connection: close\r\n");

	a->head_bytes = a->text_bytes = n > 0 && n < HEAD_ROOM ? (size_t)n : 0;
}

/* The length stands before the text, which is made after the room that a head takes. */
static void text(struct answer *a, const struct answer_site *site, unsigned status,
		 const char *type, size_t n)
{
	head(a, site, status, type, (uint32_t)n);
	memmove(a->text + a->text_bytes, a->text + HEAD_ROOM, n);
	a->text_bytes += n;
}

static void error(struct answer *a, const struct answer_site *site, unsigned status)
{
	const int n = snprintf(a->text + HEAD_ROOM, sizeof(a->text) - HEAD_ROOM, "%u %s\n", status,
			       reason(status));

	text(a, site, status, "text/plain", n > 0 ? (size_t)n : 0);
}

static bool bytes_asked(const char *path, uint64_t *count)
{
	if (strncmp(path, bytes_path, strlen(bytes_path)) != 0)
		return false;
	path += strlen(bytes_path);
	return http_number(&path, UINT32_MAX, count) && *path == '\0';
}

static void found(struct answer *a, const struct http_request *r, const struct answer_site *site)
{
	if (strcmp(r->path, "/") == 0) {
		text(a, site, 200, "text/html; charset=utf-8",
		     site->page(site->arg, a->text + HEAD_ROOM, sizeof(a->text) - HEAD_ROOM));
	} else if (bytes_asked(r->path, &a->count)) {
		head(a, site, 200, "application/octet-stream", (uint32_t)a->count);
	} else {
		error(a, site, 404);
	}
}

void answer_make(struct answer *a, const struct http_request *r, const struct answer_site *site)
{
	a->count = 0;
	a->keeps = http_request_keeps(r);
	if (r->status == 200)
		found(a, r, site);
	else
		error(a, site, r->status);
	if (r->head) {
		a->text_bytes = a->head_bytes;
		a->count = 0;
	}
}

void answer_generate(uint8_t *to, uint64_t at, size_t n)
{
	uint32_t v = (uint32_t)(at / 4);

	for (size_t i = 0; i < n; i++) {
		to[i] = (uint8_t)(v >> 8 * (i % 4));
		v += i % 4 == 3;
	}
}
