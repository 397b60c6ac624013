/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/address.h"
#include "firmware/console/command.h"
#include "firmware/commands/fetched.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/lwip/tftp_fetch.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>

static void print_failure(const char *host, const char *file, const struct tftp_fetch *f)
{
	complain("tftp: %s: %s: ", host, file);
	print_outside(tftp_why(f));
	if (f->body.bytes > 0 && f->tftp.has_total)
		printf("; %" PRIu64 " of %" PRIu64 " bytes had come", f->body.bytes, f->tftp.total);
	else if (f->body.bytes > 0)
		printf("; %" PRIu64 " bytes had come", f->body.bytes);
	printf("\n");
}

/* If fewer bytes arrived than the server announced, the file may have changed meanwhile. */
static void print_file(const struct tftp_fetch *f)
{
	if (f->tftp.has_total && f->tftp.total != f->body.bytes)
		complain("tftp: the server announced %" PRIu64 " bytes\n", f->tftp.total);
	fetched_print(&f->body);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint32_t host;

	(void)c;
	(void)argc;
	if (!tcpip_ready(network(), "tftp") || !address_find(network(), "tftp", argv[1], &host))
		return;
	const struct tftp_fetch *f = tftp_fetch_file(network(), host, argv[2]);
	if (f->end == TFTP_COMPLETE)
		print_file(f);
	else
		print_failure(argv[1], argv[2], f);
}

extern const struct command command_tftp;
const struct command command_tftp = {
	.name = "tftp",
	.args = "HOST FILE",
	.help = "fetch a file from a TFTP server: its text if it is short, its size and CRC-32",
	.least = 2,
	.most = 2,
	.run = run,
};
