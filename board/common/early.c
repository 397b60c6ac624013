/* SPDX-License-Identifier: BSD-2-Clause */
/* The early console: the UART that stdout-path names, else what is below us. */
#include <string.h>

#include "board/common/common.h"
#include "board/mmio.h"

enum { UART_SHIFT_MAX = 3 };

/* Registers are numbered; a number is shifted to be an offset. */
struct kind {
	const char *name, *compatible[3];
	unsigned shift, width; /* where the tree says nothing */
	unsigned data, status, last;
	uint32_t received, room; /* bits of the status register ... */
	uint32_t inverted;	 /* ... which say it when they are 0 */
	void (*start)(void);
};

/* A byte at 9600 baud takes 1 ms, the deepest buffer of the kind 128 of them. */
#define UART_PATIENCE_NS UINT64_C(200000000)

static struct {
	const struct kind *kind; /* NULL: what is below us */
	uintptr_t base;
	unsigned shift, width;
	bool stuck; /* the last wait ran out: the next bytes get no wait */
	char name[32];
} early;

static uint32_t uart_read(unsigned reg)
{
	const uintptr_t at = early.base + ((uintptr_t)reg << early.shift);

	return early.width == 4 ? mmio_read32(at) : mmio_read8(at);
}

static void uart_write(unsigned reg, uint32_t v)
{
	const uintptr_t at = early.base + ((uintptr_t)reg << early.shift);

	if (early.width == 4)
		mmio_write32(at, v);
	else
		mmio_write8(at, (uint8_t)v);
}

static bool uart_says(uint32_t bit)
{
	return ((uart_read(early.kind->status) ^ early.kind->inverted) & bit) != 0;
}

static void uart_put(uint8_t c)
{
	const uint64_t start = cpu_now();

	while (!uart_says(early.kind->room)) {
		if (early.stuck || cpu_now() - start > UART_PATIENCE_NS) {
			early.stuck = true;
			return;
		}
	}
	early.stuck = false;
	uart_write(early.kind->data, c);
}

void board_early_write(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (early.kind != NULL)
			uart_put((uint8_t)p[i]);
		else
			below_put((uint8_t)p[i]);
	}
}

int board_early_read(void)
{
	if (early.kind == NULL)
		return below_get();
	if (!uart_says(early.kind->received))
		return -1;
	return (int)(uart_read(early.kind->data) & UINT8_MAX);
}

/* A property of one cell, or what stands for a missing one. */
static uint32_t cell_or(struct dt_node n, const char *name, uint32_t otherwise)
{
	uint32_t v;

	return dt_cell(dt_prop(&board.dt, n, name), 0, &v) == VIO_OK ? v : otherwise;
}

/* Firmware that has no console of its own may have left it off; the speed is not ours. */
static void pl011_start(void)
{
	enum { LCR_H = 11, CR = 12, LCR_H_8BIT_FIFO = 0x70, CR_ENABLE_RX_TX = 0x301 };

	if ((uart_read(CR) & 1) != 0)
		return;
	uart_write(LCR_H, LCR_H_8BIT_FIFO);
	uart_write(CR, CR_ENABLE_RX_TX);
}

static const struct kind kinds[] = {
	{ .name = "16550@",
	  .compatible = { "ns16550a", "ns16550", "snps,dw-apb-uart" },
	  .width = 1,
	  .data = 0,
	  .status = 5,
	  .last = 5,
	  .received = 0x01,
	  .room = 0x20 },
	{ .name = "PL011@",
	  .compatible = { "arm,pl011" },
	  .shift = 2,
	  .width = 4,
	  .data = 0,
	  .status = 6,
	  .last = 12,
	  .received = 0x10,
	  .room = 0x20,
	  .inverted = 0x30,
	  .start = pl011_start },
};

static const struct kind *kind_of(struct dt_node n)
{
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (size_t i = 0; i < 3 && kinds[k].compatible[i] != NULL; i++) {
			if (dt_compatible(&board.dt, n, kinds[k].compatible[i]))
				return &kinds[k];
		}
	}
	return NULL;
}

/* Use this node's UART, if it is one. */
static bool use(struct dt_node n)
{
	const struct kind *kind = dt_is(n) ? kind_of(n) : NULL;
	uint32_t shift, width, offset;
	uintptr_t base;

	if (kind == NULL)
		return false;
	shift = cell_or(n, "reg-shift", kind->shift);
	width = cell_or(n, "reg-io-width", kind->width);
	offset = cell_or(n, "reg-offset", 0);
	if (shift > UART_SHIFT_MAX || (width != 1 && width != 4) || width > 1u << shift)
		return false;
	if (!tree_reg(n, 0, offset + ((kind->last + UINT64_C(1)) << shift), &base))
		return false;
	if (base == 0 || offset % width != 0)
		return false;
	early.kind = kind;
	early.base = base + offset;
	early.shift = shift;
	early.width = width;
	return true;
}

/* The first that there is; not where something below us may have reasons to use none. */
static bool use_any(void)
{
	struct dt_node n = DT_NONE;

	if (strcmp(board.early_console, "none") != 0)
		return false;
	while (dt_is(n = dt_next(&board.dt, n, NULL))) {
		if (dt_available(&board.dt, n) && use(n))
			return true;
	}
	return false;
}

void early_init(void)
{
	struct text name = { early.name, 0, sizeof(early.name) };

	board.early_console = below_console();
	board.lacks |= BOARD_NO_CONSOLE;
	if (board.dt_error != VIO_OK || (!use(dt_stdout(&board.dt)) && !use_any()))
		return;
	board.lacks &= ~(unsigned)BOARD_NO_CONSOLE;
	text_str(&name, early.kind->name);
	text_hex(&name, early.base, 1);
	board.early_console = early.name;
	if (early.kind->start != NULL)
		early.kind->start();
}
