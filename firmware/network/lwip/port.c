/* SPDX-License-Identifier: BSD-2-Clause */
/* What lwIP needs from the machine: time, random numbers, and an end if it finds an error of its
 * own. */
#include <picovirtio/board.h>
#include <picovirtio/rng.h>
#include "firmware/network/lwip/hash.h"
#include "firmware/network/lwip/interface.h"

#include <arch/cc.h>
#include <lwip/sys.h>
#include <string.h>
#include <tcpip_hooks.h>

enum { NS_PER_MS = 1000000, NS_PER_ISN = 4000 };

static struct {
	const struct vio_loop *loop;
	uint64_t key[2], count;
	uint32_t behind;
} port;

u32_t sys_now(void)
{
	return (u32_t)(vio_loop_now(port.loop) / NS_PER_MS) - port.behind;
}

void tcpip_set_behind(uint32_t ms)
{
	port.behind = ms;
}

void tcpip_assertion(const char *what)
{
	vio_board_panic(what);
}

uint32_t tcpip_random(void)
{
	return (uint32_t)hash_keyed(port.key, ++port.count, vio_loop_now(port.loop));
}

u32_t tcpip_isn(const ip_addr_t *here, u16_t our_port, const ip_addr_t *there, u16_t their_port)
{
	const uint64_t ends =
		(uint64_t)ip_addr_get_ip4_u32(here) << 32 | ip_addr_get_ip4_u32(there);
	const uint64_t ports = (uint64_t)our_port << 16 | their_port;

	return (u32_t)(hash_keyed(port.key, ends, ports) + vio_loop_now(port.loop) / NS_PER_ISN);
}

/* The seed of the key. Further seeds are added to it, and never weaken it. */
enum { SEED_BYTES = 64 };

static void stir(const uint8_t *p, size_t n)
{
	uint64_t word;

	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		port.key[0] ^= hash_keyed(port.key, word, ++port.count);
		port.key[1] ^= hash_keyed(port.key, word, ++port.count);
	}
}

static void on_bytes(struct vio_rng *r, struct vio_rng_request *request)
{
	(void)r;
	stir(request->p, request->n);
}

static bool ask(struct vio_rng *r)
{
	static struct vio_rng_request request;
	static uint8_t bytes[SEED_BYTES];

	if (request.busy) /* an earlier request is still in flight */
		return false;
	request = (struct vio_rng_request){ .p = bytes, .len = sizeof(bytes), .done = on_bytes };
	int rc = vio_rng_submit(r, &request);
	vio_rng_kick(r);
	return rc == VIO_OK;
}

/* Without an entropy device the seed comes from the clock, which a neighbour can guess. */
void tcpip_port_start(struct net *n)
{
	uint64_t seed[2] = { 0 };

	port.loop = n->loop;
	memcpy(seed, n->mac, sizeof(n->mac));
	seed[1] = vio_loop_now(n->loop);
	stir((const uint8_t *)seed, sizeof(seed));
	for (struct vio_device *d = n->probe->devices; d; d = d->next) {
		if (d->state == VIO_LIVE && vio_rng_of(d) && ask(vio_rng_of(d)))
			return;
	}
}
