/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/below.h"
#include "board/riscv/riscv.h"
#include "board/common/handover.h"
#include "board/common/text.h"

typedef void (*constructor)(void);
extern const constructor __init_array_start[], __init_array_end[];

_Noreturn void vio_riscv_start(unsigned long hart, const void *fdt);

/* The values before vio_board_init(). */
struct vio_board vio_board = {
	.name = "riscv", .dt_error = VIO_ENODEV, .dt_refused = "", .early_console = "none"
};

static void name_board(void)
{
	static char name[80];
	struct text t = { name, 0, sizeof(name) };

	vio_text_str(&t, "riscv");
	vio_text_dec(&t, 8 * sizeof(long));
	vio_below_name(&t);
	if (vio_board.harts > 1) {
		vio_text_str(&t, ", hart ");
		vio_text_dec(&t, vio_riscv_hart);
		vio_text_str(&t, " of ");
		vio_text_dec(&t, vio_board.harts);
	}
	vio_board.name = name;
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return vio_cpu_now();
}

void vio_board_init(const void *fdt)
{
	const struct tree_place places[] = { { "a1", (uintptr_t)fdt } };
	const void *tree = vio_tree_choose(places, 1, vio_image_span());

	vio_ram_find(tree);
	vio_riscv_clock_init();
	vio_early_init();
	vio_count_cpus();
	name_board();
	vio_riscv_irq_init();
	vio_memory_init();
	vio_riscv_idle_init();
	vio_below_guard();
	vio_riscv_power_init();
	vio_board.platform = (struct vio_platform){
		.ring_memory = vio_memory_ring,
		.memory = vio_memory_private,
		.now = now,
		.idle = vio_riscv_idle,
	};
}

/* Called by start.S, on the stack, with .bss cleared and interrupts masked. */
_Noreturn void vio_riscv_start(unsigned long hart, const void *fdt)
{
	vio_riscv_hart = hart;
	vio_board_init(fdt);
	for (const constructor *c = __init_array_start; c < __init_array_end; c++)
		(*c)();
	vio_board_poweroff(main());
}
