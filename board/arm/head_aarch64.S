/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of the raw image. The image may be at the load address, in flash, or anywhere a
 * boot loader puts it. If it is not at the load address, this code copies it there. The code does
 * not write to the place from which it runs. It keeps x0 to x3 and the exception level.
 *
 * The first bytes are also the header of a Linux image. Some boot loaders, and QEMU, hand over the
 * devicetree (in x0) only to a Linux image.
 */
#define LITTLE_ENDIAN_4K 2
#define ANYWHERE 8 /* a boot loader need not move the image, since it copies itself */

	.section .entry.head, "ax"
	.globl	__image_head
__image_head:
	b	1f
	.long	0
	.quad	__image_offset		/* the offset from a multiple of 2 MiB */
	.quad	__image_bytes
	.quad	LITTLE_ENDIAN_4K | ANYWHERE
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

	/* At EL3 all cores leave reset here. The one whose affinity is 0 copies the image, and the
	 * others stop (start_aarch64.S says why). */
1:	mrs	x9, CurrentEL
	cmp	x9, #12
	b.ne	1f
	ldr	x10, =0xff00ffffff	/* affinity */
	mrs	x9, mpidr_el1
	tst	x9, x10
	b.ne	4f

1:	adr	x9, __image_head
	ldr	x10, =__image_start
	cmp	x9, x10
	b.eq	3f
	ldr	x11, =__data_end
2:	ldr	x12, [x9], #8
	str	x12, [x10], #8
	cmp	x10, x11
	b.lo	2b
	dsb	sy
	ic	iallu
	dsb	sy
	isb
3:	ldr	x9, =_start
	br	x9
4:	wfi
	b	4b

	.ltorg
