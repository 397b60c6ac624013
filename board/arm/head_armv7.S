/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of the raw image, which may be anywhere: at the load address, in flash (its
 * start is then the reset vector), or where a boot loader likes it. What is elsewhere copies
 * itself to the load address; it reads where it is and writes nothing there. r0 to r3 stay as
 * they are, and so does the mode.
 *
 * They are the header of a Linux zImage as well, for boot loaders that want to see one before
 * they hand the devicetree over, in r2.
 */
#define ZIMAGE_MAGIC  0x016f2818
#define LITTLE_ENDIAN 0x04030201

	.syntax	unified

	.section .entry.head, "ax"
	.arm
	.globl	__image_head
__image_head:
	b	1f
	.rept	8
	nop
	.endr
	.word	ZIMAGE_MAGIC
	.word	0, __image_loaded	/* from, to; this image needs no certain place */
	.word	LITTLE_ENDIAN

	/* Out of reset every core comes here, in the secure world: one copies, see start_armv7.S. */
1:	cmp	r2, #0
	bne	1f
	mrc	p15, 0, r4, c0, c0, 5	/* MPIDR */
	lsls	r4, r4, #8		/* affinity */
	bne	4f

1:	adr	r4, __image_head
	ldr	r5, =__image_start
	cmp	r4, r5
	beq	3f
	ldr	r6, =__data_end
2:	ldr	r7, [r4], #4
	str	r7, [r5], #4
	cmp	r5, r6
	blo	2b
	dsb
	mcr	p15, 0, r7, c7, c5, 0	/* ICIALLU */
	dsb
	isb
3:	ldr	pc, =_start
4:	wfi
	b	4b

	.ltorg
