/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/arena.h>

#include <string.h>

enum { PAGE = 4096 };

/* RAM may start at address 0. But 0 is NULL here, and page 0 means "no queue" to a legacy
 * device. */
static uintptr_t past_page_0(uintptr_t base, uintptr_t end)
{
	if (base >= PAGE)
		return base;
	return end < PAGE ? end : PAGE;
}

void vio_arena_init(struct vio_arena *a, void *base, size_t len)
{
	const uintptr_t start = (uintptr_t)base;

	a->end = len > UINTPTR_MAX - start ? UINTPTR_MAX : start + len;
	a->base = past_page_0(start, a->end);
	a->next = a->base;
}

void *vio_arena_alloc(struct vio_arena *a, size_t len, size_t align)
{
	if (len == 0 || align == 0 || (align & (align - 1)) != 0)
		return NULL;
	if (align - 1 > UINTPTR_MAX - a->next)
		return NULL;
	uintptr_t start = (a->next + (align - 1)) & ~(uintptr_t)(align - 1);
	if (start > a->end || len > a->end - start)
		return NULL;
	a->next = start + len;
	return memset((void *)start, 0, len);
}

bool vio_arena_cut(struct vio_arena *a, size_t len)
{
	if (len > a->end - a->next)
		return false;
	a->end -= len;
	return true;
}

void vio_arena_grow(struct vio_arena *a, size_t len)
{
	a->end += len;
}

size_t vio_arena_used(const struct vio_arena *a)
{
	return a->next - a->base;
}

size_t vio_arena_left(const struct vio_arena *a)
{
	return a->end - a->next;
}

/*
 * The last address of a run that is not empty. It is inclusive, so that a run may end at 2^64. A
 * run that claims more ends there.
 */
static uint64_t last_of(struct vio_span s)
{
	return s.bytes - 1 > UINT64_MAX - s.base ? UINT64_MAX : s.base + (s.bytes - 1);
}

/* The free run that begins at `start`, which lies in `ram`. */
static struct vio_span hole_at(uint64_t start, struct vio_span ram, const struct vio_span *reserved,
			       size_t n, uint64_t align)
{
	const struct vio_span none = { 0, 0 };
	const uint64_t up = (start + (align - 1)) & ~(align - 1);
	uint64_t last = last_of(ram);

	for (size_t i = 0; i < n; i++) {
		if (reserved[i].bytes == 0 || last_of(reserved[i]) < start)
			continue;
		if (reserved[i].base <= start)
			return none;
		if (reserved[i].base <= last)
			last = reserved[i].base - 1;
	}
	if (up < start || up > last)
		return none;
	return (struct vio_span){ up, (last - up + 1) & ~(align - 1) };
}

static struct vio_span bigger(struct vio_span a, struct vio_span b)
{
	if (a.bytes != b.bytes)
		return a.bytes > b.bytes ? a : b;
	return a.base <= b.base ? a : b;
}

/* Every hole begins where RAM begins or right after a reservation, so only these places are tried.
 * The time is quadratic in the number of reservations, which is small, and no memory for sorting is
 * needed. */
struct vio_span vio_arena_biggest_hole(struct vio_span ram, const struct vio_span *reserved,
				       size_t n, uint64_t align)
{
	struct vio_span best = { 0, 0 };

	if (ram.bytes == 0 || align == 0 || (align & (align - 1)) != 0)
		return best;
	best = hole_at(ram.base, ram, reserved, n, align);
	for (size_t i = 0; i < n; i++) {
		const uint64_t last = reserved[i].bytes == 0 ? 0 : last_of(reserved[i]);

		if (reserved[i].bytes == 0 || last < ram.base || last >= last_of(ram))
			continue;
		best = bigger(best, hole_at(last + 1, ram, reserved, n, align));
	}
	return best.bytes == 0 ? (struct vio_span){ 0, 0 } : best;
}
