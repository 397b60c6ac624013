/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/clock.h"

#include "firmware/devices/wait.h"
#include "firmware/network/lwip/sntp.h"
#include "firmware/network/lwip/interface.h"

#include <lwip/dhcp.h>
#include <lwip/udp.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S UINT64_C(1000000000)

static struct {
	const struct vio_loop *loop; /* NULL: the time is not known */
	uint64_t started;	     /* the time of day when the machine's clock was 0 */
	uint64_t asked;		     /* when the answer came, by the machine's clock */
	uint32_t server, leased;
} told;

static struct {
	struct vio_loop *loop;
	ip_addr_t server;
	uint64_t nonce, sent;
	enum sntp_answer answer; /* SNTP_NOT_OURS: there is no answer */
} job;

/* The server's time is as old as half of the round trip (RFC 4330, 5). */
static void set(uint64_t server_ns, uint64_t now)
{
	told.loop = job.loop;
	told.asked = now;
	told.started = server_ns + (now - job.sent) / 2 - now;
	told.server = lwip_ntohl(ip_addr_get_ip4_u32(&job.server));
}

static void received(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from,
		     u16_t port)
{
	uint8_t packet[SNTP_BYTES];
	const u16_t n = pbuf_copy_partial(p, packet, sizeof(packet), 0);
	uint64_t ns = 0;

	(void)arg;
	(void)pcb;
	pbuf_free(p);
	if (job.answer != SNTP_NOT_OURS || port != SNTP_PORT || !ip_addr_cmp(from, &job.server))
		return;
	job.answer = sntp_take(packet, n, job.nonce, &ns);
	if (job.answer == SNTP_TIME)
		set(ns, vio_loop_now(job.loop));
}

static void ask(struct udp_pcb *pcb)
{
	struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, SNTP_BYTES, PBUF_RAM);

	if (!p)
		return; /* the next try asks again */
	job.nonce = (uint64_t)tcpip_random() << 32 | tcpip_random();
	job.sent = vio_loop_now(job.loop);
	sntp_request(p->payload, job.nonce);
	udp_sendto(pcb, p, &job.server, SNTP_PORT);
	pbuf_free(p);
}

static bool is_answered(void *arg)
{
	(void)arg;
	return job.answer != SNTP_NOT_OURS;
}

static enum clock_end result(void)
{
	switch (job.answer) {
	case SNTP_TIME: return CLOCK_SET;
	case SNTP_UNSYNCHRONIZED: return CLOCK_UNSYNCHRONIZED;
	case SNTP_GO_AWAY: return CLOCK_REFUSED;
	default: return job.loop->interrupted ? CLOCK_STOPPED : CLOCK_UNHEARD;
	}
}

enum clock_end clock_ask(struct net *n, uint32_t server)
{
	struct udp_pcb *pcb = udp_new();

	if (!pcb)
		return CLOCK_NO_MEMORY;
	memset(&job, 0, sizeof(job));
	job.loop = n->loop;
	job.server = tcpip_address(server);
	udp_recv(pcb, received, NULL);
	for (unsigned tries = 0; tries < CLOCK_TRIES && !n->loop->interrupted; tries++) {
		ask(pcb);
		if (wait_until(n->loop, is_answered, NULL, NS_PER_S))
			break;
	}
	udp_remove(pcb);
	return result();
}

const char *clock_why(enum clock_end e)
{
	switch (e) {
	case CLOCK_SET: return "it is known";
	case CLOCK_UNHEARD: return "no time server answers";
	case CLOCK_UNSYNCHRONIZED: return "the server does not know the time itself";
	case CLOCK_REFUSED: return "the server wants no requests";
	case CLOCK_STOPPED: return "stopped";
	default: return tcpip_strerror(ERR_MEM);
	}
}

bool clock_now(uint64_t *unix_ns)
{
	if (!told.loop)
		return false;
	*unix_ns = told.started + vio_loop_now(told.loop);
	return true;
}

void clock_source(uint32_t *server, uint64_t *seconds_ago)
{
	*server = told.server;
	*seconds_ago = (vio_loop_now(told.loop) - told.asked) / NS_PER_S;
}

/* lwIP calls this with the time servers of a lease. */
void dhcp_set_ntp_servers(u8_t count, const ip4_addr_t *servers)
{
	told.leased = count > 0 ? lwip_ntohl(ip4_addr_get_u32(servers)) : 0;
}

uint32_t clock_leased_server(void)
{
	return told.leased;
}

void clock_http_line(char to[CLOCK_HTTP_MAX])
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct sntp_date d;
	uint64_t ns;

	to[0] = '\0';
	if (!clock_now(&ns))
		return;
	sntp_date(ns, &d);
	snprintf(to, CLOCK_HTTP_MAX, "Date: %s, %02u %s %04u %02u:%02u:%02u GMT\r\n",
		 days[d.weekday], d.day, months[d.month - 1], d.year, d.hour, d.minute, d.second);
}
