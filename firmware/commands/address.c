/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/commands/address.h"
#include "firmware/words/complain.h"

#include <stdio.h>

#define TIMEOUT UINT64_C(10000000000)

void address_print(const char *before, uint32_t ip, const char *after)
{
	printf("%s%u.%u.%u.%u%s", before, (unsigned)(ip >> 24), (unsigned)(ip >> 16 & 255),
	       (unsigned)(ip >> 8 & 255), (unsigned)(ip & 255), after);
}

static unsigned prefix(uint32_t mask)
{
	unsigned n = 0;

	while (n < 32 && (mask << n & UINT32_C(0x80000000)) != 0)
		n++;
	return n;
}

void address_print_all(const struct net *n, const struct net_address *a)
{
	if (a->ip == 0) {
		printf("    address    none; %s\n", n->stack->address_hint);
		return;
	}
	address_print("    address    ", a->ip, "");
	if (a->mask != 0)
		printf("/%u%s", prefix(a->mask), a->dhcp ? " (leased)" : "");
	printf("\n");
	if (a->gateway != 0)
		address_print("    gateway    ", a->gateway, "\n");
	if (a->dns != 0)
		address_print("    names      ", a->dns, "\n");
}

static const char *why_not(const struct net *n, int rc)
{
	if (n->loop->interrupted)
		return "stopped";
	if (!net_is_live(n))
		return net_error(n, VIO_EDEVICE);
	switch (rc) {
	case VIO_EINVAL: return "not the IPv4 address of a station";
	case VIO_ENOTSUP:
		return "no name server is known; dhcp asks for one, net dns A.B.C.D sets one";
	case VIO_ENODEV: return "there is no such name, or its server does not answer";
	case VIO_ETIMEDOUT: return "the name server does not answer";
	default: return vio_strerror(rc);
	}
}

bool address_find(struct net *n, const char *command, const char *host, uint32_t *ip)
{
	const int rc = n->stack->resolve(n, host, TIMEOUT, ip);

	if (rc != VIO_OK)
		complain("%s: %s: %s\n", command, host, why_not(n, rc));
	return rc == VIO_OK;
}
