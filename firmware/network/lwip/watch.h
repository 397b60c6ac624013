/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP connections that no part of the firmware owns: those that are not accepted yet, and those
 * that were closed but not acknowledged by the peer. The owner is the code that called tcp_err(). A
 * connection without an owner is reset WATCH_S seconds after it was first seen without one. If all
 * of lwIP's connections are in use, a new one takes its place at once.
 */
#ifndef FIRMWARE_NETWORK_LWIP_WATCH_H
#define FIRMWARE_NETWORK_LWIP_WATCH_H

#include <picovirtio/types.h>

#include <lwip/tcp.h>

enum {
	WATCH_S = 20,
};

/* Called once, before the first connection. */
void watch_start(void);

/*
 * Listen on a port; the connections that are not accepted yet make room for others. The port may be
 * one whose last connections have not been forgotten. VIO_EBUSY: another listener has the port.
 * VIO_ENOMEM: lwIP has no memory for it.
 */
int watch_listen(uint16_t port, tcp_accept_fn accepted, struct tcp_pcb **listener);

/*
 * A new connection with its owner's functions. All connections that the owner opens or accepts need
 * both: without `received`, lwIP closes and frees a connection after its peer, and tells nobody.
 * NULL: lwIP has no memory for it.
 */
struct tcp_pcb *watch_new(tcp_recv_fn received, tcp_err_fn failed);

/* A connection was accepted, has an owner, and is not replaced any more. */
void watch_accepted(struct tcp_pcb *pcb, void *arg, tcp_recv_fn received, tcp_err_fn failed);

/*
 * Close a connection that has an owner, and leave it to the watch. What was sent still goes out;
 * what comes in is discarded until the peer has closed its half too (RFC 9112, 9.6). No callback is
 * called any more. Do not call this in a callback of lwIP: version 2.1 loses received data if SENT
 * closes the connection.
 */
void watch_close(struct tcp_pcb *pcb);

/* The same, but the connection is reset at once. */
void watch_reset(struct tcp_pcb *pcb);

/* Reset connections that were without an owner for too long. Call this at least once a second;
 * `now` is in seconds. */
void watch_sweep(uint32_t now);

#endif
