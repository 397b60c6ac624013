/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-sound over its device model. */
#include "tests/unit/sound_rig.h"

/* ---- What the device has ---- */

static void test_sound_002_streams_jacks_and_maps_are_known_after_the_start(void **state)
{
	(void)state;
	live(2, 2, 1);
	assert_int_equal(known, 1);
	assert_int_equal(host.questions, 3);
	assert_int_equal(s.nstreams, 2);
	assert_true(s.stream[OUT].usable && s.stream[IN].usable);
	assert_false(s.stream[OUT].records);
	assert_true(s.stream[IN].records);
	assert_int_equal(s.stream[OUT].formats, BIT64(5) | BIT64(17));
	assert_int_equal(s.stream[OUT].rates, BIT64(6) | BIT64(7));
	assert_int_equal(s.stream[OUT].channels_max, 2);
	assert_int_equal(s.njacks, 2);
	assert_false(s.jack[0].connected);
	assert_true(s.jack[1].usable && s.jack[1].connected);
	assert_int_equal(s.jack[1].features, 9);
	assert_int_equal(s.jack[1].config, 0x01020304);
	assert_int_equal(s.nmaps, 1);
	assert_int_equal(s.map[0].channels, 2);
	assert_int_equal(s.map[0].position[1], 4);
	assert_int_equal(s.refused, 0);
}

static void test_device_that_has_nothing(void **state)
{
	(void)state;
	live(0, 0, 0);
	assert_int_equal(known, 1);
	assert_int_equal(host.questions, 0);
	assert_int_equal(run(VIO_SOUND_PREPARE, 0), VIO_ENODEV);
}

static void test_HD_SOUND_01_numbers_are_capped(void **state)
{
	(void)state;
	live(UINT32_MAX, UINT32_MAX, UINT32_MAX);
	assert_int_equal(s.njacks, VIO_SOUND_JACKS);
	assert_int_equal(s.nstreams, VIO_SOUND_STREAMS);
	assert_int_equal(s.nmaps, VIO_SOUND_MAPS);
	/* The jacks are in memory after the streams. */
	assert_int_equal(submit(0, VIO_SOUND_STREAMS), VIO_ENODEV);
}

static void test_HD_SOUND_02_answers_that_are_cut_off_or_wrong(void **state)
{
	(void)state;
	host.info_bytes = 4 + 32 + 31;
	live(0, 2, 0);
	assert_true(s.stream[OUT].usable);
	assert_false(s.stream[IN].usable);
	assert_int_equal(s.refused, 1);
	assert_int_equal(run(VIO_SOUND_PARAMS, IN), VIO_ENODEV);
	teardown(NULL);
	host.info_bytes = 3;
	live(1, 2, 1);
	assert_int_equal(s.refused, 4);
	assert_int_equal(known, 2);
	teardown(NULL);
	host.info_bytes = 0;
	host.info_answer = MODEL_SOUND_IO_ERR;
	live(1, 2, 1);
	assert_int_equal(s.refused, 4);
	assert_false(s.jack[0].usable);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_SOUND_03_entries_that_make_no_sense(void **state)
{
	(void)state;
	host.stream[0].direction = 2;
	host.stream[1].channels_min = 0;
	host.stream[2] = host.stream[1];
	host.stream[2].channels_min = 3;
	host.stream[3] = host.stream[2];
	host.stream[3].channels_min = 1;
	host.stream[3].formats = 0;
	host.map_channels[0] = 19;
	host.map_channels[1] = 0;
	host.map_channels[2] = 18;
	host.map_direction[3] = 2;
	host.map_channels[3] = 1;
	live(0, 4, 4);
	for (unsigned i = 0; i < 4; i++) {
		assert_false(s.stream[i].usable);
		assert_int_equal(s.map[i].usable, i == 2);
	}
	assert_int_equal(s.refused, 7);
	teardown(NULL);
	setup(NULL);
	host.stream[0].rates = 0;
	live(0, 1, 0);
	assert_false(s.stream[0].usable);
}

/* ---- Playing and recording ---- */

static void test_sound_004_samples_are_played_in_order(void **state)
{
	(void)state;
	live(0, 2, 0);
	assert_int_equal(run(VIO_SOUND_PARAMS, OUT), VIO_OK);
	assert_int_equal(host.stream[OUT].rate, 7);
	assert_int_equal(host.stream[OUT].format, 5);
	assert_int_equal(host.stream[OUT].channels, 2);
	assert_int_equal(host.stream[OUT].buffer_bytes, 4 * PERIOD);
	assert_int_equal(host.stream[OUT].period_bytes, PERIOD);
	assert_int_equal(run(VIO_SOUND_PREPARE, OUT), VIO_OK);
	for (unsigned i = 0; i < 4; i++) {
		for (unsigned k = 0; k < PERIOD; k++)
			data[i][k] = (uint8_t)(i * PERIOD + k);
		assert_int_equal(submit(i, OUT), VIO_OK);
		assert_int_equal(vio_sound_submit(&s, &transfer[i]), VIO_EBUSY);
	}
	const unsigned long notifies = r.m.counts.notifies;
	vio_sound_kick(&s);
	assert_int_equal(r.m.counts.notifies, notifies + 1);
	settle();
	assert_true(transfer[0].busy); /* it is not started yet */
	assert_int_equal(run(VIO_SOUND_START, OUT), VIO_OK);
	assert_int_equal(host.nplayed, 4 * PERIOD);
	assert_memory_equal(host.played, data, sizeof(data));
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(transfer[i].err, VIO_OK);
		assert_int_equal(transfer[i].bytes, PERIOD);
		assert_int_equal(transfer[i].latency, 77);
	}
	assert_int_equal(run(VIO_SOUND_STOP, OUT), VIO_OK);
	assert_int_equal(run(VIO_SOUND_RELEASE, OUT), VIO_OK);
	assert_int_equal(host.stream[OUT].state, MODEL_SOUND_SET);
}

static void test_sound_005_samples_are_recorded(void **state)
{
	(void)state;
	live(0, 2, 0);
	running(IN);
	for (unsigned n = 0; n < 3; n++) {
		assert_int_equal(transferred(IN), VIO_OK);
		assert_int_equal(transfer[0].bytes, PERIOD);
		for (unsigned k = 0; k < PERIOD; k++)
			assert_int_equal(data[0][k], (uint8_t)(n * PERIOD + k));
	}
}

static void test_recording_that_is_short(void **state)
{
	(void)state;
	live(0, 2, 0);
	running(IN);
	host.short_by = 20;
	for (unsigned i = 0; i < 2; i++) {
		host.behind = i;
		assert_int_equal(transferred(IN), VIO_OK);
		assert_int_equal(transfer[0].bytes, PERIOD - 20);
		assert_int_equal(transfer[0].latency, 77);
	}
	host.short_by = PERIOD;
	assert_int_equal(transferred(IN), VIO_OK);
	assert_int_equal(transfer[0].bytes, 0);
	host.short_by = 4; /* the status is across the end of the samples */
	assert_int_equal(transferred(IN), VIO_EDEVICE);
}

static void test_HD_SOUND_04_results_that_lie(void **state)
{
	static const struct {
		uint32_t answer;
		int err;
	} rows[] = { { MODEL_SOUND_BAD_MSG, VIO_EIO }, { MODEL_SOUND_NOT_SUPP, VIO_ENOTSUP },
		     { MODEL_SOUND_IO_ERR, VIO_EIO },  { 0x8004, VIO_EDEVICE },
		     { 0x7fff, VIO_EDEVICE },	       { UINT32_MAX, VIO_EDEVICE } };

	(void)state;
	live(0, 2, 0);
	running(IN);
	running(OUT);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		host.answer = rows[i].answer;
		assert_int_equal(transferred(IN), rows[i].err);
		assert_int_equal(transfer[0].bytes, 0);
		assert_int_equal(transfer[0].status, rows[i].answer);
		assert_int_equal(transferred(OUT), rows[i].err);
		assert_int_equal(run(VIO_SOUND_START, OUT), rows[i].err);
		assert_int_equal(command.status, rows[i].answer);
	}
	host.answer = 0;
	host.len_lie = true;
	for (host.len = 0; host.len < 8; host.len++)
		assert_int_equal(transferred(IN), VIO_EDEVICE);
	host.len = UINT32_MAX; /* the queue clamps it */
	assert_int_equal(transferred(IN), VIO_OK);
	assert_int_equal(transfer[0].bytes, PERIOD);
	host.len_lie = false;
	host.no_result = true;
	assert_int_equal(transferred(OUT), VIO_EDEVICE);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_sound_003_parameters_within_what_is_offered(void **state)
{
	static const struct vio_sound_params good = { 4 * PERIOD, PERIOD, 2, VIO_SOUND_S16,
						      VIO_SOUND_48000 };
	struct vio_sound_command c = { .op = VIO_SOUND_PARAMS };

	(void)state;
	live(0, 2, 0);
#define WRONG(field, value, result)                                                                \
	c.params = good;                                                                           \
	c.params.field = (value);                                                                  \
	assert_int_equal(vio_sound_send(&s, &c), (result))
	WRONG(channels, 0, VIO_ENOTSUP);
	WRONG(channels, 3, VIO_ENOTSUP);
	WRONG(format, VIO_SOUND_U8, VIO_ENOTSUP);
	WRONG(format, (enum vio_sound_format)69, VIO_ENOTSUP);
	WRONG(rate, VIO_SOUND_8000, VIO_ENOTSUP);
	WRONG(rate, (enum vio_sound_rate)71, VIO_ENOTSUP);
	WRONG(period_bytes, 0, VIO_EINVAL);
	WRONG(period_bytes, PERIOD + 1, VIO_EINVAL);
	WRONG(period_bytes, PERIOD + 4, VIO_EINVAL);
	WRONG(buffer_bytes, 0, VIO_EINVAL);
	WRONG(buffer_bytes, VIO_SOUND_BYTES_MAX + PERIOD, VIO_ERANGE);
#undef WRONG
	c.params = good;
	c.op = (enum vio_sound_op)5;
	assert_int_equal(vio_sound_send(&s, &c), VIO_EINVAL);
	c.op = VIO_SOUND_START;
	c.stream = 2;
	assert_int_equal(vio_sound_send(&s, &c), VIO_ENODEV);
	assert_int_equal(run(VIO_SOUND_START, OUT),
			 VIO_EIO); /* the device reports that it is too early */
}

static void test_sound_003_edges_of_the_parameters(void **state)
{
	static const struct {
		struct vio_sound_params p;
		int want;
	} rows[] = {
		{ { 4 * PERIOD, PERIOD, 1, VIO_SOUND_S16, VIO_SOUND_48000 }, VIO_OK },
		{ { VIO_SOUND_BYTES_MAX, PERIOD, 2, VIO_SOUND_S16, VIO_SOUND_48000 }, VIO_OK },
		{ { 4 * (PERIOD + 2), PERIOD + 2, 2, VIO_SOUND_S16, VIO_SOUND_48000 }, VIO_EINVAL },
		{ { 4 * PERIOD, PERIOD, 2, (enum vio_sound_format)20, VIO_SOUND_48000 },
		  VIO_EINVAL },
		{ { 4 * PERIOD, PERIOD, 2, (enum vio_sound_format)64, VIO_SOUND_48000 },
		  VIO_ENOTSUP },
		{ { 4 * PERIOD, PERIOD, 2, VIO_SOUND_S16, (enum vio_sound_rate)64 }, VIO_ENOTSUP },
	};
	uint32_t sent = 0;

	(void)state;
	host.stream[OUT].formats |= BIT64(0) | BIT64(20);
	host.stream[OUT].rates |= BIT64(0);
	live(0, 1, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct vio_sound_command c = { .op = VIO_SOUND_PARAMS, .params = rows[i].p };

		assert_int_equal(vio_sound_send(&s, &c), rows[i].want);
		settle();
		assert_false(c.busy);
		assert_int_equal(c.err, VIO_OK);
		sent += rows[i].want == VIO_OK;
		assert_int_equal(s.commands, sent);
	}
	assert_int_equal(s.errors, 0);
	assert_int_equal(run(VIO_SOUND_STOP, OUT), VIO_EIO); /* it does not run */
	assert_int_equal(s.errors, 1);
}

static void test_sound_002_edges_of_what_the_device_has(void **state)
{
	(void)state;
	host.stream[OUT].channels_min = host.stream[OUT].channels_max = 18;
	host.map_direction[1] = 1;
	host.map_direction[2] = 2;
	host.map_channels[1] = 18;
	host.map_channels[2] = 255;
	live(0, 1, 3);
	assert_true(s.stream[OUT].usable);
	assert_true(s.map[0].usable && !s.map[0].records);
	assert_true(s.map[1].usable && s.map[1].records);
	assert_int_equal(s.map[1].position[17], 20);
	assert_false(s.map[2].usable);
	assert_int_equal(s.refused, 1);
}

static void test_transfers_that_are_wrong(void **state)
{
	(void)state;
	live(0, 2, 0);
	running(OUT);
	assert_int_equal(submit(0, 2), VIO_ENODEV);
	transfer[0] = (struct vio_sound_transfer){ .stream = OUT, .p = data[0] };
	assert_int_equal(vio_sound_submit(&s, &transfer[0]), VIO_EINVAL);
	transfer[0].len = VIO_SOUND_BYTES_MAX + 1;
	assert_int_equal(vio_sound_submit(&s, &transfer[0]), VIO_ERANGE);
	r.p.fail_map = 1;
	assert_int_equal(submit(0, OUT), VIO_EADDR);
	assert_false(transfer[0].busy);
	assert_int_equal(transferred(OUT), VIO_OK);
}

static void test_no_more_than_the_limits(void **state)
{
	const struct vio_sound_options o = { .transfers = 2 };
	struct vio_sound_command c[VIO_SOUND_COMMANDS + 1];

	(void)state;
	plug(0, 2, 0, &o);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	assert_int_equal(submit(0, OUT), VIO_OK);
	assert_int_equal(submit(1, IN), VIO_OK);
	assert_int_equal(submit(2, OUT), VIO_EFULL);
	r.m.faults.silent = true;
	for (unsigned i = 0; i <= VIO_SOUND_COMMANDS; i++) {
		c[i] = (struct vio_sound_command){ .op = VIO_SOUND_PREPARE };
		assert_int_equal(vio_sound_send(&s, &c[i]),
				 i < VIO_SOUND_COMMANDS ? VIO_OK : VIO_EFULL);
	}
	assert_int_equal(vio_sound_send(&s, &c[0]), VIO_EBUSY);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(c[0].err, VIO_EDEVICE);
	assert_int_equal(transfer[0].err, VIO_EDEVICE);
	assert_int_equal(transfer[1].err, VIO_EDEVICE);
	assert_int_equal(transfer[1].bytes, 0);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(submit(0, OUT), VIO_EDEVICE);
	assert_int_equal(vio_sound_send(&s, &c[0]), VIO_EDEVICE);
	vio_sound_kick(&s);
}

static void test_device_that_is_restarted_begins_anew(void **state)
{
	(void)state;
	live(1, 2, 0);
	running(OUT);
	assert_int_equal(submit(0, IN), VIO_OK);
	vio_sound_kick(&s);
	model_run(&r.m);
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
	assert_int_equal(transfer[0].err, VIO_EDEVICE);
	const unsigned rings = r.p.rings;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_false(s.is_known);
	settle();
	assert_int_equal(known, 2);
	assert_int_equal(r.p.rings, rings);
	running(OUT);
	assert_int_equal(transferred(OUT), VIO_OK);
}

/* ---- Events ---- */

static void test_sound_001_events_are_reported(void **state)
{
	(void)state;
	live(2, 2, 0);
	for (unsigned i = 0; i < 30; i++) {
		assert_true(model_sound_event(&r.m, i % 2 ? 0x1001 : 0x1000, 0, 8));
		settle();
		assert_int_equal(s.jack[0].connected, i % 2 == 0);
	}
	assert_int_equal(events, 30);
	assert_true(model_sound_event(&r.m, 0x1100, 1, 8));
	settle();
	assert_int_equal(last_event, VIO_SOUND_PERIOD);
	assert_int_equal(last_number, 1);
	assert_true(model_sound_event(&r.m, 0x1101, 0, 8));
	settle();
	assert_int_equal(last_event, VIO_SOUND_XRUN);
	s.event = NULL;
	assert_true(model_sound_event(&r.m, 0x1101, 0, 8));
	settle();
	assert_int_equal(events, 32);
}

static void test_event_while_a_command_is_under_way(void **state)
{
	struct vio_sound_command c = { .op = VIO_SOUND_PARAMS,
				       .params = { 4 * PERIOD, PERIOD, 2, VIO_SOUND_S16,
						   VIO_SOUND_48000 } };

	(void)state;
	live(1, 1, 0);
	assert_int_equal(vio_sound_send(&s, &c), VIO_OK);
	assert_true(model_sound_event(&r.m, 0x1000, 0, 8));
	while (vio_device_poll(r.d)) { /* the device has not seen the command yet */
	}
	assert_int_equal(events, 1);
	assert_true(c.busy);
	settle();
	assert_int_equal(c.err, VIO_OK);
}

static void test_HD_SOUND_05_events_that_make_no_sense(void **state)
{
	static const uint32_t wrong[][3] = { { 0x1000, 2, 8 }, { 0x1001, UINT32_MAX, 8 },
					     { 0x1100, 2, 8 }, { 0x1101, UINT32_MAX, 8 },
					     { 0x1200, 0, 8 }, { 0, 0, 8 },
					     { 0x1000, 0, 7 }, { 0x1000, 0, 0 } };

	(void)state;
	live(2, 2, 0);
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_true(model_sound_event(&r.m, wrong[i][0], wrong[i][1], wrong[i][2]));
		settle();
		assert_int_equal(s.refused, i + 1);
	}
	assert_int_equal(events, 0);
	assert_false(s.jack[0].connected);
}

/* ---- Life cycle ---- */

static void test_memory_of_the_caller_and_options(void **state)
{
	static uint64_t memory[VIO_SOUND_MEMORY(1, 1, 1, 1, 1) / 8];
	struct vio_sound_options o = { 1, 1, 1, 1, 1, memory, sizeof(memory) };
	const struct vio_sound_options good = o;
	static struct vio_sound other;

	(void)state;
	plug(2, 2, 2, &o);
	const unsigned privates = r.p.privates;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(r.p.privates, privates); /* it is enough for the queues */
	settle();
	assert_int_equal(s.nstreams, 1);
	running(OUT);
	assert_int_equal(transferred(OUT), VIO_OK);
	o.bytes--;
	assert_int_equal(vio_sound_init(&other, &r.t.base, &r.p.platform, &o), VIO_ENOMEM);
#define WRONG(field, value, result)                                                                \
	o = good;                                                                                  \
	o.field = (value);                                                                         \
	assert_int_equal(vio_sound_init(&other, &r.t.base, &r.p.platform, &o), (result))
	WRONG(streams, 65, VIO_EINVAL);
	WRONG(jacks, 65, VIO_EINVAL);
	WRONG(maps, 65, VIO_EINVAL);
	WRONG(transfers, 3, VIO_EINVAL);
	WRONG(transfers, 512, VIO_EINVAL);
	WRONG(events, 3, VIO_EINVAL);
	WRONG(events, 512, VIO_EINVAL);
	/* The most that there can be; the memory is too small for them. */
	WRONG(streams, 64, VIO_ENOMEM);
	WRONG(jacks, 64, VIO_ENOMEM);
	WRONG(maps, 64, VIO_ENOMEM);
	WRONG(transfers, 256, VIO_ENOMEM);
	WRONG(events, 256, VIO_ENOMEM);
#undef WRONG
	assert_ptr_equal(vio_sound_of(r.d), &s);
	assert_null(vio_sound_of(NULL));
	r.d->driver = &toy_driver;
	assert_null(vio_sound_of(r.d));
	r.d->driver = &vio_sound_driver;
}

static void test_HD_QUEUE_01_device_without_a_queue_does_not_start(void **state)
{
	static const uint16_t least[] = { 2, 1, 3, 3 };

	(void)state;
	for (unsigned q = 0; q < 4; q++) {
		for (uint32_t size = 0; size < least[q];
		     size += least[q] - 1 ? least[q] - 1u : 1u) {
			plug(0, 1, 0, NULL);
			r.m.cfg.queue_max[q] = size;
			assert_int_equal(vio_device_start(r.d), size ? VIO_ERANGE : VIO_ENODEV);
			assert_int_equal(r.d->problem.queue, q);
			teardown(NULL);
		}
	}
	plug(0, 1, 0, NULL);
	r.p.fail_ring = 5; /* after those of the queues */
	assert_int_equal(vio_device_start(r.d), VIO_ENOMEM);
	assert_int_equal(r.d->problem.cause, VIO_C_NO_MEMORY);
}

static void test_silent_device_is_given_up(void **state)
{
	struct vio_sound_command c = { .op = VIO_SOUND_PREPARE };
	uint64_t now = 0;

	(void)state;
	live(0, 1, 0);
	r.m.faults.silent = true;
	assert_int_equal(vio_sound_send(&s, &c), VIO_OK);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(r.d->problem.queue, 0);
	assert_int_equal(c.err, VIO_EDEVICE);
}

static void test_numbers_of_rates_and_samples(void **state)
{
	(void)state;
	assert_int_equal(vio_sound_hertz(VIO_SOUND_44100), 44100);
	assert_int_equal(vio_sound_hertz(VIO_SOUND_384000), 384000);
	assert_int_equal(vio_sound_hertz(VIO_SOUND_RATES), 0);
	assert_int_equal(vio_sound_rate_of(48000), VIO_SOUND_48000);
	assert_int_equal(vio_sound_rate_of(1), -1);
	assert_int_equal(vio_sound_sample_bytes(VIO_SOUND_S8), 1);
	assert_int_equal(vio_sound_sample_bytes(VIO_SOUND_U16), 2);
	assert_int_equal(vio_sound_sample_bytes(VIO_SOUND_S24_3), 3);
	assert_int_equal(vio_sound_sample_bytes(VIO_SOUND_FLOAT), 4);
	assert_int_equal(vio_sound_sample_bytes((enum vio_sound_format)0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_sound_002_streams_jacks_and_maps_are_known_after_the_start),
		T(test_device_that_has_nothing),
		T(test_HD_SOUND_01_numbers_are_capped),
		T(test_HD_SOUND_02_answers_that_are_cut_off_or_wrong),
		T(test_HD_SOUND_03_entries_that_make_no_sense),
		T(test_sound_004_samples_are_played_in_order),
		T(test_sound_005_samples_are_recorded),
		T(test_recording_that_is_short),
		T(test_HD_SOUND_04_results_that_lie),
		T(test_sound_003_parameters_within_what_is_offered),
		T(test_sound_003_edges_of_the_parameters),
		T(test_sound_002_edges_of_what_the_device_has),
		T(test_transfers_that_are_wrong),
		T(test_no_more_than_the_limits),
		T(test_device_that_is_restarted_begins_anew),
		T(test_sound_001_events_are_reported),
		T(test_event_while_a_command_is_under_way),
		T(test_HD_SOUND_05_events_that_make_no_sense),
		T(test_memory_of_the_caller_and_options),
		T(test_HD_QUEUE_01_device_without_a_queue_does_not_start),
		T(test_silent_device_is_given_up),
		T(test_numbers_of_rates_and_samples),
#undef T
	};

	return cmocka_run_group_tests_name("sound", tests, NULL, NULL);
}
