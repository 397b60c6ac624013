/* SPDX-License-Identifier: BSD-2-Clause */
/* Power-off on RISC-V: in which order the ways are tried, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "board/common/common.h"
#include "board/common/htif.h"
#include "board/riscv/below.h"
#include "devicetree_blob.h"
#include "wide_rig.h"

enum { BASE = 0x100000, FINISHER_FAIL = 0x3333, FINISHER_RESET = 0x7777 };
#define SECOND UINT64_C(1000000000)

/* A finisher that takes its time: what was written, and when the SBI was called after all. */
static struct {
	struct wide_machine machine;
	struct blob blob;
	uint64_t now, step; /* of the clock, at each look */
	uint32_t word;
	uint64_t written, below;
	bool panic;
	jmp_buf stopped;
} m;

static uint64_t finisher_read(void *ctx, size_t off)
{
	(void)ctx, (void)off;
	return 0;
}

static void finisher_write(void *ctx, size_t off, uint64_t v)
{
	(void)ctx;
	assert_int_equal(off, 0);
	m.word = (uint32_t)v;
	m.written = m.now;
}

bool vio_panic_begun(void)
{
	return m.panic;
}

uint64_t vio_cpu_now(void)
{
	assert_false(m.panic); /* the clock may be what is broken */
	return m.now += m.step;
}

void vio_cpu_wait(void)
{
	longjmp(m.stopped, 1);
}

void vio_board_early_write(const char *p, size_t n)
{
	(void)p, (void)n;
}

bool vio_below_has_off(void)
{
	return true;
}

void vio_below_off(int code)
{
	assert_int_equal(code, 3);
	m.below = m.now;
}

void vio_below_off_last(void)
{
}

void vio_below_reboot(void)
{
}

bool vio_htif_open(struct vio_dt_node n, uintptr_t *base)
{
	(void)n, (void)base;
	return false;
}

bool vio_htif_is_open(void)
{
	return false;
}

void vio_htif_exit(int code)
{
	(void)code;
}

static void plug(uint64_t step)
{
	static const uint32_t reg[] = { BASE, 0x1000 };
	struct tree t = { 0 };

	tree_begin(&t, "");
	tree_cell(&t, "#address-cells", 1);
	tree_cell(&t, "#size-cells", 1);
	tree_begin(&t, "test");
	tree_text(&t, "compatible", "sifive,test0");
	tree_numbers(&t, "reg", 2, reg);
	tree_end(&t);
	tree_end(&t);
	m.blob = tree_finish(&t);
	assert_int_equal(vio_dt_open(&vio_board.dt, m.blob.bytes, m.blob.len), VIO_OK);
	m.machine = (struct wide_machine){ .takes_32 = true,
					   .read = finisher_read,
					   .write = finisher_write };
	m.step = step;
	wide_plug(&m.machine, BASE, 0x1000);
}

/* An emulator on a busy host may need seconds. The SBI's power-off knows no exit code. */
static void test_exit_code_has_time_before_the_next_way(void **state)
{
	(void)state;
	plug(1000000);
	if (setjmp(m.stopped) == 0)
		vio_board_poweroff(3);
	assert_int_equal(m.word, 3 << 16 | FINISHER_FAIL);
	assert_true(m.below - m.written >= 5 * SECOND);
	blob_free(&m.blob);
}

static void test_clock_that_stands_still_does_not_keep_it_from_the_end(void **state)
{
	(void)state;
	plug(0);
	if (setjmp(m.stopped) == 0)
		vio_board_reboot();
	assert_int_equal(m.word, FINISHER_RESET);
	blob_free(&m.blob);
}

static void test_panic_waits_without_a_look_at_the_clock(void **state)
{
	(void)state;
	m.panic = true;
	vio_power_settle();
	m.panic = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exit_code_has_time_before_the_next_way),
		cmocka_unit_test(test_panic_waits_without_a_look_at_the_clock),
		cmocka_unit_test(test_clock_that_stands_still_does_not_keep_it_from_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
