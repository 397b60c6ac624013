/* SPDX-License-Identifier: BSD-2-Clause */
/* The control and status registers as functions of a test, in place of board/riscv/csr.h. */
#ifndef VIO_RISCV_CSR_H
#define VIO_RISCV_CSR_H

#include "board/riscv/csr_names.h"

unsigned long csr_pending(void);
void csr_set_wake(unsigned long v);
unsigned long csr_wake(void);
void csr_select_write(unsigned long which, unsigned long v);
void csr_select_set(unsigned long which, unsigned long bits);
unsigned long csr_select_read(unsigned long which);
unsigned long csr_take_message(void);
void wait_for_interrupt(void);

#endif
