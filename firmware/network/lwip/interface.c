/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/interface.h"

#include "firmware/devices/wait.h"
#include "firmware/words/complain.h"

#include <lwip/dhcp.h>

struct netif tcpip_netif;

/* ---- Addresses ---- */

ip4_addr_t tcpip_address(uint32_t ip)
{
	return (ip4_addr_t){ lwip_htonl(ip) };
}

bool tcpip_is_ours(const ip4_addr_t *ip)
{
	const ip4_addr_t *ours = netif_ip4_addr(&tcpip_netif);

	return ip4_addr_isloopback(ip) || (!ip4_addr_isany(ours) && ip4_addr_cmp(ip, ours));
}

bool tcpip_has_way(uint32_t ip)
{
	const ip4_addr_t to = tcpip_address(ip);

	return tcpip_is_ours(&to) || !ip4_addr_isany(netif_ip4_gw(&tcpip_netif)) ||
	       ip4_addr_netcmp(&to, netif_ip4_addr(&tcpip_netif), netif_ip4_netmask(&tcpip_netif));
}

static bool refused; /* the last lease */

/* lwIP takes any address from a server, also one that no station has. */
bool tcpip_refuse_lease(void)
{
	const uint32_t ip = lwip_ntohl(netif_ip4_addr(&tcpip_netif)->addr);
	const uint32_t mask = lwip_ntohl(netif_ip4_netmask(&tcpip_netif)->addr);

	if (!dhcp_supplied_address(&tcpip_netif) || !net_address_wrong(ip, mask))
		return false;
	dhcp_release_and_stop(&tcpip_netif);
	refused = true;
	return true;
}

static bool is_leased(void *arg)
{
	return refused || dhcp_supplied_address(&tcpip_netif) || net_gives_up(arg);
}

/* The search goes on after the time-out, so a late lease is taken too. */
int tcpip_dhcp(struct net *n, uint64_t timeout)
{
	refused = false;
	dhcp_release_and_stop(&tcpip_netif);
	if (dhcp_start(&tcpip_netif) != ERR_OK)
		return VIO_ENOMEM;
	wait_until(n->loop, is_leased, n, timeout);
	if (!net_is_live(n))
		return VIO_EDEVICE;
	if (refused || tcpip_refuse_lease())
		return VIO_EADDR;
	return dhcp_supplied_address(&tcpip_netif) ? VIO_OK : VIO_ETIMEDOUT;
}

/* ---- Words for a person ---- */

const char *tcpip_strerror(err_t err)
{
	switch (err) {
	case ERR_OK: return "done";
	case ERR_MEM: return "no memory is left for it";
	case ERR_RTE: return "there is no route to the host";
	case ERR_RST: return "the connection was refused or reset";
	case ERR_ABRT: return "the connection was ended: the host does not answer";
	case ERR_TIMEOUT: return "the host sent nothing for too long";
	case ERR_CLSD: return "the connection was closed too early";
	default: return "TCP/IP refused the request";
	}
}

bool tcpip_ready(const struct net *n, const char *command)
{
	if (!net_ready(n, command))
		return false;
	if (!ip4_addr_isany(netif_ip4_addr(&tcpip_netif)))
		return true;
	complain("%s: no address of our own yet; %s\n", command, n->stack->address_hint);
	return false;
}
