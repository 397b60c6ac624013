/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of the raw image, which may be anywhere: at the load address, in flash, or
 * where a boot loader likes it. What is elsewhere copies itself to the load address; it reads
 * where it is and writes nothing there. a0 and a1 stay as they are, and so does the mode.
 *
 * They are the header of a Linux image as well: boot loaders hand the devicetree over to such an
 * image, in a1.
 */
#include "board/riscv/csr_names.h"

#if __riscv_xlen == 64
#define LOAD  ld
#define STORE sd
#define PLACE .quad
#define WORD  8
#else
#define LOAD  lw
#define STORE sw
#define PLACE .word
#define WORD  4
#endif

#define HEADER_VERSION 2 /* 0.2 */

	.section .entry.head, "ax"
	.globl	__image_head
__image_head:
	.option push
	.option norelax			/* gp is not set */
	.option norvc			/* the header has room for one jump of 4 bytes */
	j	1f
	.word	0
	.quad	__image_from_ram
	.quad	__image_bytes
	.quad	0			/* flags: little endian */
	.word	HEADER_VERSION, 0
	.quad	0
	.ascii	"RISCV\0\0\0RSC\x05"
	.word	0

1:	lla	t0, __image_head
	lla	t3, places
	LOAD	t1, 0(t3)
	beq	t0, t1, 2f
#if PICOVIRTIO_RISCV_MODE == 3
	/* All harts come here at once. One copies, and there always is a hart 0 (RISC-V
	 * privileged architecture, 3.1.5): what is in RAM now cannot be told from a vote. */
	csrr	t2, mhartid
	bnez	t2, stay
#endif
	LOAD	t2, WORD(t3)
1:	LOAD	t4, (t0)
	STORE	t4, (t1)
	addi	t0, t0, WORD
	addi	t1, t1, WORD
	bltu	t1, t2, 1b
	fence.i
2:	LOAD	t2, 2 * WORD(t3)
	jr	t2

#if PICOVIRTIO_RISCV_MODE == 3
stay:
	wfi
	j	stay
#endif
	.option pop

	.balign	WORD
places:
	PLACE	__image_start, __data_end, _start
