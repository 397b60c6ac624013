/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64 instructions and system registers that C cannot express. */
#ifndef VIO_ARM_CPU_AARCH64_H
#define VIO_ARM_CPU_AARCH64_H

#include <stdbool.h>
#include <stdint.h>

#define CPU_NAME	  "aarch64 EL1"
#define CPU_TREE_REGISTER "x0"

/* The virtual counter and its timer. They work under a hypervisor, too. */
static inline uint64_t cpu_counter(void)
{
	uint64_t v;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(v)::"memory");
	return v;
}

static inline uint32_t cpu_counter_hz(void)
{
	uint64_t v;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(v));
	return (uint32_t)v;
}

static inline void cpu_timer_compare(uint64_t ticks)
{
	__asm__ volatile("msr cntv_cval_el0, %0" ::"r"(ticks) : "memory");
}

static inline void cpu_timer_control(uint32_t v)
{
	__asm__ volatile("msr cntv_ctl_el0, %0\n\tisb" ::"r"((uint64_t)v) : "memory");
}

/* All earlier accesses complete before the sleep. */
static inline void cpu_wfi(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* The number of this core for the redistributors of a GICv3. */
static inline uint32_t cpu_affinity(void)
{
	uint64_t v;

	__asm__ volatile("mrs %0, mpidr_el1" : "=r"(v));
	return (uint32_t)(v >> 32 & 0xff) << 24 | (v & 0xffffff);
}

/* The core's part of a GICv3. */
static inline bool cpu_gic_usable(void)
{
	uint64_t v;

	__asm__ volatile("mrs %0, id_aa64pfr0_el1" : "=r"(v));
	return (v >> 24 & 0xf) != 0;
}

static inline void cpu_gic_start(void)
{
	__asm__ volatile("msr S3_0_C12_C12_5, %0\n\tisb" ::"r"(UINT64_C(1))); /* ICC_SRE */
	__asm__ volatile("msr S3_0_C4_C6_0, %0" ::"r"(UINT64_C(0xff)));	      /* ICC_PMR */
	__asm__ volatile("msr S3_0_C12_C12_7, %0\n\tisb" ::"r"(UINT64_C(1))); /* ICC_IGRPEN1 */
}

static inline uint32_t cpu_gic_ack(void)
{
	uint64_t v;

	__asm__ volatile("mrs %0, S3_0_C12_C12_0\n\tdsb sy" : "=r"(v)::"memory"); /* ICC_IAR1 */
	return (uint32_t)v;
}

static inline void cpu_gic_end(uint32_t id)
{
	/* ICC_EOIR1 */
	__asm__ volatile("dsb sy\n\tmsr S3_0_C12_C12_1, %0\n\tisb" ::"r"((uint64_t)id) : "memory");
}

/* Calls to the firmware (SMC calling convention): function and three arguments. */
static inline uint64_t cpu_hvc(uint32_t function)
{
	register uint64_t r0 __asm__("x0") = function;

	__asm__ volatile("hvc #0"
			 : "+r"(r0)::"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
			   "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory");
	return r0;
}

static inline uint64_t cpu_smc(uint32_t function)
{
	register uint64_t r0 __asm__("x0") = function;

	__asm__ volatile("smc #0"
			 : "+r"(r0)::"x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",
			   "x11", "x12", "x13", "x14", "x15", "x16", "x17", "memory");
	return r0;
}

/* Semihosting (Arm semihosting 2.0, 3): a call to the debugger or emulator. Without one of them the
 * instruction traps. */
static inline void cpu_semihosting(uint32_t operation, const void *argument)
{
	register uint64_t r0 __asm__("x0") = operation;
	register const void *r1 __asm__("x1") = argument;

	__asm__ volatile("hlt #0xf000" : "+r"(r0) : "r"(r1) : "memory");
}

#endif
