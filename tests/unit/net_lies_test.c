/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: a device that lies about lengths, headers, its address or its limits. */
#include "tests/unit/net_rig.h"

static const struct model_net_header plain = { .num_buffers = 1 };

/* A frame of 60 bytes with this used length. */
static void claim(uint32_t len)
{
	assert_true(model_net_receive_as(&r.m, &plain, frame_of(60), 60, len));
	turn();
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS); /* none is lost */
}

static void both(void (*check)(uint32_t version, uint32_t header))
{
	for (uint32_t version = 1; version <= 2; version++) {
		live_on(version, F_MAC | F_STATUS);
		check(version, version == 1 ? 10 : 12);
		/* Whatever was said, no buffer is lost and the next frame is passed on. */
		got.calls = 0;
		claim(60 + (version == 1 ? 10 : 12));
		assert_int_equal(got.calls, 1);
		assert_memory_equal(got.bytes, frame_of(60), 60);
		assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
		assert_int_equal(r.d->state, VIO_LIVE);
	}
}

static void below_the_header(uint32_t version, uint32_t header)
{
	(void)version;
	for (uint32_t len = 0; len < header; len++)
		claim(len);
	assert_int_equal(got.calls, 0);
	assert_int_equal(net.counters.rx_short, header);
}

static void test_HD_NET_01_uboot_len_hdr_length_below_the_header(void **state)
{
	(void)state;
	both(below_the_header);
}

static void above_the_buffer(uint32_t version, uint32_t header)
{
	(void)version;
	(void)header;
	claim(VIO_NET_BUFFER_BYTES + 1);
	claim(UINT32_MAX);
	assert_int_equal(got.calls, 0);
	assert_int_equal(net.counters.rx_long, 2);
}

static void test_HD_NET_02_uboot_len_hdr_length_above_the_buffer(void **state)
{
	(void)state;
	both(above_the_buffer);
}

static void longest(uint32_t version, uint32_t header)
{
	claim(header + VIO_NET_FRAME_MAX);
	assert_int_equal(got.n, VIO_NET_FRAME_MAX);
	if (version == 1) /* there is room for more */
		claim(header + VIO_NET_FRAME_MAX + 1);
	assert_int_equal(got.calls, 1);
	assert_int_equal(net.counters.rx_long, version == 1);
}

static void test_HD_NET_02_frame_beyond_the_longest_is_dropped(void **state)
{
	(void)state;
	both(longest);
}

static void test_HD_NET_02_strict_length_breaks_the_device(void **state)
{
	(void)state;
	prepare(2, F_MAC, 256);
	r.d->strict_len = true;
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
	assert_true(model_net_receive_as(&r.m, &plain, frame_of(60), 60, VIO_NET_BUFFER_BYTES + 1));
	vio_device_poll(r.d);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(r.d->problem.cause, VIO_C_BAD_USED);
	assert_int_equal(got.calls, 0);
	assert_int_equal(host_mapped(&r.p), 0);
}

static void header_is(struct model_net_header h)
{
	assert_true(model_net_receive_as(&r.m, &h, frame_of(60), 60, 72));
	turn();
}

static void test_HD_NET_03_HD_NET_04_num_buffers_means_nothing_without_merging(void **state)
{
	(void)state;
	live();
	header_is((struct model_net_header){ .num_buffers = 0 });
	header_is((struct model_net_header){ .num_buffers = UINT16_MAX });
	assert_int_equal(got.calls, 2);
	assert_int_equal(r.m.queue[0].outstanding, VIO_NET_RX_BUFFERS);
}

static void test_HD_NET_05_HD_NET_06_offsets_beyond_the_packet_are_not_used(void **state)
{
	(void)state;
	live();
	header_is((struct model_net_header){ .hdr_len = UINT16_MAX });
	header_is((struct model_net_header){
		.flags = 1, .csum_start = UINT16_MAX, .csum_offset = UINT16_MAX });
	assert_int_equal(got.calls, 2);
	assert_memory_equal(got.bytes, frame_of(60), 60);
}

static void test_HD_NET_07_segmented_frames_are_dropped(void **state)
{
	const uint8_t types[] = { 1, 3, 4, 5, 0x20, 0x40, 0x80, 0xff };

	(void)state;
	live();
	for (unsigned i = 0; i < sizeof(types); i++)
		header_is((struct model_net_header){ .gso_type = types[i] });
	assert_int_equal(got.calls, 0);
	assert_int_equal(net.counters.rx_gso, sizeof(types));
	header_is((struct model_net_header){ .gso_size = 1448 });
	assert_int_equal(got.calls, 1);
}

static void test_HD_NET_08_net_rx_001_flags_are_ignored(void **state)
{
	(void)state;
	live();
	for (unsigned flags = 0; flags < 256; flags++)
		header_is((struct model_net_header){ .flags = (uint8_t)flags });
	assert_int_equal(got.calls, 256);
	assert_memory_equal(got.bytes, frame_of(60), 60);
}

static void runts(uint32_t version, uint32_t header)
{
	(void)version;
	for (uint32_t n = 0; n < VIO_NET_LINK_BYTES; n++)
		claim(header + n);
	assert_int_equal(got.calls, 0);
	assert_int_equal(net.counters.rx_short, VIO_NET_LINK_BYTES);
}

static void test_HD_NET_11_runt_frames_are_dropped(void **state)
{
	(void)state;
	both(runts);
}

/* `gone`: the buffer could not be given again in between. Else it was, and not published. */
static void twice(bool gone)
{
	struct mq_chain c;

	live();
	assert_true(mq_take(&r.m.queue[0], &c));
	mq_write(&r.m.queue[0], &c, 12, frame_of(60), 60);
	mq_put_used(&r.m.queue[0], c.head, 72);
	mq_put_used(&r.m.queue[0], c.head, 72);
	r.p.fail_map = gone ? MODEL_NEVER : 0;
	vio_device_poll(r.d);
	assert_int_equal(got.calls, 1);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(r.d->problem.cause, VIO_C_BAD_USED);
	assert_int_equal(r.d->problem.err, VIO_EDEVICE);
	assert_int_equal(host_mapped(&r.p), 0);
}

static void ignore_rule(void *ctx, const char *rule, const char *section, const char *text)
{
	(void)ctx;
	(void)section;
	(void)text;
	assert_string_equal(rule, "cleanup-001");
}

/* Because of the wrong answer the driver submits a buffer that the model still owns. */
static void test_HD_NET_14_same_receive_id_twice_is_not_passed_on_twice(void **state)
{
	(void)state;
	model_on_broken_rule(ignore_rule, NULL);
	twice(true);
	twice(false);
	model_on_broken_rule(NULL, NULL);
}

static void test_broken_transmit_queue_fails_the_device(void **state)
{
	(void)state;
	live();
	host.hold_tx = true;
	assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
	model_run(&r.m);
	assert_true(mq_lie(&r.m.queue[1], MQ_ID_TOO_BIG));
	vio_device_poll(r.d);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(net.counters.tx_lost, 1);
	assert_int_equal(net.counters.tx_frames, 0);
	assert_int_equal(host_mapped(&r.p), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_HD_NET_01_uboot_len_hdr_length_below_the_header),
		T(test_HD_NET_02_uboot_len_hdr_length_above_the_buffer),
		T(test_HD_NET_02_frame_beyond_the_longest_is_dropped),
		T(test_HD_NET_02_strict_length_breaks_the_device),
		T(test_HD_NET_03_HD_NET_04_num_buffers_means_nothing_without_merging),
		T(test_HD_NET_05_HD_NET_06_offsets_beyond_the_packet_are_not_used),
		T(test_HD_NET_07_segmented_frames_are_dropped),
		T(test_HD_NET_08_net_rx_001_flags_are_ignored),
		T(test_HD_NET_11_runt_frames_are_dropped),
		T(test_HD_NET_14_same_receive_id_twice_is_not_passed_on_twice),
		T(test_broken_transmit_queue_fails_the_device),
#undef T
	};

	return cmocka_run_group_tests_name("net_lies", tests, NULL, NULL);
}
