/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/loop.h>
#include "firmware/commands/address.h"
#include "firmware/commands/commands.h"
#include "firmware/commands/fetched.h"
#include "firmware/devices/wait.h"
#include "firmware/network/lwip/http.h"
#include "firmware/network/lwip/stack.h"
#include "firmware/network/net.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <lwip/tcp.h>
#include <stdio.h>
#include <string.h>

enum {
	REQUEST_MAX = 512,
	ERR_STOPPED = ERR_ABRT - 100, /* by the user: not one of lwIP's */
};

#define CONNECT_TIMEOUT UINT64_C(15000000000)
#define SILENCE		UINT64_C(15000000000) /* between two pieces */

/* One at a time. `pcb` is NULL as soon as lwIP or we have given the connection up. */
static struct {
	struct net *net;
	struct tcp_pcb *pcb;
	struct http_head head;
	struct body body;
	uint64_t progress; /* grows with each piece */
	uint64_t seen;	   /* as far as the wait has noticed */
	bool connected, ended;
	err_t err;
	char request[REQUEST_MAX];
} job;

static void end(err_t err)
{
	if (job.ended)
		return;
	job.ended = true;
	job.err = err;
}

static bool is_complete(void)
{
	return job.head.done && job.head.has_length && job.body.bytes >= job.head.length;
}

static void take(const uint8_t *p, size_t n)
{
	if (!job.head.done && !job.head.bad) {
		const size_t used = http_answer(&job.head, p, n);

		p += used;
		n -= used;
	}
	if (!job.head.done)
		return;
	if (job.head.has_length && n > job.head.length - job.body.bytes)
		n = (size_t)(job.head.length - job.body.bytes);
	body_add(&job.body, p, n);
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	const struct pbuf *q;

	(void)arg;
	(void)err;
	if (!p) {
		end(job.head.done && !job.head.has_length ? ERR_OK : ERR_CLSD);
		return ERR_OK;
	}
	for (q = p; q; q = q->next)
		take(q->payload, q->len);
	job.progress++;
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	if (job.head.bad || is_complete())
		end(ERR_OK);
	return ERR_OK;
}

static void failed(void *arg, err_t err)
{
	(void)arg;
	job.pcb = NULL;
	end(err);
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)err;
	job.connected = true;
	job.progress++;
	err = tcp_write(pcb, job.request, (u16_t)strlen(job.request), TCP_WRITE_FLAG_COPY);
	if (err == ERR_OK)
		err = tcp_output(pcb);
	if (err != ERR_OK)
		end(err);
	return ERR_OK;
}

static bool has_moved(void *arg)
{
	(void)arg;
	return job.ended || job.progress != job.seen || job.net->loop->interrupted;
}

/* Nothing of ours may be called once the command is over. */
static void drop(void)
{
	struct tcp_pcb *pcb = job.pcb;

	if (!pcb)
		return;
	job.pcb = NULL;
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_err(pcb, NULL);
	if (job.err != ERR_OK || job.head.bad || tcp_close(pcb) != ERR_OK)
		tcp_abort(pcb);
}

/* A device that fails meanwhile is brought up again, and the connection goes on. */
static void fetch(uint32_t host, uint16_t port)
{
	const ip_addr_t ip = tcpip_address(host);

	job.pcb = tcp_new();
	if (!job.pcb) {
		end(ERR_MEM);
		return;
	}
	tcp_recv(job.pcb, received);
	tcp_err(job.pcb, failed);
	err_t err = tcp_connect(job.pcb, &ip, port, connected);
	if (err != ERR_OK)
		end(err);
	while (!job.ended) {
		job.seen = job.progress;
		if (!wait_until(job.net->loop, has_moved, NULL,
				job.connected ? SILENCE : CONNECT_TIMEOUT))
			end(job.connected ? ERR_TIMEOUT : ERR_ABRT);
		else if (job.net->loop->interrupted)
			end(ERR_STOPPED);
	}
	drop();
}

static void report(const char *url)
{
	const struct http_head *h = &job.head;

	if (job.err != ERR_OK) {
		complain("get: %s: %s", url,
			 job.err == ERR_STOPPED ? "stopped" : tcpip_strerror(job.err));
		if (job.body.bytes > 0)
			printf("; %" PRIu64 " bytes had come", job.body.bytes);
		printf("\n");
	} else if (h->bad) {
		complain("get: %s: the answer is not HTTP\n", url);
	} else {
		printf("HTTP %u", h->status);
		if (h->status >= 300 && h->status < 400)
			printf(", moved to %s (not followed)",
			       h->location[0] != '\0' ? h->location : "nowhere");
		if (h->encoded)
			printf(", in an encoding that is not spoken here");
		printf(", ");
		fetched_print(&job.body);
	}
}

static void run(const struct command_context *c, int argc, char **argv)
{
	struct http_url url;
	uint32_t host;
	int n;

	(void)c;
	(void)argc;
	if (!tcpip_ready(network(), "get"))
		return;
	memset(&job, 0, sizeof(job));
	job.net = network();
	if (!http_url(argv[1], &url)) {
		complain("get: %s: not http://HOST[:PORT]/PATH\n", argv[1]);
		return;
	}
	n = snprintf(job.request, sizeof(job.request),
		     "GET %s%s HTTP/1.0\r\nHost: %s\r\nUser-Agent: picovirtio\r\n"
		     "Connection: close\r\n\r\n",
		     url.path[0] != '/' ? "/" : "", url.path, url.host);
	if (n < 0 || (size_t)n >= sizeof(job.request)) {
		complain("get: the address is too long\n");
		return;
	}
	if (address_find(network(), "get", url.host, &host)) {
		fetch(host, url.port);
		report(argv[1]);
	}
}

extern const struct command command_get;
const struct command command_get = {
	.name = "get",
	.args = "http://HOST[:PORT]/PATH",
	.help = "fetch a page: its text if it is short, its size and CRC-32",
	.least = 1,
	.most = 1,
	.run = run,
};
