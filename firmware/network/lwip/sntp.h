/* SPDX-License-Identifier: BSD-2-Clause */
/* The packets of SNTP (RFC 4330, RFC 5905) for a client, and the calendar. */
#ifndef FIRMWARE_NETWORK_LWIP_SNTP_H
#define FIRMWARE_NETWORK_LWIP_SNTP_H

#include <picovirtio/types.h>

enum {
	SNTP_PORT = 123,
	SNTP_BYTES = 48,
};

enum sntp_answer {
	SNTP_NOT_OURS,	     /* not an answer to our request */
	SNTP_TIME,	     /* the time */
	SNTP_UNSYNCHRONIZED, /* the server does not know the time itself */
	SNTP_GO_AWAY,	     /* the server wants no requests (kiss of death) */
};

/* Write a request. `nonce` takes the place of the client's time, and comes back in the answer, so
 * that only a host that has seen the request can answer it. */
void sntp_request(uint8_t p[SNTP_BYTES], uint64_t nonce);

/* Read an answer. `*unix_ns`: the server's time in nanoseconds since 1970. */
enum sntp_answer sntp_take(const uint8_t *p, size_t n, uint64_t nonce, uint64_t *unix_ns);

/* A point in time, in UTC. */
struct sntp_date {
	unsigned year, month, day; /* from 1 */
	unsigned weekday;	   /* 0: Sunday */
	unsigned hour, minute, second;
};

void sntp_date(uint64_t unix_ns, struct sntp_date *d);

#endif
