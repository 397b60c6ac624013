/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/address.h"
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/console/shell.h"
#include "firmware/network/lwip/iperf_udp.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Decimal units, as in all speeds of networks. */
static void print_result(const struct iperf_result *r)
{
	const uint64_t ms = r->ns / 1000000, kbit = ms != 0 ? r->bytes * 8 / ms : 0;
	const struct iperf_stream *s = &r->stream;
	const uint64_t jitter = s->jitter / 16;

	address_print("", r->peer, ": ");
	printf("%" PRIu64 " bytes in %" PRIu64 ".%03" PRIu64 " s, %" PRIu64 ".%" PRIu64
	       " Mbit/s%s\n",
	       r->bytes, ms / 1000, ms % 1000, kbit / 1000, kbit % 1000 / 100,
	       r->udp ? " by UDP" : "");
	if (!r->udp)
		return;
	printf("    %" PRIu32 " datagrams came, %" PRIu32 " were lost, %" PRIu32 " out of order; ",
	       s->count, s->lost, s->disordered);
	if (s->jitter == IPERF_JITTER_UNKNOWN)
		printf("jitter unknown below %d datagrams\n", IPERF_JITTER_LEAST);
	else
		printf("jitter %" PRIu64 ".%03" PRIu64 " ms\n", jitter / 1000, jitter % 1000);
}

static void print_server(void)
{
	struct iperf_result udp;

	printf("iperf: serving on port %d, %u connections now%s\n", IPERF_PORT, iperf_open(),
	       iperf_udp_active() ? ", and datagrams" : "");
	if (iperf_latest()->peer != 0)
		print_result(iperf_latest());
	if (iperf_udp_latest(&udp))
		print_result(&udp);
}

static void serve(void)
{
	const int rc = iperf_start(network());

	if (rc == VIO_OK)
		printf("iperf: serving on port %d; iperf stop ends that\n", IPERF_PORT);
	else if (rc == VIO_EBUSY)
		print_server();
	else
		complain("iperf: %s\n", vio_strerror(rc));
}

static bool parse(const char *word, uint64_t most, uint64_t *out)
{
	return !word || shell_number_word("iperf", word, 1, most, out);
}

/* `seconds_word` and `mbit_word` are NULL if these words are missing. */
static void measure(bool udp, const char *host, const char *seconds_word, const char *mbit_word)
{
	uint64_t seconds = IPERF_SECONDS, mbit = IPERF_MBIT;
	struct iperf_result r;
	uint32_t server;

	if (!parse(seconds_word, IPERF_SECONDS_MOST, &seconds) ||
	    !parse(mbit_word, IPERF_MBIT_MOST, &mbit) ||
	    !address_find(network(), "iperf", host, &server))
		return;
	const char *why =
		udp ? iperf_send_udp(network(), server, (unsigned)seconds, (unsigned)mbit, &r)
		    : iperf_send(network(), server, (unsigned)seconds, &r);
	if (why)
		complain("iperf: %s: %s\n", host, why);
	if (r.bytes > 0)
		print_result(&r);
}

static void run_stop(int argc, char **argv)
{
	if (shell_is_use("iperf stop", "", 0, 0, argc, argv) && !iperf_stop())
		complain("iperf: there is nothing to stop\n");
}

static void run_udp(int argc, char **argv)
{
	if (shell_is_use("iperf udp", "HOST [SECONDS [MBIT]]", 1, 3, argc, argv))
		measure(true, argv[1], argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	(void)c;
	if (argc > 1 && strcmp(argv[1], "stop") == 0)
		run_stop(argc - 1, argv + 1);
	else if (!tcpip_ready(network(), "iperf"))
		return;
	else if (argc == 1)
		serve();
	else if (strcmp(argv[1], "udp") == 0)
		run_udp(argc - 1, argv + 1);
	else if (shell_is_use("iperf", "HOST [SECONDS]", 1, 2, argc, argv))
		measure(false, argv[1], argc > 2 ? argv[2] : NULL, NULL);
}

extern const struct command command_iperf;
const struct command command_iperf = {
	.name = "iperf",
	.args = "[HOST [SECONDS] | udp HOST [SECONDS [MBIT]] | stop]",
	.help = "the speed of TCP, or losses and jitter of UDP at MBIT (1) Mbit/s: a server for "
		"iperf 2, or send to the one on HOST",
	.most = 4,
	.words = "udp stop",
	.run = run,
};
