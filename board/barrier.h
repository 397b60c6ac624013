/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers between the CPU and a device that shares RAM with it, in
 * device strength (good for ORDER_PLATFORM, virtio 1.4, 6.1). They order
 * accesses to ring memory; board/mmio.h orders register accesses.
 *
 * vio_mb:  everything before, before everything after (store-load included).
 * vio_rmb: earlier loads before later loads.
 * vio_wmb: earlier stores before later stores.
 */
#ifndef VIO_BARRIER_H
#define VIO_BARRIER_H

#if defined(VIO_HOST)
#define vio_mb()  __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define vio_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define vio_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#elif defined(__riscv)
#define vio_mb()  __asm__ volatile("fence iorw, iorw" ::: "memory")
#define vio_rmb() __asm__ volatile("fence ir, ir" ::: "memory")
#define vio_wmb() __asm__ volatile("fence ow, ow" ::: "memory")
#elif defined(__aarch64__) || (defined(__ARM_ARCH) && __ARM_ARCH >= 7)
#define vio_mb()  __asm__ volatile("dmb sy" ::: "memory")
#define vio_rmb() __asm__ volatile("dmb sy" ::: "memory")
#define vio_wmb() __asm__ volatile("dmb st" ::: "memory")
#else
#error "board/barrier.h: no barriers for this architecture (define VIO_HOST for host tests)"
#endif

#endif
