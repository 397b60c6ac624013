/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: frames in several receive buffers (MRG_RXBUF), from correct and from wrong devices.
 */
#include "tests/unit/net_rig.h"

enum { LARGE = 9014 };

static uint8_t room[LARGE];

static void open_kind(unsigned i, bool large)
{
	prepare(kinds[i].version, kinds[i].features | F_MERGE, 256);
	if (large)
		assert_int_equal(vio_net_large(&net, room, sizeof(room)), VIO_OK);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
	assert_true(vio_has(r.d, VIO_NET_F_MRG_RXBUF));
}

/* A frame of `count` parts, num_buffers as said. */
static void parts(uint16_t said, const uint32_t *part, unsigned count)
{
	const struct model_net_header h = { .num_buffers = said };
	size_t n = 0;

	for (unsigned i = 0; i < count; i++)
		n += part[i];
	assert_true(model_net_receive_parts(&r.m, &h, frame_of(n), part, count));
	turn();
}

/* Whatever happened before, no buffer is lost, and a correct frame arrives. */
static void still_fine(void)
{
	got.calls = 0;
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
	assert_true(model_net_receive(&r.m, frame_of(77), 77));
	turn();
	assert_int_equal(got.calls, 1);
	assert_int_equal(got.n, 77);
	assert_memory_equal(got.bytes, frame_of(77), 77);
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
}

static void test_net_leg_004_header_is_12_bytes_where_frames_are_merged(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i, false);
		assert_int_equal(model_net_header_bytes(&r.m), 12);
		for (size_t n = VIO_NET_LINK_BYTES; n <= VIO_NET_FRAME_MAX; n += 25) {
			assert_true(model_net_receive(&r.m, frame_of(n), n));
			turn();
			assert_int_equal(got.n, n);
			assert_memory_equal(got.bytes, frame_of(n), n);
			assert_int_equal(vio_net_send(&net, got.bytes, n), VIO_OK);
			turn();
		}
		assert_int_equal(net.counters.rx_joined, 0);
		assert_int_equal(host.nsent, net.counters.rx_frames);
	}
}

/* Short parts do not follow the specification (5.1.6.4.1), and are accepted nevertheless. */
static void test_net_rx_018_parts_are_put_together(void **state)
{
	const uint32_t part[VIO_NET_RX_BUFFERS] = { 3, 0, 100, 1, 200, 15, 16, 17,
						    0, 9, 8,   7, 6,   5,  4,  1000 };
	unsigned count;
	size_t n;

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i, i % 2);
		for (count = 3, n = 103; count <= VIO_NET_RX_BUFFERS; count++) {
			got.calls = 0;
			parts((uint16_t)count, part, count);
			assert_int_equal(got.calls, 1);
			assert_int_equal(got.n, n);
			assert_memory_equal(got.bytes, frame_of(n), n);
			n += count < VIO_NET_RX_BUFFERS ? part[count] : 0;
		}
		assert_int_equal(net.counters.rx_joined, VIO_NET_RX_BUFFERS - 2);
		still_fine();
	}
}

static void test_net_008_large_frames_arrive_where_there_is_room(void **state)
{
	const size_t sizes[] = { 1514, 1515, 1526, 1527, 3040, 3041, 9013, 9014 };

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i, true);
		for (unsigned k = 0; k < sizeof(sizes) / sizeof(*sizes); k++) {
			assert_true(model_net_receive(&r.m, frame_of(sizes[k]), sizes[k]));
			turn();
			assert_int_equal(got.calls, k + 1);
			assert_int_equal(got.n, sizes[k]);
			assert_memory_equal(got.bytes, frame_of(sizes[k]), sizes[k]);
		}
		assert_true(model_net_receive(&r.m, frame_of(9015), 9015));
		turn();
		assert_int_equal(net.counters.rx_long, 1);
		still_fine();
	}
}

static void test_large_frames_without_room_are_dropped(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i, false);
		for (size_t n = 1515; n < 20000; n += 1777)
			assert_true(model_net_receive(&r.m, frame_of(n), n)), turn();
		assert_int_equal(got.calls, 0);
		assert_int_equal(net.counters.rx_long, 11);
		still_fine();
	}
}

/* While the callback has the room, the next frame is put together in its own buffer. */
static void test_room_is_the_callbacks_while_it_runs(void **state)
{
	const uint32_t part[2] = { 1000, 500 };
	const struct model_net_header h = { .num_buffers = 2 };

	(void)state;
	open_kind(2, true);
	got.poll = true;
	assert_true(model_net_receive_parts(&r.m, &h, frame_of(1500), part, 2));
	assert_true(model_net_receive(&r.m, frame_of(4000), 4000));
	assert_true(model_net_receive_parts(&r.m, &h, frame_of(1500), part, 2));
	vio_device_poll(r.d);
	turn();
	turn();
	assert_int_equal(net.counters.rx_long, 1); /* the large one had no room */
	assert_true(net.counters.rx_joined >= 2);
	still_fine();
}

/* In the callback of a frame in the room: a frame that needs none, and then one that would. */
static void test_frame_without_the_room_does_not_free_it(void **state)
{
	const uint32_t part[2] = { 1000, 500 };
	const struct model_net_header h = { .num_buffers = 2 };

	(void)state;
	open_kind(2, true);
	got.poll = true;
	assert_true(model_net_receive_parts(&r.m, &h, frame_of(1500), part, 2));
	assert_true(model_net_receive(&r.m, frame_of(80), 80));
	assert_true(model_net_receive(&r.m, frame_of(4000), 4000));
	vio_device_poll(r.d); /* the callback compares its frame at its end */
	turn();
	turn();
	assert_int_equal(net.counters.rx_long, 1);
	still_fine();
}

/* The first buffer has only the header. Without memory for large frames the frame is put together
 * in that buffer. */
static void test_frame_whose_first_part_is_empty(void **state)
{
	const uint32_t part[2] = { 0, 500 };

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i, false);
		parts(2, part, 2);
		assert_int_equal(got.calls, 1);
		assert_int_equal(got.n, 500);
		assert_memory_equal(got.bytes, frame_of(500), 500);
		still_fine();
	}
}

static void test_HD_NET_03_num_buffers_0_is_dropped(void **state)
{
	const struct model_net_header zero = { .num_buffers = 0 };
	const uint32_t part[1] = { 60 };

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i, false);
		parts(0, part, 1);
		assert_int_equal(got.calls, 0);
		assert_true(model_net_receive_parts(&r.m, &zero, frame_of(60), part, 1));
		assert_true(model_net_receive(&r.m, frame_of(61), 61)); /* no rest of that */
		turn();
		assert_int_equal(got.calls, 1);
		assert_int_equal(got.n, 61);
		assert_int_equal(net.counters.rx_parts, 2);
		still_fine();
	}
}

static void test_HD_NET_04_num_buffers_beyond_what_was_given_is_dropped(void **state)
{
	const struct model_net_header h = { .num_buffers = VIO_NET_RX_BUFFERS + 1 };
	const uint32_t part[1] = { 60 };

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i, i % 2);
		parts(UINT16_MAX, part, 1);
		assert_int_equal(got.calls, 0);
		assert_true(model_net_receive_parts(&r.m, &h, frame_of(60), part, 1));
		assert_true(model_net_receive(&r.m, frame_of(61), 61)); /* no rest of that */
		turn();
		assert_int_equal(got.calls, 1);
		assert_int_equal(got.n, 61);
		assert_int_equal(net.counters.rx_parts, 2);
		still_fine();
	}
}

/* Only some of the announced buffers arrive. */
static void test_HD_NET_04_missing_rest_is_dropped(void **state)
{
	const uint32_t part[3] = { 60, 60, 60 };

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		for (unsigned there = 1; there <= 3; there++) {
			open_kind(i, i % 2);
			parts(4, part, there);
			assert_int_equal(got.calls, 0);
			assert_int_equal(net.counters.rx_parts, 1);
			still_fine();
		}
	}
}

static void test_HD_NET_01_header_that_was_not_written_is_not_read(void **state)
{
	const struct model_net_header h = { .num_buffers = 3 };

	(void)state;
	open_kind(2, false);
	for (uint32_t len = 0; len < 12; len++) {
		assert_true(model_net_receive_as(&r.m, &h, frame_of(60), 60, len));
		turn();
	}
	assert_int_equal(net.counters.rx_short, 12);
	still_fine();
}

static void test_HD_NET_11_runt_of_several_parts_is_dropped(void **state)
{
	const uint32_t part[3] = { 5, 5, 3 };

	(void)state;
	open_kind(2, true);
	parts(3, part, 3);
	assert_int_equal(got.calls, 0);
	assert_int_equal(net.counters.rx_short, 1);
	still_fine();
}

/* A part whose used length is larger than its buffer, with further buffers after it. */
static void test_HD_NET_02_length_above_the_buffer_in_any_part(void **state)
{
	static const uint32_t bad[] = { VIO_NET_BUFFER_BYTES + 1, UINT32_MAX - 12, 1 << 30 };

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		for (unsigned k = 0; k < 3; k++) {
			for (unsigned at = 0; at < 3; at++) {
				struct mq *q = &r.m.queue[0];
				struct mq_chain c[3];

				open_kind(i, i % 2);
				for (unsigned p = 0; p < 3; p++)
					assert_true(mq_take(q, &c[p]));
				mq_write(q, &c[0], 0, "\0\0\0\0\0\0\0\0\0\0\3", 12);
				for (unsigned p = 0; p < 3; p++)
					model_complete(&r.m, 0, c[p].head, p == at ? bad[k] : 70);
				turn();
				assert_int_equal(got.calls, 0);
				assert_int_equal(net.counters.rx_long, 1);
				still_fine();
			}
		}
	}
}

static void test_HD_NET_07_segment_is_dropped_with_all_its_parts(void **state)
{
	const uint32_t part[3] = { 1000, 1000, 1000 };
	const struct model_net_header h = { .num_buffers = 3, .gso_type = 1, .gso_size = 1448 };

	(void)state;
	open_kind(2, true);
	assert_true(model_net_receive_parts(&r.m, &h, frame_of(3000), part, 3));
	turn();
	assert_int_equal(got.calls, 0);
	assert_int_equal(net.counters.rx_gso, 1);
	assert_int_equal(net.counters.rx_parts + net.counters.rx_long + net.counters.rx_short, 0);
	still_fine();
}

/* The device breaks in the middle of a frame, and is started again. */
static void test_half_a_frame_does_not_survive_a_restart(void **state)
{
	const struct model_net_header h = { .num_buffers = 3 };
	const uint32_t part[1] = { 100 };

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i, true);
		assert_true(model_net_receive_parts(&r.m, &h, frame_of(100), part, 1));
		assert_true(mq_lie(&r.m.queue[0], MQ_ID_TOO_BIG));
		vio_device_poll(r.d);
		assert_int_equal(r.d->state, VIO_FAILED);
		assert_int_equal(host_mapped(&r.p), 0);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		model_run(&r.m);
		assert_int_equal(got.calls, 0);
		still_fine();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_net_leg_004_header_is_12_bytes_where_frames_are_merged),
		T(test_net_rx_018_parts_are_put_together),
		T(test_net_008_large_frames_arrive_where_there_is_room),
		T(test_large_frames_without_room_are_dropped),
		T(test_room_is_the_callbacks_while_it_runs),
		T(test_frame_without_the_room_does_not_free_it),
		T(test_frame_whose_first_part_is_empty),
		T(test_HD_NET_03_num_buffers_0_is_dropped),
		T(test_HD_NET_04_num_buffers_beyond_what_was_given_is_dropped),
		T(test_HD_NET_04_missing_rest_is_dropped),
		T(test_HD_NET_01_header_that_was_not_written_is_not_read),
		T(test_HD_NET_11_runt_of_several_parts_is_dropped),
		T(test_HD_NET_02_length_above_the_buffer_in_any_part),
		T(test_HD_NET_07_segment_is_dropped_with_all_its_parts),
		T(test_half_a_frame_does_not_survive_a_restart),
#undef T
	};

	return cmocka_run_group_tests_name("net_merge", tests, NULL, NULL);
}
