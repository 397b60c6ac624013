/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Start-up and trap entry, S-mode, rv64. The boot loader jumps to _start with
 * a0 = this hart's id and a1 = the devicetree (RISC-V SBI, HSM extension).
 */
#define FRAME_SEPC   256 /* struct riscv_frame in riscv.h */
#define FRAME_SCAUSE 264
#define FRAME_STVAL  272

	.section .entry, "ax"
	.globl _start
_start:
	csrw	sie, zero
	csrci	sstatus, 2		/* SIE: interrupts stay masked for good */
	csrw	satp, zero		/* addresses are physical: map() is the identity */

	/* One hart runs. Firmware without the HSM extension starts all of them. */
	la	t0, lottery
	li	t1, 1
	amoadd.w t2, t1, (t0)
	bnez	t2, park

	.option push
	.option norelax
	la	gp, __global_pointer$
	.option pop
	la	sp, __stack_top
	la	t0, riscv_trap_frame
	csrw	sscratch, t0
	la	t0, trap_entry
	csrw	stvec, t0

	la	t0, __bss_start
	la	t1, __bss_end
1:	bgeu	t0, t1, 2f
	sd	zero, (t0)
	addi	t0, t0, 8
	j	1b
2:	tail	riscv_start

park:
	wfi
	j	park

	/* Not in .bss, which the winner clears. */
	.section .data, "aw"
	.balign 4
lottery:
	.word	0

	/*
	 * Every trap is fatal, so nothing is ever restored. The registers go to a frame of
	 * fixed place and the report runs on a stack of its own: the trapped sp may be the
	 * reason for the trap. A trap during the report overwrites the frame.
	 */
	.section .text, "ax"
	.balign 4
trap_entry:
	csrrw	sp, sscratch, sp
	.irp	n, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	sd	x\n, 8 * \n(sp)
	.endr
	csrr	t0, sscratch
	sd	t0, 16(sp)
	csrw	sscratch, sp
	csrr	t0, sepc
	sd	t0, FRAME_SEPC(sp)
	csrr	t0, scause
	sd	t0, FRAME_SCAUSE(sp)
	csrr	t0, stval
	sd	t0, FRAME_STVAL(sp)
	mv	a0, sp
	.option push
	.option norelax
	la	gp, __global_pointer$
	.option pop
	la	sp, __panic_stack_top
	tail	riscv_trap
