/* SPDX-License-Identifier: BSD-2-Clause */
/* The shell over a socket: the peer receives a copy of everything that is printed, and its bytes
 * are typed into the shell. */
#ifndef FIRMWARE_VSOCK_VSOCK_H
#define FIRMWARE_VSOCK_VSOCK_H

#include <picovirtio/vsock.h>

struct slot;

/* The first socket device. NULL: there is none. */
struct vio_vsock *vsock_device(const struct slot **slot);

/* The one connection, and the port that is listened on (0: none). */
const struct vio_vsock_socket *vsock_socket(void);
uint32_t vsock_port(void);

/* Bytes of text that the peer was too slow for. */
uint32_t vsock_lost(void);

/* Let a peer connect to a port, or connect to one. Returns errors of vio_vsock_listen() and
 * vio_vsock_connect(). VIO_ENODEV: there is no device. */
int vsock_serve(uint32_t port);
int vsock_reach(uint64_t cid, uint32_t port);

/* The reason why a socket is closed (`err`), or an error of a call, in words. */
const char *vsock_why(int err);

/* End the connection, and stop listening. */
void vsock_stop(void);

#endif
