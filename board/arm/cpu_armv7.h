/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions and system registers that C has no words for, ARMv7-A with the generic timer. */
#ifndef VIO_ARM_CPU_ARMV7_H
#define VIO_ARM_CPU_ARMV7_H

#include <stdbool.h>
#include <stdint.h>

#define CPU_NAME	  "armv7 SVC"
#define CPU_TREE_REGISTER "r2"

/* The virtual counter and its timer: also there where a hypervisor keeps the physical ones. */
static inline uint64_t cpu_counter(void)
{
	uint32_t low, high;

	__asm__ volatile("isb\n\tmrrc p15, 1, %0, %1, c14" : "=r"(low), "=r"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

static inline uint32_t cpu_counter_hz(void)
{
	uint32_t v;

	__asm__ volatile("mrc p15, 0, %0, c14, c0, 0" : "=r"(v));
	return v;
}

static inline void cpu_timer_compare(uint64_t ticks)
{
	__asm__ volatile("mcrr p15, 3, %0, %1, c14" ::"r"((uint32_t)ticks),
			 "r"((uint32_t)(ticks >> 32))
			 : "memory");
}

static inline void cpu_timer_control(uint32_t v)
{
	__asm__ volatile("mcr p15, 0, %0, c14, c3, 1\n\tisb" ::"r"(v) : "memory");
}

/* Everything is done before the sleep begins. */
static inline void cpu_wfi(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* ARMv7 has no system registers for a GICv3: devices on one are polled. */
static inline uint32_t cpu_affinity(void)
{
	return 0;
}

static inline bool cpu_gic_usable(void)
{
	return false;
}

static inline void cpu_gic_start(void)
{
}

static inline uint32_t cpu_gic_ack(void)
{
	return UINT32_MAX;
}

static inline void cpu_gic_end(uint32_t id)
{
	(void)id;
}

/* Calls to the firmware (SMC calling convention). */
static inline uint32_t cpu_hvc(uint32_t function)
{
	register uint32_t r0 __asm__("r0") = function;

	__asm__ volatile(".arch_extension virt\n\thvc #0" : "+r"(r0)::"r1", "r2", "r3", "memory");
	return r0;
}

static inline uint32_t cpu_smc(uint32_t function)
{
	register uint32_t r0 __asm__("r0") = function;

	__asm__ volatile(".arch_extension sec\n\tsmc #0" : "+r"(r0)::"r1", "r2", "r3", "memory");
	return r0;
}

/* Semihosting (Arm semihosting 2.0, 3): a call to the debugger or emulator. In supervisor mode
 * the call overwrites lr and, without anybody to take it, traps. */
static inline void cpu_semihosting(uint32_t operation, const void *argument)
{
	register uint32_t r0 __asm__("r0") = operation;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("svc #0xab" : "+r"(r0) : "r"(r1) : "lr", "memory");
}

#endif
