/* SPDX-License-Identifier: BSD-2-Clause */
/* The end: power-off and reboot by every way there is, one after the other. */
#include "board/mmio.h"
#include "board/riscv/below.h"
#include "board/riscv/csr.h"
#include "board/riscv/riscv.h"

enum {
	/* "sifive,test0": what the word written to it means. */
	FINISHER_FAIL = 0x3333, /* the exit code in the upper half */
	FINISHER_PASS = 0x5555,
	FINISHER_RESET = 0x7777,
};

/* A request may take effect a little later; the next one should not race with it. */
#define SETTLE_NS UINT64_C(100000000)

static void settle(void)
{
	const uint64_t start = riscv_now();

	while (riscv_now() - start < SETTLE_NS)
		;
}

static void finisher(uint32_t word)
{
	uintptr_t at;

	if (board.dt_error != VIO_OK)
		return;
	if (riscv_reg(dt_find(&board.dt, DT_NONE, "sifive,test0"), 0, 4, &at)) {
		mmio_write32(at, word);
		settle();
	}
}

/* A node that says which word to write where ("syscon-poweroff", "syscon-reboot"). */
static void syscon(const char *what)
{
	uint32_t phandle, offset, value;
	uintptr_t at;
	struct dt_node n;

	if (board.dt_error != VIO_OK)
		return;
	n = dt_find(&board.dt, DT_NONE, what);
	if (!dt_is(n) || dt_cell(dt_prop(&board.dt, n, "regmap"), 0, &phandle) != VIO_OK ||
	    dt_cell(dt_prop(&board.dt, n, "offset"), 0, &offset) != VIO_OK ||
	    dt_cell(dt_prop(&board.dt, n, "value"), 0, &value) != VIO_OK)
		return;
	n = dt_phandle(&board.dt, phandle);
	if (offset % 4 == 0 && riscv_reg(n, 0, offset + UINT64_C(4), &at)) {
		mmio_write32(at + offset, value);
		settle();
	}
}

/* SRST's "system failure" is not in the exit code of QEMU under OpenSBI 1.1; this is. */
static void off_failure(int code)
{
	if (code != 0)
		finisher((uint32_t)code << 16 | FINISHER_FAIL);
}

static void off_below(int code)
{
	below_off(code);
	settle();
}

static void off_finisher(int code)
{
	if (code == 0)
		finisher(FINISHER_PASS);
}

static void off_syscon(int code)
{
	(void)code;
	syscon("syscon-poweroff");
}

static void off_last(int code)
{
	(void)code;
	below_off_last();
	settle();
}

static void reboot_below(int code)
{
	(void)code;
	below_reboot();
	settle();
}

static void reboot_syscon(int code)
{
	(void)code;
	syscon("syscon-reboot");
}

static void reboot_finisher(int code)
{
	(void)code;
	finisher(FINISHER_RESET);
}

typedef void (*way)(int code);

/*
 * Each way is tried once in the life of the image: one that traps ends up here again,
 * by way of the panic, and must not be the first choice a second time.
 */
static _Noreturn void end(const way *ways, size_t n, size_t *tried, int code)
{
	while (*tried < n)
		ways[(*tried)++](code);
	for (;;)
		wait_for_interrupt();
}

_Noreturn void board_poweroff(int code)
{
	static const way ways[] = { off_failure, off_below, off_finisher, off_syscon, off_last };
	static size_t tried;

	/* The exit code of a process has 8 bits. */
	if (code != 0 && (code < 0 || code > UINT8_MAX))
		code = 1;
	end(ways, sizeof(ways) / sizeof(ways[0]), &tried, code);
}

_Noreturn void board_reboot(void)
{
	static const way ways[] = { reboot_below, reboot_syscon, reboot_finisher };
	static size_t tried;

	end(ways, sizeof(ways) / sizeof(ways[0]), &tried, 0);
}
