/* SPDX-License-Identifier: BSD-2-Clause */
/* RAM: the run that contains the image, and the arena in the free part of it. */
#include <picovirtio/arena.h>
#include "board/common/common.h"
#include "board/common/ram.h"

enum {
	RESERVED_MAX = 64, /* most reservations, including our own */
	PAGE = 4096,
	TOP_BYTES = 16 << 20, /* size of the arena at the top */
};

static struct vio_arena arena;

static bool covers(struct vio_span run, struct vio_span what)
{
	return what.base >= run.base && what.base - run.base <= run.bytes &&
	       what.bytes <= run.bytes - (what.base - run.base);
}

/*
 * The part of a run that this CPU can address. On a 32-bit CPU RAM may continue above 4 GiB. The
 * last page below 4 GiB is not used either, so that an end is never 0.
 */
static struct vio_span addressable(struct vio_span run)
{
	const uint64_t end = UINTPTR_MAX - (PAGE - 1);

	if (run.base >= end)
		return (struct vio_span){ 0, 0 };
	if (run.bytes > end - run.base)
		run.bytes = end - run.base;
	return run;
}

/* The run of RAM that contains the image, or NULL. */
static const struct vio_span *find_ram(struct vio_span image)
{
	for (unsigned i = 0; i < vio_ram.n; i++) {
		if (covers(vio_ram.run[i], image))
			return &vio_ram.run[i];
	}
	return NULL;
}

/* The end of the highest RAM, if the boot arguments ask for it: memory for devices then has the
 * longest possible addresses. That RAM need not contain the image. */
static struct vio_span highest_ram(struct vio_span run)
{
	for (unsigned i = 0; i < vio_ram.n; i++) {
		if (vio_ram.run[i].base > run.base && addressable(vio_ram.run[i]).bytes > 0)
			run = vio_ram.run[i];
	}
	return run;
}

static struct vio_span last_of(struct vio_span hole)
{
	if (hole.bytes <= TOP_BYTES)
		return hole;
	return (struct vio_span){ hole.base + (hole.bytes - TOP_BYTES), TOP_BYTES };
}

/*
 * Add the reservations of the devicetree after our `n` ones. If one of them cannot be read, or
 * there is no room for it, no memory is used: a write to memory of the firmware below would trap at
 * best.
 */
static int add_reserved(struct vio_span *list, size_t *n)
{
	for (unsigned i = 0; *n < RESERVED_MAX; i++) {
		const int err = vio_dt_reserved(&vio_board.dt, i, &list[*n]);

		if (err == VIO_ENODEV)
			return VIO_OK;
		if (err != VIO_OK)
			return err;
		(*n)++;
	}
	return VIO_ERANGE;
}

/* The common part of two runs. */
static struct vio_span both(struct vio_span a, struct vio_span b)
{
	const uint64_t base = a.base > b.base ? a.base : b.base;

	if (!vio_span_overlaps(a, b))
		return (struct vio_span){ 0, 0 };
	a.bytes -= base - a.base;
	b.bytes -= base - b.base;
	return (struct vio_span){ base, a.bytes < b.bytes ? a.bytes : b.bytes };
}

/* The largest free part of `run` that the devicetree allows to use. */
static int find_hole(struct vio_span run, const struct vio_span *reserved, size_t n,
		     struct vio_span *hole)
{
	int err = VIO_OK;

	*hole = (struct vio_span){ 0, 0 };
	for (unsigned i = 0; err == VIO_OK; i++) {
		struct vio_span usable = run, h;

		err = vio_dt_usable(&vio_board.dt, i, &usable);
		if (err != VIO_OK && (err != VIO_ENODEV || i > 0))
			break;
		h = vio_arena_biggest_hole(both(run, usable), reserved, n, PAGE);
		if (h.bytes > hole->bytes)
			*hole = h;
	}
	return err == VIO_ENODEV ? VIO_OK : err;
}

static int find_memory(void)
{
	struct vio_span hole, reserved[RESERVED_MAX] = { vio_image_span(), vio_ram.tree };
	const bool at_top = vio_tree_boot_word("arena_at_top");
	const struct vio_span *run = find_ram(reserved[0]);
	size_t n = 2;
	int err = add_reserved(reserved, &n);

	if (!run)
		return VIO_ENODEV;
	vio_board.ram_base = run->base;
	vio_board.ram_bytes = run->bytes;
	if (err == VIO_OK)
		err = find_hole(addressable(at_top ? highest_ram(*run) : *run), reserved, n, &hole);
	if (err != VIO_OK)
		return err;
	if (at_top)
		hole = last_of(hole);
	vio_board.free_base = hole.base;
	vio_board.free_bytes = hole.bytes;
	return hole.bytes == 0 ? VIO_ENOMEM : VIO_OK;
}

void vio_memory_init(void)
{
	vio_board.memory_error = vio_board.dt_error == VIO_OK ? find_memory() : vio_board.dt_error;
	vio_arena_init(&arena, (void *)(uintptr_t)vio_board.free_base,
		       (size_t)vio_board.free_bytes);
}

void *vio_board_alloc(size_t len, size_t align)
{
	return vio_board.free_bytes == 0 ? NULL : vio_arena_alloc(&arena, len, align);
}

size_t vio_board_alloc_used(void)
{
	return vio_arena_used(&arena);
}

size_t vio_board_alloc_left(void)
{
	return vio_arena_left(&arena);
}

bool vio_board_alloc_cut(size_t len)
{
	return vio_arena_cut(&arena, len);
}

void vio_board_alloc_grow(size_t len)
{
	vio_arena_grow(&arena, len);
}

void *vio_memory_private(void *ctx, size_t len, size_t align)
{
	(void)ctx;
	return vio_board_alloc(len, align);
}

/* Addresses are physical and caches coherent, so the platform needs no map(). */
void *vio_memory_ring(void *ctx, size_t len, size_t align, vio_dma *at)
{
	void *p = vio_board_alloc(len, align);

	(void)ctx;
	*at = !p ? VIO_DMA_NONE : (vio_dma){ (uintptr_t)p };
	return p;
}
