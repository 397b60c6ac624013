/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of the raw image. The image may be at the load address, in flash (whose start is
 * then the reset vector), or anywhere a boot loader puts it. If it is not at the load address, this
 * code copies it there. The code does not write to the place from which it runs. It keeps r0 to r3
 * and the mode.
 *
 * The first bytes are also the header of a Linux zImage. Some boot loaders hand over the devicetree
 * (in r2) only to a zImage.
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
	.word	0, __image_loaded	/* start (0: anywhere) and end of the image */
	.word	LITTLE_ENDIAN

	/* Without a tree in r2 all cores may have come out of reset here. The one whose affinity is
	 * 0 copies the image, and the others stop (start_armv7.S says why). */
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
