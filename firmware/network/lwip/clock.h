/* SPDX-License-Identifier: BSD-2-Clause */
/* The time of day: asked for over the network, and counted on by the machine's clock. */
#ifndef FIRMWARE_NETWORK_LWIP_CLOCK_H
#define FIRMWARE_NETWORK_LWIP_CLOCK_H

#include "firmware/network/net.h"

enum {
	CLOCK_TRIES = 5,     /* a second each */
	CLOCK_HTTP_MAX = 48, /* room for clock_http_line() */
};

enum clock_end {
	CLOCK_SET,
	CLOCK_UNHEARD,	      /* no answer came */
	CLOCK_UNSYNCHRONIZED, /* the server does not know the time itself */
	CLOCK_REFUSED,	      /* the server wants no requests */
	CLOCK_STOPPED,	      /* by the user */
	CLOCK_NO_MEMORY,
};

/* Ask a server, and wait for it. */
enum clock_end clock_ask(struct net *n, uint32_t server);

/* For a person: why the time is not known. */
const char *clock_why(enum clock_end e);

/* Nanoseconds since 1970. False: the time is not known yet. */
bool clock_now(uint64_t *unix_ns);

/* The server that told the time, and how many seconds ago. */
void clock_source(uint32_t *server, uint64_t *seconds_ago);

/* The time server that came with our address by DHCP; 0: none. */
uint32_t clock_leased_server(void);

/* "Date: Sat, 28 Nov 2026 09:00:00 GMT\r\n" (RFC 9110, 6.6.1), or "" if the time is not known. */
void clock_http_line(char to[CLOCK_HTTP_MAX]);

#endif
