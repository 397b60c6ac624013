/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first bytes of the raw image. The image may be at the load address, in flash, or anywhere a
 * boot loader puts it. If it is not at the load address, this code copies it there. The code does
 * not write to the place from which it runs. It keeps a0, a1 and the mode.
 *
 * The first bytes are also the header of a Linux image. Some boot loaders hand over the devicetree
 * (in a1) only to a Linux image.
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
	.option norelax			/* gp is not set yet */
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
	/* In M-mode all harts come here at once. Hart 0, which every machine has (RISC-V privileged
	 * architecture, 3.1.5), copies the image. A lock in RAM cannot choose the hart, because RAM
	 * has unknown contents now. */
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
