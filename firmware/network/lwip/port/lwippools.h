/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces for lwIP's mem_malloc(): small ones for acknowledgements and state, and ones that hold a
 * frame. No guard: lwIP includes this as often as it needs. */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(24, 256)
LWIP_MALLOC_MEMPOOL(24, 1600)
LWIP_MALLOC_MEMPOOL_END
