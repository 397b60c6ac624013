/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of instances: the user chooses counts and memory for each instance. */
#include <picovirtio/blk.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>
#include <picovirtio/rng.h>
#include "tests/model/blk.h"
#include "tests/model/net.h"
#include "tests/unit/device_rig.h"

static struct rig r;
static struct model_blk disk;

static int teardown(void **state)
{
	(void)state;
	rig_close(&r);
	return 0;
}

/* ---- The smallest useful forms ---- */

static _Alignas(8) uint8_t blk_memory[VIO_BLK_MEMORY(1, 1, 1, 4)];
static _Alignas(8) uint8_t net_memory[VIO_NET_MEMORY(1, 1)];
static _Alignas(8) uint8_t console_memory[VIO_CONSOLE_MEMORY(1, 1, 64, 1, 16)];

/* Besides rings and buffers. */
_Static_assert(sizeof(struct vio_blk) + sizeof(blk_memory) < 1024, "1 KiB for a disk");
_Static_assert(sizeof(struct vio_console) + sizeof(struct vio_console_port) < 1024,
	       "1 KiB for a console");
_Static_assert(sizeof(struct vio_net) + sizeof(net_memory) - 2 * VIO_NET_BUFFER_BYTES < 4096,
	       "4 KiB for a network device");

static void plug_blk(const struct vio_blk_options *o, struct vio_blk *b, unsigned ring)
{
	rig_close(&r);
	memset(&disk, 0, sizeof(disk));
	rig_init_for(&r, 2);
	model_blk_config(&r.cfg, &disk, 2, BIT64(32) | VIO_F_INDIRECT_DESC, ring, 200);
	r.d = &b->device;
	assert_int_equal(vio_blk_init(b, &r.t.base, &r.p.platform, o), VIO_OK);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

/* No arena, no platform memory: all of it static. */
static void test_smallest_disk_out_of_static_memory(void **state)
{
	static struct vio_blk b;
	const struct vio_blk_options o = { .requests = 1,
					   .segs = 1,
					   .queues = 1,
					   .ring = 4,
					   .memory = blk_memory,
					   .bytes = sizeof(blk_memory) };
	static uint8_t data[512];

	(void)state;
	plug_blk(&o, &b, 64);
	assert_int_equal(r.p.privates, 0);
	assert_int_equal(b.info.segs, 1);
	for (unsigned i = 0; i < 5; i++) {
		struct vio_blk_seg seg[2] = { { data, 512 }, { data, 512 } };
		struct vio_blk_request q = {
			.op = VIO_BLK_READ, .sector = i, .seg = seg, .nseg = 2
		};
		struct vio_blk_request other = { .op = VIO_BLK_READ, .seg = seg, .nseg = 1 };

		disk.disk[512 * i] = (uint8_t)(i + 1);
		assert_int_equal(vio_blk_submit(&b, &q), VIO_EINVAL);
		q.nseg = 1;
		assert_int_equal(vio_blk_submit(&b, &q), VIO_OK);
		assert_int_equal(vio_blk_submit(&b, &other), VIO_EFULL);
		vio_blk_kick(&b);
		model_run(&r.m);
		vio_device_poll(r.d);
		assert_int_equal(q.err, VIO_OK);
		assert_int_equal(data[0], i + 1);
	}
}

/* ---- Many requests in flight ---- */

enum { MANY = 128 };

static void test_as_many_in_flight_as_the_user_wants(void **state)
{
	static struct vio_blk b;
	static struct vio_blk_request q[MANY + 1];
	static struct vio_blk_seg seg[MANY + 1];
	static uint8_t data[MANY + 1][512];

	(void)state;
	plug_blk(&(struct vio_blk_options){ .requests = MANY, .segs = 2, .queues = 1 }, &b, 256);
	for (unsigned i = 0; i < 200; i++)
		disk.disk[512 * i] = (uint8_t)(i + 1);
	for (unsigned turn = 0; turn < 2; turn++) {
		for (unsigned i = 0; i <= MANY; i++) {
			seg[i] = (struct vio_blk_seg){ data[i], 512 };
			q[i] = (struct vio_blk_request){
				.op = VIO_BLK_READ, .sector = i, .seg = &seg[i], .nseg = 1
			};
			assert_int_equal(vio_blk_submit(&b, &q[i]), i < MANY ? VIO_OK : VIO_EFULL);
		}
		vio_blk_kick(&b);
		assert_int_equal(b.queue[0].kicks, turn + 1);
		model_run(&r.m);
		vio_device_poll(r.d);
		for (unsigned i = 0; i < MANY; i++) {
			assert_int_equal(q[i].err, VIO_OK);
			assert_false(q[i].busy);
			assert_int_equal(data[i][0], (uint8_t)(i + 1));
		}
	}
}

/* ---- Wrong use ---- */

static void test_options_that_cannot_be_are_refused(void **state)
{
	const struct vio_blk_options blk[] = {
		{ .segs = VIO_BLK_SEGS + 1 },
		{ .ring = 2 },
		{ .ring = 48 },
		{ .requests = 2, .queues = 3 },
		{ .requests = UINT16_MAX, .ring = 4 },
		{ .memory = blk_memory + 1, .bytes = 1 << 20 },
	};
	const struct vio_console_options console[] = { { .ports = 32 },
						       { .tx_blocks = 3 },
						       { .rx_blocks = 6 },
						       { .tx_bytes = (1 << 20) + 1 },
						       { .rx_bytes = (1 << 20) + 1 } };
	const struct vio_console_options largest = { .tx_bytes = 1 << 20,
						     .rx_bytes = 1 << 20,
						     .memory = console_memory,
						     .bytes = sizeof(console_memory) };
	const struct vio_net_options net[] = { { .rx_buffers = 3 }, { .tx_buffers = 16384 } };
	const struct vio_rng_options rng = { .requests = 3 };
	static struct vio_rng g;
	static struct vio_blk b;
	static struct vio_console c;
	static struct vio_net n;

	(void)state;
	rig_init_for(&r, 2);
	for (unsigned i = 0; i < sizeof(blk) / sizeof(*blk); i++)
		assert_int_equal(vio_blk_init(&b, &r.t.base, &r.p.platform, &blk[i]), VIO_EINVAL);
	for (unsigned i = 0; i < sizeof(console) / sizeof(*console); i++)
		assert_int_equal(vio_console_init(&c, &r.t.base, &r.p.platform, &console[i]),
				 VIO_EINVAL);
	assert_int_equal(vio_console_init(&c, &r.t.base, &r.p.platform, &largest), VIO_ENOMEM);
	for (unsigned i = 0; i < sizeof(net) / sizeof(*net); i++)
		assert_int_equal(vio_net_init(&n, &r.t.base, &r.p.platform, &net[i]), VIO_EINVAL);
	assert_int_equal(vio_rng_init(&g, &r.t.base, &r.p.platform, &rng), VIO_EINVAL);
}

/* There are no more queues than requests, unless the user asks for them. */
static void test_queues_follow_the_requests(void **state)
{
	static struct vio_blk b;

	(void)state;
	rig_init_for(&r, 2);
	for (uint16_t n = 1; n <= VIO_BLK_QUEUES + 1; n++) {
		assert_int_equal(vio_blk_init(&b, &r.t.base, &r.p.platform,
					      &(struct vio_blk_options){ .requests = n }),
				 VIO_OK);
		assert_int_equal(b.queues, n < VIO_BLK_QUEUES ? n : VIO_BLK_QUEUES);
	}
}

/* A device of another class is not written to, though its feature bit has the same number. */
static void test_emergency_byte_is_for_consoles_alone(void **state)
{
	static struct vio_rng g;

	(void)state;
	rig_init_for(&r, 2);
	assert_int_equal(vio_rng_init(&g, &r.t.base, &r.p.platform, NULL), VIO_OK);
	g.device.offered = VIO_CONSOLE_F_EMERG_WRITE;
	assert_false(vio_console_emergency(&g.device, 'x'));
	assert_false(vio_console_emergency(NULL, 'x'));
}

static void test_too_little_memory_is_said(void **state)
{
	struct vio_blk_options few = { .requests = 1,
				       .segs = 1,
				       .queues = 1,
				       .ring = 4,
				       .memory = blk_memory,
				       .bytes = sizeof(blk_memory) - 1 };
	static struct vio_blk b;
	static struct vio_console c;
	static struct vio_net n;
	static struct vio_rng g;

	(void)state;
	rig_init_for(&r, 2);
	assert_int_equal(vio_blk_init(&b, &r.t.base, &r.p.platform, &few), VIO_ENOMEM);
	few.bytes++;
	assert_int_equal(vio_blk_init(&b, &r.t.base, &r.p.platform, &few), VIO_OK);
	r.p.fail_memory = 1;
	assert_int_equal(vio_blk_init(&b, &r.t.base, &r.p.platform, NULL), VIO_ENOMEM);
	r.p.fail_memory = 1;
	assert_int_equal(vio_console_init(&c, &r.t.base, &r.p.platform, NULL), VIO_ENOMEM);
	r.p.fail_memory = 1;
	assert_int_equal(vio_net_init(&n, &r.t.base, &r.p.platform, NULL), VIO_ENOMEM);
	r.p.platform.memory = NULL;
	assert_int_equal(vio_rng_init(&g, &r.t.base, &r.p.platform, NULL), VIO_ENOMEM);
}

static void test_room_gives_what_it_has(void **state)
{
	static _Alignas(8) uint8_t memory[32];
	struct vio_room room;

	(void)state;
	rig_init_for(&r, 2);
	assert_int_equal(vio_room_open(&room, &r.p.platform, memory, 32, 24), VIO_OK);
	assert_ptr_equal(vio_room_take(&room, 1), memory);
	assert_null(vio_room_take(&room, 17));
	assert_ptr_equal(vio_room_take(&room, 16), memory + 8);
	assert_null(vio_room_take(&room, 1));
}

/* ---- A console of one port, and two consoles of different sizes ---- */

static void console_start(struct vio_console *c, struct model_console *host,
			  const struct vio_console_options *o)
{
	rig_close(&r);
	rig_init_for(&r, 2);
	model_console_init(host);
	for (unsigned i = 0; i < 4; i++)
		host->port[i].exists = host->port[i].host_open = true;
	model_console_config(&r.cfg, host, 2, BIT64(32) | VIO_CONSOLE_F_MULTIPORT, 64);
	memset(c, 0, sizeof(*c));
	r.d = &c->device;
	assert_int_equal(vio_console_init(c, &r.t.base, &r.p.platform, o), VIO_OK);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	for (unsigned i = 0; i < 10; i++) {
		model_run(&r.m);
		vio_device_poll(r.d);
	}
}

static void test_consoles_of_other_sizes(void **state)
{
	static struct vio_console c;
	static struct model_console host;
	char text[300];

	(void)state;
	memset(text, 'x', sizeof(text));
	console_start(&c, &host,
		      &(struct vio_console_options){ .ports = 1,
						     .tx_blocks = 1,
						     .tx_bytes = 64,
						     .rx_blocks = 1,
						     .rx_bytes = 16,
						     .memory = console_memory,
						     .bytes = sizeof(console_memory) });
	assert_int_equal(vio_console_ports(&c), 1);
	assert_false(vio_has(r.d, VIO_CONSOLE_F_MULTIPORT));
	assert_true(vio_console_open(&c, 0));
	assert_int_equal(vio_console_write(&c, 0, text, sizeof(text)), 64);
	model_console_free(&host);
	console_start(&c, &host, &(struct vio_console_options){ .ports = 3, .tx_bytes = 32 });
	assert_int_equal(vio_console_ports(&c), 3);
	assert_true(c.port[2].added);
	assert_true(vio_console_open(&c, 2));
	assert_int_equal(vio_console_write(&c, 2, text, sizeof(text)), 128);
	model_console_free(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_smallest_disk_out_of_static_memory),
		T(test_as_many_in_flight_as_the_user_wants),
		T(test_options_that_cannot_be_are_refused),
		T(test_queues_follow_the_requests),
		T(test_emergency_byte_is_for_consoles_alone),
		T(test_too_little_memory_is_said),
		T(test_room_gives_what_it_has),
		T(test_consoles_of_other_sizes),
#undef T
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
