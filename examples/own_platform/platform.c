/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest possible platform. It is for a bare-metal machine whose devices see the same
 * addresses as the CPU and share its caches. All memory is static.
 */
#include <picovirtio/platform.h>

/* Hands out one array from its start to its end. Start-up code has zeroed the array. */
static void *memory(void *ctx, size_t len, size_t align)
{
	static _Alignas(4096) unsigned char bytes[36 * 8192];
	static size_t used;
	const size_t start = (used + align - 1) & ~(align - 1);

	(void)ctx;
	if (start > sizeof(bytes) || len > sizeof(bytes) - start)
		return NULL;
	used = start + len;
	return &bytes[start];
}

static void *ring_memory(void *ctx, size_t len, size_t align, vio_dma *at)
{
	void *p = memory(ctx, len, align);

	*at = p ? (vio_dma){ (uintptr_t)p } : VIO_DMA_NONE;
	return p;
}

#ifdef __aarch64__
/* Nanoseconds, from the generic timer. The two terms keep the product below 2^64. */
static uint64_t now(void *ctx)
{
	const uint64_t second = 1000000000;
	uint64_t count, hertz;

	(void)ctx;
	__asm__ volatile("mrs %0, cntvct_el0\n\tmrs %1, cntfrq_el0" : "=r"(count), "=r"(hertz));
	return count / hertz * second + count % hertz * second / hertz;
}
#else
/* Nanoseconds. The register mtime of QEMU's riscv64 virt machine counts at 10 MHz; M-mode can read
 * it. */
static uint64_t now(void *ctx)
{
	(void)ctx;
	return *(volatile uint64_t *)0x0200bff8 * 100;
}
#endif

/* Does not sleep, which is always allowed: the caller polls instead. */
static bool idle(void *ctx, uint64_t deadline)
{
	(void)ctx;
	(void)deadline;
	return true;
}

extern const struct vio_platform platform;
const struct vio_platform platform = {
	.ring_memory = ring_memory, .memory = memory, .now = now, .idle = idle
};
