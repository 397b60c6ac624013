/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/loop.h>
#include "firmware/commands/address.h"
#include "firmware/commands/commands.h"
#include "firmware/commands/fetched.h"
#include "firmware/devices/wait.h"
#include "firmware/network/lwip/stack.h"
#include "firmware/network/lwip/tftp.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <lwip/pbuf.h>
#include <lwip/udp.h>
#include <stdio.h>
#include <string.h>

enum { TRIES = 6 };

#define TIMEOUT UINT64_C(1000000000) /* before what was sent last is sent again */

/* One at a time. */
static struct {
	struct net *net;
	struct udp_pcb *pcb;
	struct tftp tftp;
	struct body body;
	ip_addr_t host;
	uint16_t port; /* the server's; another one answers than the one that was asked */
	bool answered, ended, refused;
	uint64_t progress, seen;
	uint8_t last[TFTP_PACKET_MAX]; /* what was sent last */
	size_t last_bytes;
} job;

static void send_last(void)
{
	struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)job.last_bytes, PBUF_RAM);

	if (!p)
		return; /* it is sent again, as if it had been lost */
	memcpy(p->payload, job.last, job.last_bytes);
	udp_sendto(job.pcb, p, &job.host, job.port);
	pbuf_free(p);
}

static void acknowledge(void)
{
	job.last_bytes = tftp_acknowledge(&job.tftp, job.last);
	send_last();
}

static void take(const uint8_t *packet, size_t n)
{
	const enum tftp_event e = tftp_take(&job.tftp, packet, n);

	switch (e) {
	case TFTP_DATA:
	case TFTP_LAST:
		body_add(&job.body, job.tftp.data, job.tftp.bytes);
		job.progress++;
		job.ended = e == TFTP_LAST;
		acknowledge();
		break;
	case TFTP_REPEATED:
		if (job.answered && job.tftp.block > 0)
			acknowledge();
		break;
	case TFTP_ERROR: job.refused = job.ended = true; break;
	case TFTP_NOTHING: break;
	}
}

/* The first answer tells the port; from then on nobody else is listened to. */
static void received(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
		     u16_t port)
{
	static uint8_t packet[TFTP_PACKET_MAX + 1];
	const u16_t n = pbuf_copy_partial(p, packet, sizeof(packet), 0);

	(void)arg;
	(void)pcb;
	pbuf_free(p);
	if (job.ended || !ip_addr_cmp(from, &job.host) || (job.answered && port != job.port))
		return;
	job.port = port;
	job.answered = true;
	take(packet, n);
}

static bool has_moved(void *arg)
{
	(void)arg;
	return job.ended || job.progress != job.seen || job.net->loop->interrupted;
}

static void fetch(void)
{
	unsigned tries = 0;

	send_last();
	while (!job.ended && tries < TRIES && !job.net->loop->interrupted) {
		job.seen = job.progress;
		if (wait_until(job.net->loop, has_moved, NULL, TIMEOUT))
			tries = 0;
		else if (++tries < TRIES)
			send_last();
	}
}

static const char *why(void)
{
	if (job.net->loop->interrupted)
		return "stopped";
	return job.answered ? "the server fell silent" : "no server answers";
}

static void report(const char *host, const char *file)
{
	if (job.refused)
		complain("tftp: %s: %s: %s\n", host, file, job.tftp.reason);
	else if (!job.ended)
		complain("tftp: %s: %s; %" PRIu64 " bytes had come\n", host, why(), job.body.bytes);
	else
		fetched_print(&job.body);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	uint32_t host;

	(void)c;
	(void)argc;
	if (!tcpip_ready(network(), "tftp"))
		return;
	memset(&job, 0, sizeof(job));
	job.net = network();
	job.port = TFTP_PORT;
	job.last_bytes = tftp_request(job.last, sizeof(job.last), argv[2]);
	if (job.last_bytes == 0) {
		complain("tftp: the name is too long\n");
		return;
	}
	if (!address_find(network(), "tftp", argv[1], &host))
		return;
	job.host = tcpip_address(host);
	job.pcb = udp_new();
	if (!job.pcb) {
		complain("tftp: %s\n", tcpip_strerror(ERR_MEM));
		return;
	}
	udp_recv(job.pcb, received, NULL);
	fetch();
	udp_remove(job.pcb);
	report(argv[1], argv[2]);
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
