/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/arm/arm.h"
#include "board/arm/cpu.h"
#include "board/arm/mmu.h"

typedef void (*constructor)(void);
extern const constructor __init_array_start[], __init_array_end[];
extern const char __image_start[];

_Noreturn void arm_start(const void *x0);
void arm_secure(const void *x0);

/* Until board_init() has looked. */
struct board board = { .name = CPU_NAME, .dt_error = VIO_EFORMAT, .early_console = "none" };

const char *below_console(void)
{
	return "none";
}

void below_put(uint8_t c)
{
	(void)c;
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

void board_init(const void *fdt)
{
	board.dt_error = dt_open(&board.dt, fdt, UINT32_MAX);
	if (PICOVIRTIO_MMU)
		arm_mmu_init();
	arm_gic_init();
	arm_clock_init();
	early_init();
	count_cpus();
	memory_init(fdt);
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

static bool has_magic(uintptr_t at)
{
	const uint8_t *p = (const uint8_t *)at;

	return p[0] == 0xd0 && p[1] == 0x0d && p[2] == 0xfe && p[3] == 0xed;
}

/*
 * A boot loader hands the tree over in x0. QEMU does not for an ELF: there the tree is at the
 * start of RAM, which is the last multiple of 2 MiB below the image.
 */
static const void *find_tree(uintptr_t x0)
{
	const uintptr_t step = 0x200000, image = (uintptr_t)__image_start;
	const uintptr_t below = (image - 1) / step * step;

	if (x0 != 0 && x0 % 8 == 0 && has_magic(x0))
		return (const void *)x0;
	return image > step && has_magic(below) ? (const void *)below : NULL;
}

/*
 * From start_aarch64.S, at EL3: what belongs to the secure world until it is given away. The rest
 * is set by whoever it was given to.
 */
void arm_secure(const void *x0)
{
	board.dt_error = dt_open(&board.dt, find_tree((uintptr_t)x0), UINT32_MAX);
	arm_gic_release();
}

/* From start_*.S: on the stack, .bss cleared, interrupts masked. */
_Noreturn void arm_start(const void *x0)
{
	board_init(find_tree((uintptr_t)x0));
	for (const constructor *c = __init_array_start; c < __init_array_end; c++)
		(*c)();
	board_poweroff(main());
}
