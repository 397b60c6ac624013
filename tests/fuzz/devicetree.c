/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The input is a devicetree. It is opened and walked, and where libfdt takes it too, both agree.
 * The work is counted in tokens that are read: what a boot asks for takes time in proportion to the
 * tree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/fuzz/fuzz.h"

static struct fuzz_input input;
#define VIO_DT_COUNT_TOKEN() fuzz_work(&input)
#include "board/devicetree.c"

#include "tests/unit/devicetree_agree.h"

/* A question is at most so many walks over all tokens, which have 4 bytes or more. */
enum { WALKS = 4, NODES = 8, PATH = 512 };

static void begin_question(const struct vio_dt *dt)
{
	input.work = WALKS * (dt->structs_end - dt->structs) / 4 + WALKS;
}

static void ask_for_memory(const struct vio_dt *dt)
{
	struct vio_span s;

	for (unsigned i = 0; i < 4; i++) {
		begin_question(dt);
		(void)vio_dt_memory(dt, i, &s);
		begin_question(dt);
		(void)vio_dt_reserved(dt, i, &s);
		begin_question(dt);
		(void)vio_dt_usable(dt, i, &s);
	}
	begin_question(dt);
	(void)vio_dt_stdout(dt);
}

/* As a probe does. */
static void walk(const struct vio_dt *dt)
{
	struct vio_dt_walk w = { 0 };
	struct vio_span s;
	struct vio_dt_irq irq;

	input.work = (unsigned long)-1;
	while (vio_dt_is(vio_dt_walk_next(dt, &w, NULL))) {
		(void)vio_dt_walk_reg(dt, &w, 0, &s);
		(void)vio_dt_walk_interrupt(dt, &w, 0, &irq);
	}
}

static void ask_of_nodes(const struct vio_dt *dt)
{
	char path[PATH];
	struct vio_dt_node n = VIO_DT_NONE;

	for (unsigned i = 0; i < NODES; i++) {
		begin_question(dt);
		n = vio_dt_next(dt, n, NULL);
		if (!vio_dt_is(n))
			return;
		if (vio_dt_path_of(dt, n, path, sizeof(path)) == VIO_OK)
			(void)vio_dt_path(dt, path);
		begin_question(dt);
		(void)vio_dt_available(dt, n);
		(void)vio_dt_first_child(dt, n);
	}
}

static void compare(const struct blob *b)
{
	struct vio_dt dt;
	struct vio_dt_node n = VIO_DT_NONE;

	input.work = (unsigned long)-1;
	if (!agree_to_open(b, &dt))
		return;
	agree_on_walk(&dt, b->bytes);
	agree_on_aliases(&dt, b->bytes);
	for (unsigned i = 0; i < NODES && vio_dt_is(n = vio_dt_next(&dt, n, NULL)); i++)
		agree_on_node(&dt, b->bytes, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct blob b = blob_copy(data, (uint32_t)n);
	struct vio_dt dt;

	input.work = WALKS * n / 4 + WALKS;
	if (vio_dt_open(&dt, b.bytes, b.len) == VIO_OK) {
		ask_for_memory(&dt);
		walk(&dt);
		ask_of_nodes(&dt);
	}
	compare(&b);
	free(b.bytes);
	return 0;
}
