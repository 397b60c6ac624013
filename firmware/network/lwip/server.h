/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small HTTP server (RFC 9112). answer.h makes its answers. It runs in lwIP's callbacks, beside
 * everything else.
 *
 * A connection carries one request after the other (RFC 9112, 9.3). A peer that is too slow to send
 * its request or to take its answer is given up. If all connections are in use, a new one replaces
 * one that waits for a further request, or else the one that has made no progress for the longest
 * time, one second at least.
 */
#ifndef FIRMWARE_NETWORK_LWIP_SERVER_H
#define FIRMWARE_NETWORK_LWIP_SERVER_H

#include "firmware/network/lwip/answer.h"

enum {
	SERVER_CONNECTIONS = 3,
	/* Time for a request, from the start of the connection or the end of the answer before it.
	 */
	SERVER_ASKING_S = 10,
	SERVER_SILENCE_S = 20, /* a peer must take SERVER_PACE bytes of its answer in this time */
	SERVER_PACE = 512,
	SERVER_AHEAD = 512, /* bytes of further requests that are kept until their turn */
};

struct server_counters {
	uint32_t connections, answers;
	uint32_t turned_away; /* refused because all connections were in use */
	uint32_t left_early;  /* closed or reset by the peer before it had its answer */
	uint32_t given_up;    /* ended by the server: too slow, or in the way of another */
	uint64_t bytes;	      /* bytes of answers that were acknowledged */
};

/* Serve on a port. VIO_EBUSY: the server runs already, or the port is in use. VIO_ENOMEM: lwIP has
 * no memory for it. */
int server_start(uint16_t port, answer_page_fn page, void *arg);

/* Called in each turn of the loop: begins the next request of a connection, and closes connections
 * that are answered or lost. True: there was something to do. */
bool server_service(void);

/* Stop serving, and drop every connection. False: the server did not run. */
bool server_stop(void);

/* The port, or 0. */
uint16_t server_port(void);
const struct server_counters *server_counters(void);

#endif
