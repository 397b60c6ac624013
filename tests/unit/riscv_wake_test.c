/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RISC-V machines where an enable bit cannot be set. The board reads each bit back. A sleep that no
 * line can end is short.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board/host/host.h"
#include "board/riscv/below.h"
#include "board/riscv/csr.h"
#include "board/riscv/riscv.h"
#include "devicetree_rig.h"

enum {
	AT = 0x0c000000,
	BYTES = 0x210000,
	FILE_AT = 0x28000000,
	LINE = 33,
	OTHER_LINE = 2,
	LINES = 95,
	HART = 1, /* phandles */
	FILE = 2,

	PLIC_PRIORITY = 4 * LINE,
	PLIC_ENABLE = 0x2000 + LINE / 32 * 4,
	APLIC_SETIE = 0x1e00,
	APLIC_SETIE_LINE = APLIC_SETIE + LINE / 32 * 4,
	APLIC_SETIENUM = 0x1edc,
	IMSIC_EIE = 0xc0,
	POLL_NS = 10000000,
};

struct vio_board vio_board;

/* A hart and the registers of its interrupt controller. Stuck bits read 0, whatever is written; 0:
 * none is stuck. */
static struct {
	uint8_t bytes[BYTES];
	size_t stuck;
	unsigned long file[256], file_stuck; /* behind the selector: the register, its stuck bits */
	unsigned long wake, wake_stuck;
	uint64_t now, armed; /* in ticks, which are nanoseconds */
	unsigned waits;
} hart;

/* ---- The hart ---- */

unsigned long csr_pending(void)
{
	return 0;
}

void csr_set_wake(unsigned long v)
{
	hart.wake = v & ~hart.wake_stuck;
}

unsigned long csr_wake(void)
{
	return hart.wake;
}

void csr_select_write(unsigned long which, unsigned long v)
{
	hart.file[which] = v & ~(which >= IMSIC_EIE ? hart.file_stuck : 0);
}

void csr_select_set(unsigned long which, unsigned long bits)
{
	csr_select_write(which, hart.file[which] | bits);
}

unsigned long csr_select_read(unsigned long which)
{
	return hart.file[which];
}

unsigned long csr_take_message(void)
{
	return 0;
}

void wait_for_interrupt(void)
{
	hart.waits++;
}

bool vio_below_timer_init(void)
{
	return true;
}

uint64_t vio_below_ticks(void)
{
	return hart.now;
}

bool vio_below_timer_set(uint64_t ticks)
{
	hart.armed = ticks;
	return true;
}

/* ---- The rest of the board ---- */

const char *vio_board_memory_at(struct vio_span s)
{
	(void)s;
	return NULL;
}

void vio_stack_mark(void)
{
}

void vio_stack_check(void)
{
}

/* ---- The controller: memory, but for one word and one register that sets a bit of another ---- */

static uint32_t load_word(void *ctx, size_t off, unsigned width)
{
	uint32_t v = 0;

	(void)ctx;
	memcpy(&v, hart.bytes + off, width);
	return hart.stuck != 0 && off / 4 == hart.stuck / 4 ? 0 : v;
}

static void store_word(void *ctx, size_t off, unsigned width, uint32_t v)
{
	(void)ctx;
	memcpy(hart.bytes + off, &v, width);
	if (off == APLIC_SETIENUM)
		hart.bytes[APLIC_SETIE + v / 8] |= (uint8_t)(1 << v % 8);
}

static struct vio_host_window window = {
	.base = AT, .len = BYTES, .read = load_word, .write = store_word
};

/* ---- The trees ---- */

enum kind { PLIC, APLIC_WIRES, APLIC_MESSAGES };

static void add_hart(struct tree *t)
{
	tree_begin(t, "cpus");
	tree_cell(t, "#address-cells", 1);
	tree_cell(t, "#size-cells", 0);
	tree_cell(t, "timebase-frequency", 1000000000);
	tree_begin(t, "cpu@0");
	tree_text(t, "device_type", "cpu");
	tree_cell(t, "reg", 0);
	tree_begin(t, "interrupt-controller");
	tree_cell(t, "#interrupt-cells", 1);
	tree_cell(t, "phandle", HART);
	tree_end(t);
	tree_end(t);
	tree_end(t);
}

static void add_file(struct tree *t)
{
	tree_begin(t, "imsics");
	tree_text(t, "compatible", "riscv,imsics");
	CELLS(t, "reg", FILE_AT, 0x1000);
	CELLS(t, "interrupts-extended", HART, RISCV_IRQ_EXTERNAL);
	tree_cell(t, "riscv,num-ids", 255);
	tree_cell(t, "phandle", FILE);
	tree_end(t);
}

static void add_controller(struct tree *t, enum kind kind)
{
	tree_begin(t, "controller");
	tree_text(t, "compatible", kind == PLIC ? "riscv,plic0" : "riscv,aplic");
	CELLS(t, "reg", AT, BYTES);
	tree_cell(t, kind == PLIC ? "riscv,ndev" : "riscv,num-sources", LINES);
	if (kind == APLIC_MESSAGES)
		tree_cell(t, "msi-parent", FILE);
	else
		CELLS(t, "interrupts-extended", HART, RISCV_IRQ_EXTERNAL);
	tree_end(t);
}

static struct blob tree_of(enum kind kind)
{
	struct tree t = { 0 };

	tree_begin(&t, "");
	tree_cell(&t, "#address-cells", 1);
	tree_cell(&t, "#size-cells", 1);
	add_hart(&t);
	if (kind == APLIC_MESSAGES)
		add_file(&t);
	add_controller(&t, kind);
	tree_end(&t);
	return tree_finish(&t);
}

/* ---- Steps ---- */

static struct blob blob;

/* As vio_board_init() does. */
static void start(enum kind kind)
{
	blob = tree_of(kind);
	assert_int_equal(vio_dt_open(&vio_board.dt, blob.bytes, blob.len), VIO_OK);
	vio_host_window_add(&window);
	vio_riscv_clock_init();
	vio_riscv_irq_init();
	assert_true(vio_riscv_irq_usable());
	vio_riscv_idle_init();
}

/* The line of a device: its number, or an enum vio_err. */
static int enable(uint32_t line)
{
	const struct vio_dt_irq irq = { .controller = vio_dt_path(&vio_board.dt, "/controller"),
					.ncells = 1,
					.cell = { line } };

	return vio_board_irq_enable(&irq);
}

/* The longest sleep without a deadline. */
static uint64_t longest_sleep(void)
{
	const unsigned waits = hart.waits;

	hart.now += 5000;
	assert_false(vio_riscv_idle(NULL, UINT64_MAX));
	assert_int_equal(hart.waits, waits + 1);
	return hart.armed == UINT64_MAX ? UINT64_MAX : hart.armed - hart.now;
}

static void wakes(enum kind kind)
{
	start(kind);
	assert_int_equal(enable(LINE), LINE);
	assert_true(longest_sleep() == UINT64_MAX);
	assert_int_equal(vio_board.lacks, 0);
}

/* One device has no line, so that another one's line does not help. */
static void refuses(enum kind kind)
{
	start(kind);
	assert_int_equal(enable(LINE), VIO_ENODEV);
	assert_int_equal(longest_sleep(), POLL_NS);
	assert_int_equal(enable(OTHER_LINE), OTHER_LINE);
	assert_int_equal(longest_sleep(), POLL_NS);
}

static void plic_wakes(void)
{
	wakes(PLIC);
}

static void plic_with_a_stuck_enable_bit(void)
{
	hart.stuck = PLIC_ENABLE;
	refuses(PLIC);
}

static void plic_with_a_stuck_priority(void)
{
	hart.stuck = PLIC_PRIORITY;
	refuses(PLIC);
}

static void aplic_wakes_by_wire(void)
{
	wakes(APLIC_WIRES);
}

static void aplic_with_a_stuck_wire(void)
{
	hart.stuck = APLIC_SETIE_LINE;
	refuses(APLIC_WIRES);
}

static void aplic_wakes_by_message(void)
{
	wakes(APLIC_MESSAGES);
}

static void aplic_that_sends_no_message(void)
{
	hart.stuck = APLIC_SETIE_LINE;
	refuses(APLIC_MESSAGES);
}

static void imsic_that_takes_no_message(void)
{
	hart.file_stuck = 1ul << LINE;
	refuses(APLIC_MESSAGES);
}

/* The line is enabled, but sie or mie does not let it end a sleep (TinyEMU). */
static void hart_that_no_line_wakes(void)
{
	hart.wake_stuck = 1ul << RISCV_IRQ_EXTERNAL;
	start(PLIC);
	assert_int_equal(enable(LINE), LINE);
	assert_int_equal(longest_sleep(), POLL_NS);
	assert_int_equal(vio_board.lacks, VIO_BOARD_NO_WAKE);
}

/* Nothing would end a sleep in time, so there is none. */
static void hart_that_no_timer_wakes(void)
{
	hart.wake_stuck = 1ul << RISCV_IRQ_TIMER;
	start(PLIC);
	assert_int_equal(enable(LINE), LINE);
	assert_int_equal(vio_board.lacks, VIO_BOARD_NO_TIMER);
	assert_true(vio_riscv_idle(NULL, hart.now + 1));
	assert_int_equal(hart.waits, 0);
}

static struct scenario {
	const char *name;
	void (*steps)(void);
} scenarios[] = {
	{ "plic_wakes", plic_wakes },
	{ "plic_with_a_stuck_enable_bit", plic_with_a_stuck_enable_bit },
	{ "plic_with_a_stuck_priority", plic_with_a_stuck_priority },
	{ "aplic_wakes_by_wire", aplic_wakes_by_wire },
	{ "aplic_with_a_stuck_wire", aplic_with_a_stuck_wire },
	{ "aplic_wakes_by_message", aplic_wakes_by_message },
	{ "aplic_that_sends_no_message", aplic_that_sends_no_message },
	{ "imsic_that_takes_no_message", imsic_that_takes_no_message },
	{ "hart_that_no_line_wakes", hart_that_no_line_wakes },
	{ "hart_that_no_timer_wakes", hart_that_no_timer_wakes },
};
enum { SCENARIOS = sizeof(scenarios) / sizeof(scenarios[0]) };

/* A board starts once, so each scenario has a process of its own. An assertion that fails there
 * becomes its exit code. */
static void alone(void **state)
{
	const struct scenario *const s = *state;
	const pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		s->steps();
		blob_free(&blob);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

int main(void)
{
	struct CMUnitTest tests[SCENARIOS] = { { 0 } };

	for (unsigned i = 0; i < SCENARIOS; i++) {
		tests[i].name = scenarios[i].name;
		tests[i].test_func = alone;
		tests[i].initial_state = &scenarios[i];
	}
	return cmocka_run_group_tests_name("riscv_wake", tests, NULL, NULL);
}
