/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/arm/arm.h"
#include "board/arm/cpu.h"
#include "board/arm/mmu.h"
#include "board/common/handover.h"

typedef void (*constructor)(void);
extern const constructor __init_array_start[], __init_array_end[];

_Noreturn void vio_arm_start(const void *x0);
void vio_arm_secure(const void *x0);

/* The values before vio_board_init(). */
struct vio_board vio_board = {
	.name = CPU_NAME, .dt_error = VIO_ENODEV, .dt_refused = "", .early_console = "none"
};

const char *vio_below_console(void)
{
	return vio_semihosting_console();
}

void vio_below_put(uint8_t c)
{
	vio_semihosting_put(c);
}

void vio_cpu_call_debugger(unsigned operation, const void *argument)
{
	cpu_semihosting(operation, argument);
}

int vio_below_get(void)
{
	return -1;
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return vio_cpu_now();
}

/*
 * A boot loader hands over the devicetree to a Linux image. QEMU does not do that for an ELF file:
 * then the devicetree is at the start of RAM. Without a devicetree we do not know where RAM starts,
 * only that it lies below the image and is well aligned.
 */
static void find_tree(uintptr_t handed)
{
	const uintptr_t last = (uintptr_t)vio_image_span().base - 1, mib2 = 0x200000,
			gib = 0x40000000;
	const struct tree_place places[] = {
		{ CPU_TREE_REGISTER, handed },
		{ "below the image", last / mib2 * mib2 },
		{ "below the image", last / gib * gib },
	};
	/* An image at address 0 has nothing below it. For an image in the first 2 MiB two places
	 * are the same. */
	const size_t n = last == UINTPTR_MAX ? 1 : places[1].at == places[2].at ? 2 : 3;

	vio_ram_find(vio_tree_choose(places, n, vio_image_span()));
}

void vio_board_init(const void *fdt)
{
	find_tree((uintptr_t)fdt);
	if (PICOVIRTIO_MMU)
		vio_arm_mmu_init();
	vio_arm_gic_init();
	vio_arm_clock_init();
	vio_early_init();
	vio_count_cpus();
	vio_memory_init();
	vio_arm_idle_init();
	vio_arm_power_init();
	vio_board.platform = (struct vio_platform){
		.ring_memory = vio_memory_ring,
		.memory = vio_memory_private,
		.now = now,
		.idle = vio_arm_idle,
	};
}

/*
 * Called by start_aarch64.S at EL3: gives to the non-secure world what only EL3 can give. The rest
 * is set up from there.
 */
void vio_arm_secure(const void *x0)
{
	find_tree((uintptr_t)x0);
	vio_arm_gic_release();
}

/* Called by start_*.S, on the stack, with .bss cleared and interrupts masked. */
_Noreturn void vio_arm_start(const void *x0)
{
	vio_board_init(x0);
	for (const constructor *c = __init_array_start; c < __init_array_end; c++)
		(*c)();
	vio_board_poweroff(main());
}
