/* SPDX-License-Identifier: BSD-2-Clause */
/* Who called whom, found on the stack after a panic. */
#ifndef VIO_COMMON_BACKTRACE_H
#define VIO_COMMON_BACKTRACE_H

#include "board/common/text.h"

/* The instruction of which the CPU says `at`; Thumb code has bit 0 set in what a call leaves
 * behind. True: a call ends right before this address. Each CPU has its own. */
bool vio_cpu_follows_call(uintptr_t at);

/*
 * The words of the stack from `sp` on, each that is a return address, and the command that turns
 * these into names. `pc` and `ra` (0: none) come first. An address of a call that has ended may be
 * among them: nothing but the words on the stack is looked at, so no frame pointer is needed.
 */
void vio_backtrace(struct text *t, uintptr_t pc, uintptr_t ra, uintptr_t sp);

#endif
