/* SPDX-License-Identifier: BSD-2-Clause */
/* A bump allocator over one run of memory. It never frees what it allocated. */
#ifndef VIO_ARENA_H
#define VIO_ARENA_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vio_arena {
	uintptr_t base, end, next;
};

/* Manage `len` bytes at `base`. Addresses below 4096 are left out, so that no allocation is at
 * address 0. */
void vio_arena_init(struct vio_arena *a, void *base, size_t len);

/* Allocate `len` zeroed bytes, aligned to `align` (a power of two). NULL: not enough memory is
 * left, `len` is 0, or `align` is not a power of two. */
void *vio_arena_alloc(struct vio_arena *a, size_t len, size_t align);

/* Take `len` bytes off the end of the arena, which are not allocated. False: fewer are left, and
 * nothing was changed. vio_arena_grow() puts `len` bytes that were taken back to the end. */
bool vio_arena_cut(struct vio_arena *a, size_t len);
void vio_arena_grow(struct vio_arena *a, size_t len);

/* Bytes allocated so far, and bytes left. */
size_t vio_arena_used(const struct vio_arena *a);
size_t vio_arena_left(const struct vio_arena *a);

/*
 * Find the largest part of `ram` that overlaps none of the `n` spans in `reserved`, which may be in
 * any order and may overlap one another. The result begins and ends at a multiple of `align`. Its
 * `bytes` is 0 if there is no such part.
 */
struct vio_span vio_arena_biggest_hole(struct vio_span ram, const struct vio_span *reserved,
				       size_t n, uint64_t align);

#ifdef __cplusplus
}
#endif
#endif
