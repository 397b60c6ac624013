/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/name.h"

#include "firmware/network/lwip/interface.h"

#include <lwip/apps/mdns.h>
#include <lwip/init.h>
#include <stdio.h>

enum { TTL_S = 120 }; /* RFC 6762, 10 */

/* lwIP 2.2 takes no lifetime, and also announces services. */
#if LWIP_VERSION_MAJOR == 2 && LWIP_VERSION_MINOR < 2
#define ADD_NETIF(nif, name) mdns_resp_add_netif(nif, name, TTL_S)
#define AND_SLOT
#else
#define ADD_NETIF(nif, name) mdns_resp_add_netif(nif, name)
#define AND_SLOT	     , s8_t slot __attribute__((unused))
#endif

static struct {
	char name[sizeof("picovirtio-010203")];
	unsigned conflicts;
	bool ours, taken; /* taken: by another host, as the last answer said */
} us = { .name = "picovirtio" };

/* Called in a callback of lwIP. */
static void judged(struct netif *nif, u8_t result AND_SLOT)
{
	(void)nif;
	us.ours = result == MDNS_PROBING_SUCCESSFUL;
	us.taken = !us.ours;
}

void name_start(const struct net *n)
{
	(void)n;
	mdns_resp_init();
	mdns_resp_register_name_result_cb(judged);
	ADD_NETIF(&tcpip_netif, us.name);
}

bool name_service(const struct net *n)
{
	if (!us.taken)
		return false;
	us.taken = false;
	if (us.conflicts++ > 0)
		return false;
	snprintf(us.name, sizeof(us.name), "picovirtio-%02x%02x%02x", n->mac[3], n->mac[4],
		 n->mac[5]);
	mdns_resp_rename_netif(&tcpip_netif, us.name);
	return true;
}

const char *name_of_us(void)
{
	return us.ours ? us.name : NULL;
}
