/* SPDX-License-Identifier: BSD-2-Clause */
/* A bump allocator over one run of memory: given out once, never given back. */
#ifndef VIO_ARENA_H
#define VIO_ARENA_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vio_arena {
	uintptr_t base, end, next;
};

/* Manage `len` bytes at `base`, less what lies below address 4096: nobody gets address 0. */
void vio_arena_init(struct vio_arena *a, void *base, size_t len);

/* `len` zeroed bytes aligned to `align` (a power of two), or NULL: none left, or `len` or
 * `align` is 0 or no power of two. */
void *vio_arena_alloc(struct vio_arena *a, size_t len, size_t align);

size_t vio_arena_used(const struct vio_arena *a);
size_t vio_arena_left(const struct vio_arena *a);

/*
 * The biggest part of RAM run `ram` that none of `reserved` (n of them, any order,
 * may overlap) touches, shrunk to multiples of `align` on both sides. bytes 0: none.
 */
struct vio_span vio_arena_biggest_hole(struct vio_span ram, const struct vio_span *reserved,
				       size_t n, uint64_t align);

#ifdef __cplusplus
}
#endif
#endif
