/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/timers.h"

#include "firmware/network/lwip/frames.h"
#include "firmware/network/lwip/interface.h"
#include "firmware/network/lwip/watch.h"

#include <lwip/dhcp.h>
#include <lwip/igmp.h>
#include <lwip/memp.h>
#include <lwip/priv/tcp_priv.h> /* the lists of connections */
#include <lwip/stats.h>
#include <lwip/timeouts.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)
#define REST_NS	  (NS_PER_MS * REST_MS)

enum {
	REST_MS = DHCP_COARSE_TIMER_MSECS, /* at most: lwIP's longest tick, which counts leases */
	ARP_MS = 6000,			   /* lwIP asks once a second, and gives up within five */
};

static struct {
	struct vio_loop *loop;
	struct vio_timer timer;
	uint64_t rest_end; /* when lwIP's longest tick is due */
	bool resting;
} timers;

/* TCP needs its timer four times a second. lwIP's other timers may be late. */
static uint32_t pause_ms(void)
{
	const uint32_t least = tcp_active_pcbs || tcp_tw_pcbs ? 250 : 500;
	const uint32_t next = sys_timeouts_sleeptime() + 1;

	return next > least ? next : least;
}

/* A timer beside those that always run is one of TCP, or of mDNS. Both do nothing without an
 * address, but that of mDNS looks for one all the time. */
static bool has_timer(void)
{
	return lwip_stats.memp[MEMP_SYS_TIMEOUT]->used >= (unsigned)lwip_num_cyclic_timers &&
	       !ip4_addr_isany(netif_ip4_addr(&tcpip_netif));
}

/* Does lwIP wait for something, and only its ticks tell how long? */
static bool waits(void)
{
	return has_timer() || lwip_stats.memp[MEMP_REASSDATA]->used > 0 || tcpip_resolves() ||
	       frames_since_asked() < ARP_MS;
}

static uint32_t sooner(uint32_t ms, uint32_t ticks, uint32_t tick_ms)
{
	return ticks > 0 && ticks * tick_ms < ms ? ticks * tick_ms : ms;
}

/* The time after which DHCP or IGMP sends something, if nothing is received. */
static uint32_t counted_ms(void)
{
	const struct dhcp *dhcp = netif_dhcp_data(&tcpip_netif);
	uint32_t ms = REST_MS;

	if (dhcp)
		ms = sooner(ms, dhcp->request_timeout, DHCP_FINE_TIMER_MSECS);
	for (const struct igmp_group *g = netif_igmp_data(&tcpip_netif); g; g = g->next)
		ms = sooner(ms, g->timer, IGMP_TMR_INTERVAL);
	return ms;
}

static uint64_t due(uint64_t now)
{
	timers.resting = !waits();
	const uint64_t at = now + NS_PER_MS * (timers.resting ? counted_ms() : pause_ms());
	return at < timers.rest_end ? at : timers.rest_end;
}

/* lwIP compares 32 bits of milliseconds. After a longer standstill its ticks would seem to be in
 * the future, so they begin anew. */
static void begin_anew(void)
{
	const uint64_t now = timers.loop->now, was_due = timers.timer.at;

	if (now > was_due && now - was_due > REST_NS)
		sys_restart_timeouts();
}

/* lwIP's clock goes back, and then from one tick to the next. If the machine stood still for longer
 * than it ever rests, the ticks before that are lost. */
void timers_catch_up(void)
{
	uint32_t behind = REST_MS, next;

	begin_anew();
	if (!timers.resting)
		return;
	tcpip_set_behind(behind);
	while ((next = sys_timeouts_sleeptime()) < behind) {
		behind -= next;
		tcpip_set_behind(behind);
		sys_check_timeouts();
	}
	tcpip_set_behind(0);
}

static void tick(void *arg, uint64_t now)
{
	(void)arg;
	timers_catch_up();
	sys_check_timeouts();
	watch_sweep((uint32_t)(now / NS_PER_S));
	if (timers.rest_end <= now)
		timers.rest_end = now + REST_NS - (now - timers.rest_end) % REST_NS;
	vio_timer_set(timers.loop, &timers.timer, due(now));
}

void timers_look_ahead(void)
{
	if (!timers.resting)
		return;
	const uint64_t at = due(timers.loop->now);
	if (at < timers.timer.at)
		vio_timer_set(timers.loop, &timers.timer, at);
}

void timers_start(struct vio_loop *l)
{
	const uint64_t now = vio_loop_now(l);

	timers.loop = l;
	timers.timer.fire = tick;
	timers.rest_end = now + REST_NS;
	vio_timer_set(l, &timers.timer, now);
}
