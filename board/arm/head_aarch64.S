/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of the raw image, which may be anywhere: at the load address, in flash, or
 * where a boot loader likes it. What is elsewhere copies itself to the load address; it reads
 * where it is and writes nothing there. x0 to x3 stay as they are, and so does the level.
 *
 * They are the header of a Linux image as well: boot loaders, QEMU among them, hand the
 * devicetree over to such an image, in x0.
 */
#define LITTLE_ENDIAN_4K 2
#define ANYWHERE 8 /* a boot loader may leave the image where it is: see above */

	.section .entry.head, "ax"
	.globl	__image_head
__image_head:
	b	1f
	.long	0
	.quad	__image_offset		/* from a multiple of 2 MiB */
	.quad	__image_bytes
	.quad	LITTLE_ENDIAN_4K | ANYWHERE
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

	/* Out of reset every core comes here, at EL3: one copies, see start_aarch64.S. */
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
