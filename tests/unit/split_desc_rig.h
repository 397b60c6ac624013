/* SPDX-License-Identifier: BSD-2-Clause */
/* A split ring of up to 16 descriptors, for the calls of picovirtio/split_desc.h. */
#ifndef SPLIT_DESC_RIG_H
#define SPLIT_DESC_RIG_H

#include <picovirtio/split_desc.h>
#include <picovirtio/virtqueue.h> /* VQ_SPLIT_BYTES */

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { MAX = 16 };
static const vio_dma high = { 0x1234500000000 };

static uint8_t mem[VQ_SPLIT_BYTES(MAX, 4096)] __attribute__((aligned(4096)));
static struct vq_private priv[MAX];
static struct vq_split s;

static inline struct vq_split_config config(uint16_t device_size)
{
	return (struct vq_split_config){
		.device_size = device_size,
		.max_size = MAX,
		.default_size = 8,
		.used_align = 4,
		.mem = mem,
		.mem_dma = high,
		.priv = priv,
	};
}

#endif
