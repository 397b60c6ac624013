/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/handover.h"

#include "board/common/common.h"

enum { PAGE = 4096 };

extern const uint8_t __devicetree[], __devicetree_end[], __devicetree_first; /* builtin.S */

static const char built_in[] = "built in", no_tree[] = "holds no devicetree, or a damaged one";

struct attempt {
	const uint8_t *at;
	size_t room;
	int err;
};

uint32_t vio_tree_bytes(const void *fdt)
{
	/* Reads totalsize, the second word of the header, which vio_dt_open() has checked. */
	const uint8_t *h = fdt;

	return (uint32_t)h[4] << 24 | (uint32_t)h[5] << 16 | (uint32_t)h[6] << 8 | h[7];
}

/* Reads one byte of each page, to the end. After that nothing in the tree can trap. */
static void open_tree(void *arg)
{
	struct attempt *a = arg;
	const volatile uint8_t *at = a->at;

	a->err = vio_dt_open(&vio_board.dt, a->at, a->room);
	if (a->err != VIO_OK)
		return;
	for (uint32_t i = 0; i < vio_tree_bytes(a->at); i += PAGE)
		(void)at[i];
	(void)at[vio_tree_bytes(a->at) - 1];
}

/* Open the tree, or return what is wrong with it. */
static const char *refuse(uintptr_t at, struct vio_span image)
{
	struct attempt a = { .at = (const uint8_t *)at, .room = UINTPTR_MAX - at };

	if (at % 8 != 0)
		return "is not a multiple of 8";
	if (vio_span_overlaps((struct vio_span){ at, 1 }, image))
		return "is inside of this image";
	if (!vio_board_guard(open_tree, &a))
		return "cannot be read";
	if (a.err != VIO_OK)
		return no_tree;
	if (vio_span_overlaps((struct vio_span){ at, vio_tree_bytes(a.at) }, image))
		return "holds a devicetree that this image is loaded over";
	return NULL;
}

static void note(struct text *t, const struct tree_place *place, const char *why)
{
	vio_text_str(t, t->len == 0 ? "" : "; ");
	vio_text_str(t, place->who);
	vio_text_str(t, " (0x");
	vio_text_hex(t, place->at, 1);
	vio_text_str(t, ") ");
	vio_text_str(t, why);
}

static const void *taken(const char *who, const void *at)
{
	vio_board.dt_from = who;
	vio_board.dt_error = VIO_OK;
	return at;
}

static const void *take_handed_over(const struct tree_place *places, size_t n,
				    struct vio_span image, struct text *refused)
{
	for (size_t i = 0; i < n; i++) {
		const char *why;

		if (places[i].at == 0)
			continue;
		why = refuse(places[i].at, image);
		if (!why)
			return taken(places[i].who, (const void *)places[i].at);
		note(refused, &places[i], why);
	}
	return NULL;
}

static const void *take_built_in(struct text *refused)
{
	struct attempt a = { __devicetree, (size_t)(__devicetree_end - __devicetree), 0 };

	open_tree(&a);
	vio_board.dt_built_in = a.err == VIO_OK;
	if (vio_board.dt_built_in)
		return taken(built_in, a.at);
	if (a.room > 0)
		note(refused, &(struct tree_place){ built_in, (uintptr_t)a.at }, no_tree);
	return NULL;
}

const void *vio_tree_choose(const struct tree_place *places, size_t n, struct vio_span image)
{
	static char refused[256];
	struct text t = { refused, 0, sizeof(refused) };
	const bool built_in_first = __devicetree_first != 0;
	const void *tree;

	refused[0] = '\0';
	vio_board.dt_refused = refused;
	vio_board.dt_from = NULL;
	vio_board.dt_built_in = false;
	vio_board.dt_error = VIO_ENODEV;
	tree = built_in_first ? take_built_in(&t) : take_handed_over(places, n, image, &t);
	if (!tree)
		tree = built_in_first ? take_handed_over(places, n, image, &t) : take_built_in(&t);
	if (!tree)
		vio_board.dt = (struct vio_dt){ 0 }; /* it may be that of a refused tree */
	return tree;
}
