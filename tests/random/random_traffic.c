/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * random_traffic honest|hostile LAYOUT event|flags indirect|direct [SEED]
 * with LAYOUT legacy, modern, packed, modern_in_order or packed_in_order
 * runs all ring sizes, from index 0 and from 65500.
 */
#include "tests/random/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 12000, ROUNDS = 100, ROUND_STEPS = 400, START = 65500 };

static const uint16_t sizes[] = { 1, 2, 7, 8, 256, 1024 };

static struct traffic traffic; /* static, since it is large and the same for all runs */

static void add(struct traffic *sum, const struct traffic *t)
{
	sum->submitted += t->submitted;
	sum->full += t->full;
	sum->reaped += t->reaped;
	sum->kicks += t->kicks;
	sum->quiet += t->quiet;
	sum->interrupts += t->interrupts;
	sum->drained += t->drained;
}

static void honest(struct traffic_kind *k, struct traffic *sum)
{
	traffic_open(&traffic, k);
	traffic_cycle(&traffic);
	traffic_honest(&traffic, STEPS);
	add(sum, &traffic);
	traffic_close(&traffic);
}

static unsigned hostile(const struct traffic_kind *k, struct traffic *sum)
{
	unsigned broken = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		traffic_open(&traffic, k);
		/* Some correct requests first, so that the device can damage them. */
		for (unsigned n = 0; n < 8; n++) {
			traffic_submit(&traffic, TRAFFIC_SEGS);
			traffic_publish(&traffic);
			traffic_take(&traffic);
		}
		broken += traffic_hostile(&traffic, ROUND_STEPS);
		add(sum, &traffic);
		traffic_close(&traffic);
	}
	return broken;
}

static bool is(const char *arg, const char *yes, const char *no)
{
	if (strcmp(arg, yes) != 0 && strcmp(arg, no) != 0) {
		fprintf(stderr, "random_traffic: %s or %s, not %s\n", yes, no, arg);
		exit(2);
	}
	return strcmp(arg, yes) == 0;
}

int main(int argc, char **argv)
{
	struct traffic_kind k = { 0 };
	struct traffic sum = { 0 };
	unsigned broken = 0;
	unsigned long long seed;

	if (argc < 5) {
		fprintf(stderr,
			"random_traffic honest|hostile legacy|modern|packed|modern_in_order|"
			"packed_in_order event|flags indirect|direct [SEED]\n");
		return 2;
	}
	bool be_honest = is(argv[1], "honest", "hostile");
	k.packed = strncmp(argv[2], "packed", 6) == 0;
	k.in_order = strstr(argv[2], "_in_order") != NULL;
	k.legacy = !k.packed && !k.in_order && is(argv[2], "legacy", "modern");
	k.event_idx = is(argv[3], "event", "flags");
	k.indirect = is(argv[4], "indirect", "direct");
	seed = argc > 5 ? strtoull(argv[5], NULL, 0) : 88172645463325252u;
	printf("seed %llu\n", seed);
	traffic_seed(seed);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		k.size = sizes[i];
		if (!k.packed && (k.size & (k.size - 1))) /* 2.7 */
			continue;
		for (k.platform = 0; k.platform < HOST_KINDS; k.platform++) {
			k.batch = k.in_order && k.platform % 2 == 0;
			k.start = k.platform == (k.legacy ? HOST_HIGH : HOST_OFFSET) ? START : 0;
			if (be_honest)
				honest(&k, &sum);
			else
				broken += hostile(&k, &sum);
		}
	}
	printf("submitted %lu, full %lu, reaped %lu, notified %lu, quiet %lu, interrupts %lu, "
	       "drained %lu, broken %u\n",
	       sum.submitted, sum.full, sum.reaped, sum.kicks, sum.quiet, sum.interrupts,
	       sum.drained, broken);
	/* If no queue broke, the device was not hostile enough. */
	return be_honest || broken > ROUNDS ? 0 : 1;
}
