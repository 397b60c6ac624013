/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses to device registers. Each call is one access of exactly the named width, in the byte
 * order of the device (little-endian). On a 32-bit CPU a 64-bit access becomes two accesses. The
 * address `a` must be aligned to the width.
 *
 * A write happens after all earlier stores to memory. A read happens before all later accesses to
 * memory. Accesses to one device stay in program order.
 *
 * In host tests these functions reach the device model of the test (board/host/).
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

/* Order stores to ring memory before the register write that makes the device look at them. */
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

/* Order a register read before the accesses to the memory that the register describes. */
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
