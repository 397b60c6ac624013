/* SPDX-License-Identifier: BSD-2-Clause */
/* The station's UDP echo returns what was sent, and does not answer damaged datagrams. */
#include "mini_ip_rig.h"

static void seal(uint8_t *f, size_t n)
{
	f[24] = f[25] = f[40] = f[41] = 0;
	put_sum(f + 24, add(0, f + 14, 20));
	put_sum(f + 40, add((uint32_t)(17 + n - 34), f + 26, n - 26));
}

/* A datagram for port 7, `n` bytes as a frame. */
static void datagram(uint8_t *f, size_t n)
{
	static const uint8_t start[] = { 0x08, 0,  0x45, 0, 0, 0,  0, 0, 0,  0,	   64, 17, 0,
					 0,    10, 0,	 2, 2, 10, 0, 2, 15, 0xc0, 1,  0,  7 };

	ip_frame(f, n, start, sizeof(start));
	f[38] = (uint8_t)((n - 34) >> 8);
	f[39] = (uint8_t)(n - 34);
	seal(f, n);
}

static void test_datagrams_of_every_size_come_back(void **state)
{
	uint8_t f[MINI_IP_FRAME_MOST], want[MINI_IP_FRAME_MOST];

	(void)state;
	for (size_t n = 42; n <= sizeof(f); n++) {
		datagram(f, n);
		receive(f, n);
		turn_back(want, f, n);
		memcpy(want + 34, f + 36, 2);
		memcpy(want + 36, f + 34, 2);
		seal(want, n);
		assert_int_equal(out.n, n < 60 ? 60 : n);
		assert_memory_equal(out.bytes, want, out.n);
	}
	assert_int_equal(s.counters.udp_answered, sizeof(f) - 41);
}

static void test_a_changed_byte_does_not_come_back(void **state)
{
	uint8_t f[101];

	(void)state;
	for (size_t i = 14; i < sizeof(f); i++) {
		datagram(f, sizeof(f));
		f[i] ^= 0x10;
		receive(f, sizeof(f));
	}
	assert_int_equal(out.frames, 0);
}

/* A checksum of 0 means that there is none, in a datagram that is correct otherwise. */
static void test_a_datagram_without_a_sum_comes_back(void **state)
{
	uint8_t f[60];

	(void)state;
	datagram(f, sizeof(f));
	f[40] = f[41] = 0;
	receive(f, sizeof(f));
	assert_int_equal(out.frames, 1);
}

static void expect_silence(uint8_t *f, size_t n)
{
	seal(f, n);
	receive(f, n);
	assert_int_equal(out.frames, 0);
}

static void test_lengths_that_disagree_are_refused(void **state)
{
	uint8_t f[80];

	(void)state;
	datagram(f, sizeof(f));
	f[39]--;
	expect_silence(f, sizeof(f));
	f[39] += 2;
	expect_silence(f, sizeof(f));
	f[38] = f[39] = 0;
	expect_silence(f, sizeof(f));
	assert_int_equal(s.counters.damaged, 3);
}

static void test_other_ports_and_other_services_get_no_answer(void **state)
{
	uint8_t f[80];

	(void)state;
	datagram(f, sizeof(f));
	f[37] = 8;
	expect_silence(f, sizeof(f));
	datagram(f, sizeof(f));
	f[34] = 0;
	f[35] = 7; /* from an echo service: the two would answer each other for ever */
	expect_silence(f, sizeof(f));
	f[34] = 3;
	f[35] = 0xff;
	expect_silence(f, sizeof(f));
	f[34] = 4;
	f[35] = 0;
	seal(f, sizeof(f));
	receive(f, sizeof(f));
	assert_int_equal(out.frames, 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, setup)
	const struct CMUnitTest tests[] = {
		T(test_datagrams_of_every_size_come_back),
		T(test_a_changed_byte_does_not_come_back),
		T(test_a_datagram_without_a_sum_comes_back),
		T(test_lengths_that_disagree_are_refused),
		T(test_other_ports_and_other_services_get_no_answer),
	};
#undef T
	return cmocka_run_group_tests(tests, NULL, NULL);
}
