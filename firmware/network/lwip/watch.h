/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP connections that no part of the firmware owns: those that are not accepted yet, and those
 * that were closed but not acknowledged by the peer. An owner is whoever set tcp_err(). A
 * connection without an owner is reset WATCH_S seconds after it was first seen so; when all of
 * lwIP's connections are in use, a new one takes its place at once.
 */
#ifndef FIRMWARE_NETWORK_LWIP_WATCH_H
#define FIRMWARE_NETWORK_LWIP_WATCH_H

#include <picovirtio/types.h>

#include <lwip/tcp.h>

enum {
	WATCH_S = 20,
};

/* Once, before the first connection. */
void watch_start(void);

/* The connections that `listener` has not accepted yet make room for others. */
void watch_listener(struct tcp_pcb *listener);

/* A connection was accepted: it keeps its place. */
void watch_accepted(struct tcp_pcb *pcb);

/*
 * End a connection that has an owner, and leave it to the watch: what was sent still goes out, and
 * what comes in is discarded until the peer has closed its half, too (RFC 9112, 9.6). No callback
 * is called any more. Not within a callback of lwIP: version 2.1 loses the received data that a
 * callback SENT closes over.
 */
void watch_close(struct tcp_pcb *pcb);

/* The same without waiting for the peer: the connection is reset. */
void watch_reset(struct tcp_pcb *pcb);

/* Reset what has been without an owner for too long. At least once a second; `now` in seconds. */
void watch_sweep(uint32_t now);

#endif
