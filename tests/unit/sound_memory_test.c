/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-sound over its device model: what is in ring memory before the device reads or writes it,
 * and what is left after a reset. */
#include "drivers/sound/sound_internal.h"
#include "tests/unit/sound_rig.h"

/* Buffers of events that the device has. */
static unsigned given(void)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s.nevents; i++)
		n += s.event_slot[i].busy;
	return n;
}

/* Every byte of a question and a place without an answer, whatever was there before. */
static void test_questions_are_written_whole(void **state)
{
	struct vio_sound_command c = { .op = VIO_SOUND_PARAMS,
				       .params = { 4 * PERIOD, PERIOD, 2, VIO_SOUND_S16,
						   VIO_SOUND_48000 } };

	(void)state;
	live(1, 2, 0);
	uint8_t *const wire = s.free_command->wire;
	memset(wire, 0xff, SOUND_WIRE);
	const unsigned long notifies = r.m.counts.notifies;
	assert_int_equal(vio_sound_send(&s, &c), VIO_OK);
	assert_int_equal(r.m.counts.notifies, notifies + 1); /* at once, without a poll */
	assert_int_equal(sound_get(wire + SOUND_AT_IN), 0);
	settle(); /* the model looks at the bytes that are 0 */
	assert_int_equal(c.err, VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	memset(s.query.slot->wire, 0xff, SOUND_AT_IN + SOUND_STATUS_BYTES);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(sound_get(s.query.slot->wire + 4), 0); /* the first entry */
	assert_int_equal(sound_get(s.query.slot->wire + SOUND_AT_IN), 0);
	settle();
	assert_true(s.jack[0].usable);
}

static void test_kick_notifies_each_queue_at_once(void **state)
{
	(void)state;
	live(0, 2, 0);
	for (uint32_t stream = OUT; stream <= IN; stream++) {
		const unsigned long notifies = r.m.counts.notifies;

		assert_int_equal(submit(0, stream), VIO_OK);
		vio_sound_kick(&s);
		assert_int_equal(r.m.counts.notifies, notifies + 1);
		running(stream);
	}
}

/* A device may take fewer buffers than there are. Those that it has are empty. */
static void test_sound_001_buffers_of_events(void **state)
{
	(void)state;
	plug(2, 2, 0, NULL);
	r.m.cfg.queue_max[1] = 2;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	for (unsigned i = 0; i < 5; i++) {
		assert_true(model_sound_event(&r.m, i < 4 ? 0x1000 : 0x1100, 1, 8));
		settle();
	}
	assert_true(s.jack[1].connected); /* an event of a stream is none of a jack */
	assert_int_equal(given(), 2);
	for (unsigned i = 0; i < s.nevents; i++) {
		for (unsigned k = 0; k < SOUND_EVENT_BYTES; k++)
			assert_int_equal(s.event_slot[i].wire[k], 0);
	}
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(events, 5); /* what comes back from a reset is no event */
	assert_int_equal(s.refused, 0);
	assert_int_equal(given(), 0);
}

static void test_nothing_is_sent_before_the_start(void **state)
{
	struct vio_sound_command c = { .op = VIO_SOUND_PREPARE };

	(void)state;
	plug(0, 1, 0, NULL);
	assert_int_equal(vio_sound_send(&s, &c), VIO_EDEVICE);
	assert_int_equal(submit(0, OUT), VIO_EDEVICE);
}

/* Written by the device, but never reported. */
static void test_reset_leaves_no_result(void **state)
{
	struct vio_sound_command c = { .op = VIO_SOUND_PREPARE };

	(void)state;
	live(0, 1, 0);
	r.m.faults.silent = true;
	uint8_t *const answer = s.free_command->wire + SOUND_AT_IN;
	uint8_t *const result = s.free->wire + SOUND_AT_IN;
	assert_int_equal(vio_sound_send(&s, &c), VIO_OK);
	assert_int_equal(submit(0, OUT), VIO_OK);
	transfer[0].status = transfer[0].latency = transfer[0].bytes = 1;
	sound_put(answer, SOUND_OK);
	sound_put(result, SOUND_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(c.err, VIO_EDEVICE);
	assert_int_equal(c.status, 0);
	assert_int_equal(transfer[0].err, VIO_EDEVICE);
	assert_int_equal(transfer[0].status, 0);
	assert_int_equal(transfer[0].latency, 0);
	assert_int_equal(transfer[0].bytes, 0);
}

static void test_all_slots_are_free_after_their_requests(void **state)
{
	const struct vio_sound_options o = { .transfers = 4 };
	struct vio_sound_command c[VIO_SOUND_COMMANDS];

	(void)state;
	plug(0, 1, 0, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	running(OUT);
	assert_int_equal(run(VIO_SOUND_STOP, OUT), VIO_OK);
	const unsigned before = ended;
	for (unsigned round = 0; round < 2; round++) {
		host.answer = round ? MODEL_SOUND_IO_ERR : 0;
		for (unsigned i = 0; i < 4; i++) {
			assert_int_equal(submit(i, OUT), VIO_OK);
			transfer[i].done = i ? transfer_done : NULL;
		}
		for (unsigned i = 0; i < VIO_SOUND_COMMANDS; i++) {
			c[i] = (struct vio_sound_command){ .op = VIO_SOUND_START };
			assert_int_equal(vio_sound_send(&s, &c[i]), VIO_OK);
		}
		vio_sound_kick(&s);
		settle();
		assert_int_equal(s.transfers_done, 4 * (round + 1));
		assert_int_equal(ended, before + 3 * (round + 1));
	}
	/* The first START succeeds, the others come while the stream runs; then all fail. */
	assert_int_equal(s.errors, 4 + 2 * VIO_SOUND_COMMANDS - 1);
}

static void test_more_commands_than_the_ring_takes(void **state)
{
	struct vio_sound_command c[2] = { { .op = VIO_SOUND_PREPARE },
					  { .op = VIO_SOUND_PREPARE } };

	(void)state;
	plug(0, 1, 0, NULL);
	r.m.cfg.queue_max[0] = 2;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(vio_sound_send(&s, &c[0]), VIO_OK);
	assert_int_equal(vio_sound_send(&s, &c[1]), VIO_EFULL);
	assert_false(c[1].busy);
	settle();
	assert_false(c[0].busy);
}

/* The result of a recording may end with its room; that of samples to play is not among them, and
 * that of a recording not behind its room. */
static void test_HD_SOUND_04_result_that_is_not_where_it_belongs(void **state)
{
	(void)state;
	live(0, 2, 0);
	running(IN);
	running(OUT);
	host.short_by = SOUND_RESULT_BYTES;
	host.behind = true;
	assert_int_equal(transferred(IN), VIO_OK);
	assert_int_equal(transfer[0].bytes, PERIOD - SOUND_RESULT_BYTES);
	host.no_result = true;
	sound_put(data[0], SOUND_OK);
	assert_int_equal(transferred(OUT), VIO_EDEVICE);
	host.short_by = 0;
	sound_put(data[1], SOUND_OK); /* behind the room of transfer 0 */
	assert_int_equal(transferred(IN), VIO_EDEVICE);
	transfer[0] = (struct vio_sound_transfer){ .stream = OUT,
						   .p = data[0],
						   .len = VIO_SOUND_BYTES_MAX };
	r.p.fail_map = 1;
	assert_int_equal(vio_sound_submit(&s, &transfer[0]), VIO_EADDR); /* not VIO_ERANGE */
}

/* What was known before a restart is not known after it, and a restart may end early. */
static void test_entries_of_an_earlier_start_are_gone(void **state)
{
	(void)state;
	live(1, 1, 1);
	assert_true(s.jack[0].usable && s.stream[0].usable && s.map[0].usable);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	host.info_answer = MODEL_SOUND_IO_ERR;
	s.known = NULL;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_true(s.is_known);
	assert_false(s.jack[0].usable || s.stream[0].usable || s.map[0].usable);
	assert_int_equal(s.refused, 3);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	r.m.faults.silent = true;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(s.refused, 3);
	assert_false(s.is_known);
}

/* What cannot be read a few times is read, or is the cause; nothing else is made of it. */
static void test_configuration_that_changes_for_a_while(void **state)
{
	unsigned started = 0;

	(void)state;
	for (unsigned moves = 1; moves < 80; moves++) {
		plug(2, 1, 1, NULL);
		r.m.faults.generation_moves = moves;
		if (vio_device_start(r.d) == VIO_OK) {
			assert_int_equal(s.njacks, 2);
			assert_int_equal(s.nstreams, 1);
			assert_int_equal(s.nmaps, 1);
			started++;
		} else {
			assert_int_equal(r.d->problem.cause, VIO_C_CONFIG);
		}
		teardown(NULL);
	}
	assert_true(started > 0 && started < 79);
	live(1, 1, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_questions_are_written_whole),
		T(test_kick_notifies_each_queue_at_once),
		T(test_sound_001_buffers_of_events),
		T(test_nothing_is_sent_before_the_start),
		T(test_reset_leaves_no_result),
		T(test_all_slots_are_free_after_their_requests),
		T(test_more_commands_than_the_ring_takes),
		T(test_HD_SOUND_04_result_that_is_not_where_it_belongs),
		T(test_entries_of_an_earlier_start_are_gone),
		T(test_configuration_that_changes_for_a_while),
#undef T
	};

	return cmocka_run_group_tests_name("sound_memory", tests, NULL, NULL);
}
