/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/app.h"
#include "firmware/commands/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PATIENCE UINT64_C(2000000000)

static void print_address(const char *before, uint32_t ip, const char *after)
{
	printf("%s%u.%u.%u.%u%s", before, (unsigned)(ip >> 24), (unsigned)(ip >> 16 & 255),
	       (unsigned)(ip >> 8 & 255), (unsigned)(ip & 255), after);
}

static void print_counters(const struct net *n)
{
	const struct vio_net_counters *c = &n->device->counters;
	const struct station_counters *s = &n->station.counters;

	printf("    %-10s %" PRIu32 " frames, %" PRIu64 " bytes; dropped: %" PRIu32
	       " too short, %" PRIu32 " too long, %" PRIu32 " segmented\n",
	       "received", c->rx_frames, c->rx_bytes, c->rx_short, c->rx_long, c->rx_gso);
	printf("    %-10s %" PRIu32 " frames, %" PRIu64 " bytes; %" PRIu32 " refused, %" PRIu32
	       " lost\n",
	       "sent", c->tx_frames, c->tx_bytes, c->tx_full, c->tx_lost);
	printf("    %-10s %" PRIu32 " ARP, %" PRIu32 " echo; %" PRIu32 " damaged, %" PRIu32
	       " of no concern, %" PRIu32 " answers unsent\n",
	       "answered", s->arp_answered, s->echo_answered, s->damaged, s->other, s->unsent);
}

static void show(const struct net *n)
{
	const uint8_t *m = n->station.mac;

	printf("%s  link %s  MTU %u\n", n->slot->label, vio_net_link(n->device) ? "up" : "down",
	       vio_net_mtu(n->device));
	printf("    %-10s %02x:%02x:%02x:%02x:%02x:%02x%s\n", "MAC", m[0], m[1], m[2], m[3], m[4],
	       m[5], n->made_up ? " (made up: the device gives none)" : "");
	if (n->station.address == 0)
		printf("    %-10s none; net addr A.B.C.D sets one\n", "address");
	else
		print_address("    address    ", n->station.address, "\n");
	print_counters(n);
}

static bool present(const struct net *n, const char *name)
{
	if (n->device == NULL)
		printf("%s: no network device; QEMU adds one with\n"
		       "  -netdev user,id=n -device virtio-net-device,netdev=n\n",
		       name);
	return n->device != NULL;
}

static void run_net(struct app *a, int argc, char **argv)
{
	struct net *n = &a->net;

	if (!present(n, "net"))
		return;
	if (argc == 1)
		show(n);
	else if (argc != 3 || strcmp(argv[1], "addr") != 0)
		printf("use: net, net addr A.B.C.D\n");
	else if (!station_parse(argv[2], &n->station.address))
		printf("net: %s: not the IPv4 address of a station\n", argv[2]);
}

static void run_ping(struct app *a, int argc, char **argv)
{
	uint64_t took = 0;
	uint32_t peer;
	int rc;

	(void)argc;
	if (!present(&a->net, "ping"))
		return;
	if (!station_parse(argv[1], &peer)) {
		printf("ping: %s: not the IPv4 address of a station\n", argv[1]);
		return;
	}
	if (a->net.station.address == 0) {
		printf("ping: no address of our own yet; net addr A.B.C.D sets one\n");
		return;
	}
	rc = net_ping(&a->net, peer, PATIENCE, &took);
	print_address("", peer, ": ");
	if (rc == VIO_OK)
		printf("%d bytes came back in %" PRIu64 ".%03" PRIu64 " ms\n", STATION_PING_BYTES,
		       took / 1000000, took / 1000 % 1000);
	else if (rc == VIO_ENODEV)
		printf("nobody answers to this address\n");
	else
		printf("%s\n", rc == VIO_ETIMEDOUT ? "no echo came back" : vio_strerror(rc));
}

extern const struct command command_net, command_ping;
const struct command command_net = {
	.name = "net",
	.args = "[addr A.B.C.D]",
	.help = "the network device: link, addresses, counters; or set our IPv4 address",
	.least = 0,
	.most = 2,
	.run = run_net,
};
const struct command command_ping = {
	.name = "ping",
	.args = "A.B.C.D",
	.help = "ask a station of the same network for an echo",
	.least = 1,
	.most = 1,
	.run = run_ping,
};
