/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text of HTTP/1.0, both ways: an address, the head of an answer, the line of a request.
 * Bytes come as they come; none is trusted, and no line is kept longer than HTTP_LINE_MAX.
 */
#ifndef FIRMWARE_NETWORK_LWIP_HTTP_H
#define FIRMWARE_NETWORK_LWIP_HTTP_H

#include <picovirtio/types.h>

enum {
	HTTP_HOST_MAX = 64, /* with the final zero */
	HTTP_LINE_MAX = 160,
	HTTP_HEAD_MAX = 8192, /* bytes of a head; more is refused */
};

struct http_url {
	char host[HTTP_HOST_MAX];
	uint16_t port;
	const char *path; /* into the text: "/..." or "" for "/" */
};

/* "http://host:80/path", "http://" may be missing. False: not such an address. */
bool http_url(const char *text, struct http_url *url);

/* A head, being read. Zeroed: at its start. */
struct http_head {
	char line[HTTP_LINE_MAX];
	size_t used;	/* bytes of the line so far; more than fit are dropped */
	uint32_t bytes; /* of the head so far */
	unsigned lines;
	bool done; /* the empty line came */
	bool bad;  /* it is no HTTP, or too long */
	/* Of an answer: */
	unsigned status;
	bool has_length, encoded; /* encoded: the body is not just the bytes */
	uint64_t length;
	char location[HTTP_LINE_MAX];
	/* Of a request: */
	bool get;
	char path[HTTP_LINE_MAX];
};

/* Take bytes of an answer's or a request's head; returns how many belong to it. Go on until
 * `done` or `bad`. */
size_t http_answer(struct http_head *h, const uint8_t *p, size_t n);
size_t http_request(struct http_head *h, const uint8_t *p, size_t n);

#endif
