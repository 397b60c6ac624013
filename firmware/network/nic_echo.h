/* SPDX-License-Identifier: BSD-2-Clause */
/* The network device itself, below any address: what its tests and its own commands need. */
#ifndef FIRMWARE_NETWORK_NIC_ECHO_H
#define FIRMWARE_NETWORK_NIC_ECHO_H

#include <picovirtio/net.h>
#include <picovirtio/loop.h>

enum {
	NIC_LARGE = VIO_NET_LINK_BYTES + 4096, /* the largest frame, once that is asked for */
	NIC_PIECE = 512,		       /* payload of a segment that is cut in pieces */
};

/* Since the echo began. */
struct nic_echo {
	uint32_t sent;	  /* back, whole */
	uint32_t refused; /* the device took no more */
	uint32_t damaged; /* a length or a checksum is wrong */
	uint32_t other;	  /* not for this echo: passed on to who listened before */
	uint32_t checked; /* of those sent: the device had checked them */
};

struct nic {
	struct vio_net *device; /* NULL: there is none */
	struct vio_loop *loop;
	struct nic_echo echo;
	vio_net_frame_fn next; /* who listens otherwise */
	void *next_arg;
	bool stop;		      /* a datagram to the discard port came */
	struct vio_net_packet packet; /* what is too large to be copied by the driver */
	uint8_t frame[NIC_LARGE];     /* its bytes, or those of the frame at hand */
	uint8_t room[NIC_LARGE];      /* where the driver puts large frames together */
};

/* That of this image. */
struct nic *network_nic(void);

/* From now on the host's wish to be told of us is answered with a RARP frame, which needs no
 * address but the station's: that is what switches learn from. */
void nic_start(struct nic *n, struct vio_net *device, struct vio_loop *l);

/*
 * Send every UDP and TCP frame for port 7 back to its sender, checked, with addresses and ports
 * changed round: until none came for `pause` nanoseconds, a datagram to the discard port (9)
 * came, the user ends it (Ctrl-C), or the device is gone. All other frames go where they went
 * before. Checksums, and the cutting of TCP segments, are left to the device where it does that.
 */
void nic_echo_run(struct nic *n, uint64_t pause);

/* Start the device anew, with memory for frames of NIC_LARGE bytes, or without. */
int nic_large(struct nic *n, bool on);

/* Wait for the device's answer to a command; `rc` is what the call returned that sent it. */
int nic_answer(struct nic *n, int rc);

#endif
