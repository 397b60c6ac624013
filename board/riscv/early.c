/* SPDX-License-Identifier: BSD-2-Clause */
/* The early console: the 16550 that stdout-path names, else what is below us. */
#include "board/mmio.h"
#include "board/riscv/below.h"
#include "board/riscv/riscv.h"
#include "board/riscv/text.h"

enum {
	UART_DATA = 0,
	UART_LSR = 5,
	UART_LSR_DATA_READY = 0x01,
	UART_LSR_THR_EMPTY = 0x20,
	UART_SHIFT_MAX = 3,
};

/* A byte at 9600 baud takes 1 ms, the deepest buffer of the kind 128 of them. */
#define UART_PATIENCE_NS UINT64_C(200000000)

static struct {
	uintptr_t uart; /* 0: what is below us */
	unsigned shift, width;
	bool stuck; /* the last wait ran out: the next bytes get no wait */
	char name[32];
} early;

static uint32_t uart_read(unsigned reg)
{
	const uintptr_t at = early.uart + ((uintptr_t)reg << early.shift);

	return early.width == 4 ? mmio_read32(at) : mmio_read8(at);
}

static void uart_write(unsigned reg, uint8_t v)
{
	const uintptr_t at = early.uart + ((uintptr_t)reg << early.shift);

	if (early.width == 4)
		mmio_write32(at, v);
	else
		mmio_write8(at, v);
}

static void uart_put(uint8_t c)
{
	const uint64_t start = riscv_now();

	while ((uart_read(UART_LSR) & UART_LSR_THR_EMPTY) == 0) {
		if (early.stuck || riscv_now() - start > UART_PATIENCE_NS) {
			early.stuck = true;
			return;
		}
	}
	early.stuck = false;
	uart_write(UART_DATA, c);
}

void board_early_write(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (early.uart != 0)
			uart_put((uint8_t)p[i]);
		else
			below_put((uint8_t)p[i]);
	}
}

int board_early_read(void)
{
	if (early.uart == 0)
		return below_get();
	if ((uart_read(UART_LSR) & UART_LSR_DATA_READY) == 0)
		return -1;
	return (int)(uart_read(UART_DATA) & UINT8_MAX);
}

/* A property of one cell, or what stands for a missing one. */
static uint32_t cell_or(struct dt_node n, const char *name, uint32_t otherwise)
{
	uint32_t v;

	return dt_cell(dt_prop(&board.dt, n, name), 0, &v) == VIO_OK ? v : otherwise;
}

/* Where the registers of a 16550 are, if that is what the node is. */
static bool find_uart(struct dt_node n)
{
	const uint32_t shift = cell_or(n, "reg-shift", 0);
	const uint32_t width = cell_or(n, "reg-io-width", 1);
	const uint32_t offset = cell_or(n, "reg-offset", 0);
	uintptr_t base;

	if (!dt_is(n))
		return false;
	if (!dt_compatible(&board.dt, n, "ns16550a") && !dt_compatible(&board.dt, n, "ns16550") &&
	    !dt_compatible(&board.dt, n, "snps,dw-apb-uart"))
		return false;
	if (shift > UART_SHIFT_MAX || (width != 1 && width != 4) || width > 1u << shift)
		return false;
	if (!riscv_reg(n, 0, offset + ((UART_LSR + UINT64_C(1)) << shift), &base))
		return false;
	if (base == 0 || offset % width != 0)
		return false;
	early.uart = base + offset;
	early.shift = shift;
	early.width = width;
	return true;
}

void riscv_early_init(void)
{
	struct text name = { early.name, 0, sizeof(early.name) };

	board.early_console = below_console();
	if (board.dt_error == VIO_OK && find_uart(dt_stdout(&board.dt))) {
		text_str(&name, "16550@");
		text_hex(&name, early.uart, 1);
		board.early_console = early.name;
	}
}
