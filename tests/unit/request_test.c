/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of CPU memory: mapped, unmapped and handed back by their queue. */
#include "tests/unit/toy_rig.h"

enum { BYTES = 24, PARTS = 3 };

/* A class with one queue of requests, over the model of the toy. */
static struct maker {
	struct vio_device device;
	struct vio_queue queue;
	struct vio_request first; /* submitted while starting, if it has buffers */
	int first_result;
	unsigned ended;
	int err;
	uint32_t written;
} maker;

static uint8_t bytes[PARTS][BYTES];
static struct vio_buf buf[VIO_REQUEST_BUFS + 1];
static bool any_request; /* not only those of `buf` */

static void ended(struct vio_queue *q, struct vio_request *request, int err, uint32_t written)
{
	assert_ptr_equal(q, &maker.queue);
	assert_true(any_request || request->buf == buf);
	maker.ended++;
	maker.err = err;
	maker.written = written;
}

static int start(struct vio_device *d)
{
	const struct vio_queue_options o = { .max = TOY_SIZE, .request_done = ended };
	int rc = vio_queue_open(d, &maker.queue, &o);

	if (rc == VIO_OK && maker.first.buf)
		rc = maker.first_result = vio_queue_request(&maker.queue, &maker.first);
	return rc;
}

static const struct vio_driver maker_driver = {
	.name = "maker",
	.device_type = TOY_TYPE,
	.features = { .wanted = TOY_F_WANTED },
	.state_size = sizeof(struct maker),
	.start = start,
};

static void plug(uint64_t more)
{
	rig_close(&r);
	rig_init_for(&r, 2);
	toy_config(&r, &toy, 2, BIT64(32) | more);
	memset(&maker, 0, sizeof(maker));
	memset(bytes, 0, sizeof(bytes));
	any_request = false;
	rig_drive(&r, &maker.device, &maker_driver);
	rig_plug(&r, true);
	for (unsigned i = 0; i <= VIO_REQUEST_BUFS; i++)
		buf[i] = (struct vio_buf){ .p = bytes[i % PARTS], .seg.len = BYTES };
}

static void live_maker(uint64_t more)
{
	plug(more);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

static struct vio_request request(uint16_t nread, uint16_t nwrite)
{
	return (struct vio_request){ .buf = buf, .nread = nread, .nwrite = nwrite };
}

static void turn(void)
{
	vio_queue_kick(&maker.queue);
	model_run(&r.m);
	vio_device_poll(r.d);
}

static void test_request_is_mapped_until_it_is_handed_back(void **state)
{
	struct vio_request q = request(1, 2);

	(void)state;
	live_maker(0);
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
	assert_int_equal(host_mapped(&r.p), 3);
	turn();
	assert_int_equal(maker.ended, 1);
	assert_int_equal(maker.err, VIO_OK);
	assert_int_equal(maker.written, 16);
	assert_memory_equal(bytes[1], "0123456789abcde", 16);
	assert_int_equal(host_mapped(&r.p), 0);
}

/* Whichever buffer it is that cannot be mapped. */
static void test_HD_HOST_01_map_that_fails_leaves_nothing_mapped(void **state)
{
	struct vio_request q = request(1, 2);

	(void)state;
	live_maker(0);
	for (unsigned i = 1; i <= 3; i++) {
		r.p.fail_map = i;
		assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_EADDR);
		assert_int_equal(host_mapped(&r.p), 0);
	}
	r.p.full = true;
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_EFULL);
	r.p.full = false;
	assert_int_equal(r.d->problem.cause, VIO_C_NONE); /* the device did nothing wrong */
	assert_int_equal(maker.queue.requests, 0);
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
	turn();
	assert_int_equal(maker.ended, 1);
}

static void test_request_that_is_refused_is_unmapped(void **state)
{
	static uint8_t memory[4][3][BYTES];
	static struct vio_buf parts[4][3];
	struct vio_request q[4];

	(void)state;
	live_maker(0);
	any_request = true;
	r.m.faults.silent = true;
	for (unsigned i = 0; i < 4; i++) {
		parts[i][0] = (struct vio_buf){ .p = memory[i][0], .seg.len = BYTES };
		parts[i][1] = (struct vio_buf){ .p = memory[i][1], .seg.len = BYTES };
		parts[i][2] = (struct vio_buf){ .p = memory[i][2], .seg.len = BYTES };
		q[i] = (struct vio_request){ .buf = parts[i], .nread = 1, .nwrite = 1 };
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(vio_queue_request(&maker.queue, &q[i]), VIO_OK);
	q[3].nwrite = 2;
	assert_int_equal(vio_queue_request(&maker.queue, &q[3]), VIO_EFULL);
	assert_int_equal(host_mapped(&r.p), 3 * 2);
	q[3].nread = q[3].nwrite = 0;
	assert_int_equal(vio_queue_request(&maker.queue, &q[3]), VIO_EINVAL);
	assert_int_equal(host_mapped(&r.p), 3 * 2);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(maker.ended, 3);
	assert_int_equal(maker.err, VIO_EDEVICE);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(vio_queue_request(&maker.queue, &q[0]), VIO_EDEVICE);
}

static void test_map_that_fails_in_a_start_is_a_cause_of_its_own(void **state)
{
	const struct vio_explanation *e = vio_explain(VIO_C_MAP);

	(void)state;
	plug(0);
	maker.first = request(1, 2);
	r.p.fail_map = 2;
	assert_int_equal(vio_device_start(r.d), VIO_EADDR);
	assert_int_equal(r.d->problem.cause, VIO_C_MAP);
	assert_int_equal(r.d->problem.err, VIO_EADDR);
	assert_int_equal(r.d->problem.queue, 0);
	assert_int_equal(r.d->problem.got, BYTES);
	assert_true(e->queue && strlen(e->hint) > 0);
	assert_string_equal(e->got.name, "bytes");
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
}

/* NULL for map(): addresses are the same, and nothing is called. */
static void test_identity_platform_is_never_asked(void **state)
{
	struct vio_request q = request(1, 2);

	(void)state;
	plug(0);
	r.p.platform.map = NULL;
	r.p.platform.unmap = NULL;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
	/* The first three descriptors, in any order; each begins with an address. */
	const uint64_t *desc =
		r.p.memory.at(r.p.memory.ctx, vq_areas(&maker.queue.vq).desc.addr, 48, false);
	unsigned found = 0;
	for (unsigned i = 0; i < 9; i++)
		found += desc[2 * (i % 3)] == (uintptr_t)bytes[i / 3];
	assert_int_equal(found, 3);
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_EFULL); /* nothing to unmap */
	assert_int_equal(r.p.maps + r.p.unmaps, 0);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(maker.ended, 2);
}

static void test_identity_platform_refuses_what_is_no_address(void **state)
{
	struct vio_request q = request(1, 1);

	(void)state;
	plug(0);
	r.p.platform.map = NULL;
	r.p.platform.unmap = NULL;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	buf[1].p = NULL;
	buf[1].seg.addr = VIO_DMA_NONE;
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_EADDR);
	buf[1].seg.addr = VIO_DMA_FULL;
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_EFULL);
	assert_int_equal(maker.queue.requests, 0);
}

/* A buffer without a CPU address is ring memory: it is handed over as it is. */
static void test_ring_memory_is_not_mapped(void **state)
{
	struct vio_request q = request(1, 1);

	(void)state;
	live_maker(0);
	uint8_t *ring = r.p.platform.ring_memory(r.p.platform.ctx, BYTES, 8, &buf[1].seg.addr);
	buf[1].p = NULL;
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
	assert_int_equal(host_mapped(&r.p), 1);
	turn();
	assert_memory_equal(ring, "0123456789abcde", 16);
	assert_int_equal(host_mapped(&r.p), 0);
}

/* A queue accepts only the kind of request for which it was opened. */
static void test_kinds_of_requests_do_not_mix(void **state)
{
	const struct vq_seg seg = { { 0x1000 }, 1 };
	struct vio_request q = request(1, 2), large = request(1, VIO_REQUEST_BUFS);

	(void)state;
	live_maker(0);
	assert_int_equal(vio_queue_submit(&maker.queue, &seg, 0, 1, &q), VIO_EINVAL);
	assert_int_equal(vio_queue_request(&maker.queue, &large), VIO_EINVAL);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	rig_close(&r);
	toy_live(&r, &toy, 2, BIT64(32) | 1);
	assert_int_equal(vio_queue_request(&toy.q[0], &q), VIO_EINVAL);
	assert_int_equal(host_mapped(&r.p), 0);
}

static void add_table(struct vio_request *q, struct vq_indirect *table)
{
	table->table = r.p.platform.ring_memory(r.p.platform.ctx, 16 * PARTS, 16, &table->at);
	q->table = table;
}

static void test_request_with_a_table_takes_one_descriptor(void **state)
{
	uint32_t len[PARTS];
	struct vq_indirect table = { .len = len, .max = PARTS };
	struct vio_request q = request(1, 2);

	(void)state;
	live_maker(VIO_F_INDIRECT_DESC);
	add_table(&q, &table);
	for (unsigned i = 0; i < 6; i++) {
		if (i == 4) { /* another shape */
			q.nread = 0;
			q.nwrite = 2;
		}
		buf[0].seg.len = BYTES - i;
		memset(bytes, 0, sizeof(bytes));
		assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
		assert_false(vio_request_kept(&maker.queue, &q)); /* it has to be mapped again */
		assert_int_equal(vq_free(&maker.queue.vq), TOY_SIZE - 1);
		turn();
		assert_int_equal(maker.ended, i + 1);
		assert_memory_equal(bytes[i < 4 ? 1 : 0], "0123456789abcde", 16);
		assert_int_equal(host_mapped(&r.p), 0);
	}
}

static void test_kept_request_is_submitted_again_with_another_address(void **state)
{
	uint32_t len[PARTS];
	struct vq_indirect table = { .len = len, .max = PARTS };
	struct vio_request q = request(1, 1);

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		plug(i ? VIO_F_INDIRECT_DESC : 0);
		host_direct(&r.p);
		table.count = 0;
		assert_int_equal(vio_device_start(r.d), VIO_OK);
		assert_false(vio_request_kept(&maker.queue, &q));
		add_table(&q, &table);
		assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
		assert_true(vio_request_kept(&maker.queue, &q) == (i == 1));
		turn();
		assert_memory_equal(bytes[1], "0123456789abcde", 16);
	}
	for (unsigned i = 2; i < 10; i++) {
		vq_indirect_move(&table, 1, VIO_DMA((uintptr_t)bytes[1 + i % 2]));
		memset(bytes, 0, sizeof(bytes));
		assert_int_equal(vio_queue_again(&maker.queue, &q), VIO_OK);
		assert_int_equal(maker.queue.requests - maker.queue.completions, 1);
		turn();
		assert_int_equal(maker.ended, i);
		assert_memory_equal(bytes[1 + i % 2], "0123456789abcde", 16);
	}
	assert_int_equal(maker.queue.requests, maker.queue.completions);
}

/* A table that is too small for the request keeps its contents, and is not used. */
static void test_table_that_is_too_small_is_refused(void **state)
{
	uint32_t len[2];
	struct vq_indirect table = { .len = len, .max = 2 };
	struct vio_request q = request(1, 1);

	(void)state;
	live_maker(VIO_F_INDIRECT_DESC);
	table.table = r.p.platform.ring_memory(r.p.platform.ctx, 16 * 2, 16, &table.at);
	q.table = &table;
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
	assert_int_equal(vio_queue_submit_indirect(&maker.queue, &table, &q), VIO_EINVAL);
	turn();
	q.nwrite = 2;
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_EINVAL);
	assert_int_equal(host_mapped(&r.p), 0);
	assert_int_equal(maker.queue.requests, 1);
	assert_int_equal(vq_free(&maker.queue.vq), TOY_SIZE);
}

/* Nothing is even mapped for a device that is suspended. */
static void test_suspended_device_gets_no_request(void **state)
{
	struct vio_request q = request(1, 1);

	(void)state;
	live_maker(BIT64(43));
	assert_int_equal(vio_device_suspend(r.d), VIO_OK);
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_EBUSY);
	assert_int_equal(r.p.maps, 0);
	assert_int_equal(maker.queue.requests, 0);
	assert_int_equal(vio_device_resume(r.d), VIO_OK);
	assert_int_equal(vio_queue_request(&maker.queue, &q), VIO_OK);
	turn();
	assert_int_equal(maker.ended, 1);
}

/* Whatever the memory of a request had in it. */
static void test_request_that_is_set_has_no_table(void **state)
{
	struct vio_request request;

	(void)state;
	memset(&request, 0xff, sizeof(request));
	vio_request_set(&request, buf, 1, 2);
	assert_ptr_equal(request.buf, buf);
	assert_int_equal(request.nread, 1);
	assert_int_equal(request.nwrite, 2);
	assert_null(request.table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_teardown(name, teardown)
		T(test_request_that_is_set_has_no_table),
		T(test_request_is_mapped_until_it_is_handed_back),
		T(test_HD_HOST_01_map_that_fails_leaves_nothing_mapped),
		T(test_request_that_is_refused_is_unmapped),
		T(test_map_that_fails_in_a_start_is_a_cause_of_its_own),
		T(test_identity_platform_is_never_asked),
		T(test_identity_platform_refuses_what_is_no_address),
		T(test_ring_memory_is_not_mapped),
		T(test_kinds_of_requests_do_not_mix),
		T(test_request_with_a_table_takes_one_descriptor),
		T(test_kept_request_is_submitted_again_with_another_address),
		T(test_table_that_is_too_small_is_refused),
		T(test_suspended_device_gets_no_request),
#undef T
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
