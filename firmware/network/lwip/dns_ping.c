/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests to other stations: the address of a name, and echo. */
#include "firmware/devices/wait.h"
#include "firmware/network/lwip/interface.h"

#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/icmp.h>
#include <lwip/inet_chksum.h>
#include <lwip/prot/icmp.h>
#include <lwip/prot/ip4.h>
#include <lwip/raw.h>
#include <string.h>

enum { ID = 1 };

/* ---- Names ---- */

/* Static, since lwIP may still answer after we gave up. The number tells whether an answer is meant
 * for the present request. */
static struct {
	uintptr_t number;
	bool done, found;
	ip_addr_t ip;
	unsigned waiting; /* requests that lwIP has not answered */
} lookup;

bool tcpip_resolves(void)
{
	return lookup.waiting > 0;
}

/* lwIP calls this once for each request, with an address or without. */
static void found(const char *name, const ip_addr_t *ip, void *arg)
{
	(void)name;
	lookup.waiting--;
	if ((uintptr_t)arg != lookup.number)
		return;
	lookup.done = true;
	lookup.found = ip;
	if (ip)
		lookup.ip = *ip;
}

static bool is_looked_up(void *arg)
{
	return lookup.done || net_gives_up(arg);
}

/* "localhost" is never asked of a server (RFC 6761, 6.3). */
static bool is_loopback(const char *name, uint32_t *ip)
{
	ip4_addr_t parsed;

	if (!ip4addr_aton(strcmp(name, "localhost") == 0 ? "127.0.0.1" : name, &parsed))
		return false;
	*ip = lwip_ntohl(ip4_addr_get_u32(&parsed));
	return ip4_addr_isloopback(&parsed);
}

/* The address of such a name is asked for by multicast, without a server (RFC 6762, 3). */
static bool is_local(const char *name)
{
	static const char end[] = ".local";
	const size_t n = strlen(name), most = strlen(end);

	return n > most && strcmp(name + n - most, end) == 0;
}

int tcpip_resolve(struct net *n, const char *name, uint64_t timeout, uint32_t *ip)
{
	lookup.number++;
	lookup.done = lookup.found = false;
	if (mini_ip_parse(name, ip))
		return VIO_OK;
	if (is_loopback(name, ip))
		return VIO_OK;
	if (ip_addr_isany(dns_getserver(0)) && !is_local(name))
		return VIO_ENOTSUP;
	err_t err = dns_gethostbyname(name, &lookup.ip, found, (void *)lookup.number);
	if (err == ERR_INPROGRESS) {
		lookup.waiting++;
		wait_until(n->loop, is_looked_up, n, timeout);
		if (!lookup.done)
			return VIO_ETIMEDOUT;
	} else {
		lookup.found = err == ERR_OK;
	}
	*ip = lwip_ntohl(ip_addr_get_ip4_u32(&lookup.ip));
	return lookup.found ? VIO_OK : VIO_ENODEV;
}

/* ---- Echo ---- */

static struct {
	struct raw_pcb *pcb;
	ip_addr_t peer;
	uint16_t sequence;
	bool answered;
} echo;

/* The length of an echo with its header. 0: this is not our echo. */
static bool is_our_echo(struct pbuf *p)
{
	const size_t at = IP_HLEN, n = sizeof(struct icmp_echo_hdr);
	uint8_t reply[sizeof(struct icmp_echo_hdr) + MINI_IP_PING_BYTES];
	struct icmp_echo_hdr head;
	unsigned i;

	if (p->tot_len != at + sizeof(reply) ||
	    pbuf_copy_partial(p, reply, sizeof(reply), (u16_t)at) != sizeof(reply) ||
	    inet_chksum(reply, sizeof(reply)) != 0)
		return false;
	memcpy(&head, reply, n);
	for (i = 0; i < MINI_IP_PING_BYTES && reply[n + i] == (uint8_t)i; i++)
		;
	return ICMPH_TYPE(&head) == ICMP_ER && i == MINI_IP_PING_BYTES &&
	       head.id == lwip_htons(ID) && head.seqno == lwip_htons(echo.sequence);
}

static u8_t heard(void *arg, struct raw_pcb *pcb, struct pbuf *p, const ip_addr_t *from)
{
	(void)arg;
	(void)pcb;
	if (!ip_addr_cmp(from, &echo.peer) || !is_our_echo(p))
		return 0;
	echo.answered = true;
	pbuf_free(p);
	return 1;
}

static bool is_answered(void *arg)
{
	return echo.answered || net_gives_up(arg);
}

static err_t send_echo(void)
{
	const u16_t n = sizeof(struct icmp_echo_hdr) + MINI_IP_PING_BYTES;
	struct pbuf *p = pbuf_alloc(PBUF_IP, n, PBUF_RAM);

	if (!p)
		return ERR_MEM;
	struct icmp_echo_hdr *head = p->payload;
	memset(head, 0, sizeof(*head));
	ICMPH_TYPE_SET(head, ICMP_ECHO);
	head->id = lwip_htons(ID);
	head->seqno = lwip_htons(echo.sequence);
	for (unsigned i = 0; i < MINI_IP_PING_BYTES; i++)
		((uint8_t *)p->payload)[sizeof(*head) + i] = (uint8_t)i;
	head->chksum = inet_chksum(p->payload, n);
	err_t err = raw_sendto(echo.pcb, p, &echo.peer);
	pbuf_free(p);
	return err;
}

/* Did the next station on the way tell its MAC address? */
static bool is_next_known(void)
{
	const struct netif *nif = &tcpip_netif;
	const bool near =
		ip4_addr_netcmp(ip_2_ip4(&echo.peer), netif_ip4_addr(nif), netif_ip4_netmask(nif));
	const ip4_addr_t *next = near ? ip_2_ip4(&echo.peer) : netif_ip4_gw(nif);
	const ip4_addr_t *ip;
	struct eth_addr *mac;

	return etharp_find_addr(&tcpip_netif, next, &mac, &ip) >= 0;
}

static int wait_for_echo(struct net *n, uint64_t timeout, uint64_t *took)
{
	const uint64_t sent = vio_loop_now(n->loop);
	const err_t err = send_echo();

	if (err == ERR_RTE)
		return VIO_EADDR;
	if (err != ERR_OK)
		return VIO_EFULL;
	wait_until(n->loop, is_answered, n, timeout);
	*took = vio_loop_now(n->loop) - sent;
	if (echo.answered)
		return VIO_OK;
	return is_next_known() ? VIO_ETIMEDOUT : VIO_ENODEV;
}

int tcpip_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took)
{
	echo.pcb = raw_new(IP_PROTO_ICMP);
	if (!echo.pcb)
		return VIO_ENOMEM;
	ip_addr_set_ip4_u32(&echo.peer, lwip_htonl(peer));
	echo.sequence = ++n->pings;
	echo.answered = false;
	raw_recv(echo.pcb, heard, NULL);
	int rc = wait_for_echo(n, timeout, took);
	raw_remove(echo.pcb);
	return rc;
}
