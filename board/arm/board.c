/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/arm/arm.h"
#include "board/arm/cpu.h"
#include "board/arm/mmu.h"
#include "board/common/handover.h"

typedef void (*constructor)(void);
extern const constructor __init_array_start[], __init_array_end[];

_Noreturn void arm_start(const void *x0);
void arm_secure(const void *x0);

/* Until board_init() has looked. */
struct board board = {
	.name = CPU_NAME, .dt_error = VIO_ENODEV, .dt_refused = "", .early_console = "none"
};

const char *below_console(void)
{
	return semihosting_console();
}

void below_put(uint8_t c)
{
	semihosting_put(c);
}

void cpu_call_debugger(unsigned operation, const void *argument)
{
	cpu_semihosting(operation, argument);
}

int below_get(void)
{
	return -1;
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return cpu_now();
}

/*
 * A boot loader hands the tree over to a Linux image. QEMU does not for an ELF: there the tree is
 * at the start of RAM. Where that is nobody says without a tree, but it is below the image
 * and a multiple of much.
 */
static const void *find_tree(uintptr_t handed)
{
	const uintptr_t last = (uintptr_t)image_span().base - 1, mib2 = 0x200000, gib = 0x40000000;
	const struct tree_place places[] = {
		{ CPU_TREE_REGISTER, handed },
		{ "below the image", last / mib2 * mib2 },
		{ "below the image", last / gib * gib },
	};
	/* An image at address 0 has nothing below it, one in the first 2 MiB the same twice. */
	const size_t n = last == UINTPTR_MAX ? 1 : places[1].at == places[2].at ? 2 : 3;

	return tree_choose(places, n, image_span());
}

void board_init(const void *fdt)
{
	const void *tree = find_tree((uintptr_t)fdt);

	if (PICOVIRTIO_MMU)
		arm_mmu_init();
	arm_gic_init();
	arm_clock_init();
	early_init();
	count_cpus();
	memory_init(tree);
	arm_idle_init();
	arm_power_init();
	board.platform = (struct vio_platform){
		.map = memory_map,
		.unmap = memory_unmap,
		.ring_memory = memory_ring,
		.now = now,
		.idle = arm_idle,
	};
}

/*
 * From start_aarch64.S, at EL3: what belongs to the secure world until it is given away. The rest
 * is set by whoever it was given to.
 */
void arm_secure(const void *x0)
{
	find_tree((uintptr_t)x0);
	arm_gic_release();
}

/* From start_*.S: on the stack, .bss cleared, interrupts masked. */
_Noreturn void arm_start(const void *x0)
{
	board_init(x0);
	for (const constructor *c = __init_array_start; c < __init_array_end; c++)
		(*c)();
	board_poweroff(main());
}
