/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The least that a platform can be: a bare-metal machine whose devices see the same
 * addresses as the CPU and share its caches, with some static memory for rings.
 */
#include <picovirtio/platform.h>

static vio_dma map(void *ctx, void *va, size_t len, enum vio_dir dir)
{
	(void)ctx;
	(void)len;
	(void)dir;
	return (vio_dma){ (uintptr_t)va };
}

static void unmap(void *ctx, vio_dma at, void *va, size_t len, enum vio_dir dir)
{
	(void)ctx;
	(void)at;
	(void)va;
	(void)len;
	(void)dir;
}

/* Zeroed at start and given out from one end to the other. */
static void *ring_memory(void *ctx, size_t len, size_t align, vio_dma *at)
{
	static _Alignas(4096) unsigned char memory[32 * 8192];
	static size_t used;
	const size_t start = (used + align - 1) & ~(align - 1);

	(void)ctx;
	if (start > sizeof(memory) || len > sizeof(memory) - start)
		return NULL;
	used = start + len;
	*at = (vio_dma){ (uintptr_t)&memory[start] };
	return &memory[start];
}

/* Nanoseconds; QEMU's virt machine counts at 10 MHz. M-mode reads the clock where it is. */
static uint64_t now(void *ctx)
{
	(void)ctx;
	return *(volatile uint64_t *)0x0200bff8 * 100;
}

static bool idle(void *ctx, uint64_t deadline)
{
	(void)ctx;
	(void)deadline;
	return true;
}

extern const struct vio_platform platform;
const struct vio_platform platform = {
	.map = map, .unmap = unmap, .ring_memory = ring_memory, .now = now, .idle = idle
};
