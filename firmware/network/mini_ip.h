/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The least of a network station: it answers ARP, ICMP echo and the echo of UDP (port 7, RFC 862)
 * for one IPv4 address, and
 * can ask the same of another. No routes, no fragments, no options; what is not wholly
 * right is dropped and counted. Knows no device: frames come in, frames go out.
 */
#ifndef FIRMWARE_NETWORK_MINI_IP_H
#define FIRMWARE_NETWORK_MINI_IP_H

#include <picovirtio/types.h>

enum {
	MINI_IP_MAC_BYTES = 6,
	MINI_IP_FRAME_LEAST = 60, /* shorter ones are filled up with zeros */
	MINI_IP_FRAME_MOST = 1514,
	MINI_IP_PING_BYTES = 56, /* data of an echo request of ours */
};

/* Whom we asked, and how far the answer got. */
struct mini_ip_ping {
	uint32_t peer; /* 0: nobody */
	uint16_t id, sequence;
	bool resolved, answered;
	uint8_t mac[MINI_IP_MAC_BYTES]; /* the peer's, once resolved */
};

struct mini_ip_counters {
	uint32_t arp_answered, echo_answered, udp_answered;
	uint32_t damaged; /* meant for us, and wrong: a length, a checksum, an address */
	uint32_t other;	  /* for somebody else, or of a kind that is not spoken here */
	uint32_t unsent;  /* answers that did not go out */
};

/* Filled by the caller: `mac`, `send`, `ctx`; all else zero. */
struct mini_ip {
	uint8_t mac[MINI_IP_MAC_BYTES];
	uint32_t address; /* IPv4, the first number in the top byte; 0: none, nothing is answered */
	bool (*send)(void *ctx, const uint8_t *frame, size_t n);
	void *ctx;
	struct mini_ip_ping ping;
	struct mini_ip_counters counters;
};

/* A frame came in. It must not change meanwhile: no part of it is trusted, each is read once
 * checked. `n` at most MINI_IP_FRAME_MOST, else it is dropped. */
void mini_ip_receive(struct mini_ip *s, const uint8_t *frame, size_t n);

/* Forget an earlier one and ask who has `peer`; then ping.resolved. */
bool mini_ip_resolve(struct mini_ip *s, uint32_t peer);

/* Send an echo request to whom was resolved; then ping.answered. */
bool mini_ip_echo(struct mini_ip *s, uint16_t id, uint16_t sequence);

/* "10.0.2.15"; false: not an address that a station can have (0.x, 127.x, 224.x and above). */
bool mini_ip_parse(const char *text, uint32_t *address);

#endif
