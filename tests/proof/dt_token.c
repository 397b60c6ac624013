/* SPDX-License-Identifier: BSD-2-Clause */
/* A devicetree blob of any length up to VIO_DT_BYTES_MAX with any bytes. HEADER: read_header().
 * NODE: read_node() at any place. PROPERTIES, NODES: the walks over properties and over nodes, from
 * any place and with any tokens. Without these: read_token() at any place. Each loop begins at any
 * place that a turn of it can reach, so that the first turns stand for all. */
#include "tests/proof/bytes.h"

#define __builtin_assume_aligned(p, n) ((const void *)(p))

#include "board/devicetree.c"

#include <stdlib.h>

static struct vio_dt dt;

/* What read_header() leaves, and trim_strings() behind it. */
static bool header_holds(void)
{
	return dt.size <= VIO_DT_BYTES_MAX && dt.structs % 4 == 0 && dt.structs <= dt.structs_end &&
	       dt.structs_end <= dt.size && dt.strings <= dt.strings_end &&
	       dt.strings_end <= dt.size && dt.reserved <= dt.size && dt.reserved % 8 == 0;
}

static void any_tree(void)
{
	dt.size = nondet_u32();
	assume(dt.size <= VIO_DT_BYTES_MAX);
	dt.blob = malloc(dt.size);
	dt.structs = nondet_u32();
	dt.structs_end = nondet_u32();
	dt.strings = nondet_u32();
	dt.strings_end = nondet_u32();
	dt.reserved = nondet_u32();
	assume(header_holds());
}

#if defined(HEADER)
static void a_header_is_valid(size_t avail)
{
	place();
	claim_that(dt.size <= avail && dt.size <= VIO_DT_BYTES_MAX, "the blob is there");
	claim_that(dt.structs <= dt.structs_end && dt.structs_end <= dt.size,
		   "the structure block lies in the blob");
	claim_that(dt.strings <= dt.strings_end && dt.strings_end <= dt.size,
		   "the strings lie in the blob");
	claim_that(dt.reserved <= dt.size, "the reservations lie in the blob");
	claim_that(dt.structs % 4 == 0 && dt.reserved % 8 == 0, "they are aligned");
}

static void run(void)
{
	const size_t avail = nondet_u32();
	const uint8_t *const h = malloc(avail);

	if (read_header(&dt, h, avail))
		a_header_is_valid(avail);
}
#else
/* For read_node(): a name that ends anywhere in the structure block, or not. */
bool any_node(const struct vio_dt *tree, uint32_t at, struct token *t)
{
	claim_that(tree == &dt && at % 4 == 0 && at <= dt.structs_end,
		   "a name begins in the block");
	const uint32_t end = nondet_u32();
	assume(end >= at && end <= dt.structs_end);
	t->next = align4(end + 1);
	return end < dt.structs_end;
}

/* What a token has that was read. */
static bool token_holds(uint32_t at, const struct token *t)
{
	if (at > dt.structs_end || dt.structs_end - at < 4 || t->next < at + 4 ||
	    t->next % 4 != 0 || t->next - 3 > dt.structs_end)
		return false;
	if (t->kind == TOKEN_BEGIN_NODE)
		return t->next >= at + 8 && t->next - 4 < dt.structs_end;
	return t->kind != TOKEN_PROP ||
	       (at + 12 <= dt.structs_end && be32(dt.blob + at + 4) <= dt.structs_end - at - 12 &&
		be32(dt.blob + at + 8) < dt.strings_end - dt.strings);
}

static void a_token_was_read(uint32_t at, const struct token *t)
{
	place();
	claim_that(at >= dt.structs && token_holds(at, t),
		   "it lies in the block with its value, and the next one is behind it");
}

static void a_node_was_read(uint32_t at, uint32_t next)
{
	place();
	claim_that(next > at && next % 4 == 0 && next - 4 < dt.structs_end, "it ends in the block");
}

/* For read_token(): any token. */
bool any_token(const struct vio_dt *tree, uint32_t at, struct token *t)
{
	claim_that(tree == &dt, "this tree");
	t->kind = nondet_u32();
	t->next = nondet_u32();
	if (nondet_bool())
		return false;
	assume(at >= dt.structs && at % 4 == 0 && token_holds(at, t));
	return true;
}

static void a_property_was_read(const struct vio_dt_prop *p)
{
	place();
	claim_that(__CPROVER_r_ok(p->data, p->len), "a value lies in the blob");
	claim_that(p->name >= (const char *)dt.blob + dt.strings &&
			   p->name < (const char *)dt.blob + dt.strings_end,
		   "a name lies in the strings");
}

static void properties(struct vio_dt_node n)
{
	struct vio_dt_prop p = { 0 };

	if (nondet_bool()) { /* go on behind a property */
		const uint32_t at = nondet_u32();

		p.len = nondet_u32();
		assume(at % 4 == 0 && at >= 12 && at <= dt.size && p.len <= dt.size - at);
		p.data = dt.blob + at;
	}
	if (vio_dt_prop_next(&dt, n, &p))
		a_property_was_read(&p);
	else
		claim_that(!p.data && p.len == 0, "or there is none");
}

static void nodes(struct vio_dt_node n)
{
	int depth = (int)(nondet_u32() % VIO_DT_DEPTH_MAX);
	const struct vio_dt_node m = vio_dt_next(&dt, n, &depth);
	const char *const name = vio_dt_name(&dt, n);

	claim_that(!vio_dt_is(m) || (m.at >= dt.structs && m.at < dt.structs_end),
		   "a node lies in the block");
	claim_that(__CPROVER_r_ok(name, 1), "a name can be read");
}

static void run(void)
{
	const uint32_t at = nondet_u32();
	struct token t;

	any_tree();
	assume(at % 4 == 0); /* each token ends at such a place, and the first begins at one */
#if defined(PROPERTIES)
	properties((struct vio_dt_node){ at });
#elif defined(NODES)
	nodes((struct vio_dt_node){ at });
#elif defined(NODE)
	assume(at <= dt.structs_end);
	if (read_node(&dt, at, &t))
		a_node_was_read(at, t.next);
#else
	if (read_token(&dt, at, &t))
		a_token_was_read(at, &t);
#endif
}
#endif

int main(void)
{
	run();
	return 0;
}
