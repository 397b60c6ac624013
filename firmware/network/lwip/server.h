/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small HTTP server: "/" is a page that the application makes, "/bytes/N" are N bytes to
 * try a connection with: 32-bit numbers 0, 1, 2, ..., the low byte first. It runs in lwIP's
 * callbacks, beside everything else.
 *
 * A peer that is too slow to ask or to take its answer is given up, and when all connections are in
 * use, the one that has made no progress for the longest time (a second at least) makes room.
 */
#ifndef FIRMWARE_NETWORK_LWIP_SERVER_H
#define FIRMWARE_NETWORK_LWIP_SERVER_H

#include <picovirtio/types.h>

enum {
	SERVER_CONNECTIONS = 3,
	SERVER_PAGE_MAX = 8192,
	SERVER_ASKING_S = 10,  /* from the connection to the end of the request */
	SERVER_SILENCE_S = 20, /* in which a peer takes SERVER_PACE bytes of its answer */
	SERVER_PACE = 512,
};

struct server_counters {
	uint32_t connections, answers;
	uint32_t turned_away; /* all connections were in use */
	uint32_t given_up;    /* too slow, reset, or gone before they had asked */
	uint64_t bytes;	      /* of bodies, that the peers have acknowledged */
};

/* Write the page to `to`, waiting for nothing; how many of `room` bytes it has. */
typedef size_t (*server_page_fn)(void *arg, char *to, size_t room);

/* Serve on a port. VIO_EBUSY: it does already, or somebody else has the port. VIO_ENOMEM: lwIP has
 * no memory for it. */
int server_start(uint16_t port, server_page_fn page, void *arg);

/* Each turn of the loop: close what is answered or lost. True: something was closed. */
bool server_service(void);

/* Stop serving, and drop every connection. False: it did not. */
bool server_stop(void);

/* The port, or 0. */
uint16_t server_port(void);
const struct server_counters *server_counters(void);

#endif
