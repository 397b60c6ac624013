/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/commands.h"
#include "firmware/console/number.h"
#include "firmware/network/net.h"
#include "firmware/network/nic.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MACS = 6 };

static const char *const modes[] = {
	"promisc", "allmulti", "alluni", "nomulti", "nouni", "nobcast",
};

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
static bool parse_mac(const char *s, uint8_t mac[VIO_NET_MAC_BYTES])
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

static bool parse_switch(const char *s, bool *on)
{
	*on = strcmp(s, "on") == 0;
	return *on || strcmp(s, "off") == 0;
}

static int set_mode(struct nic *n, const char *name, bool on)
{
	for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (strcmp(modes[i], name) == 0)
			return vio_net_rx_mode(n->device, (enum vio_net_rx_mode)i, on);
	}
	return VIO_EINVAL;
}

/* Group addresses go to one list, other addresses to the other list. */
static int set_filter(struct nic *n, int count, char **text)
{
	uint8_t mac[2][MACS][VIO_NET_MAC_BYTES], one[VIO_NET_MAC_BYTES];
	unsigned used[2] = { 0, 0 };

	for (int i = 0; i < count && i < MACS; i++) {
		if (!parse_mac(text[i], one))
			return VIO_EINVAL;
		memcpy(mac[one[0] & 1][used[one[0] & 1]++], one, sizeof(one));
	}
	struct vio_net_filter f =
		(struct vio_net_filter){ .unicast = (const uint8_t(*)[VIO_NET_MAC_BYTES])mac[0],
					 .multicast = (const uint8_t(*)[VIO_NET_MAC_BYTES])mac[1],
					 .unicasts = used[0],
					 .multicasts = used[1] };
	return vio_net_set_filter(n->device, &f);
}

/* Send a command to the device. Returns an error if nothing was sent. */
static int command(struct nic *n, int argc, char **argv)
{
	uint8_t mac[VIO_NET_MAC_BYTES];
	uint32_t id;
	bool on;

	if (strcmp(argv[1], "filter") == 0)
		return set_filter(n, argc - 2, argv + 2);
	if (argc == 3 && strcmp(argv[1], "mac") == 0 && parse_mac(argv[2], mac))
		return vio_net_set_mac(n->device, mac);
	if (argc != 4 || !parse_switch(argv[3], &on))
		return VIO_EINVAL;
	if (strcmp(argv[1], "rx") == 0)
		return set_mode(n, argv[2], on);
	if (strcmp(argv[1], "vlan") == 0 && shell_number(argv[2], VIO_NET_VLANS - 1, &id))
		return vio_net_vlan(n->device, (uint16_t)id, on);
	return VIO_EINVAL;
}

static void say(int rc)
{
	if (rc == VIO_EINVAL)
		complain("nic: wrong words; use: nic, nic rx MODE on|off, nic mac M, nic filter [M "
			 "...],\n"
			 "  nic vlan ID on|off, nic large on|off; M is 52:54:00:12:34:56,\n"
			 "  MODE promisc, allmulti, alluni, nomulti, nouni or nobcast\n");
	else if (rc == VIO_OK)
		printf("nic: done\n");
	else
		complain("nic: %s\n", vio_strerror(rc));
}

static void run(const struct command_context *c, int argc, char **argv)
{
	struct nic *n = network_nic();
	bool on;

	(void)c;
	if (!net_present(network(), "nic"))
		return;
	if (argc == 1)
		show(n);
	else if (argc == 3 && strcmp(argv[1], "large") == 0 && parse_switch(argv[2], &on))
		say(nic_large(n, on));
	else
		say(nic_answer(n, command(n, argc, argv)));
}

extern const struct command command_nic;
const struct command command_nic = {
	.name = "nic",
	.args = "[VERB ...]",
	.help = "the network device below all addresses; `nic help` tells the verbs",
	.least = 0,
	.most = 7,
	.words = "rx mac filter vlan large help",
	.run = run,
};
