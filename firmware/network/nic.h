/* SPDX-License-Identifier: BSD-2-Clause */
/* The network device itself, below any address: what its own commands need. */
#ifndef FIRMWARE_NETWORK_NIC_H
#define FIRMWARE_NETWORK_NIC_H

#include <picovirtio/net.h>
#include <picovirtio/loop.h>

enum {
	NIC_LARGE = VIO_NET_LINK_BYTES + 4096, /* the largest frame, after nic_large() */
};

struct nic {
	struct vio_net *device; /* NULL: there is none */
	struct vio_loop *loop;
	uint8_t room[NIC_LARGE]; /* where the driver joins the parts of large frames */
};

/* The network device of this image. */
struct nic *network_nic(void);

/* Use `device`, which may be NULL. When the host asks for an announcement, a RARP frame is sent. It
 * needs no address but that of the device, and switches learn from it. */
void nic_start(struct nic *n, struct vio_net *device, struct vio_loop *l);

/* Start the device again, with memory for frames of NIC_LARGE bytes, or without. */
int nic_large(struct nic *n, bool on);

/* Wait for the device's answer to the latest command, if it is still to come. `rc` is the result of
 * the call that sent the command. */
int nic_answer(struct nic *n, int rc);

#endif
