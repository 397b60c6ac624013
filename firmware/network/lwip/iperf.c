/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/iperf.h"

#include "firmware/network/lwip/iperf_udp.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/lwip/watch.h"

#include <lwip/sys.h>
#include <lwip/tcp.h>
#include <string.h>

enum { POLLS_PER_S = 2, EVICTED = 2 };

#define NS_PER_MS UINT64_C(1000000)

/* The callbacks of lwIP only take notes here. iperf_service() closes the connections. */
struct connection {
	struct tcp_pcb *pcb;  /* NULL: free */
	bool ended;	      /* the peer has sent everything */
	unsigned silence;     /* polls */
	uint32_t first, last; /* milliseconds */
	struct iperf_result result;
};

static struct {
	struct tcp_pcb *listener;
	struct connection connections[IPERF_CONNECTIONS];
	struct iperf_result latest;
} server;

static void note_end(struct connection *c)
{
	c->result.ns = (uint64_t)(c->last - c->first) * NS_PER_MS;
	server.latest = c->result;
	c->pcb = NULL;
}

static void end(struct connection *c, void (*how)(struct tcp_pcb *pcb))
{
	struct tcp_pcb *pcb = c->pcb;

	note_end(c);
	how(pcb);
}

/* ---- Callbacks ---- */

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct connection *c = arg;

	(void)err;
	if (!p) {
		c->ended = true;
		return ERR_OK;
	}
	c->silence = 0;
	c->result.bytes += p->tot_len;
	c->last = sys_now();
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static err_t poll(void *arg, struct tcp_pcb *pcb)
{
	struct connection *c = arg;

	(void)pcb;
	c->silence++;
	return ERR_OK;
}

/* lwIP has freed the connection already. */
static void failed(void *arg, err_t err)
{
	(void)err;
	note_end(arg);
}

static struct connection *place(void)
{
	struct connection *c = &server.connections[0];

	for (unsigned i = 0; i < IPERF_CONNECTIONS; i++) {
		if (!server.connections[i].pcb)
			return &server.connections[i];
		if (server.connections[i].silence > c->silence)
			c = &server.connections[i];
	}
	if (c->silence < EVICTED)
		return NULL;
	end(c, watch_reset);
	return c;
}

/* lwIP resets a connection whose callback returns an error. */
static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	if (err != ERR_OK || !pcb)
		return ERR_VAL;
	struct connection *c = place();
	if (!c)
		return ERR_MEM;
	memset(c, 0, sizeof(*c));
	c->pcb = pcb;
	c->first = c->last = sys_now();
	c->result.peer = lwip_ntohl(ip_addr_get_ip4_u32(&pcb->remote_ip));
	watch_accepted(pcb, c, received, failed);
	tcp_poll(pcb, poll, 1);
	return ERR_OK;
}

/* ---- The server ---- */

bool iperf_service(void)
{
	bool done = false;

	for (unsigned i = 0; i < IPERF_CONNECTIONS; i++) {
		struct connection *c = &server.connections[i];
		const bool silent = c->silence > IPERF_SILENCE_S * POLLS_PER_S;

		if (!c->pcb || (!c->ended && !silent))
			continue;
		end(c, c->ended ? watch_close : watch_reset);
		done = true;
	}
	return done;
}

int iperf_start(const struct net *n)
{
	if (server.listener)
		return VIO_EBUSY;
	int rc = iperf_udp_start(n->loop);
	if (rc == VIO_OK) {
		rc = watch_listen(IPERF_PORT, accepted, &server.listener);
		if (rc != VIO_OK)
			iperf_udp_stop();
	}
	return rc;
}

bool iperf_stop(void)
{
	if (!server.listener)
		return false;
	for (unsigned i = 0; i < IPERF_CONNECTIONS; i++) {
		if (server.connections[i].pcb)
			end(&server.connections[i], watch_reset);
	}
	tcp_close(server.listener);
	server.listener = NULL;
	iperf_udp_stop();
	return true;
}

unsigned iperf_open(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < IPERF_CONNECTIONS; i++)
		count += server.connections[i].pcb ? 1 : 0;
	return count;
}

const struct iperf_result *iperf_latest(void)
{
	return &server.latest;
}
