/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devicetrees for tests: compiled from files, or built by the test with any error. Each tree has an
 * allocation of exactly its size, so that the sanitizer reports a read beyond its end.
 */
#ifndef DEVICETREE_BLOB_H
#define DEVICETREE_BLOB_H

#include <picovirtio/devicetree.h>

/* Offsets of the header's words. */
enum {
	H_MAGIC = 0,
	H_TOTALSIZE = 4,
	H_STRUCT = 8,
	H_STRINGS = 12,
	H_RESERVED = 16,
	H_VERSION = 20,
	H_LAST_COMP = 24,
	H_STRINGS_SIZE = 32,
	H_STRUCT_SIZE = 36,
};

/* The tokens of a structure block. */
enum { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, NOP = 4, END = 9 };

struct blob {
	uint8_t *bytes;
	uint32_t len;
};

/* The tree compiled or dumped as `name`; what QEMU made random in it is made 0. */
struct blob blob_load(const char *name);
struct blob blob_copy(const void *bytes, uint32_t len);
void blob_free(struct blob *b);

uint32_t get32(const struct blob *b, uint32_t at);
void put32(struct blob *b, uint32_t at, uint32_t value);

/* The same tree with the structure block last, where every cut hits it. */
struct blob blob_structs_last(const struct blob *b);

/*
 * A tree as it is written: {0}, then tree_begin(t, "") .. tree_end(t), then
 * tree_finish(), which adds FDT_END and leaves `t` empty. The structure block comes last.
 */
struct bytes {
	uint8_t *data;
	uint32_t len, cap;
};
struct tree {
	struct bytes structs, strings, reserved;
};

void tree_begin(struct tree *t, const char *name);
void tree_end(struct tree *t);
void tree_word(struct tree *t, uint32_t word); /* any token, NOP for one */
void tree_prop(struct tree *t, const char *name, const void *value, uint32_t len);
void tree_text(struct tree *t, const char *name, const char *value);
void tree_numbers(struct tree *t, const char *name, uint32_t n, const uint32_t *cells);
void tree_cell(struct tree *t, const char *name, uint32_t cell);
void tree_reserve(struct tree *t, uint64_t base, uint64_t bytes);
struct blob tree_finish(struct tree *t);

/* As tree_finish(), without FDT_END. */
struct blob tree_cut(struct tree *t);

#endif
