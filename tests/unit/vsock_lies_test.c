/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-vsock: peers and devices that lie or fail, and the transport's events. */
#include "tests/unit/vsock_rig.h"

static void cut(struct model_vsock_packet k, const void *data, uint32_t bytes)
{
	assert_true(model_vsock_send_cut(&r.m, &k, data, bytes));
	settle();
}

static void test_HD_P9SCSI_09_length_beyond_what_is_there(void **state)
{
	static const uint32_t lens[] = { 5, 100, 4053, 0x80000000, UINT32_MAX };

	(void)state;
	live(2);
	connect();
	for (unsigned i = 0; i < sizeof(lens) / sizeof(lens[0]); i++)
		cut(packet(MODEL_VSOCK_RW, lens[i]), NULL, VIO_VSOCK_HEADER + 4);
	cut(packet(MODEL_VSOCK_RW, 4053), NULL, UINT32_MAX); /* clamped to the buffer */
	for (uint32_t n = 0; n < VIO_VSOCK_HEADER; n++)
		cut(packet(MODEL_VSOCK_RW, 0), NULL, n);
	assert_int_equal(v.dropped, 6 + VIO_VSOCK_HEADER);
	assert_int_equal(s.rx_have, 0);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
}

static void test_HD_VSOCK_01_packet_for_somebody_else(void **state)
{
	(void)state;
	live(2);
	connect();
	const unsigned before = host.nlog;
	struct model_vsock_packet k = packet(MODEL_VSOCK_RW, 1);
	k.to = MODEL_VSOCK_CID | UINT64_C(1) << 32;
	cut(k, "x", VIO_VSOCK_HEADER + 1);
	assert_int_equal(v.dropped, 1);
	assert_int_equal(host.nlog, before);
	k = packet(MODEL_VSOCK_RW, 1); /* a connection that is not there */
	k.from = 3;
	cut(k, "x", VIO_VSOCK_HEADER + 1);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(last()->to, 3);
	k = packet(MODEL_VSOCK_RST, 0); /* an end is not answered */
	k.from_port++;
	cut(k, NULL, VIO_VSOCK_HEADER);
	assert_int_equal(host.nlog, before + 1);
	assert_int_equal(s.rx_have, 0);
}

static void test_vsock_004_unknown_type_is_answered_by_rst(void **state)
{
	(void)state;
	live(2);
	struct model_vsock_packet k = { .from = MODEL_VSOCK_HOST,
					.to = MODEL_VSOCK_CID,
					.from_port = 1,
					.to_port = 2,
					.type = 7,
					.op = MODEL_VSOCK_REQUEST };
	send(k, NULL);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(last()->type, 7);
	assert_int_equal(last()->from_port, 2);
}

/* The connection ends, and nothing else. */
static void ended(int err)
{
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(s.err, err);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(r.d->state, VIO_LIVE);
	assert_null(v.sockets);
	fresh_socket();
	connect();
}

static void test_HD_VSOCK_02_data_beyond_our_room(void **state)
{
	static uint8_t text[ROOM + 1];

	(void)state;
	live(2);
	connect();
	send(packet(MODEL_VSOCK_RW, ROOM), text);
	assert_int_equal(s.rx_have, ROOM);
	cut(packet(MODEL_VSOCK_RW, 1), text, VIO_VSOCK_HEADER + 1);
	ended(VIO_EFORMAT);
	cut(packet(MODEL_VSOCK_RW, ROOM + 1), text, VIO_VSOCK_HEADER + ROOM + 1);
	ended(VIO_EFORMAT);
}

static void test_HD_VSOCK_03_credit_that_cannot_be(void **state)
{
	static const uint32_t wrong[] = { 6, 4, UINT32_MAX, 0x80000000 };

	(void)state;
	live(2);
	connect();
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(vio_vsock_send(&s, "12345", 5), 5);
		settle();
		send_op(MODEL_VSOCK_UPDATE); /* all 5 are read */
		struct model_vsock_packet k = packet(MODEL_VSOCK_UPDATE, 0);
		k.fwd_cnt = wrong[i];
		cut(k, NULL, VIO_VSOCK_HEADER);
		ended(VIO_EFORMAT);
	}
}

static void test_HD_VSOCK_04_operation_at_the_wrong_time(void **state)
{
	static const uint16_t wrong[] = { 0, MODEL_VSOCK_REQUEST, MODEL_VSOCK_RESPONSE, 8, 0xffff };

	(void)state;
	live(2);
	connect();
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		cut(packet(wrong[i], 0), NULL, VIO_VSOCK_HEADER);
		ended(VIO_EFORMAT);
	}
	struct model_vsock_packet k = packet(MODEL_VSOCK_SHUTDOWN, 0);
	k.flags = VIO_VSOCK_NO_SEND;
	send(k, NULL);
	cut(packet(MODEL_VSOCK_RW, 1), "x", VIO_VSOCK_HEADER + 1);
	ended(VIO_EFORMAT);
	vio_vsock_reset(&s);
	fresh_socket();
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_OK);
	settle();
	cut(packet(MODEL_VSOCK_RW, 1), "x", VIO_VSOCK_HEADER + 1);
	ended(VIO_EFORMAT);
}

static void test_HD_VSOCK_05_flood_of_strangers(void **state)
{
	struct model_vsock_packet k;

	(void)state;
	live(2);
	connect();
	host.hold = true;
	for (uint32_t i = 0; i < 100; i++) {
		k = packet(MODEL_VSOCK_REQUEST, 0);
		k.from_port = 9000 + i;
		cut(k, NULL, VIO_VSOCK_HEADER);
	}
	assert_int_equal(v.refusals, VIO_VSOCK_REFUSALS);
	const unsigned before = host.nlog;
	host.hold = false;
	r.m.kicked[1] = true;
	settle();
	assert_int_equal(host.nlog - before, VIO_VSOCK_BUFFERS + VIO_VSOCK_REFUSALS);
	assert_int_equal(v.refused, VIO_VSOCK_BUFFERS + VIO_VSOCK_REFUSALS);
	for (unsigned i = before; i < host.nlog; i++) /* each to its own */
		assert_int_equal(host.log[i].to_port, 9000 + i - before);
	for (unsigned i = before; i < host.nlog; i++)
		assert_int_equal(host.log[i].op, MODEL_VSOCK_RST);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
}

static void test_HD_VSOCK_06_guest_cid_makes_no_sense(void **state)
{
	static const uint64_t wrong[] = { 0, 1, 2, UINT32_MAX, UINT64_C(1) << 32, UINT64_MAX };

	(void)state;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		plug(2, 1, NULL);
		memcpy(r.m.cfg.config, &wrong[i], 8);
		assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
		assert_int_equal(r.d->problem.cause, VIO_C_DRIVER);
		assert_int_equal(r.d->problem.got, VIO_VSOCK_BAD_CID);
		assert_int_equal(r.m.counts.written_at[AT_QUEUE_SEL / 4], 0);
		teardown(NULL);
	}
	plug(2, 1, NULL);
	r.m.faults.generation_moves = MODEL_NEVER; /* it cannot be read */
	assert_int_equal(vio_device_start(r.d), VIO_EDEVICE);
	assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
	teardown(NULL);
	for (uint64_t cid = 3; cid < UINT32_MAX; cid += UINT32_MAX - 4) { /* the first, the last */
		plug(2, 1, NULL);
		memcpy(r.m.cfg.config, &cid, 8);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_int_equal(v.cid, cid);
		teardown(NULL);
	}
}

static struct vio_vsock_socket *take_socket(struct vio_vsock_listener *l)
{
	return l->arg;
}

static void connect_again(struct vio_vsock_socket *of)
{
	changes++;
	if (of->state == VIO_VSOCK_CLOSED)
		assert_int_equal(vio_vsock_connect(&v, of, VIO_VSOCK_HOST, PORT), VIO_OK);
}

static void test_vsock_005_connections_end_when_the_guest_was_moved(void **state)
{
	struct vio_vsock_listener l = { .port = 80, .accept = take_socket, .arg = &s };

	(void)state;
	live(2);
	assert_int_equal(vio_vsock_listen(&v, &l), VIO_OK);
	connect();
	for (uint64_t cid = 50; cid < 60; cid++) { /* more often than there are event buffers */
		model_vsock_move(&r.m, cid);
		settle();
		assert_int_equal(v.cid, cid);
		assert_int_equal(s.state, VIO_VSOCK_CLOSED);
		assert_int_equal(s.err, VIO_EDEVICE);
		struct model_vsock_packet k = { .from = MODEL_VSOCK_HOST,
						.to = cid,
						.from_port = 7,
						.to_port = 80,
						.type = MODEL_VSOCK_STREAM,
						.op = MODEL_VSOCK_REQUEST,
						.buf_alloc = PEER_ROOM };
		send(k, NULL);
		assert_int_equal(s.state, VIO_VSOCK_OPEN); /* the listener stays */
	}
	s.changed = connect_again;
	changes = 0;
	model_vsock_move(&r.m, MODEL_VSOCK_CID);
	settle();
	assert_int_equal(changes, 1);
	assert_int_equal(s.state, VIO_VSOCK_CONNECTING);
	s.changed = NULL;
}

static void test_HD_VSOCK_07_event_is_short_or_unknown(void **state)
{
	(void)state;
	live(2);
	connect();
	for (uint32_t n = 0; n < 4; n++) {
		assert_true(model_vsock_event(&r.m, 0, n));
		settle();
	}
	assert_true(model_vsock_event(&r.m, 1, 4));
	settle();
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
	assert_int_equal(v.dropped, 5);
	uint64_t bad = 1;
	memcpy(r.m.cfg.config, &bad, 8);
	assert_true(model_vsock_event(&r.m, 0, 4));
	settle();
	vio_device_service(r.d, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(s.err, VIO_EDEVICE);
}

static void test_connections_end_with_their_device(void **state)
{
	(void)state;
	live(2);
	connect();
	say("data");
	host.hold = true;
	assert_int_equal(vio_vsock_send(&s, "more", 4), 4);
	changes = 0;
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(s.err, VIO_EDEVICE);
	assert_int_equal(changes, 1);
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_EDEVICE);
	heard("data");
	host.hold = false;
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	fresh_socket();
	connect();
}

static void test_HD_VSOCK_08_silent_device_is_given_up(void **state)
{
	uint64_t now = 0;

	(void)state;
	live(2);
	connect();
	r.m.faults.silent = true;
	assert_int_equal(vio_vsock_send(&s, "x", 1), 1);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(r.d->problem.queue, 1);
	assert_int_equal(s.err, VIO_EDEVICE);
}

static void test_vsock_001_device_without_streams_is_refused(void **state)
{
	static const struct {
		uint64_t offered;
		int err;
	} rows[] = { { 0, VIO_OK }, { 1, VIO_OK },	{ 5, VIO_OK },
		     { 2, VIO_OK }, { 4, VIO_ENOTSUP }, { 6, VIO_ENOTSUP } };

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		plug(2, rows[i].offered, NULL);
		assert_int_equal(vio_device_start(r.d), rows[i].err);
		if (rows[i].err == VIO_OK)
			assert_int_equal(r.d->features & 7, rows[i].offered);
		teardown(NULL);
	}
}

static void test_HD_QUEUE_01_device_without_a_queue_does_not_start(void **state)
{
	enum { SELECTED = 64 };
	uint32_t selected[SELECTED];

	(void)state;
	for (unsigned q = 0; q < 3; q++) {
		plug(2, 1, NULL);
		r.m.cfg.queue_max[q] = 0;
		assert_int_equal(vio_device_start(r.d), VIO_ENODEV);
		assert_int_equal(r.d->problem.queue, q);
		/* The other queues were not set up. */
		const unsigned n = rig_written(&r, AT_QUEUE_SEL, selected, SELECTED);
		assert_int_equal(selected[n - 1], q);
		teardown(NULL);
	}
}

/* It could not receive anything. One buffer is enough, and what comes back is no event. */
static void test_device_without_a_buffer_does_not_start(void **state)
{
	const struct vio_vsock_options o = { .receive = 2 };

	(void)state;
	plug(2, 1, &o);
	r.p.fail_map = MODEL_NEVER;
	assert_int_equal(vio_device_start(r.d), VIO_EADDR);
	r.p.fail_map = 1;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(v.dropped, 0);
}

static void test_memory_of_the_caller_and_options(void **state)
{
	static uint64_t own[VIO_VSOCK_MEMORY(2, 4, 100) / 8];
	struct vio_vsock_options o = {
		.receive = 2, .send = 4, .packet = 100, .memory = own, .bytes = sizeof(own)
	};
	static struct vio_vsock other;

	(void)state;
	plug(2, 1, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	connect();
	say("hello");
	heard("hello");
	assert_int_equal(r.p.privates, 0); /* nothing else was taken */
	assert_true(v.received >= 2 && v.sent >= 1);
	o.bytes--;
	assert_int_equal(vio_vsock_init(&other, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
	const struct vio_vsock_options largest = { .receive = 1024, .send = 1, .packet = 65536 };
	assert_int_equal(vio_vsock_init(&other, &r.t.base, &r.p.platform, &largest), VIO_OK);
	static const struct vio_vsock_options bad[] = { { .receive = 3 },    { .send = 3 },
							{ .receive = 2048 }, { .send = 2048 },
							{ .packet = 63 },    { .packet = 65537 } };
	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(vio_vsock_init(&other, &r.t.base, &r.p.platform, &bad[i]),
				 VIO_EINVAL);
	assert_ptr_equal(vio_vsock_of(r.d), &v);
	assert_null(vio_vsock_of(NULL));
	r.d->driver = &toy_driver;
	assert_null(vio_vsock_of(r.d));
	r.d->driver = &vio_vsock_driver;
}

static void send_a_byte(unsigned nth)
{
	(void)nth;
	vio_vsock_send(&s, "x", 1);
}

static void test_one_lost_packet_fails_the_device(void **state)
{
	(void)state;
	live(2);
	connect();
	rig_loses_one(&r, 1, send_a_byte);
	assert_true(host.nlog > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_HD_P9SCSI_09_length_beyond_what_is_there),
		T(test_HD_VSOCK_01_packet_for_somebody_else),
		T(test_vsock_004_unknown_type_is_answered_by_rst),
		T(test_HD_VSOCK_02_data_beyond_our_room),
		T(test_HD_VSOCK_03_credit_that_cannot_be),
		T(test_HD_VSOCK_04_operation_at_the_wrong_time),
		T(test_HD_VSOCK_05_flood_of_strangers),
		T(test_HD_VSOCK_06_guest_cid_makes_no_sense),
		T(test_vsock_005_connections_end_when_the_guest_was_moved),
		T(test_HD_VSOCK_07_event_is_short_or_unknown),
		T(test_connections_end_with_their_device),
		T(test_HD_VSOCK_08_silent_device_is_given_up),
		T(test_one_lost_packet_fails_the_device),
		T(test_vsock_001_device_without_streams_is_refused),
		T(test_HD_QUEUE_01_device_without_a_queue_does_not_start),
		T(test_device_without_a_buffer_does_not_start),
		T(test_memory_of_the_caller_and_options),
#undef T
	};

	return cmocka_run_group_tests_name("vsock_lies", tests, NULL, NULL);
}
