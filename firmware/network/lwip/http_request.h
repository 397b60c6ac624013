/* SPDX-License-Identifier: BSD-2-Clause */
/* What a client asks for: the head of its request (RFC 9112, 3 and 5). Its body, if there is one,
 * is of no interest. */
#ifndef FIRMWARE_NETWORK_LWIP_HTTP_REQUEST_H
#define FIRMWARE_NETWORK_LWIP_HTTP_REQUEST_H

#include "firmware/network/lwip/http_lines.h"

/* Zeroed: nothing has come. */
struct http_request {
	struct http_lines lines;
	bool begun; /* the request line was read */
	bool done;  /* the head was read, or is refused */
	/* The status to answer with: 200: as it is asked for. Else the request cannot be met,
	 * whatever it asks for. */
	unsigned status;
	bool head;	/* HEAD: the answer has no body */
	unsigned minor; /* of the version, 1.x */
	unsigned hosts;
	bool has_length, transfer, chunked;
	uint64_t length;
	char path[HTTP_LINE_MAX + 1]; /* without scheme, host and query */
};

/* Take bytes of the head; returns how many belong to it. Go on until `done`. */
size_t http_request_take(struct http_request *r, const uint8_t *p, size_t n);

#endif
