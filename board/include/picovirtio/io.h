/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device registers. Each call is one access of exactly this width, in device
 * (little-endian) byte order. A write is ordered after earlier stores to
 * memory, a read before later accesses to memory; accesses to one device stay
 * in program order. `a` must be aligned to the width. On a 32-bit CPU 64 bits
 * are two accesses. On the host these calls reach the register model of the
 * test (board/host/).
 */
#ifndef VIO_MMIO_ACCESS_H
#define VIO_MMIO_ACCESS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "picovirtio/io.h: picovirtio supports little-endian machines only"
#endif

#if defined(VIO_HOST)

uint8_t vio_read8(uintptr_t a);
uint16_t vio_read16(uintptr_t a);
uint32_t vio_read32(uintptr_t a);
uint64_t vio_read64(uintptr_t a);
void vio_write8(uintptr_t a, uint8_t v);
void vio_write16(uintptr_t a, uint16_t v);
void vio_write32(uintptr_t a, uint32_t v);
void vio_write64(uintptr_t a, uint64_t v);

#else

/* Ring memory before the register that tells the device to look at it. */
static inline void vio_before_write(void)
{
#if defined(__riscv)
	__asm__ volatile("fence w, o" ::: "memory");
#elif defined(__aarch64__) || __ARM_ARCH >= 7
	__asm__ volatile("dsb st" ::: "memory");
#else
	__asm__ volatile("dsb sy" ::: "memory");
#endif
}

/* The register before the memory that it speaks of. */
static inline void vio_after_read(void)
{
#if defined(__riscv)
	__asm__ volatile("fence i, rw" ::: "memory");
#else
	__asm__ volatile("dmb sy" ::: "memory");
#endif
}

static inline uint8_t vio_read8(uintptr_t a)
{
	const uint8_t v = *(const volatile uint8_t *)a;

	vio_after_read();
	return v;
}

static inline uint16_t vio_read16(uintptr_t a)
{
	const uint16_t v = *(const volatile uint16_t *)a;

	vio_after_read();
	return v;
}

static inline uint32_t vio_read32(uintptr_t a)
{
	const uint32_t v = *(const volatile uint32_t *)a;

	vio_after_read();
	return v;
}

static inline uint64_t vio_read64(uintptr_t a)
{
	const uint64_t v = *(const volatile uint64_t *)a;

	vio_after_read();
	return v;
}

static inline void vio_write8(uintptr_t a, uint8_t v)
{
	vio_before_write();
	*(volatile uint8_t *)a = v;
}

static inline void vio_write16(uintptr_t a, uint16_t v)
{
	vio_before_write();
	*(volatile uint16_t *)a = v;
}

static inline void vio_write32(uintptr_t a, uint32_t v)
{
	vio_before_write();
	*(volatile uint32_t *)a = v;
}

static inline void vio_write64(uintptr_t a, uint64_t v)
{
	vio_before_write();
	*(volatile uint64_t *)a = v;
}

#endif

#ifdef __cplusplus
}
#endif
#endif
