/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/loop.h>
#include "firmware/commands/address.h"
#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/console/number.h"
#include "firmware/network/mini_ip.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TIMEOUT UINT64_C(2000000000)

static void print_counters(const struct net *n)
{
	const struct vio_net_counters *c = &n->device->counters;

	printf("    %-10s %" PRIu32 " frames, %" PRIu64 " bytes; dropped: %" PRIu32
	       " too short, %" PRIu32 " too long, %" PRIu32 " segmented\n",
	       "received", c->rx_frames, c->rx_bytes, c->rx_short, c->rx_long, c->rx_gso);
	printf("    %-10s %" PRIu32 " frames, %" PRIu64 " bytes; %" PRIu32 " refused, %" PRIu32
	       " lost\n",
	       "sent", c->tx_frames, c->tx_bytes, c->tx_full, c->tx_lost);
}

static void show(const struct net *n)
{
	struct net_address address;
	const uint8_t *m = n->mac;

	if (net_is_live(n))
		printf("%s  link %s  MTU %u\n", n->slot->label,
		       vio_net_link(n->device) ? "up" : "down", vio_net_mtu(n->device));
	else
		printf("%s  %s\n", n->slot->label, device_state(&n->device->device));
	printf("    %-10s %02x:%02x:%02x:%02x:%02x:%02x%s\n", "MAC", m[0], m[1], m[2], m[3], m[4],
	       m[5], n->made_up ? " (made up: the device has none)" : "");
	n->stack->get_address(n, &address);
	address_print_all(n, &address);
	print_counters(n);
	n->stack->print(n);
}

static const char not_station[] = "not the IPv4 address of a station";

/* Parses "A.B.C.D/LENGTH"; the default length is 24. Returns what is wrong, or NULL. */
static const char *parse_network(char *text, struct net_address *a)
{
	char *slash = strchr(text, '/');
	uint32_t length = 24;

	if (slash && (!shell_number(slash + 1, 32, &length) || length == 0))
		return "the length is a number from 1 to 32";
	if (slash)
		*slash = '\0';
	const bool station = mini_ip_parse(text, &a->ip);
	if (slash)
		*slash = '/';
	if (!station)
		return not_station;
	a->mask = UINT32_MAX << (32 - length);
	return net_address_wrong(a->ip, a->mask);
}

static void set_address(void *arg, int argc, char **argv)
{
	struct net_address a = { 0 };
	const char *wrong = parse_network(argv[0], &a);
	struct net *n = arg;

	if (wrong)
		complain("net: %s: %s\n", argv[0], wrong);
	else if (argc > 1 && !mini_ip_parse(argv[1], &a.gateway))
		complain("net: %s: not the IPv4 address of a gateway\n", argv[1]);
	else
		n->stack->set_address(n, &a);
}

static void set_dns(void *arg, int argc, char **argv)
{
	struct net *n = arg;
	uint32_t ip;

	(void)argc;
	if (!mini_ip_parse(argv[0], &ip))
		complain("net: %s: %s\n", argv[0], not_station);
	else if (!n->stack->set_dns(n, ip))
		complain("net: this image was built without TCP/IP, so it uses no name server\n");
}

static const struct verb verbs[] = {
	{ "addr", "A.B.C.D[/LENGTH] [GATEWAY]", 1, 2, "set our address", set_address },
	{ "dns", "A.B.C.D", 1, 1, "set the name server", set_dns },
};

static void run_net(const struct command_context *c, int argc, char **argv)
{
	struct net *n = network();

	(void)c;
	if (!net_present(n, "net"))
		return;
	if (argc == 1)
		show(n);
	else
		verb_run("net", verbs, sizeof(verbs) / sizeof(verbs[0]), n, argc - 1, argv + 1);
}

static const char *why(const struct net *n, int rc)
{
	switch (rc) {
	case VIO_ENODEV: return "no station answers to this address";
	case VIO_ETIMEDOUT: return "no echo came back";
	case VIO_EADDR: return "it is outside our network, and there is no gateway";
	case VIO_ENOTSUP: return "that is this machine, which cannot ping itself without TCP/IP";
	default: return net_error(n, rc);
	}
}

static void run_ping(const struct command_context *c, int argc, char **argv)
{
	struct net *n = network();
	struct net_address ours;
	uint64_t took = 0;
	uint32_t peer;

	(void)argc;
	if (!net_ready(n, "ping"))
		return;
	n->stack->get_address(n, &ours);
	if (ours.ip == 0) {
		complain("ping: no address of our own yet; %s\n", n->stack->address_hint);
		return;
	}
	if (!address_find(n, "ping", argv[1], &peer))
		return;
	int rc = net_ping(n, peer, TIMEOUT, &took);
	address_print("", peer, ": ");
	if (rc == VIO_OK)
		printf("%d bytes came back in %" PRIu64 ".%03" PRIu64 " ms\n", MINI_IP_PING_BYTES,
		       took / 1000000, took / 1000 % 1000);
	else
		complain("%s\n", c->loop->interrupted ? "stopped" : why(n, rc));
}

extern const struct command command_net, command_ping;
const struct command command_net = {
	.name = "net",
	.args = "[addr A.B.C.D[/N] [GATEWAY] | dns A.B.C.D]",
	.help = "the network device: link, addresses, counters; or set our IPv4 address",
	.least = 0,
	.most = 3,
	.words = "addr dns",
	.run = run_net,
};
const struct command command_ping = {
	.name = "ping",
	.args = "HOST",
	.help = "ask another station for an echo",
	.least = 1,
	.most = 1,
	.run = run_ping,
};
