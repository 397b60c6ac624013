/* SPDX-License-Identifier: BSD-2-Clause */
/* Every trap is fatal: print what happened, then power off with code 1. */
#include "board/common/backtrace.h"
#include "board/riscv/below.h"
#include "board/riscv/riscv.h"

enum { DIGITS = 2 * sizeof(long) };

_Noreturn void vio_riscv_trap(const struct riscv_frame *f);

struct riscv_frame vio_riscv_trap_frame;

static const char *const causes[] = {
	[0] = "instruction address misaligned",
	[1] = "instruction access fault",
	[2] = "illegal instruction",
	[3] = "breakpoint",
	[4] = "load address misaligned",
	[5] = "load access fault",
	[6] = "store address misaligned",
	[7] = "store access fault",
	[8] = "environment call from U-mode",
	[9] = "environment call from S-mode",
	[11] = "environment call from M-mode",
	[12] = "instruction page fault",
	[13] = "load page fault",
	[15] = "store page fault",
};

static const char *cause_name(unsigned long cause)
{
	if (cause >> (8 * sizeof(cause) - 1) != 0)
		return "unexpected interrupt";
	if (cause >= sizeof(causes) / sizeof(causes[0]) || !causes[cause])
		return "unknown exception";
	return causes[cause];
}

/* A load or store that was not allowed. */
static bool is_access(unsigned long cause)
{
	return cause == 5 || cause == 7 || cause == 13 || cause == 15;
}

static void describe(struct text *t, const struct riscv_frame *f)
{
	if (vio_stack_guards(f->tval) && is_access(f->cause))
		vio_text_str(t, "stack overflow: ");
	vio_text_str(t, cause_name(f->cause));
	vio_text_str(t, " at ");
	vio_text_hex(t, f->epc, DIGITS);
	vio_text_str(t, ", address ");
	vio_text_hex(t, f->tval, DIGITS);
	vio_text_str(t, ", ");
	vio_text_str(t, vio_below_cause);
	vio_text_str(t, " ");
	vio_text_hex(t, f->cause, 1);
}

static void registers(struct text *t, const void *arg)
{
	static const char names[32][4] = {
		"   ", " ra", " sp", " gp", " tp", " t0", " t1", " t2", " s0", " s1", " a0",
		" a1", " a2", " a3", " a4", " a5", " a6", " a7", " s2", " s3", " s4", " s5",
		" s6", " s7", " s8", " s9", "s10", "s11", " t3", " t4", " t5", " t6",
	};

	const struct riscv_frame *f = arg;

	for (unsigned i = 1; i < 32; i++) {
		vio_text_str(t, i % 3 == 1 ? "\r\n  " : "  ");
		vio_text_str(t, names[i]);
		vio_text_str(t, " ");
		vio_text_hex(t, f->x[i], DIGITS);
	}
}

/* jal, jalr, c.jalr, and c.jal of 32-bit CPUs, if they set ra. */
bool vio_cpu_follows_call(uintptr_t at)
{
	const uint16_t *const before = (const uint16_t *)(at & ~(uintptr_t)1);
	const uint16_t low = before[-2], last = before[-1];

	return (low & 0xfff) == 0xef || (low & 0xfff) == 0xe7 ||
	       ((last & 0xf07f) == 0x9002 && (last & 0xf80) != 0) ||
	       (__riscv_xlen == 32 && (last & 0xe003) == 0x2001);
}

_Noreturn void vio_riscv_trap(const struct riscv_frame *f)
{
	char line[128];
	struct text t = { line, 0, sizeof(line) };

	vio_guard_trapped();
	describe(&t, f);
	const struct panic_place place = { registers, f, f->epc, f->x[1], f->x[2] };

	vio_panic_end("trap", line, &place);
}
