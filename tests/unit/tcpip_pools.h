/* SPDX-License-Identifier: BSD-2-Clause */
/* What every test of TCP/IP checks: after all connections are gone, each pool of lwIP holds what it
 * held before. A sanitizer does not notice the leak of a buffer. */
#ifndef TCPIP_POOLS_H
#define TCPIP_POOLS_H

#include <lwip/memp.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/stats.h>

static size_t pools_before[MEMP_MAX];

static void pools_remember(void)
{
	for (unsigned i = 0; i < MEMP_MAX; i++)
		pools_before[i] = lwip_stats.memp[i]->used;
}

static void pools_check(void)
{
	assert_null(tcp_active_pcbs);
	assert_null(tcp_bound_pcbs);
	for (unsigned i = 0; i < MEMP_MAX; i++) {
		const size_t used = lwip_stats.memp[i]->used;

		if (i == MEMP_SYS_TIMEOUT && used < pools_before[i])
			continue; /* a timer of the start has fired: lwIP 2.2 has some */
		if (used != pools_before[i])
			fail_msg("pool %u: %u used, not %u", i, (unsigned)used,
				 (unsigned)pools_before[i]);
	}
}

#endif
