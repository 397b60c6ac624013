/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start-up and traps of AArch64. At _start x0 has the address of the devicetree (Linux boot
 * protocol). If a debugger or QEMU loaded an ELF, x0 may have any value. At EL1 and EL2 the other
 * cores are off, because this image never starts one through PSCI. At EL3 there is no firmware
 * that could have kept them off.
 */
#define FRAME_SP  248 /* struct arm_frame in trap_aarch64.c */
#define FRAME_PC  256
#define FRAME_ESR 264
#define FRAME_FAR 272

/* The RES1 bits, and A: an unaligned access traps. While the MMU is off, memory requires aligned
 * accesses. */
#define SCTLR_RES1	0x30d00800
#define SCTLR_A		0x2
#define SCTLR_EL3_RES1	0x30c50830
#define CPACR_FPEN	0x300000
#define HCR_RW		0x80000000
#define CNTHCTL_EL1_ALL 0x3
#define SPSR_EL1H_DAIF	0x3c5
#define SPSR_EL2H_DAIF	0x3c9
/* EL1 and EL2 are non-secure and 64-bit, hvc is enabled, and smc is disabled. */
#define SCR_NS_RW_HCE_SMD 0x5b1
#define PFR0_EL2	0xf00
#define PFR0_GIC	0xf000000	/* not 0: the CPU has the system registers of a GICv3 */

	.section .entry, "ax"
	.globl	_start
_start:
	msr	daifset, #15		/* interrupts are masked from here on */
	mrs	x1, CurrentEL
	cmp	x1, #8			/* EL2 */
	b.lo	at_el1
	b.eq	at_el2

	/*
	 * EL3. All cores leave reset here, and the one whose affinity is 0 continues. The cores
	 * cannot compete for a lock, because exclusive accesses may not work while the caches
	 * are off.
	 */
	ldr	x2, =0xff00ffffff	/* affinity */
	mrs	x1, mpidr_el1
	tst	x1, x2
	b.ne	park

	/* Set what only the secure world may set. The image then leaves that world, and does not
	 * return to it. */
	ldr	x1, =(SCTLR_EL3_RES1 | SCTLR_A)
	msr	sctlr_el3, x1
	msr	cptr_el3, xzr
	adr	x1, vectors
	msr	vbar_el3, x1
	mrs	x1, id_aa64pfr0_el1
	tst	x1, #PFR0_GIC
	b.eq	1f
	mov	x1, #15
	msr	S3_6_C12_C12_5, x1	/* ICC_SRE_EL3 */
	isb
1:	mov	x19, x0
	adrp	x1, __stack_top
	add	x1, x1, :lo12:__stack_top
	mov	sp, x1
	bl	clear
	mov	x0, x19
	bl	vio_arm_secure
	mov	x0, x19
	mov	x1, #SCR_NS_RW_HCE_SMD
	msr	scr_el3, x1
	mov	x1, #SPSR_EL1H_DAIF
	adr	x2, at_el1
	mrs	x3, id_aa64pfr0_el1
	tst	x3, #PFR0_EL2
	b.eq	1f
	mov	x1, #SPSR_EL2H_DAIF
	adr	x2, at_el2
1:	msr	spsr_el3, x1
	msr	elr_el3, x2
	isb
	eret

park:
	wfi
	b	park

at_el2:
	/* EL2, for example with QEMU's virtualization=on. Let EL1 use everything. */
	ldr	x1, =HCR_RW
	msr	hcr_el2, x1
	mov	x1, #CNTHCTL_EL1_ALL
	msr	cnthctl_el2, x1
	msr	cntvoff_el2, xzr
	mov	x1, #0x33ff		/* the RES1 bits: floating point does not trap */
	msr	cptr_el2, x1
	mrs	x1, midr_el1
	msr	vpidr_el2, x1
	mrs	x1, mpidr_el1
	msr	vmpidr_el2, x1
	mrs	x1, id_aa64pfr0_el1
	tst	x1, #PFR0_GIC
	b.eq	1f
	mov	x1, #9			/* EL1 may use the system registers of the GIC */
	msr	S3_4_C12_C9_5, x1	/* ICC_SRE_EL2 */
	isb
1:	mov	x1, #SPSR_EL1H_DAIF
	msr	spsr_el2, x1
	adr	x1, at_el1
	msr	elr_el2, x1
	isb
	eret

at_el1:
	/* EL1. Without MMU and caches addresses are physical, and devices see what we write. */
	ldr	x1, =(SCTLR_RES1 | SCTLR_A)
	msr	sctlr_el1, x1
	mov	x1, #CPACR_FPEN		/* printf saves floating-point registers */
	msr	cpacr_el1, x1
	isb

	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el1, x1
	msr	spsel, #1
	adrp	x1, __stack_top
	add	x1, x1, :lo12:__stack_top
	mov	sp, x1

	mov	x19, x0
	bl	clear
	mov	x0, x19
	b	vio_arm_start

clear:
	adrp	x1, __bss_start
	add	x1, x1, :lo12:__bss_start
	adrp	x2, __bss_end
	add	x2, x2, :lo12:__bss_end
1:	cmp	x1, x2
	b.hs	2f
	str	xzr, [x1], #8
	b	1b
2:	ret

	.ltorg

	/*
	 * Every trap is fatal, so no register is ever restored. The registers are stored in a
	 * frame with a fixed address. The report runs on a stack of its own, because a bad stack
	 * pointer may have caused the trap. A trap during the report overwrites the frame.
	 */
	.section .text, "ax"
trap_entry:
	adrp	x0, vio_arm_trap_frame
	add	x0, x0, :lo12:vio_arm_trap_frame
	str	x1, [x0, #8]
	.irp	n, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	str	x\n, [x0, #8 * \n]
	.endr
	mrs	x1, tpidr_el1
	str	x1, [x0]
	mov	x1, sp
	str	x1, [x0, #FRAME_SP]
	mrs	x1, CurrentEL
	cmp	x1, #12			/* a trap at EL3, in vio_arm_secure() */
	b.ne	1f
	mrs	x1, elr_el3
	msr	elr_el1, x1
	mrs	x1, esr_el3
	msr	esr_el1, x1
	mrs	x1, far_el3
	msr	far_el1, x1
1:
	mrs	x1, elr_el1
	str	x1, [x0, #FRAME_PC]
	mrs	x1, esr_el1
	str	x1, [x0, #FRAME_ESR]
	mrs	x1, far_el1
	str	x1, [x0, #FRAME_FAR]
	adrp	x1, __panic_stack_top
	add	x1, x1, :lo12:__panic_stack_top
	mov	sp, x1
	b	vio_arm_trap

	.balign	2048
vectors:
	.rept	16
	.balign	128
	msr	tpidr_el1, x0
	b	trap_entry
	.endr
	.balign	128
