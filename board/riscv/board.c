/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "board/riscv/riscv.h"
#include "board/riscv/sbi.h"
#include "board/riscv/text.h"

typedef void (*constructor)(void);
extern const constructor __init_array_start[], __init_array_end[];

_Noreturn void riscv_start(uint64_t hart, const void *fdt);

/* Until board_init() has looked: no tree, and the SBI console. */
struct board board = {
	.name = "riscv64 S-mode",
	.dt_error = VIO_EFORMAT,
	.early_console = "SBI",
};

uint64_t riscv_hart;

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

/* "SBI 1.0, OpenSBI 1.1": both versions are major and minor in one word. */
static void name_board(void)
{
	static char name[80];
	struct text t = { name, 0, sizeof(name) };
	const uint64_t spec = (uint64_t)sbi_call(SBI_BASE, SBI_BASE_SPEC_VERSION, 0, 0, 0).value;
	const uint64_t who = (uint64_t)sbi_call(SBI_BASE, SBI_BASE_IMPL_ID, 0, 0, 0).value;
	const uint64_t impl = (uint64_t)sbi_call(SBI_BASE, SBI_BASE_IMPL_VERSION, 0, 0, 0).value;

	text_str(&t, "riscv64 S-mode, SBI ");
	text_dec(&t, spec >> 24 & 0x7f);
	text_str(&t, ".");
	text_dec(&t, spec & 0xffffff);
	if (who == 1) {
		text_str(&t, ", OpenSBI ");
		text_dec(&t, impl >> 16);
		text_str(&t, ".");
		text_dec(&t, impl & 0xffff);
	} else {
		text_str(&t, ", implementation ");
		text_dec(&t, who);
	}
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
_Noreturn void riscv_start(uint64_t hart, const void *fdt)
{
	riscv_hart = hart;
	board_init(fdt);
	for (const constructor *c = __init_array_start; c < __init_array_end; c++)
		(*c)();
	board_poweroff(main());
}
