/* SPDX-License-Identifier: BSD-2-Clause */
/* Instructions and system registers of ARMv7-A with the generic timer that C cannot express. */
#ifndef VIO_ARM_CPU_ARMV7_H
#define VIO_ARM_CPU_ARMV7_H

#include <stdbool.h>
#include <stdint.h>

#define CPU_NAME	  "armv7 SVC"
#define CPU_TREE_REGISTER "r2"

/* The virtual counter and its timer. They work under a hypervisor, too. */
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

/* All earlier accesses complete before the sleep. */
static inline void cpu_wfi(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* The number of this core for the redistributors of a GICv3. */
static inline uint32_t cpu_affinity(void)
{
	uint32_t v;

	__asm__ volatile("mrc p15, 0, %0, c0, c0, 5" : "=r"(v)); /* MPIDR */
	return v & 0xffffff;
}

/* The core's part of a GICv3. A real Cortex-A15 has none; that of QEMU may have one. */
static inline bool cpu_gic_usable(void)
{
	uint32_t v;

	__asm__ volatile("mrc p15, 0, %0, c0, c1, 1" : "=r"(v)); /* ID_PFR1 */
	return v >> 28 != 0;
}

static inline void cpu_gic_start(void)
{
	__asm__ volatile("mcr p15, 0, %0, c12, c12, 5\n\tisb" ::"r"(1)); /* ICC_SRE */
	__asm__ volatile("mcr p15, 0, %0, c4, c6, 0" ::"r"(0xff));	 /* ICC_PMR */
	__asm__ volatile("mcr p15, 0, %0, c12, c12, 7\n\tisb" ::"r"(1)); /* ICC_IGRPEN1 */
}

static inline uint32_t cpu_gic_ack(void)
{
	uint32_t v;

	__asm__ volatile("mrc p15, 0, %0, c12, c12, 0\n\tdsb" : "=r"(v)::"memory"); /* ICC_IAR1 */
	return v;
}

static inline void cpu_gic_end(uint32_t id)
{
	/* ICC_EOIR1 */
	__asm__ volatile("dsb\n\tmcr p15, 0, %0, c12, c12, 1\n\tisb" ::"r"(id) : "memory");
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

/* Semihosting (Arm semihosting 2.0, 3): a call to the debugger or emulator. In supervisor mode the
 * call overwrites lr. It traps if there is no debugger and no emulator. */
static inline void cpu_semihosting(uint32_t operation, const void *argument)
{
	register uint32_t r0 __asm__("r0") = operation;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("svc #0xab" : "+r"(r0) : "r"(r1) : "lr", "memory");
}

#endif
