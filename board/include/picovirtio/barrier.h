/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory barriers between the CPU and a device that shares RAM with it. They have device strength,
 * as ORDER_PLATFORM requires (virtio 1.4, 6.1). They order accesses to ring memory;
 * picovirtio/io.h orders register accesses. docs/ordering.md says where each barrier is needed.
 *
 * vio_mb:  orders all earlier accesses before all later ones, including earlier stores before
 *          later loads.
 * vio_rmb: orders earlier loads before all later accesses. After we saw that the device returned a
 *          buffer, we may read and write the buffer.
 * vio_wmb: orders all earlier accesses before later stores. Before the device sees a buffer, we
 *          have finished writing it, and reading its old contents.
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
