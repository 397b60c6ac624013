/* SPDX-License-Identifier: BSD-2-Clause */
/* Included before each source that Eva reads: it does not know the compiler's atomic functions. */
#ifndef PROOF_EVA_H
#define PROOF_EVA_H

#define __atomic_load_n(p, order)     (*(volatile __typeof__(*(p)) *)(p))
#define __atomic_store_n(p, v, order) (*(volatile __typeof__(*(p)) *)(p) = (v))
#define __atomic_thread_fence(order)  ((void)0)

#endif
