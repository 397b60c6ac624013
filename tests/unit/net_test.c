/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: frames in and out, whole, on both register versions. */
#include "tests/unit/net_rig.h"

#include <picovirtio/driver.h>

static void open_kind(unsigned i)
{
	live_on(kinds[i].version, kinds[i].features | F_MAC | F_STATUS);
}

static void test_net_leg_004_lk_net_hdr10_header_is_12_bytes_or_10(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		assert_int_equal(model_net_header_bytes(&r.m), kinds[i].version == 1 ? 10 : 12);
		assert_true(model_net_receive(&r.m, frame_of(100), 100));
		turn();
		assert_int_equal(got.n, 100);
		assert_memory_equal(got.bytes, frame_of(100), 100);
		assert_int_equal(vio_net_send(&net, frame_of(101), 101), VIO_OK);
		turn();
		assert_int_equal(host.nsent, 1);
		assert_int_equal(host.sent[0].n, 101);
		assert_memory_equal(host.sent[0].bytes, frame_of(101), 101);
	}
}

static void test_net_leg_010_header_stands_alone_where_it_must(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		assert_true(model_net_receive(&r.m, frame_of(60), 60));
		assert_int_equal(host.rx_segments, i == 0 ? 2 : 1);
		turn();
		assert_int_equal(got.calls, 1);
	}
}

static void test_frames_of_every_size_arrive_both_ways(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		for (size_t n = VIO_NET_LINK_BYTES; n <= VIO_NET_FRAME_MAX; n++) {
			assert_true(model_net_receive(&r.m, frame_of(n), n));
			turn();
			assert_int_equal(got.n, n);
			assert_memory_equal(got.bytes, frame_of(n), n);
			assert_int_equal(vio_net_send(&net, got.bytes, n), VIO_OK);
			turn();
			assert_int_equal(host.sent[(host.nsent - 1) % MODEL_NET_FRAMES].n, n);
			assert_memory_equal(host.sent[(host.nsent - 1) % MODEL_NET_FRAMES].bytes,
					    frame_of(n), n);
		}
		assert_int_equal(net.counters.rx_frames, 1501);
		assert_int_equal(net.counters.tx_frames, 1501);
		assert_int_equal(net.counters.rx_bytes, net.counters.tx_bytes);
	}
}

static void test_receive_buffers_go_back_to_the_device(void **state)
{
	(void)state;
	live();
	for (unsigned i = 0; i < 10 * VIO_NET_RX_BUFFERS; i++) {
		assert_true(model_net_receive(&r.m, frame_of(60), 60));
		if (i % VIO_NET_RX_BUFFERS == VIO_NET_RX_BUFFERS - 1)
			turn();
	}
	assert_int_equal(got.calls, 10 * VIO_NET_RX_BUFFERS);
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
}

static void test_net_rxbuf_002_buffers_hold_the_largest_frame(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		assert_true(model_net_receive(&r.m, frame_of(60), 60));
		assert_int_equal(host.rx_room, 1526);
	}
}

static void test_veridian_tx_early_free_buffers_stay_the_devices(void **state)
{
	(void)state;
	live();
	host.hold_tx = true;
	for (unsigned i = 0; i < VIO_NET_TX_BUFFERS; i++)
		assert_int_equal(vio_net_send(&net, frame_of(60 + i), 60 + i), VIO_OK);
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_EFULL);
	assert_int_equal(net.counters.tx_full, 1);
	turn();
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_EFULL);
	assert_int_equal(model_net_drain(&r.m), VIO_NET_TX_BUFFERS);
	for (unsigned i = 0; i < VIO_NET_TX_BUFFERS; i++) {
		assert_int_equal(host.sent[i].n, 60 + i);
		assert_memory_equal(host.sent[i].bytes, frame_of(60 + i), 60 + i);
	}
	turn();
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
}

static void test_transmit_buffers_are_reclaimed_by_id_in_any_order(void **state)
{
	struct mq *q = &r.m.queue[1];
	struct mq_chain first, second;

	(void)state;
	live();
	host.hold_tx = true;
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
	assert_int_equal(vio_net_send(&net, frame_of(61), 61), VIO_OK);
	vio_net_kick(&net);
	model_run(&r.m);
	assert_true(mq_take(q, &first) && mq_take(q, &second));
	model_complete(&r.m, 1, second.head, 0);
	vio_device_poll(r.d);
	assert_int_equal(net.counters.tx_bytes, 61);
	/* The first frame is still in flight: a new one must not use its buffer. */
	assert_int_equal(vio_net_send(&net, frame_of(62), 62), VIO_OK);
	vio_net_kick(&net);
	mq_verify(q);
	model_complete(&r.m, 1, first.head, 0);
	vio_device_poll(r.d);
	assert_int_equal(net.counters.tx_bytes, 121);
	host.hold_tx = false;
	host.reversed = true;
	assert_int_equal(vio_net_send(&net, frame_of(63), 63), VIO_OK);
	turn();
	assert_int_equal(model_net_drain(&r.m), 0);
	assert_int_equal(net.counters.tx_frames, 4);
	assert_int_equal(vq_free(&net.tx_queue.vq), vq_size(&net.tx_queue.vq));
}

static void test_net_leg_005_used_length_of_a_sent_frame_is_ignored(void **state)
{
	(void)state;
	live_on(1, F_MAC);
	host.tx_len = 72;
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
	turn();
	assert_int_equal(net.counters.tx_bytes, 60);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_net_009_frames_beyond_the_mtu_are_refused(void **state)
{
	(void)state;
	live();
	assert_int_equal(vio_net_send(&net, frame_of(1515), 1515), VIO_EINVAL);
	assert_int_equal(vio_net_send(&net, frame_of(13), 13), VIO_EINVAL);
	assert_int_equal(vio_net_send(&net, frame_of(0), 0), VIO_EINVAL);
	prepare(2, F_MTU, 256);
	r.cfg.config[MODEL_NET_MTU] = 100;
	r.cfg.config[MODEL_NET_MTU + 1] = 0;
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_net_mtu(&net), 100);
	assert_int_equal(vio_net_send(&net, frame_of(115), 115), VIO_EINVAL);
	assert_int_equal(vio_net_send(&net, frame_of(114), 114), VIO_OK);
	turn();
	assert_int_equal(host.nsent, 1);
}

static void test_wrong_use_is_refused(void **state)
{
	static struct vio_net fresh;

	(void)state;
	live();
	assert_int_equal(vio_net_send(&fresh, frame_of(60), 60), VIO_EDEVICE);
	assert_false(vio_net_link(&fresh));
	assert_ptr_equal(vio_net_of(r.d), &net);
	assert_null(vio_net_of(NULL));
	r.p.fail_map = 1;
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_EADDR);
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
	turn();
	assert_int_equal(host.nsent, 1);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_EDEVICE);
	r.d->driver = &toy_driver;
	assert_null(vio_net_of(r.d));
}

static void test_answers_from_the_callback_are_notified_once(void **state)
{
	unsigned long before;

	(void)state;
	live();
	got.answers = 1;
	for (unsigned i = 0; i < 4; i++)
		assert_true(model_net_receive(&r.m, frame_of(60 + i), 60 + i));
	before = r.m.counts.notifies;
	vio_device_poll(r.d);
	/* One of each queue: the answers, and the buffers that went back. */
	assert_int_equal(r.m.counts.notifies - before, 2);
	assert_int_equal(got.answered, VIO_OK);
	model_run(&r.m);
	assert_int_equal(host.nsent, 4);
	assert_int_equal(host.sent[3].n, 63);
}

/* Outside of callbacks: by vio_net_kick(), by the poll, or before a sleep. */
static void test_frames_of_a_batch_are_notified_once(void **state)
{
	(void)state;
	live();
	for (unsigned way = 0; way < 3; way++) {
		const unsigned long before = r.m.counts.notifies;

		for (unsigned i = 0; i < VIO_NET_TX_BUFFERS; i++)
			assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
		assert_int_equal(r.m.counts.notifies, before);
		if (way == 0)
			vio_net_kick(&net);
		else if (way == 1)
			vio_device_poll(r.d);
		else
			vio_device_arm(r.d);
		assert_int_equal(r.m.counts.notifies, before + 1);
		turn();
		assert_int_equal(host.nsent, (way + 1) * VIO_NET_TX_BUFFERS);
	}
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	vio_net_kick(&net); /* does nothing */
}

/* A frame is copied to memory with the same alignment, wherever it begins. */
static void test_copy_of_a_frame_has_its_alignment(void **state)
{
	static uint8_t place[VIO_NET_FRAME_MAX + 8];

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		open_kind(i);
		for (unsigned at = 0; at < 8; at++) {
			const struct vio_net_buffer *b = net.idle;

			memcpy(place + at, frame_of(VIO_NET_FRAME_MAX), VIO_NET_FRAME_MAX);
			assert_int_equal(vio_net_send(&net, place + at, VIO_NET_FRAME_MAX), VIO_OK);
			const uint8_t *header = b->buf[0].p;
			assert_int_equal((uintptr_t)(header + net.header) % 8,
					 (uintptr_t)(place + at) % 8);
			assert_in_range(header - b->data, 0, 7);
			turn();
			assert_memory_equal(host.sent[at].bytes, frame_of(VIO_NET_FRAME_MAX),
					    VIO_NET_FRAME_MAX);
		}
	}
}

static void test_callback_that_polls_keeps_its_frame(void **state)
{
	(void)state;
	live();
	got.poll = true;
	for (unsigned i = 0; i < VIO_NET_RX_BUFFERS; i++)
		assert_true(model_net_receive(&r.m, frame_of(60 + i), 60 + i));
	turn();
	turn();
	assert_int_equal(got.calls, 2 * VIO_NET_RX_BUFFERS - 1);
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
}

static void test_frames_without_a_listener_are_dropped(void **state)
{
	(void)state;
	live();
	vio_net_listen(&net, NULL, NULL);
	assert_true(model_net_receive(&r.m, frame_of(60), 60));
	turn();
	assert_int_equal(net.counters.rx_unheard, 1);
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
}

static void test_stop_gives_every_buffer_back(void **state)
{
	(void)state;
	live();
	host.hold_tx = true;
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(net.counters.tx_lost, 1);
	assert_int_equal(got.calls, 0);
	assert_false(vio_net_link(&net));
	host.hold_tx = false;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
	assert_true(model_net_receive(&r.m, frame_of(60), 60));
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
	turn();
	assert_int_equal(got.calls, 1);
	assert_int_equal(host.nsent, 1);
}

static void test_buffer_that_could_not_be_given_is_given_later(void **state)
{
	(void)state;
	live();
	assert_true(model_net_receive(&r.m, frame_of(60), 60));
	r.p.fail_map = 1;
	turn();
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS - 1);
	assert_true(model_net_receive(&r.m, frame_of(60), 60));
	turn();
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
}

/* No frame has to come first: a change of the configuration is an occasion as well. */
static void test_buffer_is_given_when_the_configuration_changes(void **state)
{
	(void)state;
	live();
	assert_true(model_net_receive(&r.m, frame_of(60), 60));
	r.p.fail_map = 1;
	turn();
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS - 1);
	model_net_set_link(&r.m, true);
	vio_device_service(r.d, 0);
	model_run(&r.m);
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_net_leg_004_lk_net_hdr10_header_is_12_bytes_or_10),
		T(test_net_leg_010_header_stands_alone_where_it_must),
		T(test_frames_of_every_size_arrive_both_ways),
		T(test_receive_buffers_go_back_to_the_device),
		T(test_net_rxbuf_002_buffers_hold_the_largest_frame),
		T(test_veridian_tx_early_free_buffers_stay_the_devices),
		T(test_transmit_buffers_are_reclaimed_by_id_in_any_order),
		T(test_net_leg_005_used_length_of_a_sent_frame_is_ignored),
		T(test_net_009_frames_beyond_the_mtu_are_refused),
		T(test_wrong_use_is_refused),
		T(test_answers_from_the_callback_are_notified_once),
		T(test_frames_of_a_batch_are_notified_once),
		T(test_copy_of_a_frame_has_its_alignment),
		T(test_callback_that_polls_keeps_its_frame),
		T(test_frames_without_a_listener_are_dropped),
		T(test_stop_gives_every_buffer_back),
		T(test_buffer_that_could_not_be_given_is_given_later),
		T(test_buffer_is_given_when_the_configuration_changes),
#undef T
	};

	return cmocka_run_group_tests_name("net", tests, NULL, NULL);
}
