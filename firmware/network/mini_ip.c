/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/mini_ip.h"

#include "firmware/network/byteorder.h"

#include <string.h>

enum {
	/* Ethernet */
	TO = 0,
	FROM = 6,
	TYPE = 12,
	PAYLOAD = 14,
	TYPE_IP = 0x0800,
	TYPE_ARP = 0x0806,
	/* ARP (RFC 826), from the start of the frame */
	ARP_KIND = 14, /* hardware, protocol and the length of both */
	ARP_OP = 20,
	ARP_FROM_MAC = 22,
	ARP_FROM_IP = 28,
	ARP_TO_MAC = 32,
	ARP_TO_IP = 38,
	ARP_END = 42,
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
	/* IPv4 (RFC 791) without options */
	IP_LENGTH = 16,
	IP_FRAGMENT = 20,
	IP_TTL = 22,
	IP_PROTOCOL = 23,
	IP_SUM = 24,
	IP_FROM = 26,
	IP_TO = 30,
	IP_BYTES = 20,
	IP_VERSION_AND_LENGTH = 0x45,
	IP_MORE_OR_OFFSET = 0x3fff,
	ICMP = 1,
	/* ICMP echo (RFC 792) */
	ECHO = 34,
	ECHO_SUM = 36,
	ECHO_ID = 38,
	ECHO_SEQUENCE = 40,
	ECHO_DATA = 42,
	ECHO_REQUEST = 8,
	ECHO_REPLY = 0,
	/* UDP (RFC 768) and its echo (RFC 862) */
	UDP = 17,
	UDP_FROM = 34,
	UDP_TO = 36,
	UDP_LENGTH = 38,
	UDP_SUM = 40,
	UDP_DATA = 42,
	UDP_ECHO_PORT = 7,
	PORTS_OF_USERS = 1024,
};

static const uint8_t broadcast[MINI_IP_MAC_BYTES] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
static const uint8_t arp_kind[6] = { 0, 1, 8, 0, 6, 4 };

static uint16_t sum(const uint8_t *p, size_t n)
{
	return sum_on(0, p, n);
}

bool mini_ip_is_station(uint32_t ip)
{
	const uint32_t top = ip >> 24;

	return top != 0 && top != 127 && top < 224;
}

/* Is this the address of one station? Group addresses and zero are not. */
static bool is_mac(const uint8_t *m)
{
	return (m[0] & 1) == 0 && (m[0] | m[1] | m[2] | m[3] | m[4] | m[5]) != 0;
}

/* Send `frame`, which has room for MINI_IP_FRAME_LEAST bytes. */
static bool send(struct mini_ip *s, uint8_t *frame, size_t n, const uint8_t *to)
{
	memcpy(frame + TO, to, MINI_IP_MAC_BYTES);
	memcpy(frame + FROM, s->mac, MINI_IP_MAC_BYTES);
	if (n < MINI_IP_FRAME_LEAST) {
		memset(frame + n, 0, MINI_IP_FRAME_LEAST - n);
		n = MINI_IP_FRAME_LEAST;
	}
	if (s->send(s->ctx, frame, n))
		return true;
	s->counters.unsent++;
	return false;
}

/* ---- ARP ---- */

/* If `mac` is NULL, this is a request to all stations. */
static bool send_arp(struct mini_ip *s, uint32_t ip, const uint8_t *mac)
{
	uint8_t f[MINI_IP_FRAME_LEAST] = { 0 };

	put16(f + TYPE, TYPE_ARP);
	memcpy(f + ARP_KIND, arp_kind, sizeof(arp_kind));
	put16(f + ARP_OP, mac ? ARP_REPLY : ARP_REQUEST);
	memcpy(f + ARP_FROM_MAC, s->mac, MINI_IP_MAC_BYTES);
	put32(f + ARP_FROM_IP, s->address);
	if (mac)
		memcpy(f + ARP_TO_MAC, mac, MINI_IP_MAC_BYTES);
	put32(f + ARP_TO_IP, ip);
	return send(s, f, ARP_END, mac ? mac : broadcast);
}

static void arp(struct mini_ip *s, const uint8_t *f, size_t n)
{
	struct mini_ip_ping *p = &s->ping;

	if (n < ARP_END || memcmp(f + ARP_KIND, arp_kind, sizeof(arp_kind)) != 0 ||
	    !is_mac(f + ARP_FROM_MAC)) {
		s->counters.damaged++;
		return;
	}
	uint32_t from = get32(f + ARP_FROM_IP);
	if (get32(f + ARP_TO_IP) != s->address) {
		s->counters.other++;
	} else if (get16(f + ARP_OP) == ARP_REQUEST) {
		s->counters.arp_answered += send_arp(s, from, f + ARP_FROM_MAC);
	} else if (get16(f + ARP_OP) == ARP_REPLY && p->peer == from && !p->resolved) {
		memcpy(p->mac, f + ARP_FROM_MAC, MINI_IP_MAC_BYTES);
		p->resolved = true;
	} else {
		s->counters.other++;
	}
}

/* ---- ICMP echo ---- */

/* Write the header of a datagram from us. Its content, up to `end`, is there already. */
static void head(const struct mini_ip *s, uint8_t *f, size_t end, uint8_t protocol, uint32_t to)
{
	put16(f + TYPE, TYPE_IP);
	memset(f + PAYLOAD, 0, IP_BYTES);
	f[PAYLOAD] = IP_VERSION_AND_LENGTH;
	put16(f + IP_LENGTH, (uint16_t)(end - PAYLOAD));
	f[IP_TTL] = 64;
	f[IP_PROTOCOL] = protocol;
	put32(f + IP_FROM, s->address);
	put32(f + IP_TO, to);
	put16(f + IP_SUM, sum(f + PAYLOAD, IP_BYTES));
}

static void echo_head(const struct mini_ip *s, uint8_t *f, size_t end, uint32_t to)
{
	put16(f + ECHO_SUM, 0);
	put16(f + ECHO_SUM, sum(f + ECHO, end - ECHO));
	head(s, f, end, ICMP, to);
}

static bool answer_echo(struct mini_ip *s, const uint8_t *request, size_t end)
{
	uint8_t f[MINI_IP_FRAME_MOST];
	uint8_t to[MINI_IP_MAC_BYTES];

	memcpy(f, request, end);
	memcpy(to, f + FROM, sizeof(to));
	f[ECHO] = ECHO_REPLY;
	echo_head(s, f, end, get32(request + IP_FROM));
	return send(s, f, end, to);
}

/* The data must be the data that was sent, too. */
static bool is_our_echo(const struct mini_ip *s, const uint8_t *f, size_t end)
{
	const struct mini_ip_ping *p = &s->ping;

	if (p->peer == 0 || get32(f + IP_FROM) != p->peer || get16(f + ECHO_ID) != p->id ||
	    get16(f + ECHO_SEQUENCE) != p->sequence || end != ECHO_DATA + MINI_IP_PING_BYTES)
		return false;
	for (size_t i = 0; i < MINI_IP_PING_BYTES; i++) {
		if (f[ECHO_DATA + i] != (uint8_t)i)
			return false;
	}
	return true;
}

static void icmp(struct mini_ip *s, const uint8_t *f, size_t end)
{
	if (end < ECHO_DATA || sum(f + ECHO, end - ECHO) != 0 ||
	    !mini_ip_is_station(get32(f + IP_FROM)))
		s->counters.damaged++;
	else if (f[ECHO] == ECHO_REQUEST && f[ECHO + 1] == 0)
		s->counters.echo_answered += answer_echo(s, f, end);
	else if (f[ECHO] == ECHO_REPLY && f[ECHO + 1] == 0 && is_our_echo(s, f, end))
		s->ping.answered = true;
	else
		s->counters.other++;
}

/* ---- UDP echo ---- */

/* The checksum covers addresses, protocol and length, too. A sender may leave it out (0). */
static bool is_udp_right(const uint8_t *f, size_t end)
{
	if (end < UDP_DATA)
		return false;
	size_t n = get16(f + UDP_LENGTH);
	if (n != end - UDP_FROM)
		return false;
	uint32_t pseudo = (uint32_t)(UDP + n) + get16(f + IP_FROM) + get16(f + IP_FROM + 2) +
			  get16(f + IP_TO) + get16(f + IP_TO + 2);
	return get16(f + UDP_SUM) == 0 || sum_on(pseudo, f + UDP_FROM, n) == 0;
}

/* Both addresses and both ports change places, which does not change the checksum. */
static bool answer_udp(struct mini_ip *s, const uint8_t *question, size_t end)
{
	uint8_t f[MINI_IP_FRAME_MOST];
	uint8_t to[MINI_IP_MAC_BYTES];

	memcpy(f, question, end);
	memcpy(to, f + FROM, sizeof(to));
	put16(f + UDP_FROM, UDP_ECHO_PORT);
	put16(f + UDP_TO, get16(question + UDP_FROM));
	head(s, f, end, UDP, get32(question + IP_FROM));
	return send(s, f, end, to);
}

/* Two echo services that answered each other would never stop, so only requests from user ports get
 * an answer. */
static void udp(struct mini_ip *s, const uint8_t *f, size_t end)
{
	if (!is_udp_right(f, end) || !mini_ip_is_station(get32(f + IP_FROM)))
		s->counters.damaged++;
	else if (get16(f + UDP_TO) == UDP_ECHO_PORT && get16(f + UDP_FROM) >= PORTS_OF_USERS)
		s->counters.udp_answered += answer_udp(s, f, end);
	else
		s->counters.other++;
}

/* ---- IP ---- */

/* Bytes after the datagram are padding of the frame. */
static void ip(struct mini_ip *s, const uint8_t *f, size_t n)
{
	if (n >= PAYLOAD + IP_BYTES && f[PAYLOAD] != IP_VERSION_AND_LENGTH) {
		s->counters.other++;
		return;
	}
	if (n < PAYLOAD + IP_BYTES || sum(f + PAYLOAD, IP_BYTES) != 0) {
		s->counters.damaged++;
		return;
	}
	size_t end = PAYLOAD + (size_t)get16(f + IP_LENGTH);
	if (end > n || end < PAYLOAD + IP_BYTES)
		s->counters.damaged++;
	else if ((get16(f + IP_FRAGMENT) & IP_MORE_OR_OFFSET) != 0 ||
		 get32(f + IP_TO) != s->address)
		s->counters.other++;
	else if (f[IP_PROTOCOL] == ICMP)
		icmp(s, f, end);
	else if (f[IP_PROTOCOL] == UDP)
		udp(s, f, end);
	else
		s->counters.other++;
}

/* ---- Functions for other files ---- */

/* Only a frame to our own address gets an echo, so that a broadcast does not make all stations
 * answer. */
void mini_ip_receive(struct mini_ip *s, const uint8_t *frame, size_t n)
{
	if (n < PAYLOAD || n > MINI_IP_FRAME_MOST || !is_mac(frame + FROM)) {
		s->counters.damaged++;
		return;
	}
	bool ours = memcmp(frame + TO, s->mac, MINI_IP_MAC_BYTES) == 0;
	bool all = memcmp(frame + TO, broadcast, MINI_IP_MAC_BYTES) == 0;
	if (s->address != 0 && (ours || all) && get16(frame + TYPE) == TYPE_ARP)
		arp(s, frame, n);
	else if (s->address != 0 && ours && get16(frame + TYPE) == TYPE_IP)
		ip(s, frame, n);
	else
		s->counters.other++;
}

bool mini_ip_resolve(struct mini_ip *s, uint32_t peer)
{
	s->ping = (struct mini_ip_ping){ .peer = peer };
	return send_arp(s, peer, NULL);
}

bool mini_ip_echo(struct mini_ip *s, uint16_t id, uint16_t sequence)
{
	uint8_t f[ECHO_DATA + MINI_IP_PING_BYTES];

	if (!s->ping.resolved)
		return false;
	s->ping.id = id;
	s->ping.sequence = sequence;
	s->ping.answered = false;
	f[ECHO] = ECHO_REQUEST;
	f[ECHO + 1] = 0;
	put16(f + ECHO_ID, id);
	put16(f + ECHO_SEQUENCE, sequence);
	for (unsigned i = 0; i < MINI_IP_PING_BYTES; i++)
		f[ECHO_DATA + i] = (uint8_t)i;
	echo_head(s, f, sizeof(f), s->ping.peer);
	return send(s, f, sizeof(f), s->ping.mac);
}

bool mini_ip_parse(const char *text, uint32_t *address)
{
	uint32_t ip = 0;

	for (unsigned part = 0; part < 4; part++) {
		uint32_t v = 0;
		unsigned digits = 0;

		if (part > 0 && *text++ != '.')
			return false;
		for (; *text >= '0' && *text <= '9' && digits < 3; text++, digits++)
			v = v * 10 + (uint32_t)(*text - '0');
		if (digits == 0 || v > 255)
			return false;
		ip = ip << 8 | v;
	}
	if (*text != '\0' || !mini_ip_is_station(ip))
		return false;
	*address = ip;
	return true;
}
