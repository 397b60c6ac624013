/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A minimal network station. It answers ARP, ICMP echo and UDP echo (port 7, RFC 862) for one IPv4
 * address, and can send ARP and ICMP echo requests to another one. It knows no routes, fragments or
 * options. A frame that is not completely correct is dropped and counted. It knows no device:
 * frames come in and go out through functions.
 */
#ifndef FIRMWARE_NETWORK_MINI_IP_H
#define FIRMWARE_NETWORK_MINI_IP_H

#include <picovirtio/types.h>

enum {
	MINI_IP_MAC_BYTES = 6,
	MINI_IP_FRAME_LEAST = 60, /* shorter frames are padded with zeros */
	MINI_IP_FRAME_MOST = 1514,
	MINI_IP_PING_BYTES = 56, /* data of our echo requests */
};

/* The station that we asked, and the state of its answer. */
struct mini_ip_ping {
	uint32_t peer; /* 0: none */
	uint16_t id, sequence;
	bool resolved, answered;
	uint8_t mac[MINI_IP_MAC_BYTES]; /* the peer's address, if `resolved` is set */
};

struct mini_ip_counters {
	uint32_t arp_answered, echo_answered, udp_answered;
	uint32_t damaged; /* for us, but with a wrong length, checksum or address */
	uint32_t other;	  /* for another station, or of a protocol that is not implemented */
	uint32_t unsent;  /* answers that could not be sent */
};

/* The caller fills `mac`, `send` and `ctx`; all other fields start zeroed. */
struct mini_ip {
	uint8_t mac[MINI_IP_MAC_BYTES];
	/* IPv4, the first number in the top byte; 0: no address, nothing is answered. */
	uint32_t address;
	bool (*send)(void *ctx, const uint8_t *frame, size_t n);
	void *ctx;
	struct mini_ip_ping ping;
	struct mini_ip_counters counters;
};

/* Handle a received frame. It must not change during the call. Nothing in it is trusted, and each
 * part is checked before use. `n` is at most MINI_IP_FRAME_MOST; otherwise the frame is dropped. */
void mini_ip_receive(struct mini_ip *s, const uint8_t *frame, size_t n);

/* Forget an earlier peer, and send an ARP request for `peer`. The answer sets ping.resolved. */
bool mini_ip_resolve(struct mini_ip *s, uint32_t peer);

/* Send an echo request to the resolved peer. The answer sets ping.answered. */
bool mini_ip_echo(struct mini_ip *s, uint16_t id, uint16_t sequence);

/* Parse an address such as "10.0.2.15". False: no station can have this address (0.x, 127.x, 224.x
 * and above). */
bool mini_ip_parse(const char *text, uint32_t *address);

/* Can a station have this address? */
bool mini_ip_is_station(uint32_t ip);

#endif
