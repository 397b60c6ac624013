/* SPDX-License-Identifier: BSD-2-Clause */
/* The network without lwIP: a station of one address, no routes and no names. */
#include "firmware/net.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool send(void *ctx, const uint8_t *frame, size_t len)
{
	struct net *n = ctx;

	return vio_net_send(n->device, frame, len) == VIO_OK;
}

void stack_start(struct net *n)
{
	memcpy(n->station.mac, n->mac, sizeof(n->mac));
	n->station.send = send;
	n->station.ctx = n;
}

void stack_receive(struct net *n, const uint8_t *frame, size_t len)
{
	if (len > sizeof(n->frame))
		return;
	memcpy(n->frame, frame, len);
	station_receive(&n->station, n->frame, len);
}

bool stack_service(struct net *n)
{
	(void)n;
	return false;
}

void stack_set_address(struct net *n, const struct net_address *a)
{
	n->station.address = a->ip;
}

bool stack_set_dns(struct net *n, uint32_t ip)
{
	(void)n;
	(void)ip;
	return false;
}

void stack_get_address(const struct net *n, struct net_address *a)
{
	*a = (struct net_address){ .ip = n->station.address };
}

int stack_resolve(struct net *n, const char *name, uint64_t timeout, uint32_t *ip)
{
	(void)n;
	(void)timeout;
	return station_parse(name, ip) ? VIO_OK : VIO_EINVAL;
}

/* Waiting is over, too, when the device is. */
const char stack_address_hint[] = "net addr A.B.C.D sets one";

static bool is_resolved(void *arg)
{
	const struct net *n = arg;

	return n->station.ping.resolved || net_gives_up(n);
}

static bool is_answered(void *arg)
{
	const struct net *n = arg;

	return n->station.ping.answered || net_gives_up(n);
}

int stack_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took)
{
	struct station *s = &n->station;
	uint64_t sent;

	if (!station_resolve(s, peer))
		return VIO_EFULL;
	vio_loop_wait(n->loop, is_resolved, n, timeout);
	if (!s->ping.resolved)
		return VIO_ENODEV;
	sent = vio_loop_now(n->loop);
	if (!station_echo(s, 1, ++n->pings))
		return VIO_EFULL;
	vio_loop_wait(n->loop, is_answered, n, timeout);
	*took = vio_loop_now(n->loop) - sent;
	return s->ping.answered ? VIO_OK : VIO_ETIMEDOUT;
}

void stack_print(const struct net *n)
{
	const struct station_counters *s = &n->station.counters;

	printf("    %-10s %" PRIu32 " ARP, %" PRIu32 " echo, %" PRIu32 " UDP; %" PRIu32
	       " damaged, %" PRIu32 " of no concern, %" PRIu32 " answers unsent\n",
	       "answered", s->arp_answered, s->echo_answered, s->udp_answered, s->damaged, s->other,
	       s->unsent);
}
