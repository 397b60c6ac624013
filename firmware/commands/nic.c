/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/console/number.h"
#include "firmware/network/net.h"
#include "firmware/network/nic.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MACS = 6 };

static const char modes[] = "promisc allmulti alluni nomulti nouni nobcast", states[] = "off on";

static const char *yes(const struct nic *n, uint64_t feature)
{
	return vio_has(&n->device->device, feature) ? "yes" : "no";
}

/* The commands of CTRL_RX are the first two of `modes`, those of CTRL_RX_EXTRA the others. */
static const char *receive_modes(const struct vio_device *d)
{
	if (!vio_has(d, VIO_NET_F_CTRL_RX))
		return "none";
	return vio_has(d, VIO_NET_F_CTRL_RX_EXTRA) ? "basic and extended" : "basic";
}

static void show(const struct nic *n)
{
	const struct vio_net_counters *c = &n->device->counters;

	printf("offloads   compute checksums: %s, check checksums: %s, segment TCP: %s\n",
	       yes(n, VIO_NET_F_CSUM), yes(n, VIO_NET_F_GUEST_CSUM), yes(n, VIO_NET_F_HOST_TSO4));
	printf("buffers    merged: %s, memory for large frames: %zu bytes, MTU %u\n",
	       yes(n, VIO_NET_F_MRG_RXBUF), n->device->room_bytes, vio_net_mtu(n->device));
	printf("control    receive modes: %s, MAC address: %s, VLANs: %s, announcements: %s\n",
	       receive_modes(&n->device->device), yes(n, VIO_NET_F_CTRL_MAC_ADDR),
	       yes(n, VIO_NET_F_CTRL_VLAN), yes(n, VIO_NET_F_GUEST_ANNOUNCE));
	printf("counted    %" PRIu32 " frames joined from buffers, %" PRIu32
	       " with wrong parts, %" PRIu32 " with wrong offsets; %" PRIu32 " announcements\n",
	       c->rx_joined, c->rx_parts, c->rx_offsets, c->announces);
}

/* Parses an address such as "52:54:00:12:34:56". */
static bool is_mac(const char *s, uint8_t mac[VIO_NET_MAC_BYTES])
{
	char hex[] = "0x00";
	uint32_t v;

	for (unsigned i = 0; i < VIO_NET_MAC_BYTES; i++, s += 3) {
		if (strlen(s) < 2 || s[2] != (i + 1 < VIO_NET_MAC_BYTES ? ':' : '\0'))
			return false;
		hex[2] = s[0];
		hex[3] = s[1];
		if (!shell_number(hex, 255, &v))
			return false;
		mac[i] = (uint8_t)v;
	}
	return true;
}

static bool parse_mac(const char *s, uint8_t mac[VIO_NET_MAC_BYTES])
{
	const bool right = is_mac(s, mac);

	if (!right)
		complain("nic: '%s' is not an address such as 52:54:00:12:34:56\n", s);
	return right;
}

static void say(int rc)
{
	if (rc == VIO_OK)
		printf("nic: done\n");
	else
		complain("nic: %s\n",
			 device_error(network()->slot->label, &network()->device->device, rc));
}

/* `rc` is the result of sending the command. */
static void say_answer(struct nic *n, int rc)
{
	say(nic_answer(n, rc));
}

static void set_mode(void *arg, int argc, char **argv)
{
	const int mode = verb_choice("nic", argv[0], modes);
	const int on = mode >= 0 ? verb_choice("nic", argv[1], states) : -1;
	struct nic *n = arg;

	(void)argc;
	if (on >= 0)
		say_answer(n, vio_net_rx_mode(n->device, (enum vio_net_rx_mode)mode, on == 1));
}

static void set_mac(void *arg, int argc, char **argv)
{
	uint8_t mac[VIO_NET_MAC_BYTES];
	struct nic *n = arg;

	(void)argc;
	if (!parse_mac(argv[0], mac))
		return;
	if (mac[0] & 1)
		complain("nic: '%s' is the address of a group\n", argv[0]);
	else
		say_answer(n, vio_net_set_mac(n->device, mac));
}

/* Group addresses go to one list, other addresses to the other list. */
static void set_filter(void *arg, int argc, char **argv)
{
	uint8_t mac[2][MACS][VIO_NET_MAC_BYTES], one[VIO_NET_MAC_BYTES];
	unsigned used[2] = { 0, 0 };
	struct nic *n = arg;

	for (int i = 0; i < argc; i++) {
		if (!parse_mac(argv[i], one))
			return;
		memcpy(mac[one[0] & 1][used[one[0] & 1]++], one, sizeof(one));
	}
	struct vio_net_filter f =
		(struct vio_net_filter){ .unicast = (const uint8_t(*)[VIO_NET_MAC_BYTES])mac[0],
					 .multicast = (const uint8_t(*)[VIO_NET_MAC_BYTES])mac[1],
					 .unicasts = used[0],
					 .multicasts = used[1] };
	say_answer(n, vio_net_set_filter(n->device, &f));
}

static void set_vlan(void *arg, int argc, char **argv)
{
	struct nic *n = arg;
	uint64_t id;

	(void)argc;
	if (!shell_number_word("nic", argv[0], 0, VIO_NET_VLANS - 1, &id))
		return;
	const int on = verb_choice("nic", argv[1], states);
	if (on >= 0)
		say_answer(n, vio_net_vlan(n->device, (uint16_t)id, on == 1));
}

static void set_large(void *arg, int argc, char **argv)
{
	const int on = verb_choice("nic", argv[0], states);

	(void)argc;
	if (on >= 0)
		say(nic_large(arg, on == 1));
}

static const struct verb verbs[] = {
	{ "rx", "MODE on|off", 2, 2, modes, set_mode },
	{ "mac", "M", 1, 1, "the address of the device, such as 52:54:00:12:34:56", set_mac },
	{ "filter", "[M ...]", 0, MACS, "the addresses that are received, or all", set_filter },
	{ "vlan", "ID on|off", 2, 2, "receive frames of a VLAN", set_vlan },
	{ "large", "on|off", 1, 1, "receive frames of more than 1514 bytes", set_large },
};

static void run(const struct command_context *c, int argc, char **argv)
{
	struct nic *n = network_nic();

	(void)c;
	if (!net_present(network(), "nic"))
		return;
	if (argc == 1) {
		show(n);
		return;
	}
	nic_answer(n, VIO_OK); /* to an earlier command, after Ctrl-C */
	verb_run("nic", verbs, sizeof(verbs) / sizeof(verbs[0]), n, argc - 1, argv + 1);
}

extern const struct command command_nic;
const struct command command_nic = {
	.name = "nic",
	.args = "[VERB ...]",
	.help = "the network device below all addresses; `nic help` tells the verbs",
	.least = 0,
	.most = 1 + MACS,
	.words = "rx mac filter vlan large help",
	.run = run,
};
