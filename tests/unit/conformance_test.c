/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules of docs/conformance.md that no other test covers. The names of the tests contain their ids.
 * */
#include <picovirtio/driver.h>
#include <picovirtio/rng.h>
#include "tests/unit/console_rig.h"

static struct console_rig x; /* its rig serves the other devices too */
static struct rig *const r = &x.r;
static struct toy toy;
static struct model_rng entropy;
static struct vio_rng rng;

/* No model_check(): some of these tests take chains that the device then never serves. */
static void unplug(void)
{
	rig_close(r);
	model_console_free(&x.host);
	memset(&x.host, 0, sizeof(x.host));
}

static int teardown(void **state)
{
	(void)state;
	unplug();
	return 0;
}

static void rng_start(uint32_t version, uint64_t features)
{
	memset(&rng, 0, sizeof(rng));
	rig_init_for(r, version);
	model_rng_config(&r->cfg, &entropy, version, features, 8);
	rig_drive(r, &rng.device, &vio_rng_driver);
	rig_plug(r, true);
	assert_int_equal(vio_device_start(r->d), VIO_OK);
}

static void console_start(uint32_t version, uint64_t features)
{
	console_plug(&x, version, features, 1, 64);
	assert_int_equal(vio_device_start(r->d), VIO_OK);
}

static uint64_t required(uint32_t version)
{
	return version == 2 ? 1 | BIT64(32) : 1;
}

/* Each of these bits stands by itself (5.3.3, 5.4.3, 6). A bit that joins them and that is
 * defined to need another one needs a check of the final mask as well. */
static void test_feat_002_no_accepted_bit_has_a_prerequisite(void **state)
{
	const uint64_t ring_2 = BIT64(28) | BIT64(29) | BIT64(32) | BIT64(33) | BIT64(34) |
				BIT64(35) | BIT64(36) | BIT64(38) | BIT64(40) | BIT64(43);
	const uint64_t ring_1 = BIT64(27) | BIT64(28) | BIT64(29);

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		const uint64_t ring = version == 2 ? ring_2 : ring_1;

		console_start(version, UINT64_MAX);
		assert_int_equal(r->m.accepted, ring | 7);
		unplug();
		rng_start(version, UINT64_MAX);
		assert_int_equal(r->m.accepted, ring);
		unplug();
	}
}

/* Neither the region nor config space has to end where we know it to. */
static void test_config_004_larger_region_is_no_reason_to_refuse(void **state)
{
	uint32_t version, v = 0;

	(void)state;
	for (version = 1; version <= 2; version++) {
		rig_init_for(r, version);
		toy_config(r, &toy, version, required(version));
		r->cfg.config_bytes = MODEL_CONFIG_BYTES;
		rig_plug(r, false);
		host_unplug(&r->w);
		host_plug(&r->w, &r->m, RIG_AT, 0x100000);
		assert_int_equal(vio_mmio_probe(&r->t, RIG_AT, 0x100000), VIO_OK);
		r->d->transport = &r->t.base;
		assert_int_equal(vio_device_start(r->d), VIO_OK);
		assert_int_equal(vio_device_config(r->d, 4, &v, sizeof(v)), VIO_OK);
		assert_int_equal(v, 0x17161514);
		unplug();
	}
}

/* The device takes a request: it is one descriptor, and of its own. */
static void one_descriptor(unsigned queue)
{
	struct mq_chain c;

	assert_true(mq_take(&r->m.queue[queue], &c));
	assert_int_equal(c.nseg, 1);
	assert_false(c.indirect);
}

/* Few enough for any device, and the framing that devices without ANY_LAYOUT know (2.7.4.3). */
static void test_split_004_split_leg_005_one_descriptor_a_request(void **state)
{
	static uint8_t room[64];
	struct vio_rng_request bytes = { .p = room, .len = sizeof(room) };

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		console_start(version, VIO_CONSOLE_F_MULTIPORT);
		one_descriptor(0);
		one_descriptor(2);
		one_descriptor(3); /* DEVICE_READY */
		unplug();
		console_start(version, 0);
		assert_int_equal(vio_console_write(&x.c, 0, "some bytes", 10), 10);
		vio_console_flush(&x.c, 0);
		one_descriptor(1);
		unplug();
		rng_start(version, version == 2 ? BIT64(32) : 0);
		assert_int_equal(vio_rng_submit(&rng, &bytes), VIO_OK);
		vio_rng_kick(&rng);
		one_descriptor(0);
		unplug();
		bytes.busy = false;
	}
}

static int submit_table(uint64_t offered)
{
	static _Alignas(16) uint8_t table[32];
	static uint8_t bytes[2][8];
	uint32_t len[2];
	struct vq_seg seg[2];
	struct vq_indirect t = { .table = table, .len = len, .max = 2 };

	toy_live(r, &toy, 2, required(2) | offered);
	t.at = host_give(&r->p, table, sizeof(table));
	for (unsigned i = 0; i < 2; i++)
		seg[i] = (struct vq_seg){ host_give(&r->p, bytes[i], 8), 8 };
	assert_int_equal(vq_indirect_build(&toy.q[0].vq, &t, seg, 1, 1), VIO_OK);
	return vio_queue_submit_indirect(&toy.q[0], &t, &toy.request[0]);
}

static void test_split_007_no_indirect_table_unless_negotiated(void **state)
{
	struct mq_chain c;

	(void)state;
	assert_int_equal(submit_table(0), VIO_ENOTSUP);
	unplug();
	assert_int_equal(submit_table(BIT64(28)), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	assert_true(mq_take(&r->m.queue[0], &c));
	assert_true(c.indirect);
}

static void test_split_017_event_without_a_completion_is_no_news(void **state)
{
	(void)state;
	toy_live(r, &toy, 2, required(2));
	toy.model_holds = true;
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	for (unsigned i = 0; i < 100; i++) {
		model_interrupt(&r->m, VIO_EV_QUEUE);
		vio_device_service(r->d, r->p.clock);
		assert_false(vio_device_poll(r->d));
		assert_false(vio_device_arm(r->d));
	}
	assert_int_equal(r->d->state, VIO_LIVE);
	assert_int_equal(r->d->events, 100);
	assert_int_equal(toy.ndone, 0);
}

/* Buffers that the device only read come back with a wrong length, on both transmit queues. */
static void test_con_leg_003_split_leg_006_used_length_is_not_trusted(void **state)
{
	struct mq_chain c;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		for (unsigned queue = 1; queue <= 3; queue += 2) {
			console_start(version, queue == 3 ? VIO_CONSOLE_F_MULTIPORT : 0);
			vio_console_write(&x.c, 0, "some bytes", 10);
			vio_console_flush(&x.c, 0);
			assert_true(mq_take(&r->m.queue[queue], &c));
			model_complete(&r->m, queue, c.head, 30);
			assert_true(vio_device_poll(r->d));
			assert_int_equal(r->d->state, VIO_LIVE);
			assert_int_equal(vio_console_unsent(&x.c, 0), 0);
			assert_int_equal(vio_console_lost(&x.c), 0);
			unplug();
		}
	}
}

static void test_mmio_irq_002_one_event_stands_for_every_queue(void **state)
{
	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		toy_live(r, &toy, version, required(version));
		assert_int_equal(toy_submit(&toy, 0), VIO_OK);
		assert_int_equal(toy_submit(&toy, 1), VIO_OK);
		vio_queue_kick(&toy.q[0]);
		vio_queue_kick(&toy.q[1]);
		model_run(&r->m);
		assert_int_equal(r->m.interrupt_status, VIO_EV_QUEUE);
		vio_device_service(r->d, r->p.clock);
		assert_true(vio_device_poll(r->d));
		assert_int_equal(toy.ndone, 2);
		unplug();
	}
}

static void test_mmio_leg_009_events_and_kicks_are_those_of_version_2(void **state)
{
	uint32_t v[4];

	(void)state;
	toy_live(r, &toy, 1, required(1));
	assert_int_equal(toy_submit(&toy, 1), VIO_OK);
	vio_queue_kick(&toy.q[1]);
	assert_int_equal(rig_written(r, AT_QUEUE_NOTIFY, v, 4), 1);
	assert_int_equal(v[0], 1);
	model_run(&r->m);
	assert_int_equal(r->m.interrupt_status, VIO_EV_QUEUE);
	vio_device_service(r->d, r->p.clock);
	assert_int_equal(rig_written(r, AT_INTERRUPT_ACK, v, 4), 1);
	assert_int_equal(v[0], VIO_EV_QUEUE);
	assert_int_equal(r->m.interrupt_status, 0);
}

/* A legacy ring is ALIGN(16n + 2(3 + n)) + ALIGN(6 + 8n) bytes of memory that is its own. */
static void test_split_leg_002_legacy_ring_is_whole_pages(void **state)
{
	const struct model_memory *const memory = &r->p.memory;

	(void)state;
	toy_live(r, &toy, 1, required(1));
	uint64_t at = r->m.queue[0].set.desc;
	assert_int_equal(r->m.queue[0].set.used, at + 4096);
	assert_non_null(memory->at(memory->ctx, at, 8192, true));
	assert_null(memory->at(memory->ctx, at, 8193, true));
}

/* The reset takes the queues back, so QueuePFN 0 is never written. */
static void test_mmio_leg_005_reset_is_what_frees_legacy_queues(void **state)
{
	uint32_t v[8];

	(void)state;
	toy_live(r, &toy, 1, required(1));
	assert_int_equal(vio_device_stop(r->d), VIO_OK);
	assert_false(r->m.queue[0].live);
	assert_int_equal(vio_device_start(r->d), VIO_OK);
	assert_int_equal(rig_written(r, AT_QUEUE_PFN, v, 8), 2 * TOY_QUEUES);
	for (unsigned i = 0; i < 2 * TOY_QUEUES; i++)
		assert_int_not_equal(v[i], 0);
	assert_true(r->m.queue[1].live);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_feat_002_no_accepted_bit_has_a_prerequisite),
		T(test_config_004_larger_region_is_no_reason_to_refuse),
		T(test_split_004_split_leg_005_one_descriptor_a_request),
		T(test_split_007_no_indirect_table_unless_negotiated),
		T(test_split_017_event_without_a_completion_is_no_news),
		T(test_con_leg_003_split_leg_006_used_length_is_not_trusted),
		T(test_mmio_irq_002_one_event_stands_for_every_queue),
		T(test_mmio_leg_009_events_and_kicks_are_those_of_version_2),
		T(test_split_leg_002_legacy_ring_is_whole_pages),
		T(test_mmio_leg_005_reset_is_what_frees_legacy_queues),
#undef T
	};

	return cmocka_run_group_tests_name("conformance", tests, NULL, NULL);
}
