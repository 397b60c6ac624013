/* SPDX-License-Identifier: BSD-2-Clause */
/* The server for UDP. It serves one stream; a stream that was silent for a second makes room. */
#include "firmware/network/lwip/iperf_udp.h"

#include "firmware/network/lwip/interface.h"

#include <lwip/udp.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)

static struct {
	struct udp_pcb *pcb;
	const struct vio_loop *loop;
	ip_addr_t peer; /* of the stream, or of the last one */
	u16_t port;
	bool active, known;
	uint64_t first, last;
	struct iperf_stream stream;
} server;

static bool is_peer(const ip_addr_t *from, u16_t port)
{
	return server.known && port == server.port && ip_addr_cmp(from, &server.peer);
}

static uint64_t silence(void)
{
	return vio_loop_now(server.loop) - server.last;
}

static bool begin(const ip_addr_t *from, u16_t port)
{
	if (server.active && silence() < NS_PER_S)
		return false;
	server.peer = *from;
	server.port = port;
	server.active = server.known = true;
	server.first = vio_loop_now(server.loop);
	memset(&server.stream, 0, sizeof(server.stream));
	return true;
}

/* The answer is no longer than what asks for it. */
static void answer(struct udp_pcb *pcb, const uint8_t *head, size_t n)
{
	struct pbuf *p;

	if (n < IPERF_REPORT_BYTES ||
	    !(p = pbuf_alloc(PBUF_TRANSPORT, IPERF_REPORT_BYTES, PBUF_RAM)))
		return; /* the sender asks again */
	iperf_report(p->payload, head, &server.stream, server.last - server.first);
	udp_sendto(pcb, p, &server.peer, server.port);
	pbuf_free(p);
}

static void take(struct udp_pcb *pcb, const uint8_t *head, size_t n, const ip_addr_t *from,
		 u16_t port)
{
	const bool last = iperf_is_last(head);

	if (!server.active || !is_peer(from, port)) {
		if (last && is_peer(from, port))
			answer(pcb, head, n);
		if (last || !begin(from, port))
			return;
	}
	server.last = vio_loop_now(server.loop);
	iperf_stream_take(&server.stream, head, n, server.last);
	server.active = !last;
	if (last)
		answer(pcb, head, n);
}

/* Two servers must not answer each other for ever. */
static void received(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
		     u16_t port)
{
	uint8_t head[IPERF_HEAD_BYTES];

	(void)arg;
	if (port != IPERF_PORT && pbuf_copy_partial(p, head, sizeof(head), 0) == sizeof(head))
		take(pcb, head, p->tot_len, from, port);
	pbuf_free(p);
}

int iperf_udp_start(const struct vio_loop *l)
{
	memset(&server, 0, sizeof(server));
	server.loop = l;
	server.pcb = udp_new();
	if (!server.pcb)
		return VIO_ENOMEM;
	if (udp_bind(server.pcb, IP_ANY_TYPE, IPERF_PORT) == ERR_OK) {
		udp_recv(server.pcb, received, NULL);
		return VIO_OK;
	}
	iperf_udp_stop();
	return VIO_EBUSY;
}

void iperf_udp_stop(void)
{
	udp_remove(server.pcb);
	server.pcb = NULL;
}

bool iperf_udp_active(void)
{
	return server.active && silence() <= IPERF_SILENCE_S * NS_PER_S;
}

bool iperf_udp_latest(struct iperf_result *r)
{
	if (!server.known)
		return false;
	*r = (struct iperf_result){ .peer = lwip_ntohl(ip_addr_get_ip4_u32(&server.peer)),
				    .bytes = server.stream.bytes,
				    .ns = server.last - server.first,
				    .stream = server.stream,
				    .udp = true };
	return true;
}
