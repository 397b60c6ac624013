/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-vsock over its device model and a peer: connections, data, credit, the end. */
#include "tests/unit/vsock_rig.h"

static void test_vsock_004_connection_is_opened(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		live(version);
		assert_int_equal(v.cid, MODEL_VSOCK_CID);
		assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_OK);
		assert_int_equal(s.state, VIO_VSOCK_CONNECTING);
		settle();
		assert_int_equal(last()->op, MODEL_VSOCK_REQUEST);
		assert_int_equal(last()->from, MODEL_VSOCK_CID);
		assert_int_equal(last()->to, VIO_VSOCK_HOST);
		assert_int_equal(last()->to_port, PORT);
		assert_int_equal(last()->from_port, VIO_VSOCK_PORT_FIRST);
		assert_int_equal(last()->buf_alloc, ROOM);
		assert_int_equal(vio_vsock_send(&s, "x", 1), VIO_EINVAL);
		send_op(MODEL_VSOCK_RESPONSE);
		assert_int_equal(s.state, VIO_VSOCK_OPEN);
		assert_int_equal(changes, 1);
		assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_EBUSY);
		struct vio_vsock_socket other = { .rx = memory, .rx_bytes = ROOM };
		assert_int_equal(vio_vsock_connect(&v, &other, VIO_VSOCK_HOST, PORT), VIO_OK);
		assert_int_equal(other.port, VIO_VSOCK_PORT_FIRST + 1);
		vio_vsock_reset(&other);
		settle();
		teardown(NULL);
	}
}

static void test_connection_is_refused(void **state)
{
	(void)state;
	live(2);
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_OK);
	settle();
	send_op(MODEL_VSOCK_RST);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(s.err, VIO_ENODEV);
	connect(); /* the struct can be used again */
	fresh_socket();
	s.rx = NULL;
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_EINVAL);
	fresh_socket();
	s.rx_bytes = 0;
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_EINVAL);
}

static void test_data_goes_both_ways(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		setup(NULL);
		live(version);
		connect();
		assert_int_equal(vio_vsock_send(&s, "to the host", 11), 11);
		settle();
		assert_int_equal(last()->op, MODEL_VSOCK_RW);
		assert_int_equal(last()->len, 11);
		assert_memory_equal(host.data, "to the host", 11);
		for (unsigned i = 0; i < 50; i++) { /* around the end of our memory */
			say("seventeen letters");
			say("and more");
			assert_int_equal(s.rx_have, 25);
			heard("seventeen lettersand more");
		}
		heard("");
		assert_int_equal(host_mapped(&r.p), v.nrx + VIO_VSOCK_EVENTS);
		teardown(NULL);
	}
}

static void test_vsock_003_peer_gets_no_more_than_it_has_room_for(void **state)
{
	static uint8_t text[200];

	(void)state;
	for (unsigned i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)i;
	live(2);
	connect();
	assert_int_equal(vio_vsock_send(&s, text, 200), PEER_ROOM);
	settle();
	assert_int_equal(vio_vsock_send(&s, text + PEER_ROOM, 1), 0);
	assert_true(s.blocked);
	changes = 0;
	struct model_vsock_packet k = packet(MODEL_VSOCK_UPDATE, 0);
	k.fwd_cnt = 10; /* it has read so much */
	send(k, NULL);
	assert_int_equal(changes, 1);
	assert_false(s.blocked); /* the caller has heard of the room */
	assert_int_equal(vio_vsock_send(&s, text + PEER_ROOM, 100), 10);
	settle();
	k.fwd_cnt = 74;
	k.buf_alloc = 4; /* less than before */
	send(k, NULL);
	assert_int_equal(vio_vsock_send(&s, text + 74, 100), 4);
	settle();
	k.buf_alloc = 1; /* less than is on its way */
	send(k, NULL);
	assert_int_equal(vio_vsock_send(&s, text + 78, 100), 0);
	k.fwd_cnt = 78;
	k.buf_alloc = 1000;
	send(k, NULL);
	assert_int_equal(vio_vsock_send(&s, text + 78, 122), 122);
	settle();
	assert_memory_equal(host.data, text, 200);
}

static void test_long_data_is_cut_into_packets(void **state)
{
	const struct vio_vsock_options o = { .packet = 64, .send = 2 };
	static uint8_t text[90];

	(void)state;
	plug(2, 1, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	connect();
	struct model_vsock_packet k = packet(MODEL_VSOCK_UPDATE, 0);
	k.buf_alloc = 1000;
	send(k, NULL);
	changes = 0;
	assert_int_equal(vio_vsock_send(&s, text, 90), 40); /* two packets of 20 bytes */
	assert_int_equal(changes, 0);
	settle();
	assert_int_equal(changes, 1); /* once, for both packets */
	assert_int_equal(vio_vsock_send(&s, text, 15), 15);
	assert_false(s.blocked);
	settle();
	assert_int_equal(host.ndata, 55);
}

static void test_vsock_003_peer_learns_what_was_read(void **state)
{
	uint8_t bytes[ROOM];

	(void)state;
	live(2);
	connect();
	say("01234567890123456789012345678901234567890123456789"); /* 50: less than half */
	const unsigned before = host.nlog;
	heard("01234567890123456789012345678901234567890123456789");
	assert_int_equal(host.nlog, before);
	say("0");
	assert_int_equal(vio_vsock_receive(&s, bytes, 1), 1);
	settle();
	assert_int_equal(host.nlog, before + 1);
	assert_int_equal(last()->op, MODEL_VSOCK_UPDATE);
	assert_int_equal(last()->fwd_cnt, 51);
	assert_int_equal(last()->flags, 0);
	assert_int_equal(last()->buf_alloc, ROOM);
	send_op(MODEL_VSOCK_ASK);
	assert_int_equal(host.nlog, before + 2);
	assert_int_equal(last()->op, MODEL_VSOCK_UPDATE);
}

static struct vio_vsock_socket *take_socket(struct vio_vsock_listener *l)
{
	return l->arg;
}

static struct vio_vsock_listener listener(void *socket)
{
	return (struct vio_vsock_listener){ .port = 80, .accept = take_socket, .arg = socket };
}

static void knock(uint32_t port)
{
	const struct model_vsock_packet k = { .from = MODEL_VSOCK_HOST,
					      .to = MODEL_VSOCK_CID,
					      .from_port = 5000,
					      .to_port = port,
					      .type = MODEL_VSOCK_STREAM,
					      .op = MODEL_VSOCK_REQUEST,
					      .buf_alloc = PEER_ROOM };

	send(k, NULL);
}

static void test_peer_connects(void **state)
{
	struct vio_vsock_listener l = listener(&s), other = listener(&s);

	(void)state;
	live(2);
	knock(80);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(last()->from_port, 80);
	assert_int_equal(last()->to_port, 5000);
	assert_int_equal(vio_vsock_listen(&v, &l), VIO_OK);
	assert_int_equal(vio_vsock_listen(&v, &other), VIO_EBUSY);
	other.port = 81;
	other.accept = NULL;
	assert_int_equal(vio_vsock_listen(&v, &other), VIO_EINVAL);
	struct model_vsock_packet stray = packet(MODEL_VSOCK_RW, 0);
	stray.from_port = 4999;
	stray.to_port = 80; /* of no connection, and no request for one */
	send(stray, NULL);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	s.rx_bytes = 0; /* no memory */
	knock(80);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	s.rx_bytes = ROOM;
	assert_int_equal(changes, 0);
	knock(80);
	assert_int_equal(last()->op, MODEL_VSOCK_RESPONSE);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
	assert_int_equal(s.peer_port, 5000);
	assert_int_equal(changes, 1);
	const unsigned long notifies = r.m.counts.notifies;
	assert_int_equal(vio_vsock_send(&s, "h", 1),
			 1); /* the request tells the room of the peer */
	assert_int_equal(r.m.counts.notifies, notifies + 1); /* at once, without a poll */
	settle();
	assert_int_equal(last()->flags, 0);
	say("hello");
	heard("hello");
	assert_int_equal(vio_vsock_send(&s, "hi", 2), 2);
	settle();
	l.arg = NULL; /* no room for another one */
	struct model_vsock_packet k = packet(MODEL_VSOCK_REQUEST, 0);
	k.from_port = 5001;
	send(k, NULL);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	l.arg = &s; /* in use */
	k.from_port = 5002;
	send(k, NULL);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	vio_vsock_unlisten(&v, &l);
	vio_vsock_unlisten(&v, &other); /* was none */
	k.from_port = 5003;
	send(k, NULL);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
}

static void test_close_is_agreed_on(void **state)
{
	(void)state;
	live(2);
	connect();
	say("late");
	vio_vsock_close(&s);
	settle();
	assert_int_equal(last()->op, MODEL_VSOCK_SHUTDOWN);
	assert_int_equal(last()->flags, 3);
	assert_int_equal(s.state, VIO_VSOCK_CLOSING);
	vio_vsock_close(&s);
	assert_int_equal(s.state, VIO_VSOCK_CLOSING);
	assert_int_equal(vio_vsock_send(&s, "x", 1), VIO_EINVAL);
	say("nobody reads this"); /* was on its way */
	assert_int_equal(s.rx_have, 4);
	send_op(MODEL_VSOCK_RST);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(s.err, VIO_OK);
	heard("late");
	vio_vsock_close(&s);
	vio_vsock_reset(&s);
	assert_int_equal(vio_vsock_shutdown(&s, 3), VIO_EINVAL);
}

static void test_peer_of_a_closed_connection_learns_nothing(void **state)
{
	static const char text[] = "012345678901234567890123456789012345678901234567890123456789";

	(void)state;
	live(2);
	connect();
	say(text); /* more than half of our room */
	vio_vsock_close(&s);
	settle();
	const unsigned before = host.nlog;
	heard(text);
	assert_int_equal(host.nlog, before);
}

static void test_peer_ends_one_direction_and_then_the_other(void **state)
{
	(void)state;
	live(2);
	connect();
	say("last words");
	struct model_vsock_packet k = packet(MODEL_VSOCK_SHUTDOWN, 0);
	k.flags = VIO_VSOCK_NO_SEND;
	send(k, NULL);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
	assert_int_equal(s.peer_shut, VIO_VSOCK_NO_SEND);
	assert_int_equal(vio_vsock_send(&s, "answer", 6), 6);
	settle();
	k = packet(MODEL_VSOCK_SHUTDOWN, 0);
	k.flags = VIO_VSOCK_NO_RECEIVE;
	send(k, NULL);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(s.err, VIO_OK);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	heard("last words");
}

static void test_we_end_one_direction(void **state)
{
	(void)state;
	live(2);
	connect();
	assert_int_equal(vio_vsock_shutdown(&s, 0xfc | VIO_VSOCK_NO_SEND), VIO_OK);
	settle();
	assert_int_equal(last()->flags, VIO_VSOCK_NO_SEND);
	send_op(MODEL_VSOCK_ASK);
	assert_int_equal(last()->op, MODEL_VSOCK_UPDATE);
	assert_int_equal(last()->flags, 0); /* those are of SHUTDOWN only */
	assert_int_equal(vio_vsock_send(&s, "x", 1), VIO_EINVAL);
	say("still here");
	heard("still here");
	struct model_vsock_packet k = packet(MODEL_VSOCK_SHUTDOWN, 0);
	k.flags = VIO_VSOCK_NO_RECEIVE;
	send(k, NULL);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
	send_op(MODEL_VSOCK_RST);
	assert_int_equal(s.err, VIO_EIO);
}

static void test_peer_that_receives_no_more_gets_no_more(void **state)
{
	(void)state;
	live(2);
	connect();
	struct model_vsock_packet k = packet(MODEL_VSOCK_SHUTDOWN, 0);
	k.flags = VIO_VSOCK_NO_RECEIVE;
	send(k, NULL);
	assert_int_equal(vio_vsock_send(&s, "x", 1), VIO_EINVAL);
	say("it may still send");
	heard("it may still send");
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
}

static void test_we_receive_no_more_and_send(void **state)
{
	(void)state;
	live(2);
	connect();
	assert_int_equal(vio_vsock_shutdown(&s, VIO_VSOCK_NO_RECEIVE), VIO_OK);
	assert_int_equal(vio_vsock_send(&s, "x", 1), 1);
	settle();
	assert_int_equal(last()->op, MODEL_VSOCK_RW);
}

static void test_unknown_directions_of_the_peer_are_not_taken(void **state)
{
	(void)state;
	live(2);
	connect();
	struct model_vsock_packet k = packet(MODEL_VSOCK_SHUTDOWN, 0);
	k.flags = 0xfc;
	send(k, NULL);
	assert_int_equal(s.peer_shut, 0);
	k.flags = 0xfc | VIO_VSOCK_NO_RECEIVE | VIO_VSOCK_NO_SEND;
	send(k, NULL);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(s.err, VIO_OK);
}

static void test_reset_by_either_side(void **state)
{
	(void)state;
	live(2);
	connect();
	say("data");
	send_op(MODEL_VSOCK_RST);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(s.err, VIO_EIO);
	heard("data");
	fresh_socket();
	connect();
	changes = 0;
	vio_vsock_reset(&s);
	settle();
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(changes, 0);
	fresh_socket();
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_OK);
	vio_vsock_close(&s); /* not open yet */
	settle();
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(last()->op, MODEL_VSOCK_RST);
}

static void test_caller_may_close_in_changed(void **state)
{
	(void)state;
	live(2);
	connect();
	close_on_change = true;
	say("go away");
	assert_int_equal(s.state, VIO_VSOCK_CLOSING);
	assert_int_equal(last()->op, MODEL_VSOCK_SHUTDOWN);
}

static void test_vsock_002_receiving_goes_on_while_nothing_can_be_sent(void **state)
{
	const struct vio_vsock_options o = { .send = 1, .receive = 4 };

	(void)state;
	plug(2, 1, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	connect();
	host.hold = true;
	assert_int_equal(vio_vsock_send(&s, "a", 1), 1);
	for (unsigned i = 0; i < 20; i++) {
		say("0123456789");
		heard("0123456789");
	}
	send_op(MODEL_VSOCK_ASK);
	assert_int_equal(vio_vsock_send(&s, "b", 1), 0);
	assert_int_equal(mq_look(&r.m.queue[0]), 4);
	host.hold = false;
	r.m.kicked[1] = true;
	settle();
	assert_int_equal(last()->op, MODEL_VSOCK_UPDATE);
	assert_int_equal(last()->fwd_cnt, 200);
	assert_int_equal(vio_vsock_send(&s, "b", 1), 1);
}

static void test_packets_of_one_poll_cost_one_notification(void **state)
{
	(void)state;
	live(2);
	connect();
	const unsigned long notifies = r.m.counts.notifies, reads = r.m.counts.reads;
	for (unsigned i = 0; i < 5; i++) {
		const struct model_vsock_packet k = packet(MODEL_VSOCK_RW, 1);

		assert_true(model_vsock_send(&r.m, &k, "x"));
	}
	vio_device_poll(r.d);
	assert_int_equal(s.rx_have, 5);
	assert_int_equal(r.m.counts.notifies, notifies + 1);
	assert_int_equal(r.m.counts.reads, reads);
}

/* Each packet tells what was read, so an update tells only what none has told. */
static void test_vsock_003_other_packets_tell_what_was_read(void **state)
{
	(void)state;
	live(2);
	connect();
	say("01234567890123456789012345678901234567890123456789"); /* 50: less than half */
	heard("01234567890123456789012345678901234567890123456789");
	r.p.fail_map = 1;
	assert_int_equal(vio_vsock_send(&s, "x", 1), 0);
	assert_int_equal(s.told, 0);
	assert_int_equal(s.tx_cnt, 0);
	assert_int_equal(vio_vsock_send(&s, "x", 1), 1);
	settle();
	assert_int_equal(host.ndata, 1);
	const unsigned before = host.nlog;
	say("0");
	heard("0");
	assert_int_equal(host.nlog, before);
}

/* The answer to a request goes before data. */
static void test_packets_that_could_not_be_sent_go_first(void **state)
{
	struct vio_vsock_listener l = listener(&s);

	(void)state;
	live(2);
	assert_int_equal(vio_vsock_listen(&v, &l), VIO_OK);
	r.p.fail_map = 2; /* the buffer goes back to the device, then the response */
	const struct model_vsock_packet k = { .from = MODEL_VSOCK_HOST,
					      .to = MODEL_VSOCK_CID,
					      .from_port = 5000,
					      .to_port = 80,
					      .type = MODEL_VSOCK_STREAM,
					      .op = MODEL_VSOCK_REQUEST,
					      .buf_alloc = PEER_ROOM };
	assert_true(model_vsock_send(&r.m, &k, NULL));
	vio_device_poll(r.d);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
	assert_int_not_equal(s.owed, 0);
	r.p.fail_map = 1;
	assert_int_equal(vio_vsock_send(&s, "x", 1), 0);
	assert_int_equal(vio_vsock_send(&s, "x", 1), 1);
	settle();
	assert_int_equal(host.log[host.nlog - 2].op, MODEL_VSOCK_RESPONSE);
	assert_int_equal(last()->op, MODEL_VSOCK_RW);
}

static void test_buffer_that_cannot_be_mapped_comes_back_later(void **state)
{
	(void)state;
	live(2);
	connect();
	const unsigned all = mq_look(&r.m.queue[0]);
	r.p.fail_map = 1;
	say("x");
	assert_int_equal(mq_look(&r.m.queue[0]), all - 1);
	say("y");
	assert_int_equal(mq_look(&r.m.queue[0]), all);
	heard("xy");
}

/* A program that sends as much as it can, again and again. */
static void send_more(struct vio_vsock_socket *of)
{
	changes++;
	while (of->state == VIO_VSOCK_OPEN && vio_vsock_send(of, "x", 1) > 0)
		;
}

static void test_sender_that_is_always_blocked(void **state)
{
	const struct vio_vsock_options o = { .send = 1 };

	(void)state;
	plug(2, 1, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	connect();
	s.changed = send_more;
	changes = 0;
	assert_int_equal(vio_vsock_send(&s, "xy", 2), 2);
	assert_int_equal(vio_vsock_send(&s, "x", 1), 0);
	assert_true(s.blocked);
	settle();
	assert_int_equal(host.ndata, PEER_ROOM);
	assert_int_equal(changes, PEER_ROOM - 1);
	host.hold = true;
	struct model_vsock_packet k = packet(MODEL_VSOCK_UPDATE, 0);
	assert_true(model_vsock_send(&r.m, &k, NULL));
	vio_device_poll(r.d);
	assert_true(s.blocked);
	changes = 0;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(changes, 1); /* that it ended */
}

static struct vio_vsock_socket second;

static void connect_second(struct vio_vsock_socket *of)
{
	if (of->state == VIO_VSOCK_CLOSED)
		assert_int_equal(vio_vsock_connect(&v, &second, VIO_VSOCK_HOST, PORT), VIO_OK);
}

/* A connection that began when the others ended stays; whatever was not sent is gone. */
static void test_end_of_all(void **state)
{
	static uint8_t room[ROOM];

	(void)state;
	live(2);
	host.hold = true;
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	host.hold = false;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	connect();
	second = (struct vio_vsock_socket){ .rx = room, .rx_bytes = ROOM };
	s.changed = connect_second;
	model_vsock_move(&r.m, MODEL_VSOCK_CID);
	settle();
	assert_int_equal(s.state, VIO_VSOCK_CLOSED);
	assert_int_equal(second.state, VIO_VSOCK_CONNECTING);
	v.refusals = 1;
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(v.refusals, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_vsock_004_connection_is_opened),
		T(test_connection_is_refused),
		T(test_data_goes_both_ways),
		T(test_vsock_003_peer_gets_no_more_than_it_has_room_for),
		T(test_long_data_is_cut_into_packets),
		T(test_vsock_003_peer_learns_what_was_read),
		T(test_peer_connects),
		T(test_close_is_agreed_on),
		T(test_peer_of_a_closed_connection_learns_nothing),
		T(test_peer_ends_one_direction_and_then_the_other),
		T(test_we_end_one_direction),
		T(test_peer_that_receives_no_more_gets_no_more),
		T(test_we_receive_no_more_and_send),
		T(test_unknown_directions_of_the_peer_are_not_taken),
		T(test_reset_by_either_side),
		T(test_caller_may_close_in_changed),
		T(test_vsock_002_receiving_goes_on_while_nothing_can_be_sent),
		T(test_vsock_003_other_packets_tell_what_was_read),
		T(test_packets_that_could_not_be_sent_go_first),
		T(test_buffer_that_cannot_be_mapped_comes_back_later),
		T(test_sender_that_is_always_blocked),
		T(test_end_of_all),
		T(test_packets_of_one_poll_cost_one_notification),
#undef T
	};

	return cmocka_run_group_tests_name("vsock", tests, NULL, NULL);
}
