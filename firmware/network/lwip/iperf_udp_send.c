/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/wait.h"
#include "firmware/network/lwip/iperf.h"
#include "firmware/network/lwip/interface.h"

#include <lwip/udp.h>
#include <string.h>

enum { BURST = 16, TRIES = 10 };

#define NS_PER_S   UINT64_C(1000000000)
#define TRY_NS	   (NS_PER_S / 4)
#define BITS_TO_NS UINT64_C(1000) /* at 1 Mbit/s */

static struct {
	struct udp_pcb *pcb;
	ip_addr_t server;
	const struct vio_loop *loop;
	uint64_t started;
	uint32_t sent;
	bool answered;
	struct iperf_stream report;
	uint64_t report_ns;
} job;

static void received(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
		     u16_t port)
{
	uint8_t bytes[IPERF_REPORT_BYTES];
	const u16_t n = pbuf_copy_partial(p, bytes, sizeof(bytes), 0);

	(void)arg;
	(void)pcb;
	pbuf_free(p);
	if (port == IPERF_PORT && ip_addr_cmp(from, &job.server))
		job.answered |= iperf_take_report(bytes, n, &job.report, &job.report_ns);
}

static bool is_answered(void *arg)
{
	(void)arg;
	return job.answered;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static err_t send(uint32_t number, bool last)
{
	struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, IPERF_DATAGRAM_BYTES, PBUF_RAM);

	if (!p)
		return ERR_MEM;
	memset(p->payload, 0, IPERF_DATAGRAM_BYTES);
	iperf_head(p->payload, number, last, vio_loop_now(job.loop));
	const err_t err = udp_sendto(job.pcb, p, &job.server, IPERF_PORT);
	pbuf_free(p);
	return err;
}

/* Send what is due. What the device has no room for is sent later. ERR_MEM is that case; the result
 * is any other error. */
static err_t send_due(uint64_t gap)
{
	const uint64_t due = (vio_loop_now(job.loop) - job.started) / gap + 1;
	err_t err = ERR_OK;

	for (unsigned i = 0; i < BURST && job.sent < due && err == ERR_OK; i++) {
		err = send(job.sent, false);
		job.sent += err == ERR_OK;
	}
	return err == ERR_MEM || err == ERR_BUF ? ERR_OK : err;
}

static const char *run(struct vio_loop *l, unsigned seconds, unsigned mbit)
{
	const uint64_t gap = IPERF_DATAGRAM_BYTES * 8 * BITS_TO_NS / mbit;
	const uint64_t end = job.started + seconds * NS_PER_S;

	for (uint64_t now = job.started; now < end && !l->interrupted; now = vio_loop_now(l)) {
		const err_t err = send_due(gap);
		const uint64_t next = job.started + job.sent * gap;

		if (err != ERR_OK)
			return tcpip_strerror(err);
		now = vio_loop_now(l);
		wait_until(l, never, NULL, next > now ? next - now : 0);
	}
	for (unsigned i = 0; i < TRIES && !job.answered && !l->interrupted; i++) {
		send(job.sent, true);
		wait_until(l, is_answered, NULL, TRY_NS);
	}
	if (l->interrupted)
		return "stopped";
	return job.answered ? NULL : "the server sent no report, so it is unknown what arrived";
}

const char *iperf_send_udp(struct net *n, uint32_t server, unsigned seconds, unsigned mbit,
			   struct iperf_result *r)
{
	memset(&job, 0, sizeof(job));
	memset(r, 0, sizeof(*r));
	job.loop = n->loop;
	job.server = tcpip_address(server);
	job.pcb = udp_new();
	if (!tcpip_has_way(server) || !job.pcb) {
		udp_remove(job.pcb);
		return tcpip_strerror(job.pcb ? ERR_RTE : ERR_MEM);
	}
	udp_recv(job.pcb, received, NULL);
	job.started = vio_loop_now(n->loop);
	const char *why = run(n->loop, seconds, mbit);
	udp_remove(job.pcb);
	if (job.report.count < IPERF_JITTER_LEAST)
		job.report.jitter = IPERF_JITTER_UNKNOWN;
	if (job.answered)
		*r = (struct iperf_result){ .peer = server,
					    .bytes = job.report.bytes,
					    .ns = job.report_ns,
					    .stream = job.report,
					    .udp = true };
	return why;
}
