/* SPDX-License-Identifier: BSD-2-Clause */
/* The ARMv7 part of trap.c. */
#include "board/arm/arm.h"
#include "board/common/backtrace.h"

/* start_armv7.S knows the offsets. */
struct arm_frame {
	uint32_t r[15], pc, cpsr, kind;
};

enum {
	DIGITS = 8,
	CPSR_THUMB = 0x20,
	KIND_UNDEFINED = 1,
	KIND_CALL = 2,
	KIND_PREFETCH = 3,
	KIND_DATA = 4, /* numbers in the vector table */
	STATUS_ALIGNMENT = 1,
};

struct arm_frame vio_arm_trap_frame;

static const char *const causes[8] = {
	[KIND_UNDEFINED] = "illegal instruction",
	[KIND_CALL] = "supervisor call",
	[KIND_PREFETCH] = "prefetch abort",
	[KIND_DATA] = "data abort",
	[6] = "unexpected interrupt",
	[7] = "unexpected fast interrupt",
};

static uint32_t data_status(void)
{
	uint32_t v;

	__asm__ volatile("mrc p15, 0, %0, c5, c0, 0" : "=r"(v));
	return v;
}

static uint32_t data_address(void)
{
	uint32_t v;

	__asm__ volatile("mrc p15, 0, %0, c6, c0, 0" : "=r"(v));
	return v;
}

static const char *cause_name(const struct arm_frame *f)
{
	if (f->kind == KIND_DATA && (data_status() & 0x40f) == STATUS_ALIGNMENT)
		return "access misaligned";
	return f->kind < 8 && causes[f->kind] ? causes[f->kind] : "unknown trap";
}

/* For these two kinds lr points after the instruction. start.S subtracted 4 bytes, the length of
 * an ARM instruction. */
static uint32_t where(const struct arm_frame *f)
{
	const bool after = f->kind == KIND_UNDEFINED || f->kind == KIND_CALL;

	return after && (f->cpsr & CPSR_THUMB) != 0 ? f->pc + 2 : f->pc;
}

void vio_arm_describe(struct text *t, const struct arm_frame *f)
{
	if (f->kind == KIND_DATA && vio_stack_guards(data_address()))
		vio_text_str(t, "stack overflow: ");
	vio_text_str(t, cause_name(f));
	vio_text_str(t, " at ");
	vio_text_hex(t, where(f), DIGITS);
	if (f->kind == KIND_DATA) {
		vio_text_str(t, ", address ");
		vio_text_hex(t, data_address(), DIGITS);
		vio_text_str(t, ", dfsr ");
		vio_text_hex(t, data_status(), 1);
	}
}

void vio_arm_place(struct panic_place *p, const struct arm_frame *f)
{
	p->pc = where(f);
	p->ra = f->r[14];
	p->sp = f->r[13];
}

/* bl and blx; for Thumb code bit 0 is set. */
bool vio_cpu_follows_call(uintptr_t at)
{
	const uint16_t *const half = (const uint16_t *)(at & ~(uintptr_t)1);

	if ((at & 1) != 0)
		return ((half[-2] & 0xf800) == 0xf000 && (half[-1] & 0xc000) == 0xc000) ||
		       (half[-1] & 0xff87) == 0x4780;
	const uint32_t before = at % 4 == 0 ? (uint32_t)half[-1] << 16 | half[-2] : 0;
	return (before & 0x0f000000) == 0x0b000000 || (before & 0xfe000000) == 0xfa000000 ||
	       (before & 0x0ffffff0) == 0x012fff30;
}

void vio_arm_registers(struct text *t, const void *arg)
{
	static const char names[15][4] = { " r0", " r1", " r2", " r3", " r4", " r5", " r6", " r7",
					   " r8", " r9", "r10", "r11", "r12", " sp", " lr" };
	const struct arm_frame *f = arg;

	for (unsigned i = 0; i < 15; i++) {
		vio_text_str(t, i % 4 == 0 ? "\r\n  " : "  ");
		vio_text_str(t, names[i]);
		vio_text_str(t, " ");
		vio_text_hex(t, f->r[i], DIGITS);
	}
	vio_text_str(t, "  cpsr ");
	vio_text_hex(t, f->cpsr, DIGITS);
}
