/* SPDX-License-Identifier: BSD-2-Clause */
/* The callers, found on the stack after a panic. */
#ifndef VIO_COMMON_BACKTRACE_H
#define VIO_COMMON_BACKTRACE_H

#include "board/common/text.h"

/* Does a call end right before this address? Thumb code has bit 0 set in a return address. Each CPU
 * has its own version of this function. */
bool vio_cpu_follows_call(uintptr_t at);

/*
 * Print the words of the stack from `sp` on that are return addresses, with the command that turns
 * them into names. `pc` and `ra` (0: none) come first. Calls that have ended may be among them,
 * because only the words on the stack are looked at. No frame pointer is needed.
 */
void vio_backtrace(struct text *t, uintptr_t pc, uintptr_t ra, uintptr_t sp);

#endif
