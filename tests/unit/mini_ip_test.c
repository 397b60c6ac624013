/* SPDX-License-Identifier: BSD-2-Clause */
/* The station answers ARP and echo for its own address, and nothing that is damaged. */
#include "mini_ip_rig.h"

static void set_sum(uint8_t *at, const uint8_t *p, size_t n)
{
	at[0] = at[1] = 0;
	put_sum(at, add(0, p, n));
}

static void seal(uint8_t *f, size_t n)
{
	set_sum(f + 24, f + 14, 20);
	set_sum(f + 36, f + 34, n - 34);
}

/* An echo request of `n` bytes as a whole. */
static void echo(uint8_t *f, size_t n)
{
	static const uint8_t start[] = { 0x08, 0,  0x45, 0, 0,	0, 0,	 0,    0,  0,
					 64,   1,  0,	 0, 10, 0, 2,	 2,    10, 0,
					 2,    15, 8,	 0, 0,	0, 0x12, 0x34, 0,  1 };

	ip_frame(f, n, start, sizeof(start));
	seal(f, n);
}

static void arp(uint8_t *f, uint8_t op)
{
	static const uint8_t start[] = { 0x08, 0x06, 0, 1, 8, 0, 6, 4, 0 };

	memset(f, 0, 60);
	memset(f, 0xff, 6);
	memcpy(f + 6, theirs, 6);
	memcpy(f + 12, start, sizeof(start));
	f[21] = op;
	memcpy(f + 22, theirs, 6);
	memcpy(f + 28, "\x0a\x00\x02\x02", 4);
	memcpy(f + 38, "\x0a\x00\x02\x0f", 4);
}

static void test_echo_of_every_size_is_answered(void **state)
{
	uint8_t f[MINI_IP_FRAME_MOST], want[MINI_IP_FRAME_MOST];
	size_t least;

	(void)state;
	for (size_t n = 42; n <= sizeof(f); n++) {
		echo(f, n);
		receive(f, n);
		turn_back(want, f, n);
		want[34] = 0;
		seal(want, n);
		least = n < 60 ? 60 : n;
		assert_int_equal(out.n, least);
		assert_memory_equal(out.bytes, want, least);
	}
	assert_int_equal(s.counters.echo_answered, sizeof(f) - 41);
}

static void test_arp_is_answered_for_our_address_alone(void **state)
{
	uint8_t f[60];

	(void)state;
	arp(f, 1);
	receive(f, sizeof(f));
	assert_int_equal(out.frames, 1);
	assert_memory_equal(out.bytes, theirs, 6);
	assert_memory_equal(out.bytes + 22, ours, 6);
	assert_memory_equal(out.bytes + 28, f + 38, 4);
	assert_int_equal(out.bytes[21], 2);
	f[41]++;
	receive(f, sizeof(f));
	assert_int_equal(out.frames, 1);
	s.address = 0;
	memset(f + 38, 0, 4);
	receive(f, sizeof(f));
	assert_int_equal(out.frames, 1);
}

static void test_a_changed_byte_is_never_answered(void **state)
{
	uint8_t f[100];

	(void)state;
	for (size_t i = 0; i < sizeof(f); i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			echo(f, sizeof(f));
			f[i] ^= (uint8_t)(1u << bit);
			if (i >= 6 && i < 12)
				continue; /* another sender is no damage */
			receive(f, sizeof(f));
			assert_int_equal(out.frames, 0);
		}
	}
}

static void test_a_cut_frame_is_never_answered(void **state)
{
	uint8_t f[100];

	(void)state;
	for (size_t n = 0; n < sizeof(f); n++) {
		echo(f, sizeof(f));
		receive(f, n);
		arp(f, 1);
		if (n < 42)
			receive(f, n);
	}
	assert_int_equal(out.frames, 0);
}

/* One byte or two are wrong, and the checksums are correct nevertheless. */
static void wrong(size_t at, uint8_t value)
{
	uint8_t f[100];

	echo(f, sizeof(f));
	f[at] = value;
	seal(f, sizeof(f));
	receive(f, sizeof(f));
	assert_int_equal(out.frames, 0);
}

static void test_what_is_not_spoken_is_not_answered(void **state)
{
	(void)state;
	wrong(14, 0x46); /* options */
	wrong(14, 0x44); /* a header too short */
	wrong(14, 0x65); /* version 6 */
	wrong(16, 0xff); /* longer than the frame */
	wrong(17, 19);	 /* shorter than its header */
	wrong(17, 27);	 /* shorter than an echo */
	wrong(20, 0x20); /* more fragments */
	wrong(21, 1);	 /* a later fragment */
	wrong(23, 17);	 /* UDP */
	wrong(26, 0);	 /* from nobody */
	wrong(26, 127);	 /* from itself */
	wrong(26, 255);	 /* from all */
	wrong(33, 16);	 /* for another */
	wrong(34, 13);	 /* another message */
	wrong(35, 1);	 /* of no such code */
	wrong(6, 1);	 /* sent by a group */
	wrong(0, 0xff);	 /* to a group */
	wrong(12, 0x86); /* another protocol */
}

static void test_answers_that_do_not_go_out_are_counted(void **state)
{
	uint8_t f[60];

	(void)state;
	out.full = true;
	arp(f, 1);
	receive(f, sizeof(f));
	echo(f, sizeof(f));
	receive(f, sizeof(f));
	assert_int_equal(s.counters.unsent, 2);
	assert_int_equal(s.counters.arp_answered + s.counters.echo_answered, 0);
}

static void test_ping_asks_and_believes_the_right_answer_only(void **state)
{
	uint8_t f[98], reply[60];

	(void)state;
	assert_true(mini_ip_resolve(&s, 0x0a000202));
	assert_memory_equal(out.bytes, "\xff\xff\xff\xff\xff\xff", 6);
	assert_false(mini_ip_echo(&s, 1, 1));
	arp(reply, 2);
	reply[31]++; /* somebody else's */
	receive(reply, sizeof(reply));
	assert_false(s.ping.resolved);
	reply[31]--;
	receive(reply, sizeof(reply));
	assert_true(s.ping.resolved);
	assert_true(mini_ip_echo(&s, 7, 8));
	assert_int_equal(out.n, sizeof(f));
	assert_memory_equal(out.bytes, theirs, 6);
	memcpy(f, out.bytes, sizeof(f));
	memcpy(f, ours, 6);
	memcpy(f + 6, theirs, 6);
	memcpy(f + 26, out.bytes + 30, 4);
	memcpy(f + 30, out.bytes + 26, 4);
	f[34] = 0;
	f[41]++; /* another sequence */
	seal(f, sizeof(f));
	receive(f, sizeof(f));
	assert_false(s.ping.answered);
	f[41]--;
	f[97] ^= 1; /* other data */
	seal(f, sizeof(f));
	receive(f, sizeof(f));
	assert_false(s.ping.answered);
	f[97] ^= 1;
	seal(f, sizeof(f));
	receive(f, sizeof(f));
	assert_true(s.ping.answered);
}

static void test_addresses_are_read_strictly(void **state)
{
	static const char *const bad[] = {
		"",	    "1",	  "1.2.3",     "1.2.3.4.5",
		"1.2.3.4 ", "1.2.3.256",  "1..2.3",    "a.b.c.d",
		"0.1.2.3",  "127.0.0.1",  "224.0.0.1", "255.255.255.255",
		"1.2.3.",   "0001.2.3.4", "-1.2.3.4",  "1.2.3.4294967296"
	};
	uint32_t ip = 5;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_false(mini_ip_parse(bad[i], &ip));
		assert_int_equal(ip, 5);
	}
	assert_true(mini_ip_parse("223.255.0.1", &ip));
	assert_int_equal(ip, 0xdfff0001);
}

static void test_random_frames_do_no_harm(void **state)
{
	uint8_t f[MINI_IP_FRAME_MOST + 8];
	uint32_t seed = 1;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		size_t n = (seed >> 8) % (i % 4 ? 128 : sizeof(f));
		memset(f, 0, sizeof(f));
		if (i % 2)
			echo(f, 100);
		else
			arp(f, (uint8_t)(i % 3));
		for (unsigned k = 0; k < 4; k++) {
			seed = seed * 1664525 + 1013904223;
			f[(seed >> 8) % 60] = (uint8_t)(seed >> 24);
		}
		set_sum(f + 24, f + 14, 20);
		receive(f, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
		T(test_echo_of_every_size_is_answered),
		T(test_arp_is_answered_for_our_address_alone),
		T(test_a_changed_byte_is_never_answered),
		T(test_a_cut_frame_is_never_answered),
		T(test_what_is_not_spoken_is_not_answered),
		T(test_answers_that_do_not_go_out_are_counted),
		T(test_ping_asks_and_believes_the_right_answer_only),
		T(test_addresses_are_read_strictly),
		T(test_random_frames_do_no_harm),
#undef T
	};

	return cmocka_run_group_tests_name("mini_ip", tests, NULL, NULL);
}
