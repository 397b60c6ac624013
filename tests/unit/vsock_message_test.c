/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-vsock over its device model: connections with messages, and several connections. */
#include "tests/unit/vsock_rig.h"

enum { ENDS = 4, F_SEQPACKET = 2, FLAG_END = 1 };

static uint32_t ends[ENDS];

static void live_with_messages(const struct vio_vsock_options *o)
{
	plug(2, 1 | F_SEQPACKET, o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	s.ends = ends;
	s.nends = ENDS;
}

static struct model_vsock_packet message(uint16_t op, uint32_t len, uint32_t flags)
{
	struct model_vsock_packet k = packet(op, len);

	k.type = MODEL_VSOCK_SEQPACKET;
	k.flags = flags;
	return k;
}

static void connect_messages(void)
{
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_OK);
	settle();
	assert_int_equal(last()->type, MODEL_VSOCK_SEQPACKET);
	send(message(MODEL_VSOCK_RESPONSE, 0, 0), NULL);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
}

/* The next `n` bytes that can be read are these, and they end a message or not. */
static void next(size_t n, const char *text, bool at_end)
{
	char bytes[ROOM];

	assert_int_equal(vio_vsock_receive(&s, bytes, n), strlen(text));
	assert_memory_equal(bytes, text, strlen(text));
	assert_int_equal(s.at_end, at_end);
	settle();
}

static void test_messages_keep_their_ends(void **state)
{
	(void)state;
	live_with_messages(NULL);
	connect_messages();
	for (unsigned i = 0; i < 40; i++) { /* around all that is a ring */
		send(message(MODEL_VSOCK_RW, 5, (uint32_t)~FLAG_END), "first");
		next(ROOM, "", false); /* its end is not known yet */
		send(message(MODEL_VSOCK_RW, 5, FLAG_END), " part");
		send(message(MODEL_VSOCK_RW, 3, FLAG_END), "two");
		send(message(MODEL_VSOCK_RW, 0, FLAG_END), NULL);
		next(4, "firs", false);
		next(ROOM, "t part", true);
		next(3, "two", true);
		next(ROOM, "", true); /* a message of no bytes */
		next(ROOM, "", false);
	}
}

static void test_message_is_sent_as_a_whole(void **state)
{
	const struct vio_vsock_options o = { .packet = 64, .send = 4 };
	static uint8_t text[100];

	(void)state;
	live_with_messages(&o);
	connect_messages();
	const unsigned before = host.nlog;
	assert_int_equal(vio_vsock_send(&s, text, 50), 50); /* packets of 20 bytes */
	settle();
	assert_int_equal(host.nlog, before + 3);
	for (unsigned i = before; i < host.nlog; i++)
		assert_int_equal(host.log[i].flags, i + 1 == host.nlog ? FLAG_END : 0);
	assert_int_equal(vio_vsock_send(&s, text, 15), 0); /* the peer has room for 14 */
	assert_true(s.blocked);
	assert_int_equal(vio_vsock_send(&s, text, 14), 14);
	settle();
	changes = 0;
	send(message(MODEL_VSOCK_UPDATE, 0, 0), NULL);
	assert_int_equal(changes, 1);
	assert_int_equal(vio_vsock_send(&s, text, PEER_ROOM), 64);
	settle();
	assert_int_equal(vio_vsock_send(&s, text, PEER_ROOM + 1), VIO_ERANGE);
	assert_int_equal(vio_vsock_send(&s, text, 0), VIO_EINVAL);
	struct model_vsock_packet k = message(MODEL_VSOCK_UPDATE, 0, 0);
	k.buf_alloc = 1000;
	send(k, NULL);
	assert_int_equal(vio_vsock_send(&s, text, 81), VIO_ERANGE); /* more than the queue */
	host.hold = true;
	assert_int_equal(vio_vsock_send(&s, text, 21), 21);
	assert_int_equal(vio_vsock_send(&s, text, 41), 0); /* two packets are left */
	assert_int_equal(vio_vsock_send(&s, text, 40), 40);
	host.hold = false;
	settle();
	assert_int_equal(last()->flags, FLAG_END);
}

static void test_HD_VSOCK_09_more_messages_than_there_is_room_for(void **state)
{
	(void)state;
	live_with_messages(NULL);
	connect_messages();
	for (unsigned i = 0; i < ENDS; i++)
		send(message(MODEL_VSOCK_RW, 1, FLAG_END), "m");
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
	send(message(MODEL_VSOCK_RW, 0, FLAG_END), NULL);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(s.err, VIO_EFULL);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(last()->type, MODEL_VSOCK_SEQPACKET);
	for (unsigned i = 0; i < ENDS; i++)
		next(ROOM, "m", true);
}

static struct vio_vsock_socket *take_socket(struct vio_vsock_listener *l)
{
	return l->arg;
}

static void knock(uint16_t type, uint32_t from, uint32_t port)
{
	const struct model_vsock_packet k = { .from = MODEL_VSOCK_HOST,
					      .to = MODEL_VSOCK_CID,
					      .from_port = from,
					      .to_port = port,
					      .type = type,
					      .op = MODEL_VSOCK_REQUEST,
					      .buf_alloc = PEER_ROOM };

	send(k, NULL);
}

static void test_messages_need_the_feature_and_memory(void **state)
{
	(void)state;
	live(2);
	s.ends = ends;
	s.nends = ENDS;
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_ENOTSUP);
	s.nends = 0;
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_EINVAL);
	const struct model_vsock_packet k = message(MODEL_VSOCK_REQUEST, 0, 0);
	send(k, NULL); /* an unknown type here */
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(last()->type, MODEL_VSOCK_SEQPACKET);
	/* The same, with a listener and a socket that would fit. */
	struct vio_vsock_listener l = {
		.port = 80, .messages = true, .accept = take_socket, .arg = &s
	};
	s.nends = ENDS;
	assert_int_equal(vio_vsock_listen(&v, &l), VIO_OK);
	knock(MODEL_VSOCK_SEQPACKET, 9, 80);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
}

/* ---- Several ---- */

/* A byte for this connection, which is read. The peer has read `fwd_cnt` bytes. */
static void byte_for(struct vio_vsock_socket *to, uint32_t fwd_cnt)
{
	const struct model_vsock_packet k = { .from = MODEL_VSOCK_HOST,
					      .to = MODEL_VSOCK_CID,
					      .from_port = to->peer_port,
					      .to_port = to->port,
					      .len = 1,
					      .type = to->ends ? MODEL_VSOCK_SEQPACKET
							       : MODEL_VSOCK_STREAM,
					      .op = MODEL_VSOCK_RW,
					      .flags = FLAG_END,
					      .buf_alloc = PEER_ROOM,
					      .fwd_cnt = fwd_cnt };
	char bytes[8];

	send(k, "x");
	assert_int_equal(vio_vsock_receive(to, bytes, sizeof(bytes)), 1);
}

static void test_listeners_of_both_kinds_and_several_ports(void **state)
{
	static uint8_t rooms[3][ROOM];
	struct vio_vsock_socket three[3] = {
		{ .rx = rooms[0], .rx_bytes = ROOM },
		{ .rx = rooms[1], .rx_bytes = ROOM },
		{ .rx = rooms[2], .rx_bytes = ROOM, .ends = ends, .nends = ENDS }
	};
	struct vio_vsock_listener l[3] = {
		{ .port = 80, .accept = take_socket, .arg = &three[0] },
		{ .port = 81, .accept = take_socket, .arg = &three[1] },
		{ .port = 80, .messages = true, .accept = take_socket, .arg = &three[2] }
	};

	(void)state;
	live_with_messages(NULL);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(vio_vsock_listen(&v, &l[i]), VIO_OK);
	l[1].arg = &three[2]; /* of the wrong kind */
	knock(MODEL_VSOCK_STREAM, 8, 81);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	l[1].arg = &three[1];
	knock(MODEL_VSOCK_STREAM, 9, 80);
	knock(MODEL_VSOCK_STREAM, 9, 81);
	knock(MODEL_VSOCK_SEQPACKET, 9, 80);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(three[i].state, VIO_VSOCK_OPEN);
		assert_int_equal(three[i].port, l[i].port);
	}
	/* Each packet finds its connection, and each end leaves the others. */
	for (unsigned i = 0; i < 3; i++)
		byte_for(&three[i], 0);
	assert_int_equal(vio_vsock_send(&three[0], "to 80", 5), 5);
	settle();
	assert_int_equal(last()->from_port, 80);
	vio_vsock_reset(&three[1]); /* in the middle of the list */
	settle();
	assert_int_equal(three[0].state, VIO_VSOCK_OPEN);
	assert_int_equal(three[2].state, VIO_VSOCK_OPEN);
	byte_for(&three[0], 5);
	byte_for(&three[2], 0);
	for (unsigned i = 0; i < 2; i++) /* the second time it is none */
		vio_vsock_unlisten(&v, &l[1]);
	const unsigned long dropped = v.dropped;
	knock(7, 12, 80); /* no type */
	assert_int_equal(v.dropped, dropped + 1);
	knock(MODEL_VSOCK_STREAM, 10, 81);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(last()->from_port, 81);
	vio_vsock_reset(&three[0]);
	vio_vsock_reset(&three[2]);
	settle();
	knock(MODEL_VSOCK_STREAM, 11, 80);
	assert_int_equal(three[0].state, VIO_VSOCK_OPEN);
	assert_int_equal(three[0].rx_have, 0);
	knock(MODEL_VSOCK_SEQPACKET, 11, 80);
	assert_int_equal(three[2].state, VIO_VSOCK_OPEN);
}

static void test_messages_of_an_earlier_connection_are_forgotten(void **state)
{
	static uint8_t text[PEER_ROOM];

	(void)state;
	live_with_messages(NULL);
	connect_messages();
	for (unsigned i = 0; i < 2; i++)
		send(message(MODEL_VSOCK_RW, 3, FLAG_END), "two");
	assert_int_equal(vio_vsock_send(&s, text, PEER_ROOM), PEER_ROOM);
	settle();
	assert_int_equal(vio_vsock_send(&s, text, 1), 0);
	next(ROOM, "two", true);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_true(s.blocked && s.at_end);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_OK);
	assert_false(s.blocked || s.at_end);
	vio_vsock_reset(&s);
	connect_messages();
	next(ROOM, "", false);
}

static void test_ports_in_use_are_passed_over(void **state)
{
	struct vio_vsock_listener l = { .port = VIO_VSOCK_PORT_FIRST + 1, .accept = take_socket };

	(void)state;
	live(2);
	assert_int_equal(vio_vsock_listen(&v, &l), VIO_OK);
	connect();
	assert_int_equal(s.port, VIO_VSOCK_PORT_FIRST);
	for (unsigned i = 0; i < VIO_VSOCK_PORTS - 2; i++) { /* all others, one after the other */
		struct vio_vsock_socket other = { .rx = memory, .rx_bytes = ROOM };

		assert_int_equal(vio_vsock_connect(&v, &other, VIO_VSOCK_HOST, PORT), VIO_OK);
		assert_int_equal(other.port, VIO_VSOCK_PORT_FIRST + 2 + i);
		vio_vsock_reset(&other);
		settle();
	}
	struct vio_vsock_socket other = { .rx = memory, .rx_bytes = ROOM };
	assert_int_equal(vio_vsock_connect(&v, &other, VIO_VSOCK_HOST, PORT), VIO_OK);
	assert_int_equal(other.port, VIO_VSOCK_PORT_FIRST + 2);
	vio_vsock_reset(&other);
	settle();
}

static void test_no_port_is_free(void **state)
{
	static struct vio_vsock_listener l[VIO_VSOCK_PORTS];
	struct vio_vsock_socket other = { .rx = memory, .rx_bytes = ROOM };

	(void)state;
	live(2);
	for (unsigned i = 0; i < VIO_VSOCK_PORTS; i++) {
		l[i] = (struct vio_vsock_listener){ .port = VIO_VSOCK_PORT_FIRST + i,
						    .accept = take_socket };
		assert_int_equal(vio_vsock_listen(&v, &l[i]), VIO_OK);
	}
	vio_vsock_unlisten(&v, &l[VIO_VSOCK_PORTS - 1]); /* the last one that is looked at */
	connect();
	assert_int_equal(s.port, VIO_VSOCK_PORT_FIRST + VIO_VSOCK_PORTS - 1);
	assert_int_equal(vio_vsock_connect(&v, &other, VIO_VSOCK_HOST, PORT), VIO_EFULL);
	assert_int_equal(other.state, VIO_VSOCK_CLOSED);
}

static void test_everything_of_an_earlier_connection_is_forgotten(void **state)
{
	(void)state;
	live(2);
	connect();
	assert_int_equal(vio_vsock_send(&s, "12345", 5), 5);
	settle();
	say("unread");
	assert_int_equal(vio_vsock_shutdown(&s, VIO_VSOCK_NO_SEND), VIO_OK);
	settle();
	send_op(MODEL_VSOCK_RST);
	assert_int_equal(s.err, VIO_EIO);
	connect();
	assert_int_equal(s.err, VIO_OK);
	assert_int_equal(s.shut, 0);
	heard("");
	assert_int_equal(vio_vsock_send(&s, "1", 1), 1);
	settle();
	assert_int_equal(last()->fwd_cnt, 0);
	say("read");
	heard("read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_messages_keep_their_ends),
		T(test_message_is_sent_as_a_whole),
		T(test_HD_VSOCK_09_more_messages_than_there_is_room_for),
		T(test_messages_need_the_feature_and_memory),
		T(test_listeners_of_both_kinds_and_several_ports),
		T(test_ports_in_use_are_passed_over),
		T(test_no_port_is_free),
		T(test_messages_of_an_earlier_connection_are_forgotten),
		T(test_everything_of_an_earlier_connection_is_forgotten),
#undef T
	};

	return cmocka_run_group_tests_name("vsock_message", tests, NULL, NULL);
}
