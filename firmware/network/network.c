/* SPDX-License-Identifier: BSD-2-Clause */
/* The network of the image: one device, and its protocols. */
#include "firmware/image.h"
#include "firmware/network/net.h"
#include "firmware/network/nic.h"

static struct net net;
static struct nic nic;

struct net *network(void)
{
	return &net;
}

struct nic *network_nic(void)
{
	return &nic;
}

static void start(struct probe *p, struct vio_loop *l)
{
	net_start(&net, network_stack, p, l);
	nic_start(&nic, net.device, l);
}

static bool turn(void)
{
	return net_service(&net);
}

extern const struct service service_network;
const struct service service_network = { .start = start, .turn = turn };
