/* SPDX-License-Identifier: BSD-2-Clause */
/* Power-off on RISC-V: in which order the ways are tried, and when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "board/common/common.h"
#include "board/common/htif.h"
#include "board/riscv/below.h"
#include "board/riscv/riscv.h"
#include "devicetree_blob.h"
#include "wide_rig.h"

enum { BASE = 0x100000, HTIF_OFFSET = 0x1000, FINISHER_FAIL = 0x3333, FINISHER_RESET = 0x7777 };
#define SECOND UINT64_C(1000000000)

/* A finisher and an HTIF that take their time: what was written, and when the SBI was called after
 * all. */
static struct {
	struct wide_machine machine;
	struct blob blob;
	uint64_t now, step; /* of the clock, at each look */
	uint32_t word;
	uint64_t tohost, written, exited, below;
	bool panic, nothing_below;
	jmp_buf stopped;
} m;

static uint64_t machine_read(void *ctx, size_t off)
{
	(void)ctx, (void)off;
	return 0;
}

static void machine_write(void *ctx, size_t off, uint64_t v)
{
	(void)ctx;
	if (off == 0) {
		m.word = (uint32_t)v;
		m.written = m.now;
	} else {
		assert_int_equal(off, HTIF_OFFSET + 8);
		m.tohost = v;
		m.exited = m.now;
	}
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
	return !m.nothing_below;
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

static void node(struct tree *t, const char *compatible, uint32_t base)
{
	const uint32_t reg[] = { base, 16 };

	tree_begin(t, "test");
	tree_text(t, "compatible", compatible);
	tree_numbers(t, "reg", 2, reg);
	tree_end(t);
}

static void plug(uint64_t step, bool finisher, bool htif)
{
	struct tree t = { 0 };

	tree_begin(&t, "");
	tree_cell(&t, "#address-cells", 1);
	tree_cell(&t, "#size-cells", 1);
	if (finisher)
		node(&t, "sifive,test0", BASE);
	if (htif)
		node(&t, HTIF_COMPATIBLE, BASE + HTIF_OFFSET);
	tree_end(&t);
	blob_free(&m.blob);
	m.blob = tree_finish(&t);
	assert_int_equal(vio_dt_open(&vio_board.dt, m.blob.bytes, m.blob.len), VIO_OK);
	m.machine = (struct wide_machine){
		.takes_32 = true, .takes_64 = true, .read = machine_read, .write = machine_write
	};
	m.step = step;
	wide_plug(&m.machine, BASE, HTIF_OFFSET + 16);
	vio_board.lacks = 0;
	vio_riscv_power_init();
}

/* HTIF that is not the early console is found for its power-off. */
static void test_htif_alone_is_a_way(void **state)
{
	(void)state;
	m.nothing_below = true;
	plug(0, false, true);
	assert_true(vio_htif_is_open());
	assert_false(vio_board.lacks & VIO_BOARD_NO_POWEROFF);
	vio_htif_open(VIO_DT_NONE, &(uintptr_t){ 0 });
	plug(0, false, false);
	assert_true(vio_board.lacks & VIO_BOARD_NO_POWEROFF);
	m.nothing_below = false;
}

/* An emulator on a busy host may need seconds. The SBI's power-off knows no exit code, and comes
 * after those that do. */
static void test_exit_code_has_time_before_the_next_way(void **state)
{
	(void)state;
	plug(1000000, true, true);
	if (setjmp(m.stopped) == 0)
		vio_board_poweroff(3);
	assert_int_equal(m.word, 3 << 16 | FINISHER_FAIL);
	assert_int_equal(m.tohost, 3 << 1 | 1);
	assert_true(m.exited - m.written >= 5 * SECOND);
	assert_true(m.below - m.exited >= 5 * SECOND);
}

static void test_clock_that_stands_still_does_not_keep_it_from_the_end(void **state)
{
	(void)state;
	plug(0, true, false);
	if (setjmp(m.stopped) == 0)
		vio_board_reboot();
	assert_int_equal(m.word, FINISHER_RESET);
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
		cmocka_unit_test(test_htif_alone_is_a_way),
		cmocka_unit_test(test_exit_code_has_time_before_the_next_way),
		cmocka_unit_test(test_panic_waits_without_a_look_at_the_clock),
		cmocka_unit_test(test_clock_that_stands_still_does_not_keep_it_from_the_end),
	};

	const int failed = cmocka_run_group_tests(tests, NULL, NULL);

	blob_free(&m.blob);
	return failed;
}
