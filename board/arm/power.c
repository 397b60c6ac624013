/* SPDX-License-Identifier: BSD-2-Clause */
/* Power-off: semihosting for an exit code, PSCI, and the ways that the devicetree names. */
#include <string.h>

#include "board/arm/arm.h"
#include "board/arm/cpu.h"

enum {
	/* Semihosting 2.0, SYS_EXIT_EXTENDED: a reason and a code. */
	SYS_EXIT_EXTENDED = 0x20,
	APPLICATION_EXIT = 0x20026,
};

/* PSCI 1.0 (Arm DEN 0022), 5.9 and 5.10. */
#define PSCI_SYSTEM_OFF	  UINT32_C(0x84000008)
#define PSCI_SYSTEM_RESET UINT32_C(0x84000009)

static bool may_trap;

bool vio_arm_power_may_trap(void)
{
	const bool was = may_trap;

	may_trap = false;
	return was;
}

/* The only way to give an exit code to QEMU. Without -semihosting the call is an undefined
 * instruction, and the trap handler tries the next way. */
static void semihosting(int code)
{
	const uintptr_t block[2] = { APPLICATION_EXIT, (uintptr_t)code };

	may_trap = true;
	cpu_semihosting(SYS_EXIT_EXTENDED, block);
	may_trap = false;
}

static void off_failure(int code)
{
	if (code != 0)
		semihosting(code);
}

/* The ways of the devicetree were tried before. If one of them trapped, this is what is left, and
 * the code is that of a failure. */
static void off_last(int code)
{
	semihosting(code);
}

/* 'h' for hvc, 's' for smc; 0: the devicetree does not say. */
static char psci_method(void)
{
	const char *method;

	if (vio_board.dt_error != VIO_OK)
		return 0;
	struct vio_dt_node n = vio_dt_find(&vio_board.dt, VIO_DT_NONE, "arm,psci-0.2");
	if (!vio_dt_is(n))
		n = vio_dt_find(&vio_board.dt, VIO_DT_NONE, "arm,psci-1.0");
	method =
		vio_dt_is(n) ? vio_dt_string(vio_dt_get_prop(&vio_board.dt, n, "method"), 0) : NULL;
	if (!method || (strcmp(method, "hvc") != 0 && strcmp(method, "smc") != 0))
		return 0;
	return method[0];
}

void vio_arm_power_init(void)
{
	if (psci_method() == 0 && !vio_power_has_syscon("syscon-poweroff"))
		vio_board.lacks |= VIO_BOARD_NO_POWEROFF;
}

static void psci(uint32_t function)
{
	const char method = psci_method();

	if (method == 'h')
		cpu_hvc(function);
	else if (method == 's')
		cpu_smc(function);
	if (method != 0)
		vio_power_settle();
}

static void off_psci(int code)
{
	(void)code;
	psci(PSCI_SYSTEM_OFF);
}

static void off_syscon(int code)
{
	(void)code;
	vio_power_syscon("syscon-poweroff");
}

static void reboot_psci(int code)
{
	(void)code;
	psci(PSCI_SYSTEM_RESET);
}

static void reboot_syscon(int code)
{
	(void)code;
	vio_power_syscon("syscon-reboot");
}

_Noreturn void vio_board_poweroff(int code)
{
	static const power_way ways[] = { off_failure, off_psci, off_syscon, off_last };
	static size_t tried;

	vio_power_end(ways, sizeof(ways) / sizeof(ways[0]), &tried, vio_power_code(code));
}

_Noreturn void vio_board_reboot(void)
{
	static const power_way ways[] = { reboot_psci, reboot_syscon };
	static size_t tried;

	vio_power_end(ways, sizeof(ways) / sizeof(ways[0]), &tried, 0);
}
