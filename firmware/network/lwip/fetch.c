/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/fetch.h"

#include "firmware/devices/wait.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/lwip/watch.h"

#include <lwip/tcp.h>
#include <stdio.h>
#include <string.h>

enum { REQUEST_MAX = HTTP_TARGET_MAX + HTTP_HOST_MAX + 128 };

#define NS_PER_S UINT64_C(1000000000)

/* lwIP's callbacks only take notes here; fetch_page() closes the connection. */
static struct {
	struct net *net;
	struct tcp_pcb *pcb; /* NULL after lwIP or this file has given up the connection */
	bool connected, ended;
	uint64_t came;	 /* bytes received */
	uint64_t last;	 /* when the latest of them came */
	uint64_t enough; /* how many bytes the wait is for */
	struct fetch result;
	char request[REQUEST_MAX];
} job;

static void end(enum fetch_end how, err_t err)
{
	if (job.ended)
		return;
	job.ended = true;
	job.result.end = how;
	job.result.err = err;
}

/* ---- Callbacks ---- */

static void add(void *arg, const uint8_t *p, size_t n)
{
	(void)arg;
	body_add(&job.result.body, p, n);
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct http_answer *a = &job.result.answer;

	(void)arg;
	(void)err;
	if (!p) {
		end(http_answer_end(a) ? FETCH_COMPLETE : FETCH_EARLY, ERR_OK);
		return ERR_OK;
	}
	for (const struct pbuf *q = p; q; q = q->next)
		http_answer_take(a, q->payload, q->len, add, NULL);
	job.came += p->tot_len;
	job.last = vio_loop_now(job.net->loop);
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	if (a->fault != HTTP_NO_FAULT)
		end(FETCH_FAULT, ERR_OK);
	else if (a->done)
		end(FETCH_COMPLETE, ERR_OK);
	return ERR_OK;
}

static void failed(void *arg, err_t err)
{
	(void)arg;
	job.pcb = NULL;
	end(FETCH_FAILED, err);
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)err;
	job.connected = true;
	err = tcp_write(pcb, job.request, (u16_t)strlen(job.request), TCP_WRITE_FLAG_COPY);
	if (err == ERR_OK)
		err = tcp_output(pcb);
	if (err != ERR_OK)
		end(FETCH_FAILED, err);
	return ERR_OK;
}

/* ---- The wait ---- */

static bool is_connected(void *arg)
{
	(void)arg;
	return job.ended || job.connected;
}

static bool is_enough(void *arg)
{
	(void)arg;
	return job.ended || job.came >= job.enough;
}

/* If Ctrl-C was pressed, that is the reason for the end. */
static void wait_for(bool (*ready)(void *arg), unsigned seconds, enum fetch_end late)
{
	struct vio_loop *l = job.net->loop;

	if (!wait_until(l, ready, NULL, seconds * NS_PER_S))
		end(l->interrupted ? FETCH_STOPPED : late, ERR_OK);
}

/* A device that fails meanwhile is restarted, and the connection continues. */
static void wait_for_answer(void)
{
	wait_for(is_connected, FETCH_CONNECT_S, FETCH_UNHEARD);
	while (!job.ended) {
		job.enough = job.came + FETCH_PACE;
		wait_for(is_enough, FETCH_SILENCE_S, FETCH_SLOW);
	}
	if (job.result.end == FETCH_SLOW &&
	    vio_loop_now(job.net->loop) - job.last >= FETCH_SILENCE_S * NS_PER_S / 2)
		job.result.end = FETCH_SILENT;
}

static void begin(uint32_t host, uint16_t port)
{
	const ip_addr_t ip = tcpip_address(host);

	if (!tcpip_has_way(host)) {
		end(FETCH_FAILED, ERR_RTE);
		return;
	}
	job.pcb = watch_new(received, failed);
	if (!job.pcb) {
		end(FETCH_FAILED, ERR_MEM);
		return;
	}
	const err_t err = tcp_connect(job.pcb, &ip, port, connected);
	if (err != ERR_OK)
		end(FETCH_FAILED, err);
}

static void drop(void)
{
	struct tcp_pcb *pcb = job.pcb;

	job.pcb = NULL;
	if (pcb && job.result.end == FETCH_COMPLETE)
		watch_close(pcb);
	else if (pcb)
		watch_reset(pcb);
}

/* The port is named unless it is 80 (RFC 9110, 7.2). */
static void write_request(const struct http_url *url)
{
	char port[sizeof(":65535")] = "";

	if (url->port != HTTP_PORT)
		snprintf(port, sizeof(port), ":%u", url->port);
	snprintf(job.request, sizeof(job.request),
		 "GET %s HTTP/1.1\r\nHost: %s%s\r\nUser-Agent: picovirtio\r\nAccept: */*\r\n"
		 "Connection: close\r\n\r\n",
		 url->target, url->host, port);
}

const struct fetch *fetch_page(struct net *n, uint32_t host, const struct http_url *url)
{
	memset(&job, 0, sizeof(job));
	job.net = n;
	write_request(url);
	begin(host, url->port);
	wait_for_answer();
	drop();
	return &job.result;
}

const char *fetch_why(const struct fetch *f)
{
	switch (f->end) {
	case FETCH_COMPLETE: return "it is complete";
	case FETCH_FAULT: return http_fault_why(f->answer.fault);
	case FETCH_STOPPED: return "stopped";
	case FETCH_UNHEARD: return "the connection was ended: the host does not answer";
	case FETCH_SILENT: return "the host sent nothing for too long";
	case FETCH_SLOW: return "the host sends too slowly";
	case FETCH_EARLY: return "the connection was closed too early";
	default: return tcpip_strerror(f->err);
	}
}
