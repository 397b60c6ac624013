/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the simulated cache itself, and of drivers on a platform without room or with addresses
 * that differ from the CPU's. */
#include <picovirtio/blk.h>
#include <picovirtio/net.h>
#include <picovirtio/rng.h>
#include "tests/model/blk.h"
#include "tests/model/net.h"
#include "tests/unit/device_rig.h"

enum { POISON = 0xa7 };

static struct rig r;
static struct model_rng rng_host;
static struct model_blk blk_host;
static struct model_net net_host;
static struct vio_rng rng;
static struct vio_blk blk;
static struct vio_net net;
static uint8_t bytes[64];
static unsigned answers;

static int teardown(void **state)
{
	(void)state;
	rig_close(&r);
	return 0;
}

/* ---- The cache ---- */

static const struct vio_platform *cache(void)
{
	rig_init(&r, HOST_HIGH);
	r.p.dma = HOST_CACHE;
	return &r.p.platform;
}

static uint8_t *device(vio_dma at, size_t n, bool write)
{
	return r.p.memory.at(r.p.memory.ctx, at.addr, n, write);
}

static void test_device_sees_what_was_there_at_the_map(void **state)
{
	const struct vio_platform *p = cache();

	(void)state;
	memcpy(bytes, "old", 3);
	vio_dma at = p->map(p->ctx, bytes, 3, VIO_TO_DEVICE);
	assert_memory_equal(device(at, 3, false), "old", 3);
	memcpy(bytes, "new", 3);
	assert_memory_equal(device(at, 3, false), "old", 3); /* not cleaned */
	memcpy(bytes, "old", 3);
	assert_null(device(at, 3, true));
	p->unmap(p->ctx, at, bytes, 3, VIO_TO_DEVICE);
	assert_null(device(at, 3, false));
}

static void test_cpu_sees_poison_until_the_unmap(void **state)
{
	const struct vio_platform *p = cache();

	(void)state;
	memcpy(bytes, "abcd", 5);
	vio_dma at = p->map(p->ctx, bytes, 3, VIO_FROM_DEVICE);
	memcpy(device(at, 3, true), "XY", 2);
	assert_int_equal(bytes[0], POISON); /* not invalidated */
	assert_int_equal(bytes[2], POISON);
	assert_int_equal(bytes[3], 'd');
	p->unmap(p->ctx, at, bytes, 3, VIO_FROM_DEVICE);
	assert_memory_equal(bytes, "XYcd", 5);
}

/* ---- No room now ---- */

static void on_bytes(struct vio_rng *g, struct vio_rng_request *q)
{
	(void)g;
	assert_int_equal(q->err, VIO_OK);
	assert_int_equal(q->n, 16);
	answers++;
}

static int ask(void)
{
	static struct vio_rng_request q;

	q = (struct vio_rng_request){ .p = bytes, .len = 16, .done = on_bytes };
	int rc = vio_rng_submit(&rng, &q);
	vio_rng_kick(&rng);
	return rc;
}

static void plug(const struct vio_driver *driver, struct vio_device *d, uint64_t more)
{
	r.cfg.features |= more;
	rig_drive(&r, d, driver);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

static void rng_live(enum host_kind kind, uint64_t more)
{
	memset(&rng, 0, sizeof(rng));
	memset(&rng_host, 0, sizeof(rng_host));
	rng_host.next = 1;
	answers = 0;
	rig_init(&r, kind);
	model_rng_config(&r.cfg, &rng_host, 2, BIT64(32), 8);
	plug(&vio_rng_driver, &rng.device, more);
}

static void test_rng_says_that_the_platform_has_no_room(void **state)
{
	(void)state;
	rng_live(HOST_HIGH, 0);
	r.p.full = true;
	assert_int_equal(ask(), VIO_EFULL);
	r.p.full = false;
	assert_int_equal(ask(), VIO_OK);
	model_run(&r.m);
	vio_device_poll(r.d);
	assert_int_equal(answers, 1);
	assert_int_equal(host_mapped(&r.p), 0);
}

static void test_blk_says_that_the_platform_has_no_room(void **state)
{
	static uint8_t data[512];
	const struct vio_blk_seg seg = { data, sizeof(data) };
	struct vio_blk_request req = { .op = VIO_BLK_READ, .seg = &seg, .nseg = 1 };

	(void)state;
	memset(&blk, 0, sizeof(blk));
	rig_init(&r, HOST_HIGH);
	model_blk_config(&r.cfg, &blk_host, 2, BIT64(32), 16, 64);
	plug(&vio_blk_driver, &blk.device, 0);
	r.p.full = true;
	assert_int_equal(vio_blk_submit(&blk, &req), VIO_EFULL);
	r.p.full = false;
	assert_int_equal(vio_blk_submit(&blk, &req), VIO_OK);
	vio_blk_kick(&blk);
	model_run(&r.m);
	vio_device_poll(r.d);
	assert_int_equal(req.err, VIO_OK);
	assert_int_equal(host_mapped(&r.p), 0);
}

static void test_net_says_that_the_platform_has_no_room(void **state)
{
	static const uint8_t frame[60];

	(void)state;
	memset(&net, 0, sizeof(net));
	rig_init(&r, HOST_HIGH);
	model_net_config(&r.cfg, &net_host, 2, BIT64(32), 8);
	plug(&vio_net_driver, &net.device, 0);
	r.p.full = true;
	assert_int_equal(vio_net_send(&net, frame, sizeof(frame)), VIO_EFULL);
	assert_int_equal(net.counters.tx_full, 1);
	r.p.full = false;
	assert_int_equal(vio_net_send(&net, frame, sizeof(frame)), VIO_OK);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(host_mapped(&r.p), 0);
}

/* ---- Addresses ---- */

static void test_resfeat_004_all_addresses_are_the_platforms(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < HOST_KINDS; kind++) {
		for (unsigned access = 0; access < 2; access++) {
			rng_live((enum host_kind)kind, access ? BIT64(33) : 0);
			assert_int_equal(vio_has(r.d, VIO_F_ACCESS_PLATFORM), access);
			assert_int_equal(ask(), VIO_OK);
			model_run(&r.m);
			vio_device_poll(r.d);
			assert_int_equal(answers, 1);
			rig_close(&r);
		}
	}
	rng_live(HOST_HIGH, 0);
}

#define T(f) cmocka_unit_test_teardown(f, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_device_sees_what_was_there_at_the_map),
		T(test_cpu_sees_poison_until_the_unmap),
		T(test_rng_says_that_the_platform_has_no_room),
		T(test_blk_says_that_the_platform_has_no_room),
		T(test_net_says_that_the_platform_has_no_room),
		T(test_resfeat_004_all_addresses_are_the_platforms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
