/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/ourselves.h"

#include <lwip/ip4.h>
#include <lwip/pbuf.h>

enum { WAITING_MOST = 8, MTU = 1500 };

static struct netif loopback;
static struct {
	struct {
		struct netif *nif;
		struct pbuf *p;
	} waiting[WAITING_MOST];
	unsigned first, count;
} own;

/* Copies the datagram, since the sender may send it again. */
err_t ourselves_output(struct netif *nif, struct pbuf *p, const ip4_addr_t *to)
{
	(void)to;
	if (own.count == WAITING_MOST)
		return ERR_MEM;
	struct pbuf *copy = pbuf_clone(PBUF_LINK, PBUF_RAM, p);
	if (!copy)
		return ERR_MEM;
	const unsigned at = (own.first + own.count++) % WAITING_MOST;
	own.waiting[at].nif = nif;
	own.waiting[at].p = copy;
	return ERR_OK;
}

/* Answers to what is received here wait for the next turn. */
bool ourselves_service(void)
{
	const unsigned count = own.count;

	for (unsigned i = 0; i < count; i++) {
		const unsigned at = own.first;

		own.first = (own.first + 1) % WAITING_MOST;
		own.count--;
		ip4_input(own.waiting[at].p, own.waiting[at].nif);
	}
	return count > 0;
}

static err_t init(struct netif *nif)
{
	nif->name[0] = 'l';
	nif->name[1] = 'o';
	nif->output = ourselves_output;
	nif->mtu = MTU;
	return ERR_OK;
}

void ourselves_start(void)
{
	ip4_addr_t ip, mask;

	IP4_ADDR(&ip, 127, 0, 0, 1);
	IP4_ADDR(&mask, 255, 0, 0, 0);
	netif_add(&loopback, &ip, &mask, IP4_ADDR_ANY4, NULL, init, ip4_input);
	netif_set_up(&loopback);
	netif_set_link_up(&loopback);
}
