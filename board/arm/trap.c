/* SPDX-License-Identifier: BSD-2-Clause */
/* Every trap is fatal: print what happened, then power off with code 1. */
#include "board/arm/arm.h"

_Noreturn void vio_arm_trap(const struct arm_frame *f);

_Noreturn void vio_arm_trap(const struct arm_frame *f)
{
	char line[128];
	struct text t = { line, 0, sizeof(line) };
	struct panic_place place = { .registers = vio_arm_registers, .frame = f };

	vio_guard_trapped();
	if (vio_arm_power_may_trap())
		vio_board_poweroff(1);
	vio_arm_describe(&t, f);
	vio_arm_place(&place, f);
	vio_panic_end("trap", line, &place);
}
