/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start-up and trap entry. At _start a0 has the id of this hart, and a1 the address of the
 * devicetree (RISC-V SBI, HSM extension; QEMU sets both in M-mode too).
 */
#include "board/riscv/csr_names.h"

#if __riscv_xlen == 64
#define STORE sd
#define WORD  8
#else
#define STORE sw
#define WORD  4
#endif
#define FRAME_EPC   (32 * WORD) /* struct riscv_frame in riscv.h */
#define FRAME_CAUSE (33 * WORD)
#define FRAME_TVAL  (34 * WORD)

	.section .entry, "ax"
	.globl _start
_start:
	/* Up to `.option pop` the code uses only the base instruction set, so that it can report
	 * that the CPU lacks an extension. */
	.option push
	.option norvc
	.option norelax			/* gp is not set, and relaxed code may be compressed */
	csrw	CSR_IE, zero
	csrci	CSR_STATUS, STATUS_IE	/* interrupts are masked from here on */
#if PICOVIRTIO_RISCV_MODE == 1
	csrw	satp, zero		/* no translation: addresses are physical */
#endif

	/* Try one instruction of each extension that this image is built with. If the CPU lacks
	 * the extension, the instruction traps to isa_trap, with the extension's letter in t3. */
	la	t0, isa_trap
	csrw	CSR_TVEC, t0
#ifdef __riscv_compressed
	li	t3, 'c'
	.option push
	.option rvc
	c.nop
	c.nop
	.option pop
#endif
#ifdef __riscv_mul
	li	t3, 'm'
	mul	t0, t3, t3
#endif

#ifdef __riscv_atomic
	/* One hart continues: the first that sets `lottery`. Firmware without the HSM extension
	 * starts all harts. */
	li	t3, 'a'
	la	t0, lottery
	li	t1, 1
	amoadd.w t2, t1, (t0)
	bnez	t2, park
#elif PICOVIRTIO_RISCV_MODE == 3
	csrr	t0, mhartid		/* every machine has a hart 0 */
	bnez	t0, park
#endif

	la	gp, __global_pointer$
	la	sp, __stack_top
	la	t0, vio_riscv_trap_frame
	csrw	CSR_SCRATCH, t0
	la	t0, trap_entry
	csrw	CSR_TVEC, t0

	la	t0, __bss_start
	la	t1, __bss_end
1:	bgeu	t0, t1, 2f
	STORE	zero, (t0)
	addi	t0, t0, WORD
	j	1b
2:	tail	vio_riscv_start

	.balign	4			/* isa_trap uses this label as a trap vector */
park:
	wfi
	j	park

	.balign	4
isa_trap:
#if PICOVIRTIO_RISCV_MODE == 3
	csrr	t0, mhartid
	bnez	t0, park
#endif
	la	t0, park
	csrw	CSR_TVEC, t0
	la	sp, __panic_stack_top
	mv	a0, t3
	tail	vio_riscv_isa_missing
	.option pop

	/* In .data, because the hart that continues clears .bss. */
	.section .data, "aw"
	.balign 4
lottery:
	.word	0

	/*
	 * Every trap is fatal, so no register is ever restored. The registers are stored in a
	 * frame with a fixed address. The report runs on a stack of its own, because a bad stack
	 * pointer may have caused the trap. A trap during the report overwrites the frame.
	 */
	.section .text, "ax"
	.balign 4
trap_entry:
	csrrw	sp, CSR_SCRATCH, sp
	.irp	n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	STORE	x\n, WORD * \n(sp)
	.endr
	csrr	t0, CSR_SCRATCH
	STORE	t0, 2 * WORD(sp)
	csrw	CSR_SCRATCH, sp
	csrr	t0, CSR_EPC
	STORE	t0, FRAME_EPC(sp)
	csrr	t0, CSR_CAUSE
	STORE	t0, FRAME_CAUSE(sp)
	csrr	t0, CSR_TVAL
	STORE	t0, FRAME_TVAL(sp)
	mv	a0, sp
	.option push
	.option norelax
	la	gp, __global_pointer$
	.option pop
	la	sp, __panic_stack_top
	tail	vio_riscv_trap
