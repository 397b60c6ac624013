/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: checksums and segmentation left to the device, and frames sent without a copy. */
#include <stdlib.h>

#include "tests/unit/net_frames.h"

enum { PACKETS = 4 };

static const struct vio_net_offload udp = { .csum_start = L4, .csum_offset = UDP_SUM };
static const struct vio_net_offload tcp = { .csum_start = L4,
					    .csum_offset = TCP_SUM,
					    .gso_size = 1000 };

static const struct model_net_frame *sent(void)
{
	assert_true(host.nsent > 0);
	return &host.sent[(host.nsent - 1) % MODEL_NET_FRAMES];
}

static void test_net_tx_032_checksum_is_left_to_the_device(void **state)
{
	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		live_on(kinds[i].version, kinds[i].features | F_CSUM);
		for (size_t n = L4 + 8; n <= VIO_NET_FRAME_MAX; n += 13) {
			build(n, 17);
			assert_int_equal(vio_net_send_offload(&net, frame, n, &udp), VIO_OK);
			turn();
			assert_int_equal(sent()->n, n);
			assert_true(right(sent()->bytes, n));
		}
		/* The same buffers, and nothing is left of it. */
		for (size_t n = 0; n < 2 * VIO_NET_TX_BUFFERS; n++) {
			assert_int_equal(vio_net_send(&net, frame_of(60), 60), VIO_OK);
			turn();
			assert_int_equal(sent()->header.flags | sent()->header.csum_start, 0);
			assert_memory_equal(sent()->bytes, frame_of(60), 60);
		}
	}
}

static int offload(size_t n, uint16_t start, uint16_t offset, uint16_t gso)
{
	const struct vio_net_offload o = { start, offset, gso };

	return vio_net_send_offload(&net, frame, n, &o);
}

static void test_checksum_outside_the_frame_is_refused(void **state)
{
	(void)state;
	live_on(2, F_CSUM);
	build(100, 17);
	assert_int_equal(offload(100, 99, 0, 0), VIO_EINVAL);
	assert_int_equal(offload(100, 34, 65, 0), VIO_EINVAL);
	assert_int_equal(offload(100, UINT16_MAX, UINT16_MAX, 0), VIO_EINVAL);
	assert_int_equal(offload(100, 13, 6, 0), VIO_EINVAL);
	assert_int_equal(offload(100, 0, 6, 0), VIO_EINVAL);
	assert_int_equal(offload(100, 0, 0, 1), VIO_EINVAL);
	assert_int_equal(vq_free(&net.tx_queue.vq), vq_size(&net.tx_queue.vq));
	assert_int_equal(offload(100, 34, 6, 0), VIO_OK);
}

static void test_net_tx_005_nothing_is_asked_for_that_was_not_accepted(void **state)
{
	(void)state;
	live_on(2, 0);
	build(100, 6);
	assert_int_equal(offload(100, L4, TCP_SUM, 0), VIO_ENOTSUP);
	live_on(2, F_CSUM);
	build(1400, 6);
	assert_int_equal(offload(1400, L4, TCP_SUM, 500), VIO_ENOTSUP);
	live_on(2, F_TSO4); /* without CSUM it is nothing */
	assert_int_equal(offload(1400, L4, TCP_SUM, 500), VIO_ENOTSUP);
	assert_int_equal(host.nsent, 0);
}

/* One error in each row: the fields that make a frame a valid segment. */
static void test_net_tx_034_037_segment_is_checked(void **state)
{
	static const struct {
		unsigned at;
		uint8_t value;
	} bad[] = { { 12, 0x86 },	{ 13, 1 },	    { ETHERNET, 0x65 },
		    { ETHERNET, 0x46 }, { ETHERNET, 0x40 }, { ETHERNET + 9, 17 },
		    { L4 + 12, 0x40 },	{ L4 + 12, 0 },	    { L4 + 13, 0x90 } };

	(void)state;
	live_on(2, F_CSUM | F_TSO4);
	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		build(1400, 6);
		frame[bad[i].at] = bad[i].value;
		assert_int_equal(offload(1400, L4, TCP_SUM, 500), VIO_EINVAL);
	}
	build(1400, 6);
	assert_int_equal(offload(1400, L4, UDP_SUM, 500), VIO_EINVAL);
	assert_int_equal(offload(1400, L4 + 2, TCP_SUM, 500), VIO_EINVAL);
	assert_int_equal(offload(1400, L4, TCP_SUM, 1461), VIO_EINVAL);	   /* beyond the MTU */
	assert_int_equal(offload(L4 + TCP, L4, TCP_SUM, 500), VIO_EINVAL); /* no payload */
	assert_int_equal(offload(L4 + TCP - 1, L4, TCP_SUM, 500), VIO_EINVAL);
	frame[L4 + 12] = 0xf0;
	assert_int_equal(offload(L4 + 60, L4, TCP_SUM, 500), VIO_EINVAL);
	assert_int_equal(host.nsent, 0);
	build(1400, 6);
	assert_int_equal(offload(1400, L4, TCP_SUM, 1460), VIO_OK);
}

/* The header of a segment is not read beyond the end of the frame. */
static void test_frame_too_short_for_a_segment_is_not_read_beyond(void **state)
{
	enum { BYTES = ETHERNET + 4 };
	const struct vio_net_offload o = { .csum_start = ETHERNET, .gso_size = 500 };
	uint8_t *exact = malloc(BYTES);

	(void)state;
	assert_non_null(exact);
	live_on(2, F_CSUM | F_TSO4);
	build(1400, 6);
	memcpy(exact, frame, BYTES);
	assert_int_equal(vio_net_send_offload(&net, exact, BYTES, &o), VIO_EINVAL);
	free(exact);
}

/* The header of IP would have four words, and that of TCP begins within it. */
static void test_header_of_ip_that_is_too_short_is_refused(void **state)
{
	(void)state;
	live_on(2, F_CSUM | F_TSO4);
	build(1400, 6);
	frame[ETHERNET] = 0x44;
	frame[L4 - 4 + 12] = 0x50; /* five words of TCP */
	frame[L4 - 4 + 13] = 0;
	assert_int_equal(offload(1400, L4 - 4, TCP_SUM, 500), VIO_EINVAL);
}

static struct vio_net_packet packet[PACKETS];
static struct {
	unsigned calls;
	int err;
	struct vio_net_packet *last;
	bool again;
} ended;

static void on_sent(struct vio_net_packet *p, int err)
{
	ended.calls++;
	ended.err = err;
	ended.last = p;
	assert_ptr_equal(p->arg, &ended);
	assert_false(p->busy);
	if (ended.again) {
		ended.again = false;
		assert_int_equal(vio_net_send_packet(&net, p), VIO_OK);
	}
}

static struct vio_net_packet *fresh(unsigned i, size_t n, const struct vio_net_offload *o)
{
	memset(&ended, 0, sizeof(ended));
	packet[i] = (struct vio_net_packet){
		.frame = frame, .bytes = (uint32_t)n, .done = on_sent, .arg = &ended
	};
	if (o)
		packet[i].offload = *o;
	return &packet[i];
}

static void test_net_tx_035_large_segment_goes_out_whole(void **state)
{
	const struct model_net_header *h;
	struct vio_net_packet *p;

	(void)state;
	for (unsigned i = 0; i < KINDS; i++) {
		live_on(kinds[i].version, kinds[i].features | F_CSUM | F_TSO4);
		build(9000, 6);
		p = fresh(0, 9000, &tcp);
		assert_int_equal(vio_net_send_packet(&net, p), VIO_OK);
		assert_true(p->busy);
		assert_int_equal(vio_net_send_packet(&net, p), VIO_EBUSY);
		turn();
		h = &sent()->header;
		assert_int_equal(h->gso_type, 1);
		assert_int_equal(h->gso_size, 1000);
		assert_int_equal(h->hdr_len, L4 + TCP);
		assert_int_equal(sent()->n, 9000);
		assert_true(right(sent()->bytes, 9000));
		assert_int_equal(ended.calls, 1);
		assert_int_equal(ended.err, VIO_OK);
		assert_int_equal(host_mapped(&r.p),
				 VIO_NET_RX_BUFFERS * (net.header_apart ? 2 : 1));
		assert_int_equal(net.counters.tx_bytes, 9000);
		build(65549, 6);
		p = fresh(0, 65549, &tcp);
		assert_int_equal(vio_net_send_packet(&net, p), VIO_OK);
		turn();
		p = fresh(0, 65550, &tcp);
		assert_int_equal(vio_net_send_packet(&net, p), VIO_EINVAL);
	}
}

static void test_packet_is_the_devices_until_it_is_done(void **state)
{
	(void)state;
	live_on(2, 0);
	build(1514, 17);
	host.hold_tx = true;
	struct vio_net_packet *p = fresh(0, 1514, NULL);
	assert_int_equal(vio_net_send_packet(&net, p), VIO_OK);
	assert_int_equal(vio_net_send(&net, frame_of(61), 61), VIO_OK);
	turn();
	assert_int_equal(ended.calls, 0);
	assert_true(p->busy);
	host.reversed = true;
	ended.again = true; /* sent once more from its own done() */
	assert_int_equal(model_net_drain(&r.m), 2);
	host.hold_tx = false;
	turn();
	turn();
	assert_int_equal(ended.calls, 2);
	assert_int_equal(host.nsent, 3);
	assert_memory_equal(sent()->bytes, frame, 1514);
	assert_int_equal(net.counters.tx_frames, 3);
	p = fresh(0, 1515, NULL);
	assert_int_equal(vio_net_send_packet(&net, p), VIO_EINVAL);
	p = fresh(0, 60, NULL);
	p->done = NULL;
	assert_int_equal(vio_net_send_packet(&net, p), VIO_OK);
	turn();
	assert_false(p->busy);
}

static void test_packets_come_back_through_a_reset(void **state)
{
	(void)state;
	live_on(2, 0);
	host.hold_tx = true;
	build(1000, 17);
	for (unsigned i = 0; i < PACKETS; i++)
		assert_int_equal(vio_net_send_packet(&net, fresh(i, 1000, NULL)), VIO_OK);
	turn();
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(ended.calls, PACKETS);
	assert_int_equal(ended.err, VIO_EDEVICE);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(net.counters.tx_lost, PACKETS);
	assert_int_equal(vio_net_send_packet(&net, &packet[0]), VIO_EDEVICE);
}

static void test_packet_that_cannot_go_is_not_kept(void **state)
{
	(void)state;
	live_on(2, 0);
	build(1000, 17);
	for (unsigned i = 1; i <= 2; i++) {
		r.p.fail_map = i;
		assert_int_equal(vio_net_send_packet(&net, fresh(0, 1000, NULL)), VIO_EADDR);
		assert_false(packet[0].busy);
		assert_int_equal(host_mapped(&r.p), VIO_NET_RX_BUFFERS);
	}
	prepare(2, 0, 2);
	host.hold_tx = true;
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_net_send_packet(&net, fresh(0, 1000, NULL)), VIO_OK);
	assert_int_equal(vio_net_send_packet(&net, fresh(1, 1000, NULL)), VIO_EFULL);
	assert_false(packet[1].busy);
	assert_int_equal(host_mapped(&r.p), 2 + 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_net_tx_032_checksum_is_left_to_the_device),
		T(test_checksum_outside_the_frame_is_refused),
		T(test_net_tx_005_nothing_is_asked_for_that_was_not_accepted),
		T(test_net_tx_034_037_segment_is_checked),
		T(test_frame_too_short_for_a_segment_is_not_read_beyond),
		T(test_header_of_ip_that_is_too_short_is_refused),
		T(test_net_tx_035_large_segment_goes_out_whole),
		T(test_packet_is_the_devices_until_it_is_done),
		T(test_packets_come_back_through_a_reset),
		T(test_packet_that_cannot_go_is_not_kept),
#undef T
	};

	return cmocka_run_group_tests_name("net_offload", tests, NULL, NULL);
}
