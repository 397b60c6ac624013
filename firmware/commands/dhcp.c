/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/address.h"
#include "firmware/console/command.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"

#include <stdio.h>

#define TIMEOUT UINT64_C(15000000000)

static const char *why(const struct net *n, int rc)
{
	if (n->loop->interrupted)
		return "stopped; the search goes on";
	if (rc == VIO_EADDR)
		return "the server leased an address that no station can have, which was refused";
	return rc == VIO_ETIMEDOUT ? "no server leased an address so far; the search goes on"
				   : net_error(n, rc);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	struct net *n = network();
	struct net_address got;

	(void)c;
	(void)argc;
	(void)argv;
	if (!net_ready(n, "dhcp"))
		return;
	int rc = tcpip_dhcp(n, TIMEOUT);
	if (rc != VIO_OK) {
		complain("dhcp: %s\n", why(n, rc));
		return;
	}
	n->stack->get_address(n, &got);
	address_print_all(n, &got);
}

extern const struct command command_dhcp;
const struct command command_dhcp = {
	.name = "dhcp",
	.args = "",
	.help = "ask the network for an address, a gateway and a name server",
	.run = run,
};
