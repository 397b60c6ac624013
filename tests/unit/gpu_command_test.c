/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-gpu over its device model: pictures, where they are shown, cursors. */
#include "drivers/gpu/gpu_internal.h"
#include "tests/unit/gpu_rig.h"

enum { PICTURE = 7, W = 40, H = 30, RUNS = 3 };

static struct vio_gpu_run runs[RUNS];
static uint8_t *memory[RUNS];
static unsigned ended;

static void done(struct vio_gpu *gpu, struct vio_gpu_command *c)
{
	assert_ptr_equal(gpu, &g);
	assert_false(c->busy);
	assert_ptr_equal(c->arg, &ended);
	ended++;
}

/* Carry out a command. Returns its result. */
static int run(struct vio_gpu_command *c)
{
	const unsigned before = ended;

	c->done = done;
	c->arg = &ended;
	const int rc = vio_gpu_submit(&g, c);
	if (rc < 0)
		return rc;
	assert_true(c->busy);
	vio_gpu_kick(&g);
	settle();
	assert_int_equal(ended, before + 1);
	return c->err;
}

static int do_op(enum vio_gpu_op op, uint32_t resource)
{
	struct vio_gpu_command c = { .op = op,
				     .resource = resource,
				     .format = VIO_GPU_B8G8R8X8,
				     .rect = { 0, 0, W, H },
				     .runs = runs,
				     .nruns = RUNS };

	return run(&c);
}

/* A picture of 40 by 30 pixels in three runs of memory that do not end where rows end. */
static void with_picture(uint32_t version)
{
	const uint32_t len[RUNS] = { 1000, 2200, 4 * W * H - 3200 };

	live(version, EDID, 2);
	for (unsigned i = 0, n = 0; i < RUNS; i++) {
		vio_dma at;

		memory[i] = r.p.platform.ring_memory(r.p.platform.ctx, len[i], 4, &at);
		assert_non_null(memory[i]);
		runs[i] = (struct vio_gpu_run){ at.addr, len[i], 0 };
		for (unsigned k = 0; k < len[i]; k++, n++)
			memory[i][k] = (uint8_t)(n * 7 + n / 251);
	}
	assert_int_equal(do_op(VIO_GPU_CREATE, PICTURE), VIO_OK);
	assert_int_equal(do_op(VIO_GPU_ATTACH, PICTURE), VIO_OK);
}

static void test_picture_in_scattered_memory_reaches_the_device(void **state)
{
	const struct model_gpu_resource *p;

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		with_picture(version);
		assert_int_equal(do_op(VIO_GPU_TRANSFER, PICTURE), VIO_OK);
		p = model_gpu_find(&host, PICTURE);
		assert_int_equal(p->width, W);
		assert_int_equal(p->height, H);
		assert_int_equal(p->format, VIO_GPU_B8G8R8X8);
		assert_int_equal(p->nruns, RUNS);
		for (unsigned n = 0; n < 4 * W * H; n++)
			assert_int_equal(p->pixels[n], (uint8_t)(n * 7 + n / 251));
		assert_int_equal(host_mapped(&r.p), 0);
		teardown(NULL);
	}
}

/* Each transfer has a fence of its own. A command that uses the memory again has none. */
static void test_fences_belong_to_transfers(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_TRANSFER,
				     .resource = PICTURE,
				     .rect = { 0, 0, 1, 1 } };

	(void)state;
	with_picture(2);
	assert_int_equal(run(&c), VIO_OK);
	const uint32_t first = c.out[2];
	assert_int_equal(c.out[1], 1);
	assert_int_equal(run(&c), VIO_OK);
	assert_int_not_equal(c.out[2], first);
	c.op = VIO_GPU_FLUSH;
	assert_int_equal(run(&c), VIO_OK);
	assert_int_equal(c.out[1] | c.out[2] | c.out[3], 0);
}

static void test_rectangle_is_transferred_and_flushed_and_nothing_else(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_TRANSFER,
				     .resource = PICTURE,
				     .rect = { 5, 6, 10, 3 },
				     .offset = 4 * (6 * W + 5) };
	const struct model_gpu_resource *p;

	(void)state;
	with_picture(2);
	assert_int_equal(run(&c), VIO_OK);
	p = model_gpu_find(&host, PICTURE);
	for (unsigned n = 0; n < 4 * W * H; n++) {
		const unsigned x = n / 4 % W, y = n / 4 / W;
		const bool inside = x >= 5 && x < 15 && y >= 6 && y < 9;

		assert_int_equal(p->pixels[n], inside ? (uint8_t)(n * 7 + n / 251) : 0);
	}
	c.op = VIO_GPU_FLUSH;
	assert_int_equal(run(&c), VIO_OK);
	assert_memory_equal(&host.flushed, &c.rect, sizeof(c.rect));
}

static void test_picture_is_shown_on_several_heads(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_SCANOUT,
				     .resource = PICTURE,
				     .rect = { 1, 2, 20, 10 } };

	(void)state;
	with_picture(2);
	for (c.head = 0; c.head < 2; c.head++) {
		assert_int_equal(run(&c), VIO_OK);
		assert_int_equal(host.scanout[c.head].resource, PICTURE);
		assert_memory_equal(&host.scanout[c.head].rect, &c.rect, sizeof(c.rect));
	}
	assert_int_equal(run(&c), VIO_ERANGE); /* there are two */
	c = (struct vio_gpu_command){ .op = VIO_GPU_SCANOUT };
	assert_int_equal(run(&c), VIO_OK);
	assert_int_equal(host.scanout[0].resource, 0);
	assert_int_equal(host.scanout[1].resource, PICTURE);
	assert_int_equal(do_op(VIO_GPU_DETACH, PICTURE), VIO_OK);
	assert_int_equal(model_gpu_find(&host, PICTURE)->nruns, 0);
	assert_int_equal(do_op(VIO_GPU_UNREF, PICTURE), VIO_OK);
	assert_null(model_gpu_find(&host, PICTURE));
}

static void test_gpu_003_cursor_has_its_picture_before(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_CURSOR,
				     .head = 1,
				     .resource = PICTURE,
				     .rect = { .x = 100, .y = 50 },
				     .hot_x = 3,
				     .hot_y = 4 };

	(void)state;
	for (uint32_t version = 1; version <= 2; version++) {
		c.op = VIO_GPU_CURSOR;
		with_picture(version);
		assert_int_equal(do_op(VIO_GPU_TRANSFER, PICTURE), VIO_OK);
		assert_int_equal(host.fences, version); /* the transfer alone */
		assert_int_equal(run(&c), VIO_OK);
		assert_int_equal(host.cursor.head, 1);
		assert_int_equal(host.cursor.x, 100);
		assert_int_equal(host.cursor.y, 50);
		assert_int_equal(host.cursor.resource, PICTURE);
		assert_int_equal(host.cursor.hot_x, 3);
		assert_int_equal(host.cursor.hot_y, 4);
		c.op = VIO_GPU_CURSOR_MOVE;
		c.rect.x = 101;
		assert_int_equal(run(&c), VIO_OK);
		assert_int_equal(host.cursor.x, 101);
		c.rect.x = 100;
		teardown(NULL);
	}
	live(2, 0, 2);
	c = (struct vio_gpu_command){ .op = VIO_GPU_CURSOR, .head = 2 };
	assert_int_equal(run(&c), VIO_ERANGE);
	c.head = 0;
	assert_int_equal(run(&c), VIO_OK); /* no picture: the cursor is hidden */
}

static void test_failure_that_the_device_reports_is_an_error(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_UNREF, .resource = 99 };

	(void)state;
	with_picture(2);
	assert_int_equal(run(&c), VIO_EIO);
	assert_int_equal(c.answer, MODEL_GPU_ERR_RESOURCE);
	c = (struct vio_gpu_command){ .op = VIO_GPU_TRANSFER,
				      .resource = PICTURE,
				      .rect = { 0, 0, W + 1, H } };
	assert_int_equal(run(&c), VIO_EIO);
	assert_int_equal(c.answer, MODEL_GPU_ERR_PARAMETER);
	assert_int_equal(g.errors, 2);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_GPU_01_unexpected_answer_fails_the_command(void **state)
{
	static const uint32_t answers[] = {
		MODEL_GPU_OK_DISPLAY_INFO, MODEL_GPU_OK_EDID, 1, 0x11ff, 0x1300, UINT32_MAX
	};
	struct vio_gpu_command c = { .op = VIO_GPU_FLUSH,
				     .resource = PICTURE,
				     .rect = { 0, 0, 1, 1 } };

	(void)state;
	with_picture(2);
	for (unsigned i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		host.answer = answers[i];
		assert_int_equal(run(&c), VIO_EDEVICE);
		assert_int_equal(c.answer, answers[i]);
	}
	for (host.answer = 0x1200; host.answer <= 0x12ff; host.answer += 0xff)
		assert_int_equal(run(&c), VIO_EIO);
	host.answer = 0;
	assert_int_equal(run(&c), VIO_OK);
	assert_int_equal(r.d->state, VIO_LIVE);
}

static void test_HD_GPU_02_short_answer_fails_the_command(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_FLUSH,
				     .resource = PICTURE,
				     .rect = { 0, 0, 1, 1 } };

	(void)state;
	with_picture(2);
	for (host.answer_bytes = 1; host.answer_bytes < 24; host.answer_bytes++) {
		assert_int_equal(run(&c), VIO_EDEVICE);
		assert_int_equal(c.answer, 0);
	}
	assert_int_equal(run(&c), VIO_OK);
}

static void test_HD_GPU_06_fence_and_context_of_an_answer_are_ignored(void **state)
{
	(void)state;
	host.junk_header = true;
	with_picture(2);
	assert_int_equal(do_op(VIO_GPU_TRANSFER, PICTURE), VIO_OK);
	assert_true(g.head[0].enabled);
}

/* Each command gets its own answer, whatever the order. */
static void test_answers_in_another_order(void **state)
{
	struct vio_gpu_command good = { .op = VIO_GPU_FLUSH,
					.resource = PICTURE,
					.rect = { 0, 0, 1, 1 } };
	struct vio_gpu_command bad = { .op = VIO_GPU_UNREF, .resource = 99 };

	(void)state;
	with_picture(2);
	host.reversed = true;
	assert_int_equal(vio_gpu_submit(&g, &good), VIO_OK);
	assert_int_equal(vio_gpu_submit(&g, &bad), VIO_OK);
	vio_gpu_kick(&g);
	assert_int_equal(g.control.kicks_saved + g.control.kicks, g.control.kicks);
	settle();
	assert_false(good.busy);
	assert_int_equal(good.err, VIO_OK);
	assert_int_equal(bad.err, VIO_EIO);
}

static void test_commands_of_one_kick_cost_one_notification(void **state)
{
	struct vio_gpu_command c[3];

	(void)state;
	with_picture(2);
	const unsigned long notifies = r.m.counts.notifies, reads = r.m.counts.reads;
	const unsigned long writes = r.m.counts.writes;
	for (unsigned i = 0; i < 3; i++) {
		c[i] = (struct vio_gpu_command){ .op = VIO_GPU_FLUSH,
						 .resource = PICTURE,
						 .rect = { i, i, 1, 1 } };
		assert_int_equal(vio_gpu_submit(&g, &c[i]), VIO_OK);
	}
	vio_gpu_kick(&g);
	settle();
	assert_int_equal(c[2].err, VIO_OK);
	assert_int_equal(r.m.counts.notifies, notifies + 1);
	assert_int_equal(r.m.counts.reads, reads);
	assert_int_equal(r.m.counts.writes, writes);
}

/* The same for both queues, and at once, without a poll. */
static void test_kick_notifies_at_once(void **state)
{
	static const enum vio_gpu_op ops[] = { VIO_GPU_UNREF, VIO_GPU_CURSOR_MOVE };
	struct vio_gpu_command c[2] = { { .op = VIO_GPU_UNREF } };

	(void)state;
	live(2, EDID, 1);
	for (unsigned i = 0; i < 2; i++) {
		const unsigned long before = r.m.counts.notifies;
		const uint16_t places = g.nfree;
		const uint32_t commands = g.commands;

		c[i] = (struct vio_gpu_command){ .op = ops[i], .resource = 1 };
		assert_int_equal(vio_gpu_submit(&g, &c[i]), VIO_OK);
		assert_int_equal(g.commands, commands + 1);
		assert_int_equal(r.m.counts.notifies, before);
		vio_gpu_kick(&g);
		assert_int_equal(r.m.counts.notifies, before + 1);
		settle();
		assert_int_equal(g.nfree, places);
	}
}

/* The longest fence, side and list, and words that belong to other commands. */
static void test_numbers_at_their_limits(void **state)
{
	static struct vio_gpu_run many[VIO_GPU_RUNS_MAX];
	struct vio_gpu_command c = { .op = VIO_GPU_TRANSFER,
				     .resource = PICTURE,
				     .rect = { 0, 0, VIO_GPU_SIDE_MAX, VIO_GPU_SIDE_MAX } };
	struct vio_gpu_command attach = {
		.op = VIO_GPU_ATTACH, .resource = PICTURE, .runs = many, .nruns = VIO_GPU_RUNS_MAX
	};
	struct vio_gpu_command unref = { .op = VIO_GPU_UNREF, .resource = PICTURE, .nruns = 5 };

	(void)state;
	live(2, EDID, 1);
	g.fence = UINT32_MAX;
	assert_int_equal(vio_gpu_submit(&g, &c), VIO_OK);
	assert_int_equal(c.out[2], 0);
	assert_int_equal(c.out[3], 1);
	/* The list is as long as it may be; a pool of bounce buffers may be too small for it. */
	const int rc = vio_gpu_submit(&g, &attach);
	assert_true(rc == VIO_OK || r.p.dma == HOST_BOUNCE);
	assert_int_not_equal(rc, VIO_ERANGE);
	assert_int_equal(vio_gpu_submit(&g, &unref), VIO_OK);
	assert_int_equal(unref.out[7], 0);
	attach = (struct vio_gpu_command){ .op = VIO_GPU_ATTACH, .resource = 2, .nruns = 1 };
	assert_int_equal(vio_gpu_submit(&g, &attach), VIO_EINVAL);
	assert_int_equal(vio_device_stop(r.d), VIO_OK); /* the device never saw them */
	assert_int_equal(c.err, VIO_EDEVICE);
}

/* Nothing of an earlier answer is left, neither in the command nor where the device writes. */
static void test_answer_is_not_an_earlier_one(void **state)
{
	struct vio_gpu_command c[2] = { { .op = VIO_GPU_UNREF, .resource = 99 },
					{ .op = VIO_GPU_CURSOR_MOVE } };

	(void)state;
	live(2, EDID, 1);
	assert_int_equal(run(&c[0]), VIO_EIO);
	c[1].answer = c[0].answer;
	host.hold = true;
	memset(g.answers, 0xff, gpu_answer_at(g.ring / 2));
	for (unsigned i = 0; i < 2; i++)
		assert_int_equal(vio_gpu_submit(&g, &c[i]), VIO_OK);
	for (unsigned i = 0; i < GPU_HEADER_BYTES; i++)
		assert_int_equal(g.answers[gpu_answer_at(c[0].slot) + i], 0);
	vio_gpu_kick(&g);
	model_run(&r.m);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(c[i].err, VIO_EDEVICE);
		assert_int_equal(c[i].answer, 0);
	}
}

/* Cursors have a queue of their own, and need no place for an answer. */
static void test_cursor_moves_while_the_control_queue_is_full(void **state)
{
	static struct vio_gpu_command c[VIO_GPU_RING];
	struct vio_gpu_command cursor = { .op = VIO_GPU_CURSOR_MOVE, .rect = { 3, 4, 0, 0 } };
	unsigned n = 0;

	(void)state;
	live(2, EDID, 1);
	do {
		c[n] = (struct vio_gpu_command){ .op = VIO_GPU_UNREF, .resource = 1 };
	} while (vio_gpu_submit(&g, &c[n++]) == VIO_OK);
	assert_int_equal(g.nfree, 0);
	assert_int_equal(vio_gpu_submit(&g, &cursor), VIO_OK);
	vio_gpu_kick(&g);
	settle();
	assert_int_equal(cursor.err, VIO_OK);
	assert_int_equal(host.cursor.x, 3);
}

static int wrong(struct vio_gpu_command c)
{
	return vio_gpu_submit(&g, &c);
}

static void test_wrong_commands_are_refused(void **state)
{
	(void)state;
	with_picture(2);
	assert_int_equal(wrong((struct vio_gpu_command){ .op = (enum vio_gpu_op)9, .resource = 1 }),
			 VIO_EINVAL);
	assert_int_equal(wrong((struct vio_gpu_command){ .op = VIO_GPU_UNREF }), VIO_EINVAL);
	assert_int_equal(wrong((struct vio_gpu_command){
				 .op = VIO_GPU_CREATE, .resource = 1, .rect = { 0, 0, 0, 1 } }),
			 VIO_EINVAL);
	assert_int_equal(wrong((struct vio_gpu_command){
				 .op = VIO_GPU_CREATE, .resource = 1, .rect = { 0, 0, 1, 0 } }),
			 VIO_EINVAL);
	assert_int_equal(wrong((struct vio_gpu_command){
				 .op = VIO_GPU_FLUSH, .resource = 1, .rect = { 0, 0, 1, 16385 } }),
			 VIO_ERANGE);
	assert_int_equal(wrong((struct vio_gpu_command){ .op = VIO_GPU_TRANSFER,
							 .resource = 1,
							 .rect = { 0, 0, 16385, 1 } }),
			 VIO_ERANGE);
	assert_int_equal(wrong((struct vio_gpu_command){ .op = VIO_GPU_SCANOUT, .resource = 1 }),
			 VIO_EINVAL);
	assert_int_equal(wrong((struct vio_gpu_command){ .op = VIO_GPU_ATTACH, .resource = 1 }),
			 VIO_EINVAL);
	assert_int_equal(wrong((struct vio_gpu_command){
				 .op = VIO_GPU_ATTACH, .resource = 1, .runs = runs }),
			 VIO_EINVAL);
	assert_int_equal(wrong((struct vio_gpu_command){ .op = VIO_GPU_ATTACH,
							 .resource = 1,
							 .runs = runs,
							 .nruns = VIO_GPU_RUNS_MAX + 1 }),
			 VIO_ERANGE);
	assert_int_equal(vq_free(&g.control.vq), vq_size(&g.control.vq));
}

static void test_command_in_flight_and_device_that_is_gone(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_FLUSH,
				     .resource = PICTURE,
				     .rect = { 0, 0, 1, 1 } };

	(void)state;
	with_picture(2);
	r.p.fail_map = 1;
	assert_int_equal(vio_gpu_submit(&g, &c), VIO_EADDR);
	assert_false(c.busy);
	host.hold = true;
	c.done = done;
	c.arg = &ended;
	assert_int_equal(vio_gpu_submit(&g, &c), VIO_OK);
	assert_int_equal(vio_gpu_submit(&g, &c), VIO_EBUSY);
	vio_gpu_kick(&g);
	assert_int_equal(vio_device_stop(r.d), VIO_OK);
	assert_int_equal(c.err, VIO_EDEVICE);
	assert_int_equal(c.answer, 0);
	assert_false(c.busy);
	assert_int_equal(vio_gpu_submit(&g, &c), VIO_EDEVICE);
	vio_gpu_kick(&g);
	assert_int_equal(host_mapped(&r.p), 0);
}

/* The device gets no byte of a command to write: its answers go to ring memory. */
static void test_device_cannot_write_to_a_command(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_UNREF, .resource = PICTURE };

	(void)state;
	live(2, EDID, 1);
	host.hold = true;
	assert_int_equal(vio_gpu_submit(&g, &c), VIO_OK);
	assert_int_equal(c.request.nwrite, 1);
	assert_null(c.buf[1].p);
	assert_int_equal(host_mapped(&r.p), 1); /* what the device reads */
}

/* Each command in flight has its own place for the answer, even if the ring has room for more. */
static void test_no_more_commands_than_places_for_answers(void **state)
{
	const struct vio_gpu_options o = { .ring = 4 };
	struct vio_gpu_command c[3];

	(void)state;
	plug(2, 0, 1, &o);
	r.d->use_queue_size_max = true;
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
	host.hold = true;
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 3; i++) {
			c[i] = (struct vio_gpu_command){ .op = VIO_GPU_UNREF, .resource = i + 1 };
			assert_int_equal(vio_gpu_submit(&g, &c[i]), i < 2 ? VIO_OK : VIO_EFULL);
		}
		vio_gpu_kick(&g);
		assert_int_equal(vio_device_stop(r.d), VIO_OK);
		assert_false(c[0].busy || c[1].busy || c[2].busy);
		assert_int_equal(vio_device_start(r.d), VIO_OK);
	}
}

static void test_silent_device_is_given_up(void **state)
{
	struct vio_gpu_command c = { .op = VIO_GPU_CURSOR_MOVE, .done = done, .arg = &ended };
	uint64_t now = 0;

	(void)state;
	live(2, 0, 1);
	r.m.faults.silent = true;
	assert_int_equal(vio_gpu_submit(&g, &c), VIO_OK);
	vio_gpu_kick(&g);
	while (r.d->state == VIO_LIVE && now < UINT64_C(600000000000)) {
		vio_device_service(r.d, now);
		now += UINT64_C(1000000000);
	}
	assert_int_equal(r.d->problem.cause, VIO_C_SILENT);
	assert_int_equal(r.d->problem.queue, 1);
	assert_int_equal(c.err, VIO_EDEVICE);
}

static void move_the_cursor(unsigned nth)
{
	static struct vio_gpu_command c[RIG_MORE];

	c[nth] = (struct vio_gpu_command){ .op = VIO_GPU_CURSOR_MOVE, .done = done, .arg = &ended };
	assert_int_equal(vio_gpu_submit(&g, &c[nth]), VIO_OK);
	vio_gpu_kick(&g);
}

static void test_one_lost_command_fails_the_device(void **state)
{
	(void)state;
	live(2, 0, 1);
	ended = 0;
	rig_loses_one(&r, 1, move_the_cursor);
	assert_true(ended > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_picture_in_scattered_memory_reaches_the_device),
		T(test_fences_belong_to_transfers),
		T(test_rectangle_is_transferred_and_flushed_and_nothing_else),
		T(test_picture_is_shown_on_several_heads),
		T(test_gpu_003_cursor_has_its_picture_before),
		T(test_failure_that_the_device_reports_is_an_error),
		T(test_HD_GPU_01_unexpected_answer_fails_the_command),
		T(test_HD_GPU_02_short_answer_fails_the_command),
		T(test_HD_GPU_06_fence_and_context_of_an_answer_are_ignored),
		T(test_answers_in_another_order),
		T(test_commands_of_one_kick_cost_one_notification),
		T(test_kick_notifies_at_once),
		T(test_numbers_at_their_limits),
		T(test_answer_is_not_an_earlier_one),
		T(test_cursor_moves_while_the_control_queue_is_full),
		T(test_wrong_commands_are_refused),
		T(test_command_in_flight_and_device_that_is_gone),
		T(test_device_cannot_write_to_a_command),
		T(test_no_more_commands_than_places_for_answers),
		T(test_silent_device_is_given_up),
		T(test_one_lost_command_fails_the_device),
#undef T
	};

	return cmocka_run_group_tests_name("gpu_command", tests, NULL, NULL);
}
