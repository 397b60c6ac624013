/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCP connections from 10.0.2.2, each with its own numbers: what the firmware sends is queued, and
 * peers_run() lets the peers take it and answer, honestly or not.
 */
#ifndef TCPIP_PEER_H
#define TCPIP_PEER_H

#include "tcpip_rig.h"

enum { PEERS = 16, TEXT_KEPT = 16384, SYN = 2, RST = 4, PSH = 8, ACK = 16, FIN = 1 };

struct peer {
	uint16_t port, to;
	uint32_t seq, ack; /* the next number of ours; the next of the firmware's */
	uint16_t mss;	   /* 0: the option is not sent */
	uint16_t window;
	bool open, fin, reset;
	bool listens;	      /* a server: `to` is whoever comes */
	bool mute;	      /* acknowledges nothing */
	bool keeps_fin;	      /* acknowledges everything but the FIN */
	unsigned first_flags; /* of the first answer */
	size_t got;	      /* bytes of data */
	char text[TEXT_KEPT + 1];
};

static struct {
	struct peer *list[PEERS];
	unsigned count;
} peers;

static void put_be(uint8_t *to, uint32_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		to[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
}

static uint32_t get_be(const uint8_t *from, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | from[i];
	return v;
}

/* Send a segment unchanged. The sequence numbers of the peer do not move. */
static void segment(const struct peer *p, uint8_t flags, const void *data, size_t n)
{
	uint8_t f[VIO_NET_FRAME_MAX];
	const size_t options = flags & SYN && p->mss != 0 ? 4 : 0, at = 54 + options;

	ip(f, at + n, 6);
	put_be(f + 34, p->port, 2);
	put_be(f + 36, p->to, 2);
	put_be(f + 38, p->seq, 4);
	put_be(f + 42, flags & ACK ? p->ack : 0, 4);
	f[46] = (uint8_t)((5 + options / 4) << 4);
	f[47] = flags;
	put_be(f + 48, p->window, 2);
	if (options != 0) {
		put_be(f + 54, 0x0204, 2);
		put_be(f + 56, p->mss, 2);
	}
	if (n > 0)
		memcpy(f + at, data, n);
	seal(f, at + n);
	receive(f, at + n);
}

static void peer_say(struct peer *p, uint8_t flags, const char *text)
{
	segment(p, flags | ACK, text, strlen(text));
	p->seq += (uint32_t)strlen(text) + ((flags & FIN) != 0);
}

static void peer_data(struct peer *p, const uint8_t *data, size_t n)
{
	for (size_t i = 0; i < n; i++, p->got++) {
		if (p->got < TEXT_KEPT)
			p->text[p->got] = (char)data[i];
	}
	p->ack += (uint32_t)n;
}

/* What the firmware sent to this peer: in order, or it is ignored. */
static void peer_hear(struct peer *p, const uint8_t *f)
{
	const size_t head = 34 + (size_t)(f[46] >> 4) * 4, end = 14 + get_be(f + 16, 2);
	const uint8_t flags = f[47];

	if (p->first_flags == 0)
		p->first_flags = flags;
	if (flags & RST) {
		p->reset = true;
	} else if (flags & SYN) {
		p->ack = get_be(f + 38, 4) + 1;
		p->open = true;
		if (!p->mute)
			segment(p, p->listens ? SYN | ACK : ACK, NULL, 0);
		p->seq += p->listens;
	} else if (get_be(f + 38, 4) == p->ack && !p->mute && (end > head || flags & FIN)) {
		peer_data(p, f + head, end - head);
		p->fin |= (flags & FIN) != 0;
		p->ack += (flags & FIN) && !p->keeps_fin;
		segment(p, ACK, NULL, 0);
	}
}

/* Only what is queued now: otherwise a transfer would go on for ever, without time in between. */
static void peers_take(void)
{
	for (unsigned n = wire.queued; n > 0 && wire.queued > 0; n--) {
		uint8_t f[VIO_NET_FRAME_MAX];

		memcpy(f, wire.queue[wire.first], sizeof(f));
		wire.first = (wire.first + 1) % WIRE_QUEUE;
		wire.queued--;
		for (unsigned i = 0; i < peers.count && f[12] == 8 && f[13] == 0 && f[23] == 6;
		     i++) {
			struct peer *p = peers.list[i];

			if (p->listens && f[47] == SYN)
				p->to = (uint16_t)get_be(f + 34, 2);
			if (p->port == get_be(f + 36, 2) && p->to == get_be(f + 34, 2)) {
				peer_hear(p, f);
				break;
			}
		}
	}
}

/* Time passes, and the peers answer. */
static void peers_run(uint64_t ns)
{
	enum { STEPS = 10 };

	for (unsigned i = 0; i < STEPS; i++) {
		peers_take();
		pass(ns / STEPS);
	}
	peers_take();
}

/* A connection from a new port, as far as the firmware lets it. */
static struct peer *peer_open(struct peer *p, uint16_t to)
{
	static uint16_t port = 20000;

	p->port = ++port;
	p->to = to;
	p->seq = 1000;
	if (p->window == 0)
		p->window = 0x7fff;
	if (peers.count < PEERS)
		peers.list[peers.count++] = p;
	else
		peers.list[port % PEERS] = p;
	segment(p, SYN, NULL, 0);
	p->seq++;
	peers_take();
	return p;
}

#endif
