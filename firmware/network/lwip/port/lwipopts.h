/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration of lwIP: IPv4 with the raw interface, one loop without threads, and memory that
 * is reserved at link time in pools.
 */
#ifndef FIRMWARE_LWIPOPTS_H
#define FIRMWARE_LWIPOPTS_H

#define NO_SYS		     1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET	     0
#define LWIP_NETCONN	     0

#define LWIP_IPV4 1
#define LWIP_IPV6 0
#define LWIP_ARP  1
#define LWIP_ICMP 1
#define LWIP_RAW  1
#define LWIP_UDP  1
#define LWIP_TCP  1
#define LWIP_DHCP 1
/* lwIP 2.2 would take four to seven seconds for this check (RFC 5227, 2.1.1). The server checks an
 * address before it offers it (RFC 2131, 2.2). */
#define LWIP_DHCP_DOES_ACD_CHECK 0
#define LWIP_DNS		 1
#define IP_FORWARD		 0
/* A datagram of up to IP_REASS_MAX_PBUFS fragments is put together (RFC 1122, 3.3.2). Fragments
 * wait in a third of the pool for received frames, and the oldest datagram makes room. */
#define IP_REASSEMBLY	     1
#define IP_REASS_MAX_PBUFS   8
#define IP_REASS_FREE_OLDEST 1
#define MEMP_NUM_REASSDATA   4
#define IP_FRAG		     1

/* ---- Memory ---- */

#define MEM_LIBC_MALLOC		      0
#define MEMP_MEM_MALLOC		      0
#define MEM_USE_POOLS		      1
#define MEM_USE_POOLS_TRY_BIGGER_POOL 1
#define MEMP_USE_CUSTOM_POOLS	      1 /* lwippools.h */
#define MEM_ALIGNMENT		      8
/* The IP header is aligned to 4 bytes, which some CPUs need. */
#define ETH_PAD_SIZE 2
/* A piece of the pool holds the largest frame, so a received frame is never a chain. */
#define PBUF_POOL_SIZE	  24
#define PBUF_POOL_BUFSIZE 1520
/* A frame to be sent is one piece, too, as the driver needs it. */
#define LWIP_NETIF_TX_SINGLE_PBUF 1

#define MEMP_NUM_PBUF	     8
#define MEMP_NUM_RAW_PCB     2
#define MEMP_NUM_UDP_PCB     8
#define MEMP_NUM_IGMP_GROUP  4
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 8)
/* Connections of the server and of the commands. The rest is for connections that begin or end, and
 * replace each other (watch.h). */
#define MEMP_NUM_TCP_PCB	12
#define MEMP_NUM_TCP_PCB_LISTEN 2
#define MEMP_NUM_TCP_SEG	48

/* ---- TCP ---- */

#define TCP_MSS			   1460
#define TCP_CALCULATE_EFF_SEND_MSS 1 /* smaller if the device has a smaller MTU */
#define TCP_WND			   (12 * TCP_MSS)
/* Three connections of the server leave some of the large pieces (lwippools.h) for others. */
#define TCP_SND_BUF	    (6 * TCP_MSS)
#define TCP_SND_QUEUELEN    12
#define TCP_OVERSIZE	    1 /* the smallest possible value */
#define TCP_QUEUE_OOSEQ	    1
#define TCP_OOSEQ_MAX_PBUFS 8
/* Half-open connections are not limited here: they replace each other (watch.h). */
#define TCP_LISTEN_BACKLOG	  0
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1
/* A server can be started again while its old connections still end. */
#define SO_REUSE	    1
#define LWIP_TCP_TIMESTAMPS 0
/* The first sequence number of a connection must not be predictable (RFC 6528). */
#define LWIP_HOOK_FILENAME "tcpip_hooks.h"
#define LWIP_HOOK_TCP_ISN  tcpip_isn

/* ---- The rest ---- */

#define IP_DEFAULT_TTL	    64
#define ICMP_TTL	    64
#define DNS_TABLE_SIZE	    4
#define DNS_MAX_NAME_LENGTH 256
#define DNS_MAX_RETRIES	    3
/* Names that end with .local are asked for by multicast, and our own is answered (name.c). */
#define LWIP_DNS_SUPPORT_MDNS_QUERIES  1
#define LWIP_MDNS_RESPONDER	       1
#define LWIP_IGMP		       1
#define LWIP_NUM_NETIF_CLIENT_DATA     1
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1
#define LWIP_DHCP_GET_NTP_SRV	       1 /* clock.c */
#define LWIP_NETIF_HOSTNAME	       1
#define LWIP_NETIF_LINK_CALLBACK       0
#define LWIP_CHKSUM_ALGORITHM	       3
#define LWIP_CHECKSUM_CTRL_PER_NETIF   1 /* see stack_receive() */

#define LWIP_STATS	   1
#define LWIP_STATS_DISPLAY 0
#define LWIP_STATS_LARGE   1
#define MEM_STATS	   0
#define MEMP_STATS	   1
#define SYS_STATS	   0

#endif
