/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/wait.h"
#include "firmware/network/lwip/iperf.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/lwip/watch.h"

#include <lwip/tcp.h>
#include <string.h>

enum { CONNECT_S = 15, PIECE = TCP_MSS };

#define NS_PER_S UINT64_C(1000000000)

/* The callbacks of lwIP only take notes here. iperf_send() closes the connection. */
static struct {
	struct tcp_pcb *pcb;
	bool connected, sending;
	err_t err; /* why the connection has ended, or does not begin */
	uint64_t acknowledged, started;
	const struct vio_loop *loop;
} job;

/* Zeros. The server reads the first ones as iperf's header, in which zeros request nothing. */
static void push(struct tcp_pcb *pcb)
{
	static const uint8_t zeros[PIECE];

	while (job.sending && tcp_sndbuf(pcb) >= PIECE &&
	       tcp_write(pcb, zeros, PIECE, TCP_WRITE_FLAG_COPY) == ERR_OK)
		;
	tcp_output(pcb);
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t n)
{
	(void)arg;
	job.acknowledged += n;
	push(pcb);
	return ERR_OK;
}

static err_t poll(void *arg, struct tcp_pcb *pcb)
{
	(void)arg;
	push(pcb);
	return ERR_OK;
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)err;
	job.connected = job.sending = true;
	job.started = vio_loop_now(job.loop);
	push(pcb);
	return ERR_OK;
}

/* What the server says is not for us. */
static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg;
	(void)err;
	if (p) {
		tcp_recved(pcb, p->tot_len);
		pbuf_free(p);
	} else {
		job.err = ERR_CLSD;
	}
	return ERR_OK;
}

static void failed(void *arg, err_t err)
{
	(void)arg;
	job.pcb = NULL;
	job.err = err;
}

static bool is_connected(void *arg)
{
	(void)arg;
	return job.connected || job.err != ERR_OK;
}

static bool is_broken(void *arg)
{
	(void)arg;
	return job.err != ERR_OK;
}

static bool begin(uint32_t ip)
{
	const ip_addr_t to = tcpip_address(ip);

	job.err = tcpip_has_way(ip) ? ERR_MEM : ERR_RTE;
	job.pcb = job.err == ERR_RTE ? NULL : watch_new(received, failed);
	if (!job.pcb)
		return false;
	tcp_sent(job.pcb, sent);
	tcp_poll(job.pcb, poll, 1);
	job.err = tcp_connect(job.pcb, &to, IPERF_PORT, connected);
	return job.err == ERR_OK;
}

static const char *run(struct vio_loop *l, uint32_t ip, unsigned seconds)
{
	if (!begin(ip))
		return tcpip_strerror(job.err);
	if (!wait_until(l, is_connected, NULL, CONNECT_S * NS_PER_S))
		return l->interrupted ? "stopped" : "nothing answers on port 5001";
	if (job.err == ERR_OK)
		wait_until(l, is_broken, NULL, seconds * NS_PER_S);
	if (job.err != ERR_OK)
		return tcpip_strerror(job.err);
	return l->interrupted ? "stopped" : NULL;
}

const char *iperf_send(struct net *n, uint32_t server, unsigned seconds, struct iperf_result *r)
{
	memset(&job, 0, sizeof(job));
	job.loop = n->loop;
	const char *why = run(n->loop, server, seconds);
	*r = (struct iperf_result){ .peer = server, .bytes = job.acknowledged };
	if (job.connected)
		r->ns = vio_loop_now(n->loop) - job.started;
	if (job.pcb && !why)
		watch_close(job.pcb);
	else if (job.pcb)
		watch_reset(job.pcb);
	return why;
}
