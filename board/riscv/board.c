/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/below.h"
#include "board/riscv/riscv.h"
#include "board/common/handover.h"
#include "board/common/text.h"

enum { ENTRIES_MAX = 15872 }; /* contexts of the biggest PLIC */

typedef void (*constructor)(void);
extern const constructor __init_array_start[], __init_array_end[];

_Noreturn void riscv_start(unsigned long hart, const void *fdt);

/* Until board_init() has looked. */
struct board board = {
	.name = "riscv", .dt_error = VIO_ENODEV, .dt_refused = "", .early_console = "none"
};

unsigned long riscv_hart;

struct dt_node riscv_hart_node(void)
{
	struct dt_node n = DT_NONE;
	uint64_t id;

	while (dt_is(n = tree_cpu(n))) {
		if (tree_cells(n, "reg", &id) == VIO_OK && id == riscv_hart)
			break;
	}
	return n;
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
	if (board.harts > 1) {
		text_str(&t, ", hart ");
		text_dec(&t, riscv_hart);
		text_str(&t, " of ");
		text_dec(&t, board.harts);
	}
	board.name = name;
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return cpu_now();
}

void board_init(const void *fdt)
{
	const struct tree_place places[] = { { "a1", (uintptr_t)fdt } };
	const void *tree = tree_choose(places, 1, image_span());

	riscv_clock_init();
	early_init();
	count_cpus();
	name_board();
	riscv_irq_init();
	memory_init(tree);
	riscv_idle_init();
	below_guard();
	riscv_power_init();
	board.platform = (struct vio_platform){
		.map = memory_map,
		.unmap = memory_unmap,
		.ring_memory = memory_ring,
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
