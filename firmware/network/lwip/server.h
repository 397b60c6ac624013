/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small HTTP server (RFC 9112), whose answers answer.h makes. It runs in lwIP's callbacks, beside
 * everything else.
 *
 * A peer that is too slow to ask or to take its answer is given up, and when all connections are in
 * use, the one that has made no progress for the longest time (a second at least) makes room.
 */
#ifndef FIRMWARE_NETWORK_LWIP_SERVER_H
#define FIRMWARE_NETWORK_LWIP_SERVER_H

#include "firmware/network/lwip/answer.h"

enum {
	SERVER_CONNECTIONS = 3,
	SERVER_ASKING_S = 10,  /* from the connection to the end of the request */
	SERVER_SILENCE_S = 20, /* in which a peer takes SERVER_PACE bytes of its answer */
	SERVER_PACE = 512,
};

struct server_counters {
	uint32_t connections, answers;
	uint32_t turned_away; /* all connections were in use */
	uint32_t given_up;    /* too slow, reset, or gone before they had asked */
	uint64_t bytes;	      /* of answers that the peers have acknowledged */
};

/* Serve on a port. VIO_EBUSY: it does already, or somebody else has the port. VIO_ENOMEM: lwIP has
 * no memory for it. */
int server_start(uint16_t port, answer_page_fn page, void *arg);

/* Each turn of the loop: close what is answered or lost. True: something was closed. */
bool server_service(void);

/* Stop serving, and drop every connection. False: it did not. */
bool server_stop(void);

/* The port, or 0. */
uint16_t server_port(void);
const struct server_counters *server_counters(void);

#endif
