/* SPDX-License-Identifier: BSD-2-Clause */
/* picovirtio.local, the name of the machine on its network, also if other stations have it; and the
 * names of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/network/lwip/name.h"
#include "firmware/network/lwip/interface.h"
#include "tcpip_pools.h"
#include "tcpip_udp.h"

enum { MDNS_PORT = 5353, FLOOD = 20000, QUERY = 0, RESPONSE = 0x84 };

static const uint8_t group[] = { 224, 0, 0, 251 };

static int begin(void **state)
{
	setup(state);
	introduce();
	wire.queued = 0;
	pools_remember();
	return 0;
}

static int all_gone(void **state)
{
	(void)state;
	wire.each_turn = NULL;
	pass(60 * SECOND);
	pools_check();
	return 0;
}

/* A name "a.b" as DNS has it; its length. */
static size_t put_name(uint8_t *to, const char *name)
{
	size_t used = 0;

	for (const char *end; *name != '\0'; name = *end == '.' ? end + 1 : end) {
		end = name + strcspn(name, ".");
		to[used++] = (uint8_t)(end - name);
		memcpy(to + used, name, (size_t)(end - name));
		used += (size_t)(end - name);
	}
	to[used++] = 0;
	return used;
}

/* A question for an address, or an answer that says it is 10.0.2.2's. */
static size_t message(uint8_t *to, const char *name, uint8_t kind)
{
	size_t used = 12;

	memset(to, 0, used);
	to[2] = kind;
	to[kind == QUERY ? 5 : 7] = 1;
	used += put_name(to + used, name);
	memcpy(to + used, "\0\1\0\1\0\0\0\x78\0\4\x0a\0\2\2", 14);
	return used + (kind == QUERY ? 4 : 14);
}

/* To the group, as every mDNS frame. */
static void say(const uint8_t *data, size_t n)
{
	uint8_t f[VIO_NET_FRAME_MAX];

	udp(f, 42 + n, MDNS_PORT, MDNS_PORT);
	memcpy(f, "\1\0\x5e\0\0\xfb", 6);
	memcpy(f + 30, group, sizeof(group));
	memcpy(f + 42, data, n);
	seal(f, 42 + n);
	receive(f, 42 + n);
}

/* Do the frames that were sent to the group have these bytes? Takes them. */
static bool was_said(const void *bytes, size_t n)
{
	bool seen = false;

	for (; wire.queued > 0; wire.queued--, wire.first = (wire.first + 1) % WIRE_QUEUE) {
		const uint8_t *f = wire.queue[wire.first];

		if (memcmp(f + 30, group, sizeof(group)) != 0)
			continue;
		for (size_t i = 42; i + n <= VIO_NET_FRAME_MAX; i++)
			seen |= memcmp(f + i, bytes, n) == 0;
	}
	return seen;
}

static void test_the_name_is_answered(void **state)
{
	uint8_t data[200];

	(void)state;
	assert_string_equal(name_of_us(), "picovirtio");
	say(data, message(data, "picovirtio.local", QUERY));
	assert_true(was_said("\x0a\0\2\x0f", 4));
	pass(2 * SECOND); /* the group gets an answer once a second at most (RFC 6762, 6) */
	say(data, message(data, "PicoVirtio.local", QUERY));
	assert_true(was_said("\x0a\0\2\x0f", 4));
	say(data, message(data, "other.local", QUERY));
	assert_int_equal(wire.queued, 0);
}

static size_t answer_peer(const uint8_t *data, size_t n, uint16_t to, uint16_t *from,
			  uint8_t *answer, size_t room)
{
	(void)from;
	(void)room;
	if (to != MDNS_PORT || n < 12 || memcmp(data + 12, "\4peer", 5) != 0)
		return 0;
	/* Who asks from another port than 5353 gets the question back (RFC 6762, 6.7). */
	memcpy(answer, data, n);
	answer[2] = RESPONSE;
	answer[7] = 1;
	answer[n - 2] = 0; /* without the wish for a direct answer */
	memcpy(answer + n, "\xc0\x0c\0\1\0\1\0\0\0\x78\0\4\x0a\0\2\2", 16);
	return n + 16;
}

static void test_names_of_others_need_no_server(void **state)
{
	uint32_t address = 0;

	(void)state;
	net_lwip.set_dns(&net, 0);
	udp_answers = answer_peer;
	wire.each_turn = udp_turn;
	assert_int_equal(net_lwip.resolve(&net, "peer.local", 10 * SECOND, &address), VIO_OK);
	assert_int_equal(address, 0x0a000202);
	assert_int_equal(net_lwip.resolve(&net, "nobody.local", 60 * SECOND, &address), VIO_ENODEV);
	assert_int_equal(net_lwip.resolve(&net, "peer.localx", SECOND, &address), VIO_ENOTSUP);
}

/* mDNS that is nearly right, and frames to groups that we are not in. */
static void test_a_flood_does_no_harm(void **state)
{
	static const char *const names[] = { "picovirtio.local", "x.local",
					     "15.2.0.10.in-addr.arpa",
					     "_services._dns-sd._udp.local" };

	(void)state;
	srand(9);
	for (unsigned i = 0; i < FLOOD; i++) {
		uint8_t data[300];
		size_t n = message(data, names[rand() % 4], rand() % 2 ? QUERY : RESPONSE);

		data[n - (data[2] == QUERY ? 3 : 13)] = (uint8_t)(rand() % 2 ? 1 : rand());
		for (unsigned k = (unsigned)rand() % 4; k > 0; k--)
			data[2 + (unsigned)rand() % (unsigned)(n - 2)] = (uint8_t)rand();
		if (rand() % 8 == 0)
			n = 1 + (unsigned)rand() % (unsigned)n;
		say(data, n);
		if (i % 64 == 0)
			pass(SECOND / 4);
	}
	wire.queued = 0;
}

/* The link was away, and the name is asked for again: by now another station has it. */
static void replug_beside(const char *name)
{
	uint8_t data[200];

	wire.up = false;
	pass(SECOND);
	wire.up = true;
	for (unsigned k = 0; k < 12; k++) {
		pass(SECOND / 4);
		say(data, message(data, name, RESPONSE));
	}
	pass(5 * SECOND);
	wire.queued = 0;
}

/* The last test: lwIP begins once in a process, and no name is left after it. */
static void test_a_name_that_is_taken_is_given_up(void **state)
{
	uint8_t data[200];

	(void)state;
	replug_beside("picovirtio.local");
	assert_string_equal(name_of_us(), "picovirtio-010203");
	say(data, message(data, "picovirtio.local", QUERY));
	assert_false(was_said("\x0a\0\2\x0f", 4));
	say(data, message(data, "picovirtio-010203.local", QUERY));
	assert_true(was_said("\x0a\0\2\x0f", 4));
	replug_beside("picovirtio-010203.local");
	assert_null(name_of_us());
	say(data, message(data, "picovirtio-010203.local", QUERY));
	assert_false(was_said("\x0a\0\2\x0f", 4));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, all_gone)
	const struct CMUnitTest tests[] = {
		T(test_the_name_is_answered),
		T(test_names_of_others_need_no_server),
		T(test_a_flood_does_no_harm),
		T(test_a_name_that_is_taken_is_given_up),
	};
#undef T
	return cmocka_run_group_tests(tests, start, NULL);
}
