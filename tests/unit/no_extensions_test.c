/* SPDX-License-Identifier: BSD-2-Clause */
/* The library built without what few devices offer, as by -DPICOVIRTIO_EXTENSIONS=OFF. */
#undef PICOVIRTIO_EXTENSIONS
#define PICOVIRTIO_EXTENSIONS 0
#include "drivers/device/bring_up.c"
#include "transport/shm.c"
#include "virtqueue/virtqueue.c"

#include "tests/unit/device_rig.h"

static struct rig r;
static struct toy toy;

static int teardown(void **state)
{
	(void)state;
	rig_close(&r);
	return 0;
}

static void test_the_features_are_never_accepted(void **state)
{
	(void)state;
	toy_live(&r, &toy, 2, 1 | VIO_F_EXTENSIONS | VIO_F_EVENT_IDX | VIO_F_VERSION_1);
	assert_true((r.d->offered & VIO_F_EXTENSIONS) == VIO_F_EXTENSIONS);
	assert_true((r.d->features & VIO_F_EXTENSIONS) == 0);
	assert_true(vio_has(r.d, VIO_F_EVENT_IDX));
	toy.q[0].resettable = true;
	assert_int_equal(toy_submit(&toy, 0), VIO_OK);
	vio_queue_kick(&toy.q[0]);
	model_run(&r.m);
	assert_true(vio_device_poll(r.d));
	assert_int_equal(toy.ndone, 1);
	assert_int_equal(vio_queue_reset(&toy.q[0]), VIO_ENOTSUP);
	assert_int_equal(vio_device_suspend(r.d), VIO_ENOTSUP);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_there_is_no_shared_memory(void **state)
{
	static struct model_class with_shm;
	struct vio_span s;

	(void)state;
	rig_init_for(&r, 2);
	toy_config(&r, &toy, 2, 0);
	with_shm = toy_class;
	with_shm.shared_memory = true;
	r.cfg.cls = &with_shm;
	r.cfg.region[1] = (struct vio_span){ 0x40000000, 0x1000 };
	rig_plug(&r, true);
	assert_int_equal(vio_shm_find(&r.t.base, 1, NULL, 0, &s), VIO_ENODEV);
}

static void test_a_ring_in_order_is_refused(void **state)
{
	static uint8_t mem[VQ_SPLIT_BYTES(8, 4)] __attribute__((aligned(16)));
	static void *priv[VQ_PRIVATE_BYTES(8) / sizeof(void *)];
	struct vq_config cfg = { .format = &vq_format_split,
				 .size = 8,
				 .used_align = 4,
				 .mem = mem,
				 .mem_dma = { 0x1000 },
				 .priv = priv };
	struct vq q;

	(void)state;
	assert_int_equal(vq_init(&q, &cfg), VIO_OK);
	cfg.in_order = true;
	assert_int_equal(vq_init(&q, &cfg), VIO_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_the_features_are_never_accepted, teardown),
		cmocka_unit_test_teardown(test_there_is_no_shared_memory, teardown),
		cmocka_unit_test(test_a_ring_in_order_is_refused),
	};

	return cmocka_run_group_tests_name("no_extensions", tests, NULL, NULL);
}
