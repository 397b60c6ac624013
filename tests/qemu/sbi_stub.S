/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A minimal SBI for QEMU's riscv32 `virt`, used where OpenSBI for riscv32 is not installed (Debian
 * 12 does not have it). QEMU starts this stub in M-mode (-bios). The stub starts the image (-kernel)
 * in S-mode and answers the calls of SBI 1.0 that the image makes: base, time, system reset, and the
 * legacy console. One hart runs. The addresses of the machine are compiled in, so the stub is of no
 * use as a firmware.
 */
#define UART	  0x10000000
#define UART_LSR  5
#define FINISHER  0x00100000
#define MTIMECMP  0x02004000

#define SBI_BASE  0x10
#define SBI_TIME  0x54494d45
#define SBI_SRST  0x53525354
#define NOT_SUPPORTED -2

#define STIP	  0x20
#define MTIE	  0x80
#define CAUSE_ECALL_S 9

	.globl _start
_start:
	csrr	t0, mhartid
	bnez	t0, park
	la	t0, trap
	csrw	mtvec, t0
	la	t0, save
	csrw	mscratch, t0

	li	t0, -1			/* S-mode may access all memory */
	csrw	pmpaddr0, t0
	li	t0, 0x1f
	csrw	pmpcfg0, t0
	li	t0, 0x222		/* delegate the S-mode interrupts, */
	csrw	mideleg, t0
	li	t0, 0xb1ff		/* and every exception but ecall from S-mode */
	csrw	medeleg, t0
	li	t0, 7			/* S-mode may read cycle, time and instret */
	csrw	mcounteren, t0
	csrw	mie, zero
	csrw	satp, zero

	lw	t0, 8(a2)		/* QEMU's struct: magic, version, next address, ... */
	csrw	mepc, t0
	li	t0, 0x1800		/* MPP = S-mode */
	csrc	mstatus, t0
	li	t0, 0x0800
	csrs	mstatus, t0
	csrr	a0, mhartid
	mret

park:
	wfi
	j	park

	/* An SBI call changes a0 and a1 only. */
	.balign 4
trap:
	csrrw	sp, mscratch, sp
	sw	t0, 0(sp)
	sw	t1, 4(sp)
	csrr	t0, mcause
	bltz	t0, timer
	li	t1, CAUSE_ECALL_S
	bne	t0, t1, broken
	csrr	t0, mepc
	addi	t0, t0, 4
	csrw	mepc, t0

	li	t0, SBI_TIME
	beq	a7, t0, set_timer
	beqz	a7, set_timer		/* the legacy set_timer has number 0 */
	li	t0, 1
	beq	a7, t0, put
	li	t0, 2
	beq	a7, t0, get
	li	t0, 8
	beq	a7, t0, off
	li	t0, SBI_SRST
	beq	a7, t0, reset
	li	t0, SBI_BASE
	beq	a7, t0, base
	li	a0, NOT_SUPPORTED
	j	done

timer:
	li	t0, MTIE		/* off until the next set_timer */
	csrc	mie, t0
	li	t0, STIP
	csrs	mip, t0
	j	done

set_timer:
	li	t0, MTIMECMP
	li	t1, -1
	sw	t1, 4(t0)
	sw	a0, 0(t0)
	sw	a1, 4(t0)
	li	t0, STIP
	csrc	mip, t0
	li	t0, MTIE
	csrs	mie, t0
	j	good

put:
	li	t0, UART
1:	lbu	t1, UART_LSR(t0)
	andi	t1, t1, 0x20
	beqz	t1, 1b
	sb	a0, 0(t0)
	j	good

get:
	li	t0, UART
	li	a0, -1
	lbu	t1, UART_LSR(t0)
	andi	t1, t1, 1
	beqz	t1, done
	lbu	a0, 0(t0)
	j	done

reset:
	li	t1, 0x7777
	bnez	a0, finish
	li	t1, 0x13333		/* reset_reason is not 0: exit code 1 */
	bnez	a1, finish
off:
	li	t1, 0x5555
finish:
	li	t0, FINISHER
	sw	t1, 0(t0)
	j	park

base:
	li	a1, 0x01000000		/* function 0: the version, 1.0 */
	beqz	a6, success
	li	t0, 3
	bltu	a6, t0, implementation
	li	a1, 0
	bne	a6, t0, success		/* functions 4 to 6: the machine's ids, which are 0 */
	li	a1, 1			/* function 3: whether an extension exists */
	li	t0, SBI_BASE
	beq	a0, t0, success
	li	t0, SBI_TIME
	beq	a0, t0, success
	li	t0, SBI_SRST
	beq	a0, t0, success
	li	a1, 0
	j	success
implementation:
	li	a1, 0x7fff		/* an implementation id that is not assigned */
	j	success

good:
	li	a1, 0
success:
	li	a0, 0
done:
	lw	t0, 0(sp)
	lw	t1, 4(sp)
	csrrw	sp, mscratch, sp
	mret

	/* A trap of this stub itself, or one that it does not handle: exit code 2. */
broken:
	li	t1, 0x23333
	j	finish

	.balign 16
save:
	.space	16
