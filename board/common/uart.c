/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/uart.h"
#include "board/common/htif.h"
#include <picovirtio/io.h>

enum { UART_SHIFT_MAX = 3 };

struct uart_kind {
	const char *name, *compatible[3];
	unsigned shift, width; /* defaults, if the devicetree does not have them */
	unsigned last;
	void (*start)(const struct uart *u); /* switches the UART on; may be NULL */
	/* Finds the registers; NULL: `reg` has them. */
	bool (*open)(struct vio_dt_node n, uintptr_t *base);
	bool (*room)(const struct uart *u);
	void (*put)(const struct uart *u, uint8_t c);
	int (*get)(const struct uart *u);
};

static uint32_t load(const struct uart *u, unsigned reg)
{
	const uintptr_t at = u->base + ((uintptr_t)reg << u->shift);

	return u->width == 4 ? vio_read32(at) : vio_read8(at);
}

static void store(const struct uart *u, unsigned reg, uint32_t v)
{
	const uintptr_t at = u->base + ((uintptr_t)reg << u->shift);

	if (u->width == 4)
		vio_write32(at, v);
	else
		vio_write8(at, (uint8_t)v);
}

static void put_first(const struct uart *u, uint8_t c)
{
	store(u, 0, c);
}

/* ---- 16550 */

enum { LSR = 5, LSR_RECEIVED = 0x01, LSR_ROOM = 0x20 };

static bool ns16550_room(const struct uart *u)
{
	return (load(u, LSR) & LSR_ROOM) != 0;
}

static int ns16550_get(const struct uart *u)
{
	return (load(u, LSR) & LSR_RECEIVED) != 0 ? (int)(load(u, 0) & UINT8_MAX) : -1;
}

/* ---- PL011 */

enum {
	FR = 6,
	FR_NOTHING_RECEIVED = 0x10,
	FR_FULL = 0x20,
	LCR_H = 11,
	LCR_H_8BIT_FIFO = 0x70,
	CR = 12,
	CR_ENABLE_RX_TX = 0x301,
};

/* Firmware without a console of its own may have left the UART off. The speed is not changed. */
static void pl011_start(const struct uart *u)
{
	if ((load(u, CR) & 1) != 0)
		return;
	store(u, LCR_H, LCR_H_8BIT_FIFO);
	store(u, CR, CR_ENABLE_RX_TX);
}

static bool pl011_room(const struct uart *u)
{
	return (load(u, FR) & FR_FULL) == 0;
}

static int pl011_get(const struct uart *u)
{
	return (load(u, FR) & FR_NOTHING_RECEIVED) == 0 ? (int)(load(u, 0) & UINT8_MAX) : -1;
}

/* ---- SiFive: the top bit of a data register is its status */

enum { TXDATA, RXDATA, TXCTRL, RXCTRL, CTRL_ENABLE = 1 };
#define DATA_NOT_NOW UINT32_C(0x80000000) /* status bit: full, or empty */

static void sifive_start(const struct uart *u)
{
	store(u, TXCTRL, load(u, TXCTRL) | CTRL_ENABLE);
	store(u, RXCTRL, load(u, RXCTRL) | CTRL_ENABLE);
}

static bool sifive_room(const struct uart *u)
{
	return (load(u, TXDATA) & DATA_NOT_NOW) == 0;
}

static int sifive_get(const struct uart *u)
{
	const uint32_t v = load(u, RXDATA); /* also takes the byte, if there is one */

	return (v & DATA_NOT_NOW) == 0 ? (int)(v & UINT8_MAX) : -1;
}

/* ---- Choice of the kind */

static const struct uart_kind kinds[] = {
	{ .name = "16550@",
	  .compatible = { "ns16550a", "ns16550", "snps,dw-apb-uart" },
	  .width = 1,
	  .last = LSR,
	  .room = ns16550_room,
	  .put = put_first,
	  .get = ns16550_get },
	{ .name = "PL011@",
	  .compatible = { "arm,pl011" },
	  .shift = 2,
	  .width = 4,
	  .last = CR,
	  .start = pl011_start,
	  .room = pl011_room,
	  .put = put_first,
	  .get = pl011_get },
	{ .name = "SiFive UART@",
	  .compatible = { "sifive,uart0" },
	  .shift = 2,
	  .width = 4,
	  .last = RXCTRL,
	  .start = sifive_start,
	  .room = sifive_room,
	  .put = put_first,
	  .get = sifive_get },
#if defined(__riscv)
	{ .name = "HTIF@",
	  .compatible = { HTIF_COMPATIBLE },
	  .open = vio_htif_open,
	  .room = vio_htif_room,
	  .put = vio_htif_put,
	  .get = vio_htif_get },
#endif
};

static const struct uart_kind *kind_of(struct vio_dt_node n)
{
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		for (size_t i = 0; i < 3 && kinds[k].compatible[i]; i++) {
			if (vio_dt_compatible(&vio_board.dt, n, kinds[k].compatible[i]))
				return &kinds[k];
		}
	}
	return NULL;
}

/* A property of one cell, or a default if it is missing. */
static uint32_t cell_or(struct vio_dt_node n, const char *name, uint32_t otherwise)
{
	uint32_t v;

	return vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, name), 0, &v) == VIO_OK ? v
										     : otherwise;
}

bool vio_uart_open(struct uart *u, struct vio_dt_node n)
{
	const struct uart_kind *kind = vio_dt_is(n) ? kind_of(n) : NULL;
	uintptr_t base;

	if (!kind)
		return false;
	if (kind->open) {
		if (!kind->open(n, &base))
			return false;
		*u = (struct uart){ .kind = kind, .base = base };
		return true;
	}
	uint32_t shift = cell_or(n, "reg-shift", kind->shift);
	uint32_t width = cell_or(n, "reg-io-width", kind->width);
	uint32_t offset = cell_or(n, "reg-offset", 0);
	if (shift > UART_SHIFT_MAX || (width != 1 && width != 4) || width > 1u << shift)
		return false;
	if (!vio_tree_reg(n, 0, offset + ((kind->last + UINT64_C(1)) << shift), &base))
		return false;
	if (base == 0 || offset % width != 0)
		return false;
	*u = (struct uart){ kind, base + offset, shift, width };
	if (kind->start)
		kind->start(u);
	return true;
}

const char *vio_uart_name(const struct uart *u)
{
	return u->kind->name;
}

bool vio_uart_has_room(const struct uart *u)
{
	return u->kind->room(u);
}

void vio_uart_put(const struct uart *u, uint8_t c)
{
	u->kind->put(u, c);
}

int vio_uart_get(const struct uart *u)
{
	return u->kind->get(u);
}
