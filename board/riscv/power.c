/* SPDX-License-Identifier: BSD-2-Clause */
/* The end: power-off and reboot by every way there is, one after the other. */
#include "board/common/htif.h"
#include "board/mmio.h"
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
	return board.dt_error == VIO_OK &&
	       tree_reg(dt_find(&board.dt, DT_NONE, "sifive,test0"), 0, 4, at);
}

static void finisher(uint32_t word)
{
	uintptr_t at;

	if (find_finisher(&at)) {
		mmio_write32(at, word);
		power_settle();
	}
}

void riscv_power_init(void)
{
	uintptr_t at;

	if (!below_has_off() && !find_finisher(&at) && !power_has_syscon("syscon-poweroff"))
		board.lacks |= BOARD_NO_POWEROFF;
}

/* SRST's "system failure" is not in the exit code of QEMU under OpenSBI 1.1; this is. */
static void off_failure(int code)
{
	if (code != 0)
		finisher((uint32_t)code << 16 | FINISHER_FAIL);
}

static void off_htif(int code)
{
	uintptr_t at;

	if (board.dt_error != VIO_OK || sizeof(at) < sizeof(uint64_t))
		return;
	if (tree_reg(dt_find(&board.dt, DT_NONE, HTIF_COMPATIBLE), 0, HTIF_BYTES, &at)) {
		htif_exit(at, code);
		power_settle();
	}
}

/* A call of the SBI for power-off or reboot returns only if it failed: there is nothing to wait for. */
static void off_below(int code)
{
	below_off(code);
}

static void off_finisher(int code)
{
	if (code == 0)
		finisher(FINISHER_PASS);
}

static void off_syscon(int code)
{
	(void)code;
	power_syscon("syscon-poweroff");
}

static void off_last(int code)
{
	(void)code;
	below_off_last();
}

static void reboot_below(int code)
{
	(void)code;
	below_reboot();
}

static void reboot_syscon(int code)
{
	(void)code;
	power_syscon("syscon-reboot");
}

static void reboot_finisher(int code)
{
	(void)code;
	finisher(FINISHER_RESET);
}

_Noreturn void board_poweroff(int code)
{
	static const power_way ways[] = { off_failure,	off_htif,   off_below,
					  off_finisher, off_syscon, off_last };
	static size_t tried;

	power_end(ways, sizeof(ways) / sizeof(ways[0]), &tried, power_code(code));
}

_Noreturn void board_reboot(void)
{
	static const power_way ways[] = { reboot_below, reboot_syscon, reboot_finisher };
	static size_t tried;

	power_end(ways, sizeof(ways) / sizeof(ways[0]), &tried, 0);
}
