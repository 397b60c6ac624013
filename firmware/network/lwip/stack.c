/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/counters.h"
#include "firmware/network/lwip/frames.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/lwip/iperf.h"
#include "firmware/network/lwip/name.h"
#include "firmware/network/lwip/ourselves.h"
#include "firmware/network/lwip/server.h"
#include "firmware/network/lwip/timers.h"
#include "firmware/network/lwip/watch.h"

#include <inttypes.h>
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/pbuf.h>
#include <lwip/stats.h>
#include <lwip/udp.h>
#include <netif/ethernet.h>
#include <stdio.h>
#include <string.h>

enum {
	UDP_ECHO_PORT = 7,
	PORTS_OF_USERS = 1024,
};

/* ---- Frames ---- */

static void stack_receive(struct net *n, const uint8_t *frame, size_t len)
{
	struct pbuf *p = frames_take(n, frame, len);

	if (!p)
		return;
	timers_catch_up();
	LINK_STATS_INC(link.recv);
	frames_checksums(n, vio_net_checked(n->device));
	if (tcpip_netif.input(p, &tcpip_netif) != ERR_OK)
		pbuf_free(p);
}

/* ---- UDP echo (RFC 862), as without lwIP ---- */

/* Two echo services that answered each other would never stop, so only requests from user ports get
 * an answer. */
static void echo_udp(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
		     u16_t port)
{
	(void)arg;
	if (port >= PORTS_OF_USERS && ip_addr_cmp(ip_current_dest_addr(), &tcpip_netif.ip_addr))
		udp_sendto(pcb, p, from, port);
	pbuf_free(p);
}

static void start_echo(void)
{
	struct udp_pcb *pcb = udp_new();

	if (!pcb)
		return;
	if (udp_bind(pcb, IP_ANY_TYPE, UDP_ECHO_PORT) != ERR_OK)
		udp_remove(pcb);
	else
		udp_recv(pcb, echo_udp, NULL);
}

/* ---- Life ---- */

/* Datagrams to this machine itself do not go to the device. */
static err_t output(struct netif *nif, struct pbuf *p, const ip4_addr_t *to)
{
	if (tcpip_is_ours(to))
		return ourselves_output(nif, p, to);
	return etharp_output(nif, p, to);
}

static err_t init(struct netif *nif)
{
	struct net *n = nif->state;

	nif->name[0] = 'v';
	nif->name[1] = 'n';
	nif->hostname = "picovirtio";
	nif->output = output;
	nif->linkoutput = frames_send;
	nif->mtu = (u16_t)vio_net_mtu(n->device);
	nif->flags =
		NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP;
	nif->hwaddr_len = VIO_NET_MAC_BYTES;
	memcpy(nif->hwaddr, n->mac, VIO_NET_MAC_BYTES);
	return ERR_OK;
}

static void stack_start(struct net *n)
{
	tcpip_port_start(n);
	lwip_init();
	watch_start();
	ourselves_start();
	netif_add(&tcpip_netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4, n, init,
		  ethernet_input);
	netif_set_default(&tcpip_netif);
	netif_set_up(&tcpip_netif);
	start_echo();
	name_start(n);
	timers_start(n->loop);
}

static bool follow_link(const struct net *n)
{
	const bool up = vio_net_link(n->device);

	if (up == (netif_is_link_up(&tcpip_netif) != 0))
		return false;
	if (up)
		netif_set_link_up(&tcpip_netif);
	else
		netif_set_link_down(&tcpip_netif);
	return true;
}

/* Datagrams to ourselves pass no device that could compute their checksums, and no wire that could
 * damage them. */
static bool stack_service(struct net *n)
{
	timers_catch_up();
	bool done = follow_link(n);
	done |= tcpip_refuse_lease();
	frames_checksums(n, true);
	done |= ourselves_service();
	frames_checksums(n, false);
	done |= server_service();
	done |= iperf_service();
	done |= name_service(n);
	timers_look_ahead();
	return done;
}

/* ---- Address ---- */

static void stack_set_address(struct net *n, const struct net_address *a)
{
	const ip4_addr_t ip = tcpip_address(a->ip), mask = tcpip_address(a->mask),
			 gw = tcpip_address(a->gateway);

	(void)n;
	dhcp_release_and_stop(&tcpip_netif);
	netif_set_addr(&tcpip_netif, &ip, &mask, &gw);
}

static bool stack_set_dns(struct net *n, uint32_t ip)
{
	const ip_addr_t dns = tcpip_address(ip);

	(void)n;
	dns_setserver(0, &dns);
	return true;
}

static void stack_get_address(const struct net *n, struct net_address *a)
{
	(void)n;
	a->ip = lwip_ntohl(netif_ip4_addr(&tcpip_netif)->addr);
	a->mask = lwip_ntohl(netif_ip4_netmask(&tcpip_netif)->addr);
	a->gateway = lwip_ntohl(netif_ip4_gw(&tcpip_netif)->addr);
	a->dns = lwip_ntohl(dns_getserver(0)->addr);
	a->dhcp = dhcp_supplied_address(&tcpip_netif) != 0;
}

/* ---- Words for a person ---- */

static void stack_print(const struct net *n)
{
	const struct frames_counters *c = frames_counters();

	(void)n;
	if (name_of_us())
		printf("    %-10s %s.local\n", "name", name_of_us());
	printf("    %-10s %" PRIu32 " frames for others, %" PRIu32 " without room, %" PRIu32
	       " forged or too long\n",
	       "not taken", c->other, c->full, c->unlikely);
	counters_print();
}

const struct net_stack net_lwip = {
	.start = stack_start,
	.receive = stack_receive,
	.service = stack_service,
	.set_address = stack_set_address,
	.set_dns = stack_set_dns,
	.get_address = stack_get_address,
	.ping = tcpip_ping,
	.resolve = tcpip_resolve,
	.print = stack_print,
	.address_hint = "dhcp asks for one, net addr A.B.C.D sets one",
};
