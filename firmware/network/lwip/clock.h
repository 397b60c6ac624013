/* SPDX-License-Identifier: BSD-2-Clause */
/* The time of day. It comes from a time server, and the machine's clock continues it. */
#ifndef FIRMWARE_NETWORK_LWIP_CLOCK_H
#define FIRMWARE_NETWORK_LWIP_CLOCK_H

#include "firmware/network/net.h"

enum {
	CLOCK_TRIES = 5,     /* one second each */
	CLOCK_HTTP_MAX = 48, /* room for clock_http_line() */
};

enum clock_end {
	CLOCK_SET,
	CLOCK_UNHEARD,	      /* no answer came */
	CLOCK_UNSYNCHRONIZED, /* the server does not know the time itself */
	CLOCK_REFUSED,	      /* the server wants no requests */
	CLOCK_STOPPED,	      /* the user pressed Ctrl-C */
	CLOCK_NO_MEMORY,
};

/* Ask a server and wait for its answer. */
enum clock_end clock_ask(struct net *n, uint32_t server);

/* The reason why the time is not known, for a person. */
const char *clock_why(enum clock_end e);

/* Nanoseconds since 1970. False: the time is not known yet. */
bool clock_now(uint64_t *unix_ns);

/* The server that gave the time, and how many seconds ago. */
void clock_source(uint32_t *server, uint64_t *seconds_ago);

/* The time server from the DHCP lease. 0: there is none. */
uint32_t clock_leased_server(void);

/* "Date: Sat, 28 Nov 2026 09:00:00 GMT\r\n" (RFC 9110, 6.6.1), or "" if the time is not known. */
void clock_http_line(char to[CLOCK_HTTP_MAX]);

#endif
