/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/frames.h"

#include "firmware/network/lwip/interface.h"

#include <lwip/igmp.h>
#include <lwip/inet_chksum.h>
#include <lwip/prot/etharp.h>
#include <lwip/prot/ethernet.h>
#include <lwip/prot/ip.h>
#include <lwip/prot/ip4.h>
#include <lwip/stats.h>
#include <lwip/sys.h>
#include <string.h>

enum {
	FRAME_LEAST = 60,
	TYPE_AT = 12,
	IP_AT = 14,
	ARP_OP_AT = 21, /* the low byte */
	PROTOCOL_AT = 23,
	IP_FROM_AT = 26,
	IP_TO_AT = 30,
	L4_AT = 34, /* without options, which lwIP does not send */
	UDP_SUM = 6,
	TCP_SUM = 16,
	CHECKED = NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP,
	FILLED_IN = NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP,
};

_Static_assert(PBUF_POOL_BUFSIZE >= VIO_NET_FRAME_MAX + ETH_PAD_SIZE, "a frame is one piece");

static struct frames_counters counters;
static uint32_t asked; /* by lwIP's clock */

const struct frames_counters *frames_counters(void)
{
	return &counters;
}

uint32_t frames_since_asked(void)
{
	return sys_now() - asked;
}

void frames_checksums(const struct net *n, bool checked)
{
	u16_t ours = NETIF_CHECKSUM_ENABLE_ALL;

	if (checked)
		ours &= (u16_t)~CHECKED;
	if (vio_has(&n->device->device, VIO_NET_F_CSUM))
		ours &= (u16_t)~FILLED_IN;
	NETIF_SET_CHECKSUM_CTRL(&tcpip_netif, ours);
}

/* Leave the checksum of UDP or TCP to the device, which starts from that of the pseudo-header. */
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

static bool is_arp(const uint8_t *f)
{
	return f[TYPE_AT] == 0x08 && f[TYPE_AT + 1] == 0x06;
}

/* Frames go out in one piece (LWIP_NETIF_TX_SINGLE_PBUF), except those that are made of other
 * frames. Short ones are padded. */
err_t frames_send(struct netif *nif, struct pbuf *p)
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
	if (is_arp(frame) && frame[ARP_OP_AT] == ARP_REQUEST)
		asked = sys_now();
	struct vio_net_offload left = leave_checksum(n, frame, len);
	switch (vio_net_send_offload(n->device, frame, len, &left)) {
	case VIO_OK: LINK_STATS_INC(link.xmit); return ERR_OK;
	case VIO_EFULL: LINK_STATS_INC(link.drop); return ERR_MEM;
	default: return ERR_IF;
	}
}

/* An address in a frame, in network order. */
static ip4_addr_t address_at(const uint8_t *f, size_t at)
{
	ip4_addr_t ip;

	memcpy(&ip, f + at, sizeof(ip));
	return ip;
}

static bool is_ip(const uint8_t *f, size_t len)
{
	return len >= L4_AT && f[TYPE_AT] == 0x08 && f[TYPE_AT + 1] == 0;
}

/* Is the frame from ourselves, or to 127.0.0.0/8? Its answers would come back to us (RFC 1122,
 * 3.2.1.3). */
static bool is_forged(const uint8_t *f, size_t len)
{
	if (!is_ip(f, len))
		return false;
	const ip4_addr_t from = address_at(f, IP_FROM_AT), to = address_at(f, IP_TO_AT);
	return tcpip_is_ours(&from) || ip4_addr_isloopback(&to);
}

/* Is this the group of multicast DNS, or a group that lwIP joins by itself? */
static bool is_to_group(const uint8_t *f, size_t len)
{
	if (!is_ip(f, len))
		return false;
	const ip4_addr_t to = address_at(f, IP_TO_AT);
	return ip4_addr_ismulticast(&to) && igmp_lookfor_group(&tcpip_netif, &to);
}

/*
 * lwIP would take any frame as ours. A frame to all stations must not make all of them answer:
 * unless it is ARP, its IP header must be addressed to all stations too (RFC 1122, 3.3.6). As long
 * as we have no address, a DHCP server may not know better.
 */
static bool is_for_us(const struct net *n, const uint8_t *f, size_t len)
{
	static const uint8_t all[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	if (len <= SIZEOF_ETH_HDR)
		return false;
	if (memcmp(f, n->mac, sizeof(n->mac)) == 0)
		return true;
	if ((f[0] & 1) != 0 && is_to_group(f, len))
		return true;
	if (memcmp(f, all, sizeof(all)) != 0)
		return false;
	if (is_arp(f))
		return true;
	if (!is_ip(f, len))
		return false;
	const ip4_addr_t to = address_at(f, IP_TO_AT);
	return ip4_addr_isany(netif_ip4_addr(&tcpip_netif)) ||
	       ip4_addr_isbroadcast(&to, &tcpip_netif);
}

struct pbuf *frames_take(const struct net *n, const uint8_t *frame, size_t len)
{
	if (len > VIO_NET_FRAME_MAX) {
		counters.unlikely++;
		return NULL;
	}
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)(len + ETH_PAD_SIZE), PBUF_POOL);
	if (!p) {
		counters.full++;
		return NULL;
	}
	uint8_t *f = (uint8_t *)p->payload + ETH_PAD_SIZE;
	memcpy(f, frame, len);
	const bool ours = is_for_us(n, f, len);
	if (ours && !is_forged(f, len))
		return p;
	*(ours ? &counters.unlikely : &counters.other) += 1;
	pbuf_free(p);
	return NULL;
}
