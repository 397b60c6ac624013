/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/app.h"
#include "firmware/commands/address.h"
#include "firmware/commands/commands.h"
#include "firmware/words/machine.h"
#include "firmware/network/lwip/stack.h"

#include <stdio.h>

#define TIMEOUT UINT64_C(15000000000)

static void run(struct app *a, int argc, char **argv)
{
	struct net_address got;
	int rc;

	(void)argc;
	(void)argv;
	if (a->net.device == NULL) {
		machine_lacks("dhcp", "network device", machine_net_options);
		return;
	}
	if (!net_is_live(&a->net) || !vio_net_link(a->net.device)) {
		printf("dhcp: the link is down\n");
		return;
	}
	rc = tcpip_dhcp(&a->net, TIMEOUT);
	if (rc != VIO_OK) {
		printf("dhcp: %s\n", rc == VIO_ETIMEDOUT ? "no server leased an address so far; "
							   "the search goes on"
							 : vio_strerror(rc));
		return;
	}
	stack_get_address(&a->net, &got);
	address_print_all(&got);
}

extern const struct command command_dhcp;
const struct command command_dhcp = {
	.name = "dhcp",
	.args = "",
	.help = "ask the network for an address, a gateway and a name server",
	.run = run,
};
