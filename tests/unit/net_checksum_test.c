/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: received frames without a checksum, or with a checked one (GUEST_CSUM). */
#include "tests/unit/net_frames.h"

static void receive(struct model_net_header h, size_t n)
{
	h.num_buffers = 1;
	assert_true(model_net_receive_as(&r.m, &h, frame, n,
					 (uint32_t)(model_net_header_bytes(&r.m) + n)));
	turn();
}

static void test_checksum_that_is_missing_is_filled_in(void **state)
{
	const struct model_net_header h = { .flags = NEEDS_CSUM,
					    .csum_start = L4,
					    .csum_offset = UDP_SUM };

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		live_on(version, F_GUEST_CSUM);
		for (size_t n = L4 + 8; n <= VIO_NET_FRAME_MAX; n++) {
			build(n, 17);
			assert_false(right(frame, n));
			receive(h, n);
			assert_int_equal(got.n, n);
			assert_true(right(got.bytes, n));
			assert_true(got.checked);
			frame[L4 + UDP_SUM] = got.bytes[L4 + UDP_SUM];
			frame[L4 + UDP_SUM + 1] = got.bytes[L4 + UDP_SUM + 1];
			assert_memory_equal(got.bytes, frame, n);
		}
	}
}

/* A frame over several buffers is one frame to the checksum. */
static void test_checksum_of_a_joined_frame(void **state)
{
	const struct model_net_header h = {
		.flags = NEEDS_CSUM, .csum_start = L4, .csum_offset = UDP_SUM, .num_buffers = 3
	};
	const uint32_t part[3] = { 37, 400, 563 };

	(void)state;
	live_on(2, F_GUEST_CSUM | F_MERGE);
	build(1000, 17);
	assert_true(model_net_receive_parts(&r.m, &h, frame, part, 3));
	turn();
	assert_int_equal(got.n, 1000);
	assert_true(right(got.bytes, 1000));
}

/* In UDP a checksum of 0 means that there is none (RFC 768). */
static void test_checksum_of_zero_becomes_all_ones(void **state)
{
	const struct model_net_header h = { .flags = NEEDS_CSUM, .csum_start = L4 };

	(void)state;
	live_on(2, F_GUEST_CSUM);
	memset(frame, 0, 60);
	memset(frame + L4, 0xff, 2);
	receive(h, 60);
	assert_int_equal(got.bytes[L4] << 8 | got.bytes[L4 + 1], 0xffff);
}

static void test_net_rx_007_device_that_checked_is_believed_where_negotiated(void **state)
{
	(void)state;
	live_on(2, F_GUEST_CSUM);
	build(100, 17);
	receive((struct model_net_header){ .flags = DATA_VALID }, 100);
	assert_true(got.checked);
	assert_memory_equal(got.bytes, frame, 100);
	for (unsigned flags = 0; flags < 256; flags += 8) { /* the others mean nothing */
		receive((struct model_net_header){ .flags = (uint8_t)flags }, 100);
		assert_false(got.checked);
	}
	assert_memory_equal(got.bytes, frame, 100);
}

static void test_HD_NET_08_lk_data_valid_without_the_feature_is_ignored(void **state)
{
	(void)state;
	live_on(2, 0);
	build(100, 17);
	for (unsigned flags = 0; flags < 8; flags++) {
		receive((struct model_net_header){ .flags = (uint8_t)flags,
						   .csum_start = L4,
						   .csum_offset = UDP_SUM },
			100);
		assert_false(got.checked);
		assert_memory_equal(got.bytes, frame, 100);
	}
	assert_int_equal(got.calls, 8);
}

static void test_net_rx_004_offsets_are_not_read_with_rsc_info(void **state)
{
	(void)state;
	live_on(2, F_GUEST_CSUM);
	build(100, 17);
	receive((struct model_net_header){ .flags = NEEDS_CSUM | RSC_INFO,
					   .csum_start = UINT16_MAX,
					   .csum_offset = UDP_SUM },
		100);
	assert_int_equal(got.calls, 1);
	assert_false(got.checked);
	assert_memory_equal(got.bytes, frame, 100);
}

/* Beyond the frame, and into the link header. */
static void test_HD_NET_06_offsets_outside_the_frame_are_dropped(void **state)
{
	static const uint16_t bad[][2] = { { 99, 0 },
					   { 98, 1 },
					   { 34, 65 },
					   { 100, 0 },
					   { 0, 6 },
					   { 13, 6 },
					   { UINT16_MAX, UINT16_MAX },
					   { 34, UINT16_MAX },
					   { UINT16_MAX, 0 } };
	unsigned i;

	(void)state;
	live_on(2, F_GUEST_CSUM);
	build(100, 17);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		receive((struct model_net_header){ .flags = NEEDS_CSUM,
						   .csum_start = bad[i][0],
						   .csum_offset = bad[i][1] },
			100);
	assert_int_equal(got.calls, 0);
	assert_int_equal(net.counters.rx_offsets, i);
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
	receive((struct model_net_header){ .flags = NEEDS_CSUM, .csum_start = 98 }, 100);
	assert_int_equal(got.calls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_checksum_that_is_missing_is_filled_in),
		T(test_checksum_of_a_joined_frame),
		T(test_checksum_of_zero_becomes_all_ones),
		T(test_net_rx_007_device_that_checked_is_believed_where_negotiated),
		T(test_HD_NET_08_lk_data_valid_without_the_feature_is_ignored),
		T(test_net_rx_004_offsets_are_not_read_with_rsc_info),
		T(test_HD_NET_06_offsets_outside_the_frame_are_dropped),
#undef T
	};

	return cmocka_run_group_tests_name("net_checksum", tests, NULL, NULL);
}
