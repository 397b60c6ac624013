/* SPDX-License-Identifier: BSD-2-Clause */
/* Power-off and reboot, by every possible way, one after the other. */
#include "board/common/htif.h"
#include <picovirtio/io.h>
#include "board/riscv/below.h"
#include "board/riscv/riscv.h"

enum {
	/* "sifive,test0": what the word written to it means. */
	FINISHER_FAIL = 0x3333, /* the exit code in the upper half */
	FINISHER_PASS = 0x5555,
	FINISHER_RESET = 0x7777,
};

static bool find_finisher(uintptr_t *at)
{
	return vio_board.dt_error == VIO_OK &&
	       vio_tree_reg(vio_dt_find(&vio_board.dt, VIO_DT_NONE, "sifive,test0"), 0, 4, at);
}

static void finisher(uint32_t word)
{
	uintptr_t at;

	if (find_finisher(&at)) {
		vio_write32(at, word);
		vio_power_settle();
	}
}

void vio_riscv_power_init(void)
{
	uintptr_t at;

	if (vio_board.dt_error == VIO_OK && !vio_htif_is_open()) /* htif may be the early console */
		vio_htif_open(vio_dt_find(&vio_board.dt, VIO_DT_NONE, HTIF_COMPATIBLE), &at);
	if (!vio_below_has_off() && !find_finisher(&at) && !vio_htif_is_open() &&
	    !vio_power_has_syscon("syscon-poweroff"))
		vio_board.lacks |= VIO_BOARD_NO_POWEROFF;
}

/* QEMU under OpenSBI 1.1 does not turn SRST's "system failure" into its exit code, so this comes
 * first. */
static void off_failure(int code)
{
	if (code != 0)
		finisher((uint32_t)code << 16 | FINISHER_FAIL);
}

static void off_htif(int code)
{
	if (vio_htif_is_open()) {
		vio_htif_exit(code);
		vio_power_settle();
	}
}

/* An SBI call for power-off or reboot returns only if it failed, so there is no wait after it. */
static void off_below(int code)
{
	vio_below_off(code);
}

static void off_finisher(int code)
{
	if (code == 0)
		finisher(FINISHER_PASS);
}

static void off_syscon(int code)
{
	(void)code;
	vio_power_syscon("syscon-poweroff");
}

static void off_last(int code)
{
	(void)code;
	vio_below_off_last();
}

static void reboot_below(int code)
{
	(void)code;
	vio_below_reboot();
}

static void reboot_syscon(int code)
{
	(void)code;
	vio_power_syscon("syscon-reboot");
}

static void reboot_finisher(int code)
{
	(void)code;
	finisher(FINISHER_RESET);
}

_Noreturn void vio_board_poweroff(int code)
{
	static const power_way ways[] = { off_failure,	off_htif,   off_below,
					  off_finisher, off_syscon, off_last };
	static size_t tried;

	vio_power_end(ways, sizeof(ways) / sizeof(ways[0]), &tried, vio_power_code(code));
}

_Noreturn void vio_board_reboot(void)
{
	static const power_way ways[] = { reboot_below, reboot_syscon, reboot_finisher };
	static size_t tried;

	vio_power_end(ways, sizeof(ways) / sizeof(ways[0]), &tried, 0);
}
