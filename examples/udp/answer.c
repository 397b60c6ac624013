/* SPDX-License-Identifier: BSD-2-Clause */
#include "answer.h"

#include <string.h>

enum { MAC = 6 };
/* Offsets in a frame: Ethernet, ARP, an IPv4 header without options, UDP. */
enum { FROM = 6, TYPE = 12, ARP = 14, OPERATION = 20, SENDER = 22, TARGET = 32, ARP_END = 42 };
enum { IP = 14, FRAGMENT = 20, PROTOCOL = 23, SOURCE = 26, DESTINATION = 30, UDP = 34, DATA = 42 };

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void to_sender(uint8_t *f, const uint8_t *mac)
{
	memcpy(f, f + FROM, MAC);
	memcpy(f + FROM, mac, MAC);
}

/* Answers the ARP request "who has our address?". */
static bool answer_arp(const struct station *s, uint8_t *f, size_t n)
{
	static const uint8_t request[] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	if (n < ARP_END || memcmp(f + ARP, request, sizeof(request)) != 0 ||
	    memcmp(f + TARGET + MAC, s->address, 4) != 0)
		return false;
	to_sender(f, s->mac);
	put16(f + OPERATION, 2);
	memcpy(f + TARGET, f + SENDER, MAC + 4);
	memcpy(f + SENDER, s->mac, MAC);
	memcpy(f + SENDER + MAC, s->address, 4);
	return true;
}

/* Swaps the addresses and the ports. The checksum of the IPv4 header stays right, since its sum
 * does not change. A UDP checksum of 0 means "no checksum". */
static bool answer_udp(const struct station *s, uint8_t *f, size_t n)
{
	const size_t udp = n >= DATA ? get16(f + UDP + 4) : 0;
	uint8_t sender[4];

	if (udp < 8 || udp > n - UDP || f[IP] != 0x45 || f[PROTOCOL] != 17 ||
	    get16(f + IP + 2) != udp + UDP - IP || (get16(f + FRAGMENT) & 0x3fff) != 0 ||
	    memcmp(f + DESTINATION, s->address, 4) != 0 || get16(f + UDP + 2) != s->port)
		return false;
	to_sender(f, s->mac);
	memcpy(sender, f + SOURCE, 4);
	memcpy(f + SOURCE, f + DESTINATION, 4);
	memcpy(f + DESTINATION, sender, 4);
	memcpy(f + UDP + 2, f + UDP, 2);
	put16(f + UDP, s->port);
	put16(f + UDP + 6, 0);
	return true;
}

bool answer(const struct station *s, uint8_t *f, size_t n)
{
	if (n < ARP)
		return false;
	switch (get16(f + TYPE)) {
	case 0x0806: return answer_arp(s, f, n);
	case 0x0800: return answer_udp(s, f, n);
	default: return false;
	}
}
