/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/words/machine.h"
#include "firmware/network/lwip/stack.h"

#include <inttypes.h>
#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/etharp.h>
#include <lwip/inet_chksum.h>
#include <lwip/init.h>
#include <lwip/pbuf.h>
#include <lwip/prot/ip4.h>
#include <lwip/stats.h>
#include <lwip/timeouts.h>
#include <lwip/udp.h>
#include <netif/ethernet.h>
#include <stdio.h>
#include <string.h>

enum {
	FRAME_LEAST = 60,
	TYPE_AT = 12,
	IP_AT = 14,
	PROTOCOL_AT = 23,
	IP_FROM_AT = 26,
	IP_TO_AT = 30,
	L4_AT = 34, /* without options, which lwIP sends none of */
	UDP_SUM = 6,
	TCP_SUM = 16,
	UDP_ECHO_PORT = 7,
	PORTS_OF_USERS = 1024,
	CHECKED = NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP,
	FILLED_IN = NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP,
};

#define NS_PER_MS UINT64_C(1000000)

_Static_assert(PBUF_POOL_BUFSIZE >= VIO_NET_FRAME_MAX + ETH_PAD_SIZE, "a frame is one piece");

struct netif tcpip_netif;

static struct {
	struct vio_timer tick;
	uint32_t other; /* frames for somebody else */
	uint32_t full;	/* frames that found no room in the pool */
} stack;

/* ---- Frames ---- */

/* What lwIP need not do, since the device does it (5.1.6.2, 5.1.6.4.2). */
static void share_checksums(const struct net *n, bool checked)
{
	u16_t ours = NETIF_CHECKSUM_ENABLE_ALL;

	if (checked)
		ours &= (u16_t)~CHECKED;
	if (vio_has(&n->device->device, VIO_NET_F_CSUM))
		ours &= (u16_t)~FILLED_IN;
	NETIF_SET_CHECKSUM_CTRL(&tcpip_netif, ours);
}

/* The device makes the checksum of UDP or TCP; what it starts from is that of the pseudo-header. */
static struct vio_net_offload leave_checksum(const struct net *n, uint8_t *f, size_t len)
{
	struct vio_net_offload o = { 0 };

	if (!vio_has(&n->device->device, VIO_NET_F_CSUM) || len < L4_AT || f[TYPE_AT] != 0x08 ||
	    f[TYPE_AT + 1] != 0 || f[IP_AT] != 0x45)
		return o;
	if (f[PROTOCOL_AT] == IP_PROTO_TCP)
		o.csum_offset = TCP_SUM;
	else if (f[PROTOCOL_AT] == IP_PROTO_UDP)
		o.csum_offset = UDP_SUM;
	else
		return o;
	o.csum_start = L4_AT;
	uint32_t sum = (uint32_t)(u16_t)~inet_chksum(f + IP_FROM_AT, 2 * sizeof(ip4_addr_t)) +
		       lwip_htons(f[PROTOCOL_AT]) +
		       lwip_htons((u16_t)((f[IP_AT + 2] << 8 | f[IP_AT + 3]) - IP_HLEN));
	sum = FOLD_U32T(sum);
	u16_t folded = (u16_t)FOLD_U32T(sum);
	memcpy(f + L4_AT + o.csum_offset, &folded, sizeof(folded));
	return o;
}

/* Frames go out in one piece (LWIP_NETIF_TX_SINGLE_PBUF), but for those that are made of others;
 * short ones are filled up. */
static err_t output(struct netif *nif, struct pbuf *p)
{
	struct net *n = nif->state;
	uint8_t *frame = (uint8_t *)p->payload + ETH_PAD_SIZE;
	size_t len = (size_t)p->tot_len - ETH_PAD_SIZE;

	if (p->next || len < FRAME_LEAST) {
		if (p->tot_len < ETH_PAD_SIZE || len > sizeof(n->frame))
			return ERR_BUF;
		memset(n->frame, 0, FRAME_LEAST);
		pbuf_copy_partial(p, n->frame, (u16_t)len, ETH_PAD_SIZE);
		frame = n->frame;
		len = len < FRAME_LEAST ? FRAME_LEAST : len;
	}
	struct vio_net_offload left = leave_checksum(n, frame, len);
	switch (vio_net_send_offload(n->device, frame, len, &left)) {
	case VIO_OK: LINK_STATS_INC(link.xmit); return ERR_OK;
	case VIO_EFULL: LINK_STATS_INC(link.drop); return ERR_MEM;
	default: return ERR_IF;
	}
}

/*
 * lwIP takes any frame for ours. And what goes to all stations must not make us answer for
 * all: unless it is ARP, it has to be for all in its IP header, too (RFC 1122, 3.3.6).
 * While we have no address, a DHCP server may know no better.
 */
static bool is_for_us(const struct net *n, const uint8_t *f, size_t len)
{
	static const uint8_t all[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	ip4_addr_t to;

	if (len <= SIZEOF_ETH_HDR)
		return false;
	if (memcmp(f, n->mac, sizeof(n->mac)) == 0)
		return true;
	if (memcmp(f, all, sizeof(all)) != 0)
		return false;
	if (f[TYPE_AT] == 0x08 && f[TYPE_AT + 1] == 0x06)
		return true;
	if (len < IP_TO_AT + sizeof(to))
		return false;
	memcpy(&to, f + IP_TO_AT, sizeof(to));
	return ip4_addr_isany(netif_ip4_addr(&tcpip_netif)) ||
	       ip4_addr_isbroadcast(&to, &tcpip_netif);
}

/* The device may change the frame as long as it is where it came. */
static void stack_receive(struct net *n, const uint8_t *frame, size_t len)
{
	if (len > VIO_NET_FRAME_MAX)
		return;
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)(len + ETH_PAD_SIZE), PBUF_POOL);
	if (!p) {
		stack.full++;
		return;
	}
	memcpy((uint8_t *)p->payload + ETH_PAD_SIZE, frame, len);
	if (!is_for_us(n, (const uint8_t *)p->payload + ETH_PAD_SIZE, len)) {
		stack.other++;
		pbuf_free(p);
		return;
	}
	LINK_STATS_INC(link.recv);
	share_checksums(n, vio_net_checked(n->device));
	if (tcpip_netif.input(p, &tcpip_netif) != ERR_OK)
		pbuf_free(p);
}

/* ---- The echo of UDP (RFC 862), as without lwIP ---- */

/* Two of these that answer each other would never stop: only users' ports get an answer. */
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

static err_t init(struct netif *nif)
{
	struct net *n = nif->state;

	nif->name[0] = 'v';
	nif->name[1] = 'n';
	nif->hostname = "picovirtio";
	nif->output = etharp_output;
	nif->linkoutput = output;
	nif->mtu = (u16_t)vio_net_mtu(n->device);
	nif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
	nif->hwaddr_len = VIO_NET_MAC_BYTES;
	memcpy(nif->hwaddr, n->mac, VIO_NET_MAC_BYTES);
	return ERR_OK;
}

/*
 * Until lwIP has something to do. That is twice a second at least, so that nobody need tell this
 * timer of a connection's, which starts in between.
 */
static void tick(void *arg, uint64_t now)
{
	struct net *n = arg;

	sys_check_timeouts();
	vio_timer_set(n->loop, &stack.tick, now + NS_PER_MS * (sys_timeouts_sleeptime() + 1));
}

static void stack_start(struct net *n)
{
	tcpip_port_start(n);
	lwip_init();
	netif_add(&tcpip_netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4, n, init,
		  ethernet_input);
	netif_set_default(&tcpip_netif);
	netif_set_up(&tcpip_netif);
	start_echo();
	stack.tick.fire = tick;
	stack.tick.arg = n;
	vio_timer_set(n->loop, &stack.tick, vio_loop_now(n->loop));
}

static bool stack_service(struct net *n)
{
	const bool up = vio_net_link(n->device);

	share_checksums(n, false);
	if (up == (netif_is_link_up(&tcpip_netif) != 0))
		return false;
	if (up)
		netif_set_link_up(&tcpip_netif);
	else
		netif_set_link_down(&tcpip_netif);
	return true;
}

/* ---- Address ---- */

ip4_addr_t tcpip_address(uint32_t ip)
{
	return (ip4_addr_t){ lwip_htonl(ip) };
}

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

static bool is_leased(void *arg)
{
	return dhcp_supplied_address(&tcpip_netif) || net_gives_up(arg);
}

/* A lease that comes late is taken, too: the search goes on. */
int tcpip_dhcp(struct net *n, uint64_t timeout)
{
	dhcp_release_and_stop(&tcpip_netif);
	if (dhcp_start(&tcpip_netif) != ERR_OK)
		return VIO_ENOMEM;
	vio_loop_wait(n->loop, is_leased, n, timeout);
	if (!net_is_live(n))
		return VIO_EDEVICE;
	return dhcp_supplied_address(&tcpip_netif) ? VIO_OK : VIO_ETIMEDOUT;
}

/* ---- For people ---- */

static void print_protocol(const char *name, const struct stats_proto *s)
{
	printf("    %-10s %" PRIu32 " in, %" PRIu32 " out; %" PRIu32 " dropped: %" PRIu32
	       " bad checksum, %" PRIu32 " bad length, %" PRIu32 " no memory\n",
	       name, s->recv, s->xmit, s->drop, s->chkerr, s->lenerr, s->memerr);
}

static void stack_print(const struct net *n)
{
	(void)n;
	printf("    %-10s %" PRIu32 " frames for us, %" PRIu32 " for others, %" PRIu32
	       " without room\n",
	       "lwIP", lwip_stats.link.recv, stack.other, stack.full);
	print_protocol("IP", &lwip_stats.ip);
	print_protocol("ICMP", &lwip_stats.icmp);
	print_protocol("UDP", &lwip_stats.udp);
	print_protocol("TCP", &lwip_stats.tcp);
}

const char *tcpip_strerror(err_t err)
{
	switch (err) {
	case ERR_OK: return "done";
	case ERR_MEM: return "no memory is left for it";
	case ERR_RTE: return "there is no way there";
	case ERR_RST: return "the connection was refused or reset";
	case ERR_ABRT: return "the connection was given up: nothing answers";
	case ERR_TIMEOUT: return "nothing came for too long";
	case ERR_CLSD: return "the connection was closed too early";
	default: return "lwIP refuses";
	}
}

bool tcpip_ready(const struct net *n, const char *command)
{
	if (!n->device)
		machine_lacks(command, "network device", machine_net_options);
	else if (!vio_net_link(n->device))
		printf("%s: the link is down\n", command);
	else if (ip4_addr_isany(netif_ip4_addr(&tcpip_netif)))
		printf("%s: no address of our own yet; %s\n", command, n->stack->address_hint);
	else
		return true;
	return false;
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
