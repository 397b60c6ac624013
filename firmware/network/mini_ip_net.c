/* SPDX-License-Identifier: BSD-2-Clause */
/* The network without lwIP: mini_ip with one address, without routes and names. */
#include "firmware/devices/wait.h"
#include "firmware/network/net.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool send(void *ctx, const uint8_t *frame, size_t len)
{
	struct net *n = ctx;

	return vio_net_send(n->device, frame, len) == VIO_OK;
}

static void stack_start(struct net *n)
{
	memcpy(n->mini_ip.mac, n->mac, sizeof(n->mac));
	n->mini_ip.send = send;
	n->mini_ip.ctx = n;
}

static void stack_receive(struct net *n, const uint8_t *frame, size_t len)
{
	if (len > sizeof(n->frame))
		return;
	memcpy(n->frame, frame, len);
	mini_ip_receive(&n->mini_ip, n->frame, len);
}

static bool stack_service(struct net *n)
{
	(void)n;
	return false;
}

static void stack_set_address(struct net *n, const struct net_address *a)
{
	n->mini_ip.address = a->ip;
}

static bool stack_set_dns(struct net *n, uint32_t ip)
{
	(void)n;
	(void)ip;
	return false;
}

static void stack_get_address(const struct net *n, struct net_address *a)
{
	*a = (struct net_address){ .ip = n->mini_ip.address };
}

static int stack_resolve(struct net *n, const char *name, uint64_t timeout, uint32_t *ip)
{
	(void)n;
	(void)timeout;
	return mini_ip_parse(name, ip) ? VIO_OK : VIO_EINVAL;
}

/* The wait also ends if the device fails. */
static bool is_resolved(void *arg)
{
	const struct net *n = arg;

	return n->mini_ip.ping.resolved || net_gives_up(n);
}

static bool is_answered(void *arg)
{
	const struct net *n = arg;

	return n->mini_ip.ping.answered || net_gives_up(n);
}

static int stack_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took)
{
	struct mini_ip *s = &n->mini_ip;

	if (peer == s->address)
		return VIO_ENOTSUP;
	if (!mini_ip_resolve(s, peer))
		return VIO_EFULL;
	wait_until(n->loop, is_resolved, n, timeout);
	if (!s->ping.resolved)
		return VIO_ENODEV;
	uint64_t sent = vio_loop_now(n->loop);
	if (!mini_ip_echo(s, 1, ++n->pings))
		return VIO_EFULL;
	wait_until(n->loop, is_answered, n, timeout);
	*took = vio_loop_now(n->loop) - sent;
	return s->ping.answered ? VIO_OK : VIO_ETIMEDOUT;
}

static void stack_print(const struct net *n)
{
	const struct mini_ip_counters *s = &n->mini_ip.counters;

	printf("    %-10s %" PRIu32 " ARP, %" PRIu32 " echo, %" PRIu32 " UDP; %" PRIu32
	       " damaged, %" PRIu32 " for others, %" PRIu32 " answers not sent\n",
	       "answered", s->arp_answered, s->echo_answered, s->udp_answered, s->damaged, s->other,
	       s->unsent);
}

const struct net_stack net_mini_ip = {
	.start = stack_start,
	.receive = stack_receive,
	.service = stack_service,
	.set_address = stack_set_address,
	.set_dns = stack_set_dns,
	.get_address = stack_get_address,
	.ping = stack_ping,
	.resolve = stack_resolve,
	.print = stack_print,
	.address_hint = "net addr A.B.C.D sets one",
};
