/* SPDX-License-Identifier: BSD-2-Clause */
/* Iperf over UDP: the part of the server that iperf_start() starts. */
#ifndef FIRMWARE_NETWORK_LWIP_IPERF_UDP_H
#define FIRMWARE_NETWORK_LWIP_IPERF_UDP_H

#include "firmware/network/lwip/iperf.h"

/* VIO_EBUSY: the port is in use. VIO_ENOMEM: lwIP has no memory. */
int iperf_udp_start(const struct vio_loop *l);

/* Only after a start. */
void iperf_udp_stop(void);

/* Is a stream being received? */
bool iperf_udp_active(void);

/* The stream that began last. False: there was none. */
bool iperf_udp_latest(struct iperf_result *r);

#endif
