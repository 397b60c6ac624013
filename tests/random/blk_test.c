/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random requests to a modelled disk, many in flight, in pieces of any kind, answered in any order.
 * Every byte is compared with a copy that the test keeps. The test resets the device at random
 * times. The rings are packed with RIG_PACKED in the environment.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/blk_rig.h"

enum { STEPS = 6000, SLOTS = VIO_BLK_REQUESTS + 4, MOST = 8, SEGS = 5, KINDS = 24 };

/* One request with memory of its own. No other request uses the sectors that it changes. */
struct job {
	struct vio_blk_request r;
	struct vio_blk_seg seg[SEGS];
	uint8_t bytes[MOST * 512], expect[MOST * 512];
	bool out;
	uint64_t sector;
	unsigned sectors;
};

static struct blk_rig x;
static struct job jobs[SLOTS];
static uint8_t copy[BLK_SECTORS * 512]; /* as the disk is to be */
static bool unsure[BLK_SECTORS]; /* unknown contents: a change was interrupted, or the sector was
				    discarded */
static unsigned long ended, failed, full, resets;
static uint64_t seed;

static uint32_t draw(uint32_t below) /* xorshift64 */
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 33) % below;
}

static bool is_change(enum vio_blk_op op)
{
	return op == VIO_BLK_WRITE || op == VIO_BLK_DISCARD || op == VIO_BLK_WRITE_ZEROES;
}

/* Requests in flight may be carried out in any order (5.2.6.1), so no other request may use the
 * sectors of a change. */
static bool is_apart(uint64_t sector, unsigned n, bool change)
{
	for (unsigned i = 0; i < SLOTS; i++) {
		const struct job *j = &jobs[i];

		if (j->out && (change || is_change(j->r.op)) && sector < j->sector + j->sectors &&
		    j->sector < sector + n)
			return false;
	}
	return true;
}

static void settle(const struct job *j)
{
	for (unsigned i = 0; i < j->sectors; i++) {
		const uint64_t s = j->sector + i;

		if (j->r.err != VIO_OK || j->r.op == VIO_BLK_DISCARD) {
			unsure[s] = true;
			continue;
		}
		unsure[s] = false;
		if (j->r.op == VIO_BLK_WRITE)
			memcpy(copy + 512 * s, j->expect + 512 * i, 512);
		else
			memset(copy + 512 * s, 0, 512);
	}
}

static void done(struct vio_blk *b, struct vio_blk_request *r)
{
	struct job *j = r->arg;

	assert_ptr_equal(b, &x.b);
	assert_true(j->out && !r->busy);
	assert_true(r->err == VIO_OK || r->err == VIO_EDEVICE);
	j->out = false;
	ended++;
	failed += r->err != VIO_OK;
	if (is_change(r->op))
		settle(j);
	else if (r->op == VIO_BLK_READ && r->err == VIO_OK)
		for (unsigned i = 0; i < j->sectors; i++)
			if (!unsure[j->sector + i])
				assert_memory_equal(j->bytes + 512 * i,
						    copy + 512 * (j->sector + i), 512);
}

/* Split the memory of the job into pieces of any length. */
static void cut(struct job *j, uint32_t len)
{
	uint32_t at = 0;

	for (j->r.nseg = 0; at < len; j->r.nseg++) {
		const uint32_t left = len - at;
		const uint32_t n = j->r.nseg + 1 == SEGS || draw(3) == 0 ? left : 1 + draw(left);

		j->seg[j->r.nseg] = (struct vio_blk_seg){ j->bytes + at, n };
		at += n;
	}
	j->r.seg = j->seg;
}

static void submit(void)
{
	static const enum vio_blk_op ops[] = {
		VIO_BLK_READ,  VIO_BLK_READ,	VIO_BLK_READ,	      VIO_BLK_WRITE, VIO_BLK_WRITE,
		VIO_BLK_FLUSH, VIO_BLK_DISCARD, VIO_BLK_WRITE_ZEROES, VIO_BLK_GET_ID
	};
	const enum vio_blk_op op = ops[draw(sizeof(ops) / sizeof(*ops))];
	struct job *j = &jobs[draw(SLOTS)];
	const unsigned n = 1 + draw(MOST);
	const uint64_t sector = draw(BLK_SECTORS - n + 1);

	if (j->out ||
	    ((op == VIO_BLK_READ || is_change(op)) && !is_apart(sector, n, is_change(op))))
		return;
	memset(j, 0, sizeof(*j));
	j->r = (struct vio_blk_request){ .op = op, .done = done, .arg = j };
	if (op == VIO_BLK_READ || is_change(op)) {
		j->r.sector = j->sector = sector;
		j->sectors = n;
	}
	if (op == VIO_BLK_DISCARD || op == VIO_BLK_WRITE_ZEROES)
		j->r.sectors = n;
	else if (op != VIO_BLK_FLUSH)
		cut(j, op == VIO_BLK_GET_ID ? VIO_BLK_ID_BYTES : 512 * n);
	if (op == VIO_BLK_WRITE) {
		blk_pattern(j->bytes, 512 * (size_t)n, draw(256));
		memcpy(j->expect, j->bytes, 512 * (size_t)n);
	}
	int rc = vio_blk_submit(&x.b, &j->r);
	j->out = rc == VIO_OK;
	full += rc == VIO_EFULL;
	/* More pieces than a disk accepts that takes only few and short ones. */
	assert_true(rc == VIO_OK || rc == VIO_EFULL || (rc == VIO_EINVAL && j->r.nseg > 0));
}

static void answer(void)
{
	if (x.host.nheld)
		model_blk_finish(&x.r.m, draw(x.host.nheld));
}

static void reset(void)
{
	assert_int_equal(vio_device_stop(x.r.d), VIO_OK);
	for (unsigned i = 0; i < SLOTS; i++)
		assert_false(jobs[i].out);
	assert_int_equal(host_mapped(&x.r.p), 0);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	resets++;
}

static void step(void)
{
	switch (draw(12)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4: submit(); break;
	case 5: vio_blk_kick(&x.b); break;
	case 6:
		vio_blk_kick(&x.b);
		model_run(&x.r.m);
		break;
	case 7:
	case 8:
	case 9: answer(); break;
	default: vio_device_poll(x.r.d); break;
	}
	if (draw(1000) == 0)
		reset();
}

/* Every request comes back, and the disk equals the copy. */
static void finish(void)
{
	for (unsigned i = 0; i < 100; i++) {
		vio_blk_kick(&x.b);
		model_run(&x.r.m);
		while (x.host.nheld)
			answer();
		vio_device_poll(x.r.d);
	}
	for (unsigned i = 0; i < SLOTS; i++)
		assert_false(jobs[i].out);
	for (unsigned s = 0; s < BLK_SECTORS; s++)
		if (!unsure[s])
			assert_memory_equal(x.host.disk + 512 * s, copy + 512 * s, 512);
}

static void traffic(unsigned kind)
{
	const uint64_t ring = (kind & 1 ? BLK_INDIRECT : 0) | (kind & 2 ? BIT64(29) : 0);
	const uint64_t small = kind % 3 == 2 ? BLK_F(SIZE_MAX) : 0;

	blk_prepare(&x, 1 + (kind >> 2 & 1),
		    ring | small | BLK_F(FLUSH) | BLK_F(DISCARD) | BLK_F(WRITE_ZEROES) | BLK_F(MQ));
	model_blk_queues(&x.r.cfg, 1 + draw(5), kind % 3 == 1 ? 8 : BLK_RING);
	model_blk_set(&x.r.cfg, MODEL_BLK_SIZE_MAX, 4, 1024);
	assert_int_equal(blk_go(&x), VIO_OK);
	memcpy(copy, x.host.disk, sizeof(copy));
	memset(unsure, 0, sizeof(unsure));
	x.host.hold = true;
	for (unsigned i = 0; i < STEPS; i++)
		step();
	finish();
	blk_close(&x);
}

static void test_random_requests_keep_every_byte(void **state)
{
	const char *asked = getenv("RANDOM_SEED");

	(void)state;
	seed = asked ? strtoull(asked, NULL, 0) : 88172645463325252u;
	printf("seed %llu\n", (unsigned long long)seed);
	for (unsigned kind = 0; kind < KINDS; kind++)
		traffic(kind);
	printf("ended %lu, of them failed %lu; full %lu, resets %lu\n", ended, failed, full,
	       resets);
	assert_true(ended > 1000 && failed > 10 && full > 10 && resets > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_requests_keep_every_byte),
	};

	return cmocka_run_group_tests_name("random.blk", tests, NULL, NULL);
}
