/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "board/riscv/below.h"
#include "board/riscv/riscv.h"
#include "board/riscv/text.h"

enum { ENTRIES_MAX = 15872 }; /* contexts of the biggest PLIC */

typedef void (*constructor)(void);
extern const constructor __init_array_start[], __init_array_end[];

_Noreturn void riscv_start(unsigned long hart, const void *fdt);

/* Until board_init() has looked. */
struct board board = { .name = "riscv", .dt_error = VIO_EFORMAT, .early_console = "none" };

unsigned long riscv_hart;

int riscv_cells(struct dt_node n, const char *name, uint64_t *out)
{
	const struct dt_prop p = dt_is(n) ? dt_prop(&board.dt, n, name) : (struct dt_prop){ 0 };
	uint32_t high, low;

	if (p.data == NULL || dt_cell(p, 0, &high) != VIO_OK)
		return VIO_EFORMAT;
	if (dt_cell(p, 1, &low) == VIO_OK)
		*out = (uint64_t)high << 32 | low;
	else
		*out = high;
	return VIO_OK;
}

/* The next cpu node after `n` that is not disabled; DT_NONE for the first. */
static struct dt_node next_hart(struct dt_node n)
{
	const struct dt_node cpus = dt_path(&board.dt, "/cpus");

	if (!dt_is(cpus))
		return DT_NONE;
	for (n = dt_is(n) ? dt_next_sibling(&board.dt, n) : dt_first_child(&board.dt, cpus);
	     dt_is(n); n = dt_next_sibling(&board.dt, n)) {
		const char *type = dt_string(dt_prop(&board.dt, n, "device_type"), 0);

		if (type != NULL && strcmp(type, "cpu") == 0 && dt_available(&board.dt, n))
			return n;
	}
	return DT_NONE;
}

struct dt_node riscv_hart_node(void)
{
	struct dt_node n = DT_NONE;
	uint64_t id;

	while (dt_is(n = next_hart(n))) {
		if (riscv_cells(n, "reg", &id) == VIO_OK && id == riscv_hart)
			break;
	}
	return n;
}

static void count_harts(void)
{
	struct dt_node n = DT_NONE;

	while (dt_is(n = next_hart(n)))
		board.harts++;
}

bool riscv_reg(struct dt_node n, unsigned i, uint64_t bytes, uintptr_t *at)
{
	struct vio_span reg;

	if (!dt_is(n) || dt_reg(&board.dt, n, i, &reg) != VIO_OK)
		return false;
	if (reg.base % 4 != 0 || bytes == 0 || reg.bytes < bytes)
		return false;
	if (reg.base > UINTPTR_MAX || bytes - 1 > UINTPTR_MAX - reg.base)
		return false;
	*at = (uintptr_t)reg.base;
	return true;
}

int riscv_hart_entry(struct dt_node n, uint32_t irq)
{
	const struct dt_node hart = riscv_hart_node();
	struct dt_irq at;

	for (int i = 0; i < ENTRIES_MAX; i++) {
		const int err = dt_interrupt(&board.dt, n, (unsigned)i, &at);

		if (err == VIO_ENODEV || !dt_is(hart))
			break;
		if (err == VIO_OK && dt_parent(&board.dt, at.controller).at == hart.at &&
		    at.ncells == 1 && at.cell[0] == irq)
			return i;
	}
	return VIO_ENODEV;
}

static void name_board(void)
{
	static char name[80];
	struct text t = { name, 0, sizeof(name) };

	text_str(&t, "riscv");
	text_dec(&t, 8 * sizeof(long));
	below_name(&t);
	board.name = name;
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return riscv_now();
}

void board_init(const void *fdt)
{
	board.dt_error = dt_open(&board.dt, fdt, UINT32_MAX);
	riscv_clock_init();
	riscv_early_init();
	name_board();
	if (board.dt_error == VIO_OK)
		count_harts();
	riscv_plic_init();
	riscv_memory_init(fdt);
	riscv_idle_init();
	board.platform = (struct vio_platform){
		.map = riscv_map,
		.unmap = riscv_unmap,
		.ring_memory = riscv_ring_memory,
		.now = now,
		.idle = riscv_idle,
	};
}

/* From start.S: on the stack, .bss cleared, interrupts masked. */
_Noreturn void riscv_start(unsigned long hart, const void *fdt)
{
	riscv_hart = hart;
	board_init(fdt);
	for (const constructor *c = __init_array_start; c < __init_array_end; c++)
		(*c)();
	board_poweroff(main());
}
