/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/address.h"
#include "firmware/commands/commands.h"
#include "firmware/console/number.h"
#include "firmware/console/shell.h"
#include "firmware/network/lwip/iperf.h"
#include "firmware/network/lwip/stack.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Decimal units, as in all speeds of networks. */
static void print_result(const struct iperf_result *r)
{
	const uint64_t ms = r->ns / 1000000, kbit = ms != 0 ? r->bytes * 8 / ms : 0;

	address_print("", r->peer, ": ");
	printf("%" PRIu64 " bytes in %" PRIu64 ".%03" PRIu64 " s, %" PRIu64 ".%" PRIu64 " Mbit/s\n",
	       r->bytes, ms / 1000, ms % 1000, kbit / 1000, kbit % 1000 / 100);
}

static void serve(void)
{
	const int rc = iperf_start();

	if (rc == VIO_OK) {
		printf("iperf: serving on port %d; iperf stop ends that\n", IPERF_PORT);
		return;
	}
	if (rc != VIO_EBUSY) {
		complain("iperf: %s\n", vio_strerror(rc));
		return;
	}
	printf("iperf: serving on port %d, %u connections now\n", IPERF_PORT, iperf_open());
	if (iperf_latest()->peer != 0)
		print_result(iperf_latest());
}

static void measure(const char *host, const char *seconds_text)
{
	struct iperf_result r;
	uint64_t seconds = IPERF_SECONDS;
	uint32_t server;

	if (seconds_text &&
	    !shell_number_word("iperf", seconds_text, 1, IPERF_SECONDS_MOST, &seconds))
		return;
	if (!address_find(network(), "iperf", host, &server))
		return;
	const char *why = iperf_send(network(), server, (unsigned)seconds, &r);
	if (why)
		complain("iperf: %s: %s\n", host, why);
	if (r.bytes > 0)
		print_result(&r);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	(void)c;
	if (argc > 1 && strcmp(argv[1], "stop") == 0) {
		if (!shell_is_use("iperf stop", "", 0, 0, argc - 1, argv + 1))
			return;
		if (!iperf_stop())
			complain("iperf: there is nothing to stop\n");
		return;
	}
	if (!tcpip_ready(network(), "iperf"))
		return;
	if (argc == 1)
		serve();
	else
		measure(argv[1], argc > 2 ? argv[2] : NULL);
}

extern const struct command command_iperf;
const struct command command_iperf = {
	.name = "iperf",
	.args = "[HOST [SECONDS] | stop]",
	.help = "the speed of TCP: a server for iperf 2, or send to the one on HOST",
	.most = 2,
	.run = run,
};
