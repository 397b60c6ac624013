/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers between the CPU and a device that shares RAM with it, in
 * device strength (good for ORDER_PLATFORM, virtio 1.4, 6.1). They order
 * accesses to ring memory; picovirtio/io.h orders register accesses.
 *
 * vio_mb:  everything before, before everything after (store-load included).
 * vio_rmb: earlier loads before everything later. What the device gave back may be
 *          written once it was seen to be back.
 * vio_wmb: everything earlier before later stores. What is given to the device was
 *          written, and what was read in it before is read, when it sees it.
 */
#ifndef VIO_BARRIER_H
#define VIO_BARRIER_H

#if defined(VIO_HOST)
#define vio_mb()  __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define vio_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define vio_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#elif defined(__riscv)
#define vio_mb()  __asm__ volatile("fence iorw, iorw" ::: "memory")
#define vio_rmb() __asm__ volatile("fence ir, iorw" ::: "memory")
#define vio_wmb() __asm__ volatile("fence iorw, ow" ::: "memory")
#elif defined(__aarch64__) || (defined(__ARM_ARCH) && __ARM_ARCH >= 6)
#define vio_mb()  __asm__ volatile("dmb sy" ::: "memory")
#define vio_rmb() __asm__ volatile("dmb sy" ::: "memory")
#define vio_wmb() __asm__ volatile("dmb sy" ::: "memory")
#else
#error "picovirtio/barrier.h: no barriers for this architecture (define VIO_HOST for host tests)"
#endif

#endif
