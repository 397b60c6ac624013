/* SPDX-License-Identifier: BSD-2-Clause */
/* The AArch64 part of trap.c. */
#include "board/arm/arm.h"
#include "board/common/backtrace.h"

/* start_aarch64.S knows the offsets. */
struct arm_frame {
	uint64_t x[31], sp, pc, esr, far;
};

enum { DIGITS = 16, DATA_ABORT = 0x25, STATUS_ALIGNMENT = 0x21 };

struct arm_frame vio_arm_trap_frame;

/* By the exception class of ESR_EL1 (Arm ARM, D19.2.37). */
static const char *const causes[64] = {
	[0x00] = "illegal instruction",
	[0x07] = "floating point is off",
	[0x0e] = "illegal execution state",
	[0x15] = "supervisor call",
	[0x16] = "hypervisor call",
	[0x17] = "secure monitor call",
	[0x18] = "system register trapped",
	[0x21] = "instruction abort",
	[0x22] = "program counter misaligned",
	[DATA_ABORT] = "data abort",
	[0x26] = "stack pointer misaligned",
	[0x2c] = "floating point exception",
	[0x2f] = "SError",
	[0x3c] = "breakpoint",
};

static const char *cause_name(uint64_t esr)
{
	const unsigned class = esr >> 26 & 0x3f;

	if (class == DATA_ABORT && (esr & 0x3f) == STATUS_ALIGNMENT)
		return "access misaligned";
	return causes[class] ? causes[class] : "unknown exception";
}

void vio_arm_describe(struct text *t, const struct arm_frame *f)
{
	if ((f->esr >> 26 & 0x3f) == DATA_ABORT && vio_stack_guards(f->far))
		vio_text_str(t, "stack overflow: ");
	vio_text_str(t, cause_name(f->esr));
	vio_text_str(t, " at ");
	vio_text_hex(t, f->pc, DIGITS);
	vio_text_str(t, ", address ");
	vio_text_hex(t, f->far, DIGITS);
	vio_text_str(t, ", esr ");
	vio_text_hex(t, f->esr, 1);
}

void vio_arm_place(struct panic_place *p, const struct arm_frame *f)
{
	p->pc = f->pc;
	p->ra = f->x[30];
	p->sp = f->sp;
}

/* bl and blr. */
bool vio_cpu_follows_call(uintptr_t at)
{
	const uint32_t before = at % 4 == 0 ? ((const uint32_t *)at)[-1] : 0;

	return before >> 26 == 0x25 || (before & 0xfffffc1f) == 0xd63f0000;
}

void vio_arm_registers(struct text *t, const void *arg)
{
	const struct arm_frame *f = arg;

	for (unsigned i = 0; i < 31; i++) {
		vio_text_str(t, i % 3 == 0 ? "\r\n  " : "  ");
		vio_text_str(t, i < 10 ? " x" : "x");
		vio_text_dec(t, i);
		vio_text_str(t, " ");
		vio_text_hex(t, f->x[i], DIGITS);
	}
	vio_text_str(t, "   sp ");
	vio_text_hex(t, f->sp, DIGITS);
}
