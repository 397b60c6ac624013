/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start-up and traps, ARMv7-A. _start is entered with r2 = the devicetree (Linux boot
 * protocol), or with anything there if a debugger or QEMU loaded an ELF. Other cores are off
 * until somebody asks PSCI for them, and nobody does; but out of reset, in the secure world,
 * they come here too, and are parked. We stay in the world in which we are.
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
#define SCTLR_A	  0x2 /* an access that is not aligned traps, as it must while the MMU is off */
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

	/* A hypervisor's place: leave everything to SVC mode. */
	mov	r1, #0
	mcrr	p15, 4, r1, r1, c14	/* CNTVOFF */
	mrc	p15, 0, r1, c0, c1, 1	/* ID_PFR1: the registers of a GICv3 are there, */
	lsrs	r1, r1, #28
	movne	r1, #9			/* and SVC mode may use them */
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
	cpsid	aif, #MODE_SVC		/* interrupts stay masked for good */

	/*
	 * With a tree, a boot loader chose this core. Else the first one goes on. They cannot
	 * draw lots: an exclusive access may not work while the caches are off.
	 */
	cmp	r4, #0
	bne	1f
	mrc	p15, 0, r0, c0, c0, 5	/* MPIDR */
	lsls	r0, r0, #8		/* affinity */
	bne	park
1:

	/* MMU and caches off: addresses are physical, and devices see what we write. */
	mrc	p15, 0, r0, c1, c0, 0
	ldr	r1, =(SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_V | SCTLR_TE)
	bic	r0, r0, r1
	orr	r0, r0, #SCTLR_A
	mcr	p15, 0, r0, c1, c0, 0
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0	/* VBAR */
	isb

	/* Each mode has a stack pointer of its own; traps need none but the report's. */
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
	 * Every trap is fatal, so nothing is ever restored. The registers go to a frame of
	 * fixed place and the report runs on a stack of its own: the trapped sp may be the
	 * reason for the trap. A trap during the report overwrites the frame. The sp of the
	 * trap's mode holds r0 until it is saved; the kind of the trap comes in r0.
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

	/* From our own mode: lr and sp are those of the one that was trapped. */
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
	cps	#MODE_SVC		/* where the trapped sp and lr are */
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
