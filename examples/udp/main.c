/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Answers UDP datagrams to 10.0.2.15, port 7, with what they say, over virtio-net and nothing else:
 * enough of ARP and IPv4 for it. A datagram that says "quit" ends it.
 */
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>
#include <picovirtio/probe.h>
#include <picovirtio/terminal.h>

#include <stdio.h>
#include <string.h>

enum { SLOTS = 32, PORT = 7, MAC = VIO_NET_MAC_BYTES };
/* Offsets in a frame: Ethernet, ARP, an IPv4 header without options, UDP. */
enum { FROM = 6, TYPE = 12, ARP = 14, OPERATION = 20, SENDER = 22, TARGET = 32, ARP_END = 42 };
enum { IP = 14, FRAGMENT = 20, PROTOCOL = 23, SOURCE = 26, DESTINATION = 30, UDP = 34, DATA = 42 };

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_net_driver, NULL } };
static const uint8_t address[4] = { 10, 0, 2, 15 };
static uint8_t mac[MAC];
static bool quit;
static uint32_t sent;

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void to_sender(uint8_t *f)
{
	memcpy(f, f + FROM, MAC);
	memcpy(f + FROM, mac, MAC);
}

/* "Who has our address?" */
static bool answer_arp(uint8_t *f, size_t n)
{
	static const uint8_t request[] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	if (n < ARP_END || memcmp(f + ARP, request, sizeof(request)) != 0 ||
	    memcmp(f + TARGET + MAC, address, 4) != 0)
		return false;
	to_sender(f);
	put16(f + OPERATION, 2);
	memcpy(f + TARGET, f + SENDER, MAC + 4);
	memcpy(f + SENDER, mac, MAC);
	memcpy(f + SENDER + MAC, address, 4);
	return true;
}

/* Addresses and ports change places, which leaves the checksum of the IPv4 header as it was; UDP
 * may go without one. */
static bool answer_udp(uint8_t *f, size_t n)
{
	const size_t udp = n >= DATA ? get16(f + UDP + 4) : 0;
	uint8_t sender[4];

	if (udp < 8 || udp > n - UDP || f[IP] != 0x45 || f[PROTOCOL] != 17 ||
	    get16(f + IP + 2) != udp + UDP - IP || (get16(f + FRAGMENT) & 0x3fff) != 0 ||
	    memcmp(f + DESTINATION, address, 4) != 0 || get16(f + UDP + 2) != PORT)
		return false;
	to_sender(f);
	memcpy(sender, f + SOURCE, 4);
	memcpy(f + SOURCE, f + DESTINATION, 4);
	memcpy(f + DESTINATION, sender, 4);
	memcpy(f + UDP + 2, f + UDP, 2);
	put16(f + UDP, PORT);
	put16(f + UDP + 6, 0);
	quit |= udp == 8 + 4 && memcmp(f + DATA, "quit", 4) == 0;
	return true;
}

/* The device can still write to `frame`: check a copy. */
static void hear(void *arg, const uint8_t *frame, size_t n)
{
	static uint8_t f[VIO_NET_FRAME_MAX];

	if (n > sizeof(f))
		return;
	memcpy(f, frame, n);
	if (get16(f + TYPE) == 0x0806	? answer_arp(f, n)
	    : get16(f + TYPE) == 0x0800 ? answer_udp(f, n)
					: false)
		sent += vio_net_send(arg, f, n) == VIO_OK;
}

/* The answer to the last datagram has to be the device's no longer. */
static bool is_over(void *arg)
{
	const struct vio_net *net = arg;

	return quit && net->counters.tx_frames == sent;
}

int main(void)
{
	static struct vio_slot slots[SLOTS];
	static struct vio_probe probe = { .dt = &vio_board.dt,
					  .platform = &vio_board.platform,
					  .classes = classes,
					  .nclasses = 2 };
	static struct vio_loop loop = { .platform = &vio_board.platform };
	static struct vio_terminal terminal = { .loop = &loop };
	struct vio_net *net = NULL;

	vio_stdio_attach(&terminal);
	vio_probe_all(&probe, slots, SLOTS);
	for (const struct vio_slot *s = probe.slots; s; s = s->next)
		vio_board_irq_enable(s->has_irq ? &s->irq : NULL);
	loop.devices = probe.devices;
	vio_terminal_start(&terminal);

	for (struct vio_device *d = probe.devices; d && !net; d = d->next)
		net = d->state == VIO_LIVE ? vio_net_of(d) : NULL;
	if (net) {
		vio_net_mac(net, mac);
		vio_net_listen(net, hear, net);
		printf("Listening on UDP port %d.\n", PORT);
		vio_loop_wait(&loop, is_over, net, UINT64_MAX);
	}
	printf(net ? "bye\n" : "There is no network device.\n");
	vio_terminal_finish(&terminal);
	return net ? 0 : 1;
}
