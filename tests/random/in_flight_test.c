/* SPDX-License-Identifier: BSD-2-Clause */
/* 1,024 requests in flight come back in any order: each has its own bytes and length. */
#include "tests/random/traffic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { IN_FLIGHT = 1024, ROUNDS = 2 };

static struct traffic traffic; /* static, since it is large and the same for all runs */

enum order { FORWARD, BACKWARD, SHUFFLED, LAST_HALF_FIRST, ORDERS };

/* The request that comes back as number `i`, by its place among those that were taken. */
static void plan(uint16_t turn[IN_FLIGHT], enum order order)
{
	for (uint32_t i = 0; i < IN_FLIGHT; i++) {
		const uint32_t half = (i + IN_FLIGHT / 2) % IN_FLIGHT;

		turn[i] = (uint16_t)(order == BACKWARD		? IN_FLIGHT - 1 - i
				     : order == LAST_HALF_FIRST ? half
								: i);
	}
	for (uint32_t i = IN_FLIGHT - 1; order == SHUFFLED && i > 0; i--) {
		const uint32_t other = traffic_random(i + 1);
		const uint16_t swap = turn[i];

		turn[i] = turn[other];
		turn[other] = swap;
	}
}

static void fill(struct traffic *t)
{
	for (unsigned i = 0; i < IN_FLIGHT; i++)
		traffic_submit(t, 1);
	assert_int_equal(t->live, IN_FLIGHT);
	assert_int_equal(vq_free(&t->vq), 0);
	traffic_publish(t);
	for (unsigned i = 0; i < IN_FLIGHT; i++)
		traffic_take(t);
	assert_int_equal(t->in_device, IN_FLIGHT);
}

/* All complete before the driver looks, or it looks after each. Bytes and lengths are checked by
 * the cookie that comes back (traffic_reap()). */
static void round_trip(struct traffic *t, enum order order, bool at_once)
{
	uint16_t turn[IN_FLIGHT];
	const unsigned long first = t->taken;

	fill(t);
	plan(turn, order);
	for (unsigned i = 0; i < IN_FLIGHT; i++) {
		traffic_complete(t, t->order[(first + turn[i]) % IN_FLIGHT]);
		if (!at_once)
			assert_true(traffic_reap(t));
	}
	traffic_flush(t);
	while (traffic_reap(t))
		;
	assert_int_equal(t->live, 0);
	assert_int_equal(vq_free(&t->vq), IN_FLIGHT);
}

static void any_order(bool packed, bool event_idx)
{
	const struct traffic_kind kind = {
		.packed = packed, .event_idx = event_idx, .size = IN_FLIGHT, .platform = HOST_OFFSET
	};

	traffic_open(&traffic, &kind);
	/* Each round begins with the free list that the previous one has left. */
	for (unsigned i = 0; i < ROUNDS * ORDERS; i++)
		round_trip(&traffic, (enum order)(i % ORDERS), i / ORDERS % 2 == 0);
	traffic_close(&traffic);
}

static void test_split_1024_complete_in_any_order(void **state)
{
	(void)state;
	any_order(false, false);
	any_order(false, true);
}

static void test_packed_1024_complete_in_any_order(void **state)
{
	(void)state;
	any_order(true, false);
	any_order(true, true);
}

/* The other extreme: one used entry completes 1,024 requests. */
static void test_1024_end_with_one_entry(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < 4; kind++) {
		const struct traffic_kind k = { .packed = kind & 1,
						.in_order = true,
						.batch = true,
						.event_idx = kind & 2,
						.size = IN_FLIGHT,
						.platform = HOST_OFFSET };

		traffic_open(&traffic, &k);
		for (unsigned i = 0; i < ROUNDS; i++) {
			fill(&traffic);
			for (unsigned n = 0; n < IN_FLIGHT; n++)
				traffic_complete_whole(&traffic, traffic.order[n]);
			assert_int_equal(traffic.mq.held, IN_FLIGHT);
			traffic_flush(&traffic);
			while (traffic_reap(&traffic))
				;
			assert_int_equal(traffic.live, 0);
		}
		traffic_close(&traffic);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_1024_complete_in_any_order),
		cmocka_unit_test(test_packed_1024_complete_in_any_order),
		cmocka_unit_test(test_1024_end_with_one_entry),
	};

	traffic_seed(88172645463325252u);
	return cmocka_run_group_tests_name("random.in_flight", tests, NULL, NULL);
}
