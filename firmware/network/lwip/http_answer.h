/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server answers: the head, and how its body is framed (RFC 9112, 4 to 7). */
#ifndef FIRMWARE_NETWORK_LWIP_HTTP_ANSWER_H
#define FIRMWARE_NETWORK_LWIP_HTTP_ANSWER_H

#include "firmware/network/lwip/http_lines.h"

enum http_fault {
	HTTP_NO_FAULT,
	HTTP_NOT_HTTP,	 /* no status line of HTTP/1.x */
	HTTP_HEAD_LONG,	 /* more than HTTP_HEAD_MAX bytes */
	HTTP_BAD_HEADER, /* a line that is no header */
	HTTP_BAD_LENGTH, /* a Content-Length that is no number, or two different ones */
	HTTP_BAD_CHUNK,	 /* chunks that are not framed as chunks are */
	HTTP_TOO_MANY,	 /* answers before the answer (1xx) without an end */
};

enum http_framing {
	HTTP_NO_BODY,
	HTTP_COUNTED, /* `left` bytes */
	HTTP_CHUNKED,
	HTTP_TO_THE_END, /* of the connection */
};

enum http_chunk {
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_EXTENSION,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END,
	HTTP_TRAILER
};

/* Zeroed: nothing has come. */
struct http_answer {
	struct http_lines lines;
	bool begun;	/* the status line was read */
	bool head_done; /* the head was read */
	bool done;	/* the body was, too */
	bool to_head;	/* set by the caller: the request was HEAD */
	enum http_fault fault;
	unsigned status; /* 0: not known yet. That of 1xx is passed over. */
	unsigned early;	 /* 1xx answers so far */
	bool has_length, transfer, chunked;
	bool coded; /* the body is compressed, or in another coding that is not undone here */
	uint64_t length;
	char location[HTTP_LINE_MAX + 1]; /* "": none came */
	bool location_cut;
	enum http_framing framing;
	enum http_chunk chunk;
	unsigned digits;
	uint64_t left; /* of the body, or of the chunk */
};

/* A piece of the body. */
typedef void (*http_body_fn)(void *arg, const uint8_t *p, size_t n);

/* Take what came. Go on until `done` or a fault. */
void http_answer_take(struct http_answer *a, const uint8_t *p, size_t n, http_body_fn body,
		      void *arg);

/* The connection was closed by the server. False: too early. */
bool http_answer_end(struct http_answer *a);

/* Does the answer lead to another address (RFC 9110, 15.4)? */
bool http_answer_leads_on(const struct http_answer *a);

/* For a person: "its head is too long". */
const char *http_fault_why(enum http_fault f);

#endif
