/* SPDX-License-Identifier: BSD-2-Clause */
#include "devicetree_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

struct fixture load(const char *name)
{
	struct fixture f = { .blob = blob_load(name) };

	assert_int_equal(vio_dt_open(&f.dt, f.blob.bytes, f.blob.len), VIO_OK);
	return f;
}

struct fixture open_tree(struct tree *t)
{
	struct fixture f = { .blob = tree_finish(t) };

	assert_int_equal(vio_dt_open(&f.dt, f.blob.bytes, f.blob.len), VIO_OK);
	f.dev = vio_dt_path(&f.dt, "/bus/dev");
	return f;
}

struct vio_dt_node at(const struct fixture *f, const char *path)
{
	const struct vio_dt_node n = vio_dt_path(&f->dt, path);

	if (!vio_dt_is(n))
		fail_msg("no %s", path);
	return n;
}

void begin_bus(struct tree *t, int address, int size)
{
	tree_begin(t, "");
	tree_cell(t, "#address-cells", 2);
	tree_cell(t, "#size-cells", 2);
	tree_begin(t, "bus");
	if (address >= 0)
		tree_cell(t, "#address-cells", (uint32_t)address);
	if (size >= 0)
		tree_cell(t, "#size-cells", (uint32_t)size);
}

void end_bus(struct tree *t)
{
	tree_end(t);
	tree_end(t);
}

int opened(struct blob b)
{
	struct vio_dt dt;
	const int rc = vio_dt_open(&dt, b.bytes, b.len);

	if (rc != VIO_OK)
		assert_false(vio_dt_is(vio_dt_root(&dt)));
	blob_free(&b);
	return rc;
}

struct blob sample(void)
{
	struct tree t = { 0 };

	tree_begin(&t, "");
	tree_text(&t, "compatible", "x");
	tree_begin(&t, "child");
	tree_numbers(&t, "value", 2, (uint32_t[]){ 1, 2 });
	tree_end(&t);
	tree_end(&t);
	return tree_finish(&t);
}

int opened_with(uint32_t at, uint32_t value)
{
	struct blob b = sample();

	put32(&b, at, value);
	return opened(b);
}
