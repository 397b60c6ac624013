/* SPDX-License-Identifier: BSD-2-Clause */
/* The pools of lwIP's mem_malloc(): small pieces for acknowledgements and state, and pieces that
 * hold a frame. There is no include guard, since lwIP includes this file several times. */
LWIP_MALLOC_MEMPOOL_START
LWIP_MALLOC_MEMPOOL(24, 256)
LWIP_MALLOC_MEMPOOL(24, 1600)
LWIP_MALLOC_MEMPOOL_END
