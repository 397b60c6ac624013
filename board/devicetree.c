/* SPDX-License-Identifier: BSD-2-Clause */
/* The flattened format: header, tokens, nodes, properties. devicetree_find.c finds nodes by path
 * and name. devicetree_bus.c interprets the properties of buses. */
#include <picovirtio/devicetree.h>

#include <string.h>

/* Devicetree Specification 0.4, 5.4.1 */
enum {
	TOKEN_BEGIN_NODE = 1,
	TOKEN_END_NODE = 2,
	TOKEN_PROP = 3,
	TOKEN_NOP = 4,
	TOKEN_END = 9,
};

/* Devicetree Specification 0.4, 5.2 */
enum {
	HEADER_MAGIC = 0,
	HEADER_TOTALSIZE = 4,
	HEADER_OFF_DT_STRUCT = 8,
	HEADER_OFF_DT_STRINGS = 12,
	HEADER_OFF_MEM_RSVMAP = 16,
	HEADER_VERSION = 20,
	HEADER_LAST_COMP_VERSION = 24,
	HEADER_SIZE_DT_STRINGS = 32,
	HEADER_SIZE_DT_STRUCT = 36, /* from version 17 on */
	HEADER_BYTES_V16 = 36,
	HEADER_BYTES = 40,
	RESERVE_ENTRY_BYTES = 16,
};
#define MAGIC 0xd00dfeedu

struct token {
	uint32_t kind;
	uint32_t next; /* offset of the next token */
};

/* A test counts the tokens that are read. */
#ifndef VIO_DT_COUNT_TOKEN
#define VIO_DT_COUNT_TOKEN() ((void)0)
#endif

/* Inline, since it is used three times for each token: a call would double the time of a walk. */
static inline __attribute__((always_inline)) uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t align4(uint32_t at)
{
	return (at + 3) & ~UINT32_C(3);
}

/* Is one of the four bytes at `at`, a multiple of 4, a NUL? */
static bool has_nul(const struct vio_dt *dt, uint32_t at)
{
	uint32_t w;

	memcpy(&w, __builtin_assume_aligned(dt->blob + at, 4), sizeof(w));
	return ((w - UINT32_C(0x01010101)) & ~w & UINT32_C(0x80808080)) != 0;
}

/* Read the name of a node, from `at` to its NUL, which must lie in the structure block. */
static bool read_node(const struct vio_dt *dt, uint32_t at, struct token *t)
{
	/* By words, since names are long. The last word may extend beyond the end of the block. */
	while (dt->structs_end - at >= 4 && !has_nul(dt, at))
		at += 4;
	while (at < dt->structs_end && dt->blob[at] != 0)
		at++;
	t->next = align4(at + 1);
	return at < dt->structs_end;
}

/* Read the length of a property, which is at `at`, and the offset of its name. */
static bool read_prop(const struct vio_dt *dt, uint32_t at, struct token *t)
{
	if (dt->structs_end - at < 8)
		return false;
	uint32_t len = be32(dt->blob + at);
	/* strings_end lies after the last NUL, so every string that begins before it ends before
	 * it. */
	if (len > dt->structs_end - at - 8 ||
	    be32(dt->blob + at + 4) >= dt->strings_end - dt->strings)
		return false;
	t->next = align4(at + 8 + len);
	return true;
}

/*
 * Read the token at `at`. False: there is none, or it is malformed. Only this function reads the
 * structure block, so it checks all bounds, on every walk. A token has at least 4 bytes, so every
 * walk ends.
 */
static bool read_token(const struct vio_dt *dt, uint32_t at, struct token *t)
{
	if (at < dt->structs || at > dt->structs_end || dt->structs_end - at < 4)
		return false;
	VIO_DT_COUNT_TOKEN();
	t->kind = be32(dt->blob + at);
	at += 4;
	switch (t->kind) {
	case TOKEN_BEGIN_NODE: return read_node(dt, at, t);
	case TOKEN_PROP: return read_prop(dt, at, t);
	case TOKEN_END_NODE:
	case TOKEN_NOP:
	case TOKEN_END: t->next = at; return true;
	default: return false;
	}
}

static bool block_fits(uint32_t at, uint32_t bytes, uint32_t header, uint32_t size)
{
	return at >= header && at <= size && bytes <= size - at;
}

/* The blocks may overlap, since nothing is written. */
static bool read_header(struct vio_dt *dt, const uint8_t *h, size_t avail)
{
	if (avail < HEADER_BYTES_V16 || be32(h + HEADER_MAGIC) != MAGIC)
		return false;
	uint32_t version = be32(h + HEADER_VERSION);
	uint32_t header = version >= 17 ? HEADER_BYTES : HEADER_BYTES_V16;
	if (version < 16 || be32(h + HEADER_LAST_COMP_VERSION) > 17 ||
	    be32(h + HEADER_LAST_COMP_VERSION) > version)
		return false;
	dt->blob = h;
	dt->size = be32(h + HEADER_TOTALSIZE);
	if (dt->size > VIO_DT_BYTES_MAX || dt->size > avail || dt->size < header)
		return false;

	dt->structs = be32(h + HEADER_OFF_DT_STRUCT);
	dt->strings = be32(h + HEADER_OFF_DT_STRINGS);
	dt->reserved = be32(h + HEADER_OFF_MEM_RSVMAP);
	uint32_t strings_bytes = be32(h + HEADER_SIZE_DT_STRINGS);
	/* Version 16 does not have the length of the structure block. FDT_END ends it. */
	uint32_t structs_bytes = version >= 17 ? be32(h + HEADER_SIZE_DT_STRUCT) : 0;
	if (!block_fits(dt->structs, structs_bytes, header, dt->size) || dt->structs % 4 != 0 ||
	    !block_fits(dt->strings, strings_bytes, header, dt->size) ||
	    !block_fits(dt->reserved, 0, header, dt->size) || dt->reserved % 8 != 0)
		return false;
	dt->structs_end = version >= 17 ? dt->structs + structs_bytes : dt->size;
	dt->strings_end = dt->strings + strings_bytes;
	return true;
}

/* Cut off what follows the last NUL. Then every name is known to end. */
static void trim_strings(struct vio_dt *dt)
{
	while (dt->strings_end > dt->strings && dt->blob[dt->strings_end - 1] != 0)
		dt->strings_end--;
}

/* The reservation block ends with an entry of 0 bytes. Count the entries before it. */
static bool count_reserved(struct vio_dt *dt)
{
	uint32_t at = dt->reserved;

	for (; dt->size - at >= RESERVE_ENTRY_BYTES; at += RESERVE_ENTRY_BYTES) {
		if (be32(dt->blob + at + 8) == 0 && be32(dt->blob + at + 12) == 0)
			return true;
		dt->nreserved++;
	}
	return false;
}

/* Checks that there is one root, without a name, that contains everything, and then FDT_END. */
static bool check_structure(const struct vio_dt *dt)
{
	struct token t;
	int open = 0;
	bool closed = false;

	for (uint32_t at = dt->structs; read_token(dt, at, &t); at = t.next) {
		switch (t.kind) {
		case TOKEN_BEGIN_NODE:
			if (closed || open == VIO_DT_DEPTH_MAX ||
			    (open == 0 && dt->blob[at + 4] != 0))
				return false;
			open++;
			break;
		case TOKEN_END_NODE:
			if (open == 0)
				return false;
			open--;
			closed = open == 0;
			break;
		case TOKEN_PROP:
			if (open == 0)
				return false;
			break;
		case TOKEN_END: return closed;
		default: break;
		}
	}
	return false;
}

int vio_dt_open(struct vio_dt *dt, const void *blob, size_t avail)
{
	memset(dt, 0, sizeof(*dt));
	if (!blob || (uintptr_t)blob % 8 != 0)
		return VIO_EINVAL;
	if (read_header(dt, blob, avail) && count_reserved(dt)) {
		trim_strings(dt);
		if (check_structure(dt))
			return VIO_OK;
	}
	/* Without blocks every later call on this tree finds nothing. */
	memset(dt, 0, sizeof(*dt));
	return VIO_EFORMAT;
}

struct vio_dt_node vio_dt_next(const struct vio_dt *dt, struct vio_dt_node n, int *depth)
{
	struct token t;
	uint32_t at = dt->structs;
	int d = -1;

	if (vio_dt_is(n)) {
		if (!read_token(dt, n.at, &t))
			return VIO_DT_NONE;
		at = t.next;
		d = !depth ? 0 : *depth;
	}
	for (; read_token(dt, at, &t) && t.kind != TOKEN_END; at = t.next) {
		if (t.kind == TOKEN_END_NODE)
			d--;
		if (t.kind != TOKEN_BEGIN_NODE)
			continue;
		if (depth)
			*depth = d + 1;
		return (struct vio_dt_node){ at };
	}
	return VIO_DT_NONE;
}

struct vio_dt_node vio_dt_root(const struct vio_dt *dt)
{
	return vio_dt_next(dt, VIO_DT_NONE, NULL);
}

struct vio_dt_node vio_dt_first_child(const struct vio_dt *dt, struct vio_dt_node parent)
{
	int depth = 0;
	const struct vio_dt_node n =
		vio_dt_is(parent) ? vio_dt_next(dt, parent, &depth) : VIO_DT_NONE;

	return depth == 1 ? n : VIO_DT_NONE;
}

struct vio_dt_node vio_dt_next_sibling(const struct vio_dt *dt, struct vio_dt_node n)
{
	int depth = 0;

	if (!vio_dt_is(n))
		return VIO_DT_NONE;
	do {
		n = vio_dt_next(dt, n, &depth);
	} while (vio_dt_is(n) && depth > 0);
	return depth == 0 ? n : VIO_DT_NONE;
}

unsigned vio_dt_lineage(const struct vio_dt *dt, struct vio_dt_node n,
			struct vio_dt_node path[VIO_DT_DEPTH_MAX])
{
	int depth = 0;
	struct vio_dt_node m = vio_dt_next(dt, VIO_DT_NONE, &depth);

	for (; vio_dt_is(m) && m.at <= n.at; m = vio_dt_next(dt, m, &depth)) {
		/* vio_dt_open() checked this. But the tree may have changed since, and must not
		 * cause a wrong write. */
		if (depth < 0 || depth >= VIO_DT_DEPTH_MAX)
			break;
		path[depth] = m;
		if (m.at == n.at)
			return (unsigned)depth + 1;
	}
	return 0;
}

const char *vio_dt_name(const struct vio_dt *dt, struct vio_dt_node n)
{
	struct token t = { 0 };

	if (!read_token(dt, n.at, &t) || t.kind != TOKEN_BEGIN_NODE)
		return "";
	return (const char *)dt->blob + n.at + 4;
}

/* Fill `*p` from the property token at `at`, which was read before. */
static void read_value(const struct vio_dt *dt, uint32_t at, struct vio_dt_prop *p)
{
	p->name = (const char *)dt->blob + dt->strings + be32(dt->blob + at + 8);
	p->data = dt->blob + at + 12;
	p->len = be32(dt->blob + at + 4);
}

bool vio_dt_prop_next(const struct vio_dt *dt, struct vio_dt_node n, struct vio_dt_prop *p)
{
	struct token t;
	uint32_t at = n.at;

	if (p->data) {
		at = align4((uint32_t)(p->data - dt->blob) + p->len);
	} else {
		if (!read_token(dt, at, &t))
			return false;
		at = t.next;
	}
	for (; read_token(dt, at, &t); at = t.next) {
		if (t.kind == TOKEN_PROP) {
			read_value(dt, at, p);
			return true;
		}
		/* Properties come before child nodes (5.4.2). Later ones are ignored. */
		if (t.kind != TOKEN_NOP)
			break;
	}
	*p = (struct vio_dt_prop){ 0 };
	return false;
}

static bool equal(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

struct vio_dt_prop vio_dt_get_prop(const struct vio_dt *dt, struct vio_dt_node n, const char *name)
{
	struct vio_dt_prop p = { 0 };

	while (vio_dt_prop_next(dt, n, &p))
		if (equal(p.name, name))
			return (struct vio_dt_prop){ p.name, p.data, p.len };
	return (struct vio_dt_prop){ 0 };
}

int vio_dt_cell(struct vio_dt_prop p, unsigned i, uint32_t *out)
{
	if (!p.data || i >= p.len / 4)
		return VIO_EFORMAT;
	*out = be32(p.data + (size_t)i * 4);
	return VIO_OK;
}

/* Take the first string off a list. NULL: there are no more. */
static const char *take_string(struct vio_dt_prop *list)
{
	const char *s = (const char *)list->data;

	for (uint32_t i = 0; i < list->len; i++) {
		if (s[i] != '\0')
			continue;
		list->data += i + 1;
		list->len -= i + 1;
		return s;
	}
	list->len = 0;
	return NULL;
}

const char *vio_dt_string(struct vio_dt_prop p, unsigned i)
{
	const char *s = take_string(&p);

	while (s && i-- > 0)
		s = take_string(&p);
	return s;
}

bool vio_dt_has_string(const struct vio_dt *dt, struct vio_dt_node n, const char *prop,
		       const char *what)
{
	struct vio_dt_prop list = vio_dt_get_prop(dt, n, prop);
	const char *s;

	while ((s = take_string(&list)))
		if (equal(s, what))
			return true;
	return false;
}

bool vio_dt_compatible(const struct vio_dt *dt, struct vio_dt_node n, const char *what)
{
	return vio_dt_has_string(dt, n, "compatible", what);
}
