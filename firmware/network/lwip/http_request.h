/* SPDX-License-Identifier: BSD-2-Clause */
/* The request of a client: its head (RFC 9112, 3 and 5). A body is ignored. */
#ifndef FIRMWARE_NETWORK_LWIP_HTTP_REQUEST_H
#define FIRMWARE_NETWORK_LWIP_HTTP_REQUEST_H

#include "firmware/network/lwip/http_lines.h"

/* Starts zeroed. */
struct http_request {
	struct http_lines lines;
	bool begun; /* the request line was read */
	bool done;  /* the head was read, or is refused */
	/* The status of the answer. 200: do what the request asks for. Otherwise the request cannot
	 * be answered. */
	unsigned status;
	bool head;	/* HEAD: the answer has no body */
	unsigned minor; /* of the version, 1.x */
	unsigned hosts;
	bool closes; /* the client closes the connection after the answer */
	bool has_length, transfer, chunked;
	uint64_t length;
	char path[HTTP_LINE_MAX + 1]; /* without scheme, host and query */
};

/* Take bytes of the head. Returns how many belong to it. Call this until `done` is set. */
size_t http_request_take(struct http_request *r, const uint8_t *p, size_t n);

/* May another request follow this one on the connection (RFC 9112, 9.3)? If it has a body, none
 * can, since the body is not read. */
bool http_request_keeps(const struct http_request *r);

#endif
