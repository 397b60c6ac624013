/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two modes that the board can be built for, as names and numbers, for C and for
 * start.S. PICOVIRTIO_RISCV_MODE is the privilege level as the specification numbers it
 * (RISC-V privileged architecture, 1.2): 1 supervisor, 3 machine.
 */
#ifndef VIO_RISCV_CSR_NAMES_H
#define VIO_RISCV_CSR_NAMES_H

#if PICOVIRTIO_RISCV_MODE == 1

#define CSR_STATUS	   sstatus
#define CSR_IE		   sie
#define CSR_IP		   sip
#define CSR_TVEC	   stvec
#define CSR_SCRATCH	   sscratch
#define CSR_EPC		   sepc
#define CSR_CAUSE	   scause
#define CSR_TVAL	   stval
#define CSR_ISELECT	   0x150 /* siselect, sireg, stopei: names too new for assemblers */
#define CSR_IREG	   0x151
#define CSR_TOPEI	   0x15c
#define CSR_COUNTER	   time
#define CSR_COUNTER_HIGH   timeh
#define STATUS_IE	   2 /* SIE */
#define RISCV_IRQ_TIMER	   5 /* bit in sie and sip, and cell of the hart's own controller */
#define RISCV_IRQ_EXTERNAL 9
#define COUNTER_HZ_UNKNOWN 10000000

#elif PICOVIRTIO_RISCV_MODE == 3

#define CSR_STATUS	   mstatus
#define CSR_IE		   mie
#define CSR_IP		   mip
#define CSR_TVEC	   mtvec
#define CSR_SCRATCH	   mscratch
#define CSR_EPC		   mepc
#define CSR_CAUSE	   mcause
#define CSR_TVAL	   mtval
#define CSR_ISELECT	   0x350 /* miselect, mireg, mtopei */
#define CSR_IREG	   0x351
#define CSR_TOPEI	   0x35c
#define CSR_COUNTER	   mcycle /* only if the tree has no timer: `time` may trap */
#define CSR_COUNTER_HIGH   mcycleh
#define STATUS_IE	   8 /* MIE */
#define RISCV_IRQ_TIMER	   7
#define RISCV_IRQ_EXTERNAL 11
#define COUNTER_HZ_UNKNOWN 1000000000

#else
#error "PICOVIRTIO_RISCV_MODE must be 1 (supervisor) or 3 (machine)"
#endif

#define CSR_TEXT_OF(name) #name
#define CSR_TEXT(name)	  CSR_TEXT_OF(name)

#endif
