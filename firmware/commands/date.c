/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/address.h"
#include "firmware/console/command.h"
#include "firmware/network/lwip/clock.h"
#include "firmware/network/lwip/sntp.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>

static void print_time(uint64_t ns)
{
	struct sntp_date d;
	uint64_t ago;
	uint32_t server;

	sntp_date(ns, &d);
	clock_source(&server, &ago);
	printf("%04u-%02u-%02u %02u:%02u:%02u UTC", d.year, d.month, d.day, d.hour, d.minute,
	       d.second);
	address_print(", from ", server, "");
	printf(" %" PRIu64 " s ago\n", ago);
}

/* False: the reason was printed. */
static bool find_server(const char *name, uint32_t *server)
{
	if (name)
		return address_find(network(), "date", name, server);
	*server = clock_leased_server();
	if (*server == 0)
		complain("date: the time is not known; date HOST asks a time server\n");
	return *server != 0;
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint64_t ns;
	uint32_t server;

	(void)c;
	if (argc == 1 && clock_now(&ns)) {
		print_time(ns);
		return;
	}
	if (!tcpip_ready(network(), "date") || !find_server(argc > 1 ? argv[1] : NULL, &server))
		return;
	const enum clock_end e = clock_ask(network(), server);
	if (e == CLOCK_SET && clock_now(&ns))
		print_time(ns);
	else
		complain("date: %s\n", clock_why(e));
}

extern const struct command command_date;
const struct command command_date = {
	.name = "date",
	.args = "[HOST]",
	.help = "the time of day, which HOST or the network's time server knows (SNTP)",
	.most = 1,
	.run = run,
};
