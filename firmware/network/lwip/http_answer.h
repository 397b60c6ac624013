/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer of a server: its head, and how its body is framed (RFC 9112, 4 to 7). */
#ifndef FIRMWARE_NETWORK_LWIP_HTTP_ANSWER_H
#define FIRMWARE_NETWORK_LWIP_HTTP_ANSWER_H

#include "firmware/network/lwip/http_lines.h"

enum http_fault {
	HTTP_NO_FAULT,
	HTTP_NOT_HTTP,	 /* there is no status line of HTTP/1.x */
	HTTP_HEAD_LONG,	 /* the head has more than HTTP_HEAD_MAX bytes */
	HTTP_BAD_HEADER, /* a line is not a header */
	HTTP_BAD_LENGTH, /* Content-Length is not a number, or there are two different ones */
	HTTP_BAD_CHUNK,	 /* the chunks are not framed correctly */
	HTTP_TOO_MANY,	 /* too many informational answers (1xx) */
};

enum http_framing {
	HTTP_NO_BODY,
	HTTP_COUNTED, /* `left` bytes */
	HTTP_CHUNKED,
	HTTP_TO_THE_END, /* until the connection ends */
};

enum http_chunk {
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_EXTENSION,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END,
	HTTP_TRAILER
};

/* Starts zeroed. */
struct http_answer {
	struct http_lines lines;
	bool begun;	/* the status line was read */
	bool head_done; /* the head was read */
	bool done;	/* the body was read */
	bool to_head;	/* the caller sets this if the request was HEAD */
	enum http_fault fault;
	unsigned status; /* 0: not known yet. Informational statuses (1xx) are not stored. */
	unsigned early;	 /* 1xx answers so far */
	bool has_length, transfer, chunked;
	bool coded; /* the body is compressed, or has another coding that is not decoded */
	uint64_t length;
	char location[HTTP_LINE_MAX + 1]; /* "": there is none */
	bool location_cut;
	enum http_framing framing;
	enum http_chunk chunk;
	unsigned digits;
	uint64_t left; /* bytes left of the body, or of the chunk */
};

/* A piece of the body. */
typedef void (*http_body_fn)(void *arg, const uint8_t *p, size_t n);

/* Take received bytes. Call this until `done` is set or a fault is returned. */
void http_answer_take(struct http_answer *a, const uint8_t *p, size_t n, http_body_fn body,
		      void *arg);

/* The server closed the connection. False: before the end of the answer. */
bool http_answer_end(struct http_answer *a);

/* Does the answer redirect to another address (RFC 9110, 15.4)? */
bool http_answer_leads_on(const struct http_answer *a);

/* In words, such as "its head is too long". */
const char *http_fault_why(enum http_fault f);

#endif
