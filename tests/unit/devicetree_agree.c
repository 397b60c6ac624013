/* SPDX-License-Identifier: BSD-2-Clause */
#include "devicetree_agree.h"
#include "devicetree_reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

/* libfdt counts from the structure block, we from the header. */
static int offset_of(const void *fdt, struct vio_dt_node n)
{
	return vio_dt_is(n) ? (int)(n.at - fdt_off_dt_struct(fdt)) : -FDT_ERR_NOTFOUND;
}

static struct vio_dt_node node_at(const void *fdt, int offset)
{
	return offset < 0 ? VIO_DT_NONE
			  : (struct vio_dt_node){ fdt_off_dt_struct(fdt) + (uint32_t)offset };
}

static void same_node(const void *fdt, struct vio_dt_node n, int offset, const char *what)
{
	if (n.at != node_at(fdt, offset).at)
		fail_msg("%s: %d, libfdt: %d", what, offset_of(fdt, n), offset);
}

/* libfdt looks paths up from offset 0, so it finds nothing after a leading NOP. */
static bool has_paths(const void *fdt)
{
	return fdt_get_name(fdt, 0, NULL) != NULL;
}

static void agree_on_strings(const struct vio_dt_prop p, const void *fdt, int offset)
{
	for (int i = 0; i < 4; i++)
		assert_ptr_equal(vio_dt_string(p, (unsigned)i),
				 fdt_stringlist_get(fdt, offset, p.name, i, NULL));
}

static void agree_on_properties(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n)
{
	const int node = offset_of(fdt, n);
	struct vio_dt_prop p = { 0 };
	int at, len;

	fdt_for_each_property_offset(at, fdt, node)
	{
		const char *name;
		const void *data = fdt_getprop_by_offset(fdt, at, &name, &len);

		assert_true(vio_dt_prop_next(dt, n, &p));
		assert_ptr_equal(p.name, name);
		assert_ptr_equal(p.data, data);
		assert_int_equal(p.len, len);
		assert_ptr_equal(vio_dt_get_prop(dt, n, name).data,
				 fdt_getprop(fdt, node, name, NULL));
	}
	assert_false(vio_dt_prop_next(dt, n, &p));
	p = vio_dt_get_prop(dt, n, "compatible");
	if (p.data != NULL)
		agree_on_strings(p, fdt, node);
}

/* libfdt compares one byte past a list that is not terminated. */
static void agree_on_compatible(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n)
{
	static const char *const names[] = { "virtio,mmio", "simple-bus", "ns16550a" };
	const struct vio_dt_prop p = vio_dt_get_prop(dt, n, "compatible");

	for (size_t i = 0; p.len > 0 && p.data[p.len - 1] == 0 && i < 3; i++)
		assert_int_equal(vio_dt_compatible(dt, n, names[i]),
				 fdt_node_check_compatible(fdt, offset_of(fdt, n), names[i]) == 0);
}

static void agree_on_reservations(const struct vio_dt *dt, const void *fdt)
{
	const int n = fdt_num_mem_rsv(fdt);

	assert_int_equal(dt->nreserved, n);
	for (int i = 0; i < n; i++) {
		uint64_t base, bytes;
		struct vio_span s;

		assert_int_equal(fdt_get_mem_rsv(fdt, i, &base, &bytes), 0);
		assert_int_equal(vio_dt_reserved(dt, (unsigned)i, &s), VIO_OK);
		assert_int_equal(s.base, base);
		assert_true((wide)base + bytes > LIMIT ? s.base + s.bytes == 0 : s.bytes == bytes);
	}
}

void agree_on_walk(const struct vio_dt *dt, const void *fdt)
{
	int depth = -1, our_depth = -1;
	struct vio_dt_node n = VIO_DT_NONE;

	for (int node = fdt_next_node(fdt, -1, &depth); node >= 0 && depth >= 0;
	     node = fdt_next_node(fdt, node, &depth)) {
		n = vio_dt_next(dt, n, &our_depth);
		same_node(fdt, n, node, "next");
		assert_int_equal(our_depth, depth);
		assert_ptr_equal(vio_dt_name(dt, n), fdt_get_name(fdt, node, NULL));
		agree_on_properties(dt, fdt, n);
		agree_on_compatible(dt, fdt, n);
	}
	assert_false(vio_dt_is(vio_dt_next(dt, n, &our_depth)));
	agree_on_reservations(dt, fdt);
}

/* To get from one path to the next libfdt strips a name to its last '/'. */
static bool has_slash_in_name(const struct vio_dt *dt)
{
	struct vio_dt_node n = vio_dt_root(dt);

	while (vio_dt_is(n) && strchr(vio_dt_name(dt, n), '/') == NULL)
		n = vio_dt_next(dt, n, NULL);
	return vio_dt_is(n);
}

static void agree_on_path(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n)
{
	static char ours[65536], theirs[65536];
	const int rc = fdt_get_path(fdt, offset_of(fdt, n), theirs, sizeof(theirs));

	if (has_slash_in_name(dt))
		return;
	assert_int_equal(rc, 0);
	assert_int_equal(vio_dt_path_of(dt, n, ours, sizeof(ours)), VIO_OK);
	assert_string_equal(ours, theirs);
	assert_int_equal(vio_dt_path_of(dt, n, ours, strlen(theirs) + 1), VIO_OK);
	assert_int_equal(vio_dt_path_of(dt, n, ours, strlen(theirs)), VIO_ERANGE);
	/* To us a ':' ends the path, which it may since it cannot be in a name (2.2.1). */
	if (has_paths(fdt) && strchr(theirs, ':') == NULL)
		same_node(fdt, vio_dt_path(dt, theirs), fdt_path_offset(fdt, theirs), theirs);
}

static void agree_on_family(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n)
{
	const int node = offset_of(fdt, n);
	struct vio_dt_node child = vio_dt_first_child(dt, n);
	int theirs;

	same_node(fdt, vio_dt_parent(dt, n), fdt_parent_offset(fdt, node), "parent");
	fdt_for_each_subnode(theirs, fdt, node)
	{
		same_node(fdt, child, theirs, "child");
		child = vio_dt_next_sibling(dt, child);
	}
	assert_false(vio_dt_is(child));
}

static void agree_on_phandle(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n)
{
	const uint32_t phandle = fdt_get_phandle(fdt, offset_of(fdt, n));

	if (phandle != 0 && phandle != UINT32_MAX)
		same_node(fdt, vio_dt_phandle(dt, phandle),
			  fdt_node_offset_by_phandle(fdt, phandle), "phandle");
}

static void agree_on_reg(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n)
{
	for (int i = 0; i < 3; i++) {
		wide base = 0, bytes = 0;
		struct vio_span s = { 0, 0 };
		const int rc = ref_reg(fdt, offset_of(fdt, n), i, &base, &bytes);

		assert_int_equal(vio_dt_reg(dt, n, (unsigned)i, &s), rc);
		if (rc == VIO_OK)
			assert_true(s.base == base && s.bytes == bytes);
	}
}

static void agree_on_interrupts(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n)
{
	for (int i = 0; i < 3; i++) {
		int controller = -1;
		const fdt32_t *cells = NULL;
		struct vio_dt_irq irq;
		const int rc = ref_interrupt(fdt, offset_of(fdt, n), i, &controller, &cells);

		assert_int_equal(vio_dt_interrupt(dt, n, (unsigned)i, &irq), rc < 0 ? rc : VIO_OK);
		if (rc < 0)
			continue;
		same_node(fdt, irq.controller, controller, "controller");
		assert_int_equal(irq.ncells, rc);
		for (int k = 0; k < rc; k++)
			assert_int_equal(irq.cell[k], fdt32_to_cpu(cells[k]));
	}
}

void agree_on_node(const struct vio_dt *dt, const void *fdt, struct vio_dt_node n)
{
	agree_on_path(dt, fdt, n);
	agree_on_family(dt, fdt, n);
	agree_on_phandle(dt, fdt, n);
	agree_on_reg(dt, fdt, n);
	agree_on_interrupts(dt, fdt, n);
}

/* Not where we differ: libfdt up to 1.6 follows an alias to another, for ever if they form a ring,
 * and reads past one that is not terminated; from 1.7 on an alias is one string and no more.
 * Neither knows ':'. */
static bool plain(const struct vio_dt_prop p)
{
	const char *value = vio_dt_string(p, 0);

	return value != NULL && strlen(value) + 1 == p.len && value[0] == '/' &&
	       strchr(value, ':') == NULL && p.name[0] != '\0' && strpbrk(p.name, ":/") == NULL;
}

void agree_on_aliases(const struct vio_dt *dt, const void *fdt)
{
	struct vio_dt_prop p = { 0 };

	if (!has_paths(fdt))
		return;
	struct vio_dt_node aliases = vio_dt_path(dt, "/aliases");
	same_node(fdt, aliases, fdt_path_offset(fdt, "/aliases"), "/aliases");
	while (vio_dt_prop_next(dt, aliases, &p))
		if (plain(p) && plain(vio_dt_get_prop(dt, aliases, p.name)))
			same_node(fdt, vio_dt_path(dt, p.name), fdt_path_offset(fdt, p.name),
				  p.name);
}

void agree(const struct vio_dt *dt, const void *fdt)
{
	struct vio_dt_node n = VIO_DT_NONE;

	agree_on_walk(dt, fdt);
	agree_on_aliases(dt, fdt);
	while (vio_dt_is(n = vio_dt_next(dt, n, NULL)))
		agree_on_node(dt, fdt, n);
}

/* Before version 17 libfdt takes the bytes after the strings block for a part of it. */
static bool name_leaves_block(const void *fdt, int prop)
{
	const struct fdt_property *p = fdt_offset_ptr(fdt, prop, sizeof(*p));
	const uint32_t name = fdt32_to_cpu(p->nameoff), size = fdt_size_dt_strings(fdt);

	return name >= size || memchr(fdt_string(fdt, (int)name), 0, size - name) == NULL;
}

/* Walks the tokens of a tree that libfdt accepts. */
static const char *odd_structure(const void *fdt)
{
	int depth = 0, deepest = 0, at = 0, next;
	uint32_t tag;

	while ((tag = fdt_next_tag(fdt, at, &next)) != FDT_END) {
		if (tag == FDT_PROP && depth == 0)
			return "a property outside of any node";
		if (tag == FDT_PROP && name_leaves_block(fdt, at))
			return "a property's name outside of the strings block";
		depth += (tag == FDT_BEGIN_NODE) - (tag == FDT_END_NODE);
		deepest = depth > deepest ? depth : deepest;
		at = next;
	}
	if (deepest == 0)
		return "no root";
	return deepest > VIO_DT_DEPTH_MAX ? "deeper than our stack of nodes" : NULL;
}

/* Why we refuse a tree that libfdt accepts; NULL: we should not. */
static const char *refusal(const void *fdt)
{
	if (fdt_size_dt_strings(fdt) > fdt_totalsize(fdt) - fdt_off_dt_strings(fdt))
		return "a strings block that leaves the tree, in version 16";
	if (fdt_totalsize(fdt) > VIO_DT_BYTES_MAX)
		return "bigger than any tree there is; bounds the time that it takes";
	if (fdt_off_dt_struct(fdt) % 4 != 0 || fdt_off_mem_rsvmap(fdt) % 8 != 0)
		return "a block not aligned as 5.6 wants it";
	return odd_structure(fdt);
}

/* Padding is allowed everywhere (5.4.1), but libfdt requires FDT_END directly after the root. */
static bool nop_behind_root(const void *fdt)
{
	int depth = 0, at = 0, next;
	uint32_t tag;

	do {
		tag = fdt_next_tag(fdt, at, &next);
		depth += (tag == FDT_BEGIN_NODE) - (tag == FDT_END_NODE);
		at = next;
	} while (tag != FDT_END && (depth > 0 || tag == FDT_NOP));
	return depth == 0 && fdt_next_tag(fdt, at, &next) == FDT_NOP;
}

/*
 * Trees that libfdt 1.6 cannot take, and so cannot judge; we refuse them. A root without a
 * '/' before version 16: it reads through NULL. A length that wraps: it goes on at an earlier
 * token, perhaps for ever, or takes 2^32 - 1 for 0.
 */
static bool libfdt_is_wrong(const struct blob *b)
{
	const uint32_t structs = b->len < 40 ? 0 : get32(b, H_STRUCT);
	int at = 0, next = 0;
	uint32_t tag;

	if (b->len < 40 || fdt_check_header(b->bytes) != 0 || fdt_totalsize(b->bytes) > b->len)
		return false;
	if (fdt_version(b->bytes) < 16)
		return true;
	while ((tag = fdt_next_tag(b->bytes, at, &next)) != FDT_END) {
		if (tag == FDT_PROP && get32(b, structs + (uint32_t)at + 4) > b->len)
			return true;
		at = next;
	}
	return false;
}

bool agree_to_open(const struct blob *b, struct vio_dt *dt)
{
	const int rc = vio_dt_open(dt, b->bytes, b->len);
	const int theirs =
		libfdt_is_wrong(b) ? -FDT_ERR_BADSTRUCTURE : fdt_check_full(b->bytes, b->len);

	if (rc != VIO_OK && theirs == 0 && refusal(b->bytes) == NULL)
		fail_msg("refused (%d), and libfdt accepts it", rc);
	if (rc == VIO_OK && theirs != 0 && !nop_behind_root(b->bytes))
		fail_msg("accepted, and libfdt does not: %s", fdt_strerror(theirs));
	return rc == VIO_OK && theirs == 0;
}
