/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/tftp_fetch.h"

#include "firmware/devices/wait.h"
#include "firmware/network/lwip/interface.h"

#include <lwip/pbuf.h>
#include <lwip/udp.h>
#include <string.h>

/* How long to wait for an answer before the last packet is sent again. */
#define TIMEOUT UINT64_C(1000000000)

static struct {
	struct net *net;
	struct udp_pcb *pcb;
	const char *file;
	ip_addr_t host;
	/* The port that the server answers from; it differs from the port that was asked. */
	uint16_t port;
	bool answered, ended;
	uint64_t progress, seen;
	struct tftp_fetch result;
	uint8_t last[TFTP_PACKET_MAX]; /* the last packet that was sent */
	size_t last_bytes;
} job;

static void end(enum tftp_end how)
{
	if (job.ended)
		return;
	job.ended = true;
	job.result.end = how;
}

static void send_last(void)
{
	struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, (u16_t)job.last_bytes, PBUF_RAM);

	if (!p)
		return; /* the packet is sent again later, as if it had been lost */
	memcpy(p->payload, job.last, job.last_bytes);
	udp_sendto(job.pcb, p, &job.host, job.port);
	pbuf_free(p);
}

/* Begin a new transfer. The server chooses the port for it. */
static void ask(void)
{
	job.answered = false;
	job.port = TFTP_PORT;
	job.last_bytes = tftp_request(&job.result.tftp, job.last, sizeof(job.last), job.file);
	if (job.last_bytes == 0)
		end(TFTP_NO_NAME);
	else
		send_last();
}

static void acknowledge(void)
{
	job.last_bytes = tftp_acknowledge(&job.result.tftp, job.last);
	send_last();
}

static void go(enum tftp_end how)
{
	end(how);
	job.last_bytes = tftp_goodbye(job.last, sizeof(job.last));
	send_last();
}

static void take(const uint8_t *packet, size_t n)
{
	struct tftp *t = &job.result.tftp;
	const enum tftp_event e = tftp_take(t, packet, n);

	job.progress += e == TFTP_DATA || e == TFTP_LAST || e == TFTP_OPTIONS || e == TFTP_PLAIN;
	switch (e) {
	case TFTP_DATA:
	case TFTP_LAST:
		body_add(&job.result.body, t->data, t->bytes);
		acknowledge();
		if (e == TFTP_LAST)
			end(TFTP_COMPLETE);
		break;
	case TFTP_OPTIONS:
	case TFTP_REPEATED: acknowledge(); break;
	case TFTP_PLAIN:
		t->plain = true;
		ask();
		break;
	case TFTP_REFUSED: end(TFTP_DENIED); break;
	case TFTP_BROKEN: go(TFTP_NONSENSE); break;
	case TFTP_NOTHING: break;
	}
}

/* The first answer tells the server's port. From then on packets from other ports are ignored. */
static void received(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
		     u16_t port)
{
	static uint8_t packet[TFTP_PACKET_MAX + 1];
	const u16_t n = p->tot_len < sizeof(packet) ? p->tot_len : sizeof(packet);

	(void)arg;
	(void)pcb;
	if (!job.ended && ip_addr_cmp(from, &job.host) && (!job.answered || port == job.port)) {
		job.port = port;
		job.answered = true;
		take(pbuf_get_contiguous(p, packet, sizeof(packet), n, 0), n);
	}
	pbuf_free(p);
}

static bool has_moved(void *arg)
{
	(void)arg;
	return job.ended || job.progress != job.seen;
}

static void wait_for_file(void)
{
	struct vio_loop *l = job.net->loop;
	unsigned tries = 0;

	while (!job.ended && !l->interrupted && tries < TFTP_TRIES) {
		job.seen = job.progress;
		if (wait_until(l, has_moved, NULL, TIMEOUT))
			tries = 0;
		else if (!l->interrupted && ++tries < TFTP_TRIES)
			send_last();
	}
	if (job.ended)
		return;
	if (job.answered)
		go(l->interrupted ? TFTP_STOPPED : TFTP_SILENT);
	end(l->interrupted ? TFTP_STOPPED : TFTP_UNHEARD);
}

const struct tftp_fetch *tftp_fetch_file(struct net *n, uint32_t host, const char *file)
{
	memset(&job, 0, sizeof(job));
	job.net = n;
	job.host = tcpip_address(host);
	job.file = file;
	job.pcb = udp_new();
	if (!job.pcb) {
		end(TFTP_NO_MEMORY);
		return &job.result;
	}
	udp_recv(job.pcb, received, NULL);
	ask();
	wait_for_file();
	udp_remove(job.pcb);
	return &job.result;
}

const char *tftp_why(const struct tftp_fetch *f)
{
	switch (f->end) {
	case TFTP_COMPLETE: return "it is complete";
	case TFTP_NO_NAME: return "the name is too long";
	case TFTP_NO_MEMORY: return tcpip_strerror(ERR_MEM);
	case TFTP_STOPPED: return "stopped";
	case TFTP_UNHEARD: return "no server answers";
	case TFTP_SILENT: return "the server stopped answering";
	case TFTP_DENIED: return f->tftp.reason;
	default: return "the server answered options that were not requested";
	}
}
