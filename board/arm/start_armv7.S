/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start-up and traps of ARMv7-A. At _start r2 has the address of the devicetree (Linux boot
 * protocol). If a debugger or QEMU loaded an ELF, r2 may have any value. This image never starts
 * another core through PSCI. If the secure world is entered out of reset, however, all cores come
 * here, and all but one are parked. The image stays in the world in which it is entered.
 */
#define FRAME_R13  52 /* struct arm_frame in trap_armv7.c */
#define FRAME_PC   60
#define FRAME_CPSR 64
#define FRAME_KIND 68

#define MODE_ABT 0x17
#define MODE_UND 0x1b
#define MODE_SVC 0x13
#define MODE_HYP 0x1a
#define MASKED	 0x1c0 /* A, I, F */

#define SCTLR_M	  0x1
#define SCTLR_A	  0x2 /* unaligned accesses trap; memory requires aligned ones without the MMU */
#define SCTLR_C	  0x4
#define SCTLR_I	  0x1000
#define SCTLR_V	  0x2000
#define SCTLR_TE  0x40000000

	.syntax	unified
	.arch_extension virt

	.section .entry, "ax"
	.arm
	.globl	_start
	.type	_start, %function
_start:
	mov	r4, r2
	mrs	r0, cpsr
	and	r1, r0, #0x1f
	cmp	r1, #MODE_HYP
	bne	at_svc

	/* Hyp mode. Let SVC mode use everything. */
	mov	r1, #0
	mcrr	p15, 4, r1, r1, c14	/* CNTVOFF */
	mrc	p15, 0, r1, c0, c1, 1	/* ID_PFR1 has the field GIC: */
	lsrs	r1, r1, #28
	movne	r1, #9			/* SVC mode may use a GICv3's registers */
	mcrne	p15, 4, r1, c12, c9, 5	/* ICC_HSRE */
	ldr	r1, =(MASKED | MODE_SVC)
	msr	spsr_cxsf, r1
	adr	r1, at_svc
	msr	elr_hyp, r1
	eret

park:
	wfi
	b	park

at_svc:
	cpsid	aif, #MODE_SVC		/* interrupts are masked from here on */

	/*
	 * If there is a devicetree, a boot loader started this core. Otherwise all cores may
	 * have come out of reset, and the one whose affinity is 0 continues. The cores cannot
	 * compete for a lock, because exclusive accesses may not work while the caches are off.
	 */
	cmp	r4, #0
	bne	1f
	mrc	p15, 0, r0, c0, c0, 5	/* MPIDR */
	lsls	r0, r0, #8		/* affinity */
	bne	park
1:

	/* Without MMU and caches addresses are physical, and devices see what we write. */
	mrc	p15, 0, r0, c1, c0, 0
	ldr	r1, =(SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_V | SCTLR_TE)
	bic	r0, r0, r1
	orr	r0, r0, #SCTLR_A
	mcr	p15, 0, r0, c1, c0, 0
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0	/* VBAR */
	isb

	/* Each mode has its own stack pointer. Those of the trap modes are not set, because a trap
	 * uses the stack of the report only. */
	ldr	sp, =__stack_top
	ldr	r0, =__bss_start
	ldr	r1, =__bss_end
	mov	r2, #0
1:	cmp	r0, r1
	strlo	r2, [r0], #4
	blo	1b
	mov	r0, r4
	bl	vio_arm_start

	.ltorg

	/*
	 * Every trap is fatal, so no register is ever restored. The registers are stored in a
	 * frame with a fixed address. The report runs on a stack of its own, because a bad stack
	 * pointer may have caused the trap. A trap during the report overwrites the frame.
	 * A trap mode has its own sp, which serves as the pointer to the frame. After that r0
	 * has the kind of the trap (struct arm_frame in trap_armv7.c).
	 */
	.section .text, "ax"
	.arm
	.balign	32
vectors:
	b	.			/* reset */
	b	trap_undefined
	b	trap_call
	b	trap_prefetch
	b	trap_data
	b	.			/* hypervisor */
	b	trap_irq
	b	trap_fiq

	.macro	trap name, kind, back
\name:
	sub	lr, lr, #\back
	ldr	sp, =vio_arm_trap_frame
	stmia	sp, {r0-r12}
	mov	r0, #\kind
	b	trap_entry
	.endm

	trap	trap_undefined, 1, 4
	trap	trap_prefetch, 3, 4
	trap	trap_data, 4, 8
	trap	trap_irq, 6, 4
	trap	trap_fiq, 7, 4

	/* svc traps to SVC mode, in which the image runs. sp is therefore that of the trapped code,
	 * and lr is lost. */
trap_call:
	push	{r0}
	ldr	r0, =vio_arm_trap_frame
	stmib	r0, {r1-r12}
	pop	{r1}
	str	r1, [r0]
	str	sp, [r0, #FRAME_R13]
	str	lr, [r0, #FRAME_R13 + 4]
	mov	r4, r0
	mov	r0, #2
	sub	r3, lr, #4
	mrs	r2, spsr
	b	trap_report

trap_entry:
	mov	r4, sp
	mov	r3, lr
	mrs	r2, spsr
	cps	#MODE_SVC		/* the mode that has the trapped sp and lr */
	str	sp, [r4, #FRAME_R13]
	str	lr, [r4, #FRAME_R13 + 4]
trap_report:
	str	r3, [r4, #FRAME_PC]
	str	r2, [r4, #FRAME_CPSR]
	str	r0, [r4, #FRAME_KIND]
	ldr	sp, =__panic_stack_top
	mov	r0, r4
	bl	vio_arm_trap
	.ltorg
