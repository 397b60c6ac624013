/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/counters.h"

#include <inttypes.h>
#include <lwip/stats.h>
#include <stdio.h>

/* lwIP counts some dropped datagrams both in `drop` and by their reason, others in only one of the
 * two. */
void counters_drops(const struct stats_proto *s, struct drops *d)
{
	*d = (struct drops){ .checksum = s->chkerr,
			     .length = s->lenerr,
			     .memory = s->memerr,
			     .unwanted = s->proterr,
			     .other = s->opterr + s->rterr + s->err };
	d->all = d->checksum + d->length + d->memory + d->unwanted + d->other;
	if (s->drop > d->all) {
		d->other += s->drop - d->all;
		d->all = s->drop;
	}
}

static void print_protocol(const char *name, const struct stats_proto *s)
{
	struct drops d;

	counters_drops(s, &d);
	printf("    %-10s %" PRIu32 " in, %" PRIu32 " out; dropped %" PRIu32, name, s->recv,
	       s->xmit, d.all);
	if (d.all != 0)
		printf(": %" PRIu32 " checksum, %" PRIu32 " length, %" PRIu32 " memory, %" PRIu32
		       " unwanted, %" PRIu32 " other",
		       d.checksum, d.length, d.memory, d.unwanted, d.other);
	printf("\n");
}

void counters_print(void)
{
	print_protocol("frames", &lwip_stats.link);
	print_protocol("ARP", &lwip_stats.etharp);
	print_protocol("IP", &lwip_stats.ip);
	print_protocol("fragments", &lwip_stats.ip_frag);
	print_protocol("ICMP", &lwip_stats.icmp);
	print_protocol("UDP", &lwip_stats.udp);
	print_protocol("TCP", &lwip_stats.tcp);
}
