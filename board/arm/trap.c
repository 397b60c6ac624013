/* SPDX-License-Identifier: BSD-2-Clause */
/* Every trap is the end: say what happened, then power off with 1. */
#include "board/arm/arm.h"

_Noreturn void arm_trap(const struct arm_frame *f);

_Noreturn void arm_trap(const struct arm_frame *f)
{
	char line[128];
	struct text t = { line, 0, sizeof(line) };

	guard_trapped();
	if (arm_power_may_trap())
		board_poweroff(1);
	arm_describe(&t, f);
	panic_end("trap", line, arm_registers, f);
}
