/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A console through the debugger or emulator (Semihosting 2.0, for Arm and RISC-V), for a machine
 * whose devicetree names none, or that has no devicetree. Without debugger or emulator the call
 * traps, which is how its absence is detected.
 */
#include "board/common/common.h"

enum { SYS_WRITEC = 0x03, SYS_ERRNO = 0x13 };

static bool there;

/* A call that does nothing. */
static void ask(void *arg)
{
	(void)arg;
	vio_cpu_call_debugger(SYS_ERRNO, NULL);
}

const char *vio_semihosting_console(void)
{
	there = vio_board_guard(ask, NULL);
	return there ? "semihosting" : "none";
}

void vio_semihosting_put(uint8_t c)
{
	if (there)
		vio_cpu_call_debugger(SYS_WRITEC, &c);
}
