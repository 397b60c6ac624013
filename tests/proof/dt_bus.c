/* SPDX-License-Identifier: BSD-2-Clause */
/* Addresses and interrupts of a devicetree, with any properties. REG: vio_dt_reg_below(). RANGES:
 * translate_once(). IRQ: vio_dt_walk_interrupt(). Without these: vio_dt_cells_of() and
 * vio_dt_take_number(). Each loop over entries begins at any place, so that the first turns stand
 * for all. */
#include "tests/proof/bytes.h"

#include "board/devicetree_bus.c"

static const struct vio_dt dt;
static uint8_t bytes[1];

/* A property has a length up to that of a tree. Its cells have any value, and are counted. */
struct vio_dt_prop vio_dt_get_prop(const struct vio_dt *tree, struct vio_dt_node n,
				   const char *name)
{
	claim_that(tree == &dt, "this tree");
	(void)n;
	struct vio_dt_prop p = { name, NULL, 0 };
	if (nondet_bool()) {
		p.data = bytes;
		p.len = nondet_u32() % VIO_DT_BYTES_MAX;
	}
	return p;
}

int vio_dt_cell(struct vio_dt_prop p, unsigned i, uint32_t *out)
{
	claim_that(__CPROVER_w_ok(out, sizeof(*out)), "a cell has room");
	if (!p.data || i >= p.len / 4)
		return VIO_EFORMAT;
	*out = nondet_u32();
	return VIO_OK;
}

struct vio_dt_node vio_dt_phandle(const struct vio_dt *tree, uint32_t phandle)
{
	claim_that(tree == &dt && phandle != 0, "a phandle of this tree");
	return (struct vio_dt_node){ nondet_u32() };
}

unsigned vio_dt_lineage(const struct vio_dt *tree, struct vio_dt_node n,
			struct vio_dt_node path[VIO_DT_DEPTH_MAX])
{
	(void)tree;
	(void)n;
	(void)path;
	return 0;
}

#if defined(REG) || defined(RANGES)
/* For vio_dt_cells_of(). */
int any_cells(const struct vio_dt *tree, struct vio_dt_node bus, struct vio_dt_cells *c)
{
	(void)tree;
	(void)bus;
	c->address = 1 + nondet_u32() % 4;
	c->size = nondet_u32() % 5;
	return nondet_bool() ? VIO_OK : VIO_EFORMAT;
}

/* For vio_dt_take_number(). */
int take_any(struct vio_dt_prop p, uint32_t *i, uint32_t cells, uint64_t *out)
{
#ifdef RANGES
	claim_that(*i <= p.len / 4 && cells <= p.len / 4 - *i, "the number lies in its property");
#endif
	claim_that(p.data && cells <= 4, "a number has four cells at most");
	*i += cells;
	*out = nondet_u64();
	return nondet_bool() ? VIO_OK : VIO_ERANGE;
}
#endif

#if defined(REG)
/* For translate_once(). */
int any_translation(const struct vio_dt *tree, struct vio_dt_node bus, struct vio_dt_node parent,
		    struct vio_span *s)
{
	(void)tree;
	(void)bus;
	(void)parent;
	claim_that(s->bytes == 0 || s->base + (s->bytes - 1) >= s->base,
		   "a run that does not wrap");
	const struct vio_span moved = { nondet_u64(), s->bytes };
	assume(moved.bytes == 0 || moved.base + (moved.bytes - 1) >= moved.base);
	*s = moved;
	return nondet_bool() ? VIO_OK : VIO_ERANGE;
}

static void an_address_was_read(struct vio_span s)
{
	place();
	claim_that(s.bytes == 0 || s.base + (s.bytes - 1) >= s.base, "it does not wrap");
}

static void run(void)
{
	struct vio_dt_node path[VIO_DT_DEPTH_MAX];
	const unsigned levels = 1 + nondet_unsigned() % (VIO_DT_DEPTH_MAX - 1);
	const struct vio_span none = { 1, 2 };
	struct vio_span s = none;

	if (vio_dt_reg_below(&dt, path, levels, (struct vio_dt_node){ 1 }, nondet_unsigned(), &s) ==
	    VIO_OK)
		an_address_was_read(s);
	else
		claim_that(s.base == none.base && s.bytes == none.bytes, "or nothing changes");
}

#elif defined(RANGES)
static void it_was_translated(struct vio_span before, struct vio_span s)
{
	place();
	claim_that(s.bytes == before.bytes, "its length stays");
	claim_that(s.bytes == 0 || s.base + (s.bytes - 1) >= s.base, "it does not wrap");
}

static void run(void)
{
	struct vio_span s = { nondet_u64(), nondet_u64() };
	const struct vio_span before = s;

	assume(s.bytes == 0 || s.base + (s.bytes - 1) >= s.base);
	if (translate_once(&dt, (struct vio_dt_node){ 1 }, (struct vio_dt_node){ 2 }, &s) == VIO_OK)
		it_was_translated(before, s);
}

#elif defined(IRQ)
static void an_interrupt_was_read(const struct vio_dt_irq *irq)
{
	place();
	claim_that(irq->ncells >= 1 && irq->ncells <= 4, "a specifier has one to four cells");
}

static void run(void)
{
	static struct vio_dt_walk w;
	struct vio_dt_irq irq;

	w.levels = nondet_unsigned() % (VIO_DT_DEPTH_MAX + 1);
	w.phandle = nondet_u32();
	w.named.at = nondet_u32();
	if (vio_dt_walk_interrupt(&dt, &w, nondet_unsigned(), &irq) == VIO_OK)
		an_interrupt_was_read(&irq);
}

#else
static void cells_were_read(const struct vio_dt_cells *c)
{
	place();
	claim_that(c->address >= 1 && c->address <= 4 && c->size <= 4,
		   "the counts are in their limits");
}

static void a_number_was_read(struct vio_dt_prop p, uint32_t before, uint32_t at, uint32_t cells)
{
	place();
	claim_that(at == before + cells && at <= p.len / 4, "its cells lie in the property");
}

static void run(void)
{
	const struct vio_dt_prop p = vio_dt_get_prop(&dt, (struct vio_dt_node){ 1 }, "reg");
	const uint32_t cells = 1 + nondet_u32() % 4, before = nondet_u32();
	struct vio_dt_cells c;
	uint64_t number;
	uint32_t at = before;

	if (vio_dt_cells_of(&dt, (struct vio_dt_node){ 1 }, &c) == VIO_OK)
		cells_were_read(&c);
	assume(before <= VIO_DT_BYTES_MAX);
	if (vio_dt_take_number(p, &at, cells, &number) == VIO_OK)
		a_number_was_read(p, before, at, cells);
}
#endif

int main(void)
{
	run();
	return 0;
}
