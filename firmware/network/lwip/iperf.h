/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The speed of TCP and UDP, as iperf (version 2) measures it: a server that counts what it gets,
 * and clients that send as fast as they can, or at a rate. A peer that sends nothing for
 * IPERF_SILENCE_S is reset, and when all connections are in use, a silent one makes room.
 */
#ifndef FIRMWARE_NETWORK_LWIP_IPERF_H
#define FIRMWARE_NETWORK_LWIP_IPERF_H

#include "firmware/network/lwip/iperf_stream.h"
#include "firmware/network/net.h"

enum {
	IPERF_PORT = 5001,
	IPERF_CONNECTIONS = 2,
	IPERF_SILENCE_S = 10,
	IPERF_SECONDS = 10,
	IPERF_SECONDS_MOST = 3600,
	IPERF_MBIT = 1,
	IPERF_MBIT_MOST = 1000,
};

/* What one connection or stream carried. */
struct iperf_result {
	uint32_t peer; /* 0: there was none yet */
	uint64_t bytes, ns;
	bool udp;
	struct iperf_stream stream; /* of UDP */
};

/* VIO_EBUSY: the server runs already, or the port is in use. VIO_ENOMEM: lwIP has no memory. */
int iperf_start(const struct net *n);

/* False: the server did not run. */
bool iperf_stop(void);

/* Each turn of the loop: close what has ended. True: something was closed. */
bool iperf_service(void);

/* For the server: the number of open connections, and the result of the one that ended last. */
unsigned iperf_open(void);
const struct iperf_result *iperf_latest(void);

/* Send to a server for some seconds, and wait for that. NULL, or why it ended early, for a person.
 */
const char *iperf_send(struct net *n, uint32_t server, unsigned seconds, struct iperf_result *r);

/* The same by UDP, with `mbit` million bits of data in a second. The result is the server's. */
const char *iperf_send_udp(struct net *n, uint32_t server, unsigned seconds, unsigned mbit,
			   struct iperf_result *r);

#endif
