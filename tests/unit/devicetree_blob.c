/* SPDX-License-Identifier: BSD-2-Clause */
#include "devicetree_blob.h"

#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 40 };

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static void add(struct bytes *to, const void *from, uint32_t len)
{
	if (to->cap - to->len < len) {
		to->cap = (to->len + len) * 2;
		to->data = must(realloc(to->data, to->cap));
	}
	if (len > 0)
		memcpy(to->data + to->len, from, len);
	to->len += len;
}

static void add32(struct bytes *to, uint32_t v)
{
	const uint8_t be[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
				(uint8_t)v };

	add(to, be, 4);
}

static void pad(struct bytes *to, uint32_t align)
{
	while (to->len % align != 0)
		add(to, "", 1);
}

struct blob blob_copy(const void *bytes, uint32_t len)
{
	struct blob b = { must(malloc(len == 0 ? 1 : len)), len };

	memcpy(b.bytes, bytes, len);
	return b;
}

void blob_free(struct blob *b)
{
	free(b->bytes);
	*b = (struct blob){ NULL, 0 };
}

struct blob blob_load(const char *name)
{
	char path[4096];
	FILE *f;
	int chosen, seed_bytes = 0;
	void *seed;

	snprintf(path, sizeof(path), "%s/%s.dtb", DEVICETREE_TREES, name);
	f = must(fopen(path, "rb"));
	fseek(f, 0, SEEK_END);
	long len = ftell(f);
	rewind(f);
	struct blob b = (struct blob){ must(malloc((size_t)len)), (uint32_t)len };
	if (fread(b.bytes, 1, (size_t)len, f) != (size_t)len)
		abort();
	fclose(f);
	chosen = fdt_path_offset(b.bytes, "/chosen");
	seed = chosen < 0 ? NULL : fdt_getprop_w(b.bytes, chosen, "rng-seed", &seed_bytes);
	if (seed != NULL)
		memset(seed, 0, (size_t)seed_bytes);
	return b;
}

uint32_t get32(const struct blob *b, uint32_t at)
{
	const uint8_t *p = b->bytes + at;

	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

void put32(struct blob *b, uint32_t at, uint32_t value)
{
	for (uint32_t i = 0; i < 4; i++)
		b->bytes[at + i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Takes the three blocks; the structure block last. */
static struct blob assemble(struct tree *t)
{
	struct bytes all = { NULL, 0, 0 };

	pad(&t->strings, 4);
	uint32_t strings = HEADER + t->reserved.len;
	uint32_t structs = strings + t->strings.len;
	add32(&all, 0xd00dfeed);
	add32(&all, structs + t->structs.len);
	add32(&all, structs);
	add32(&all, strings);
	add32(&all, HEADER);
	add32(&all, 17);
	add32(&all, 16);
	add32(&all, 0);
	add32(&all, t->strings.len);
	add32(&all, t->structs.len);
	add(&all, t->reserved.data, t->reserved.len);
	add(&all, t->strings.data, t->strings.len);
	add(&all, t->structs.data, t->structs.len);
	struct blob b = blob_copy(all.data, all.len);
	free(all.data);
	free(t->structs.data);
	free(t->strings.data);
	free(t->reserved.data);
	*t = (struct tree){ 0 };
	return b;
}

struct blob blob_structs_last(const struct blob *b)
{
	struct tree t = { 0 };
	const uint32_t strings = get32(b, H_STRINGS), structs = get32(b, H_STRUCT);
	uint32_t reserved = get32(b, H_RESERVED);

	do {
		add(&t.reserved, b->bytes + reserved, 16);
		reserved += 16;
	} while (get32(b, reserved - 8) != 0 || get32(b, reserved - 4) != 0);
	add(&t.strings, b->bytes + strings, get32(b, H_STRINGS_SIZE));
	add(&t.structs, b->bytes + structs, get32(b, H_STRUCT_SIZE));
	return assemble(&t);
}

void tree_begin(struct tree *t, const char *name)
{
	add32(&t->structs, BEGIN_NODE);
	add(&t->structs, name, (uint32_t)strlen(name) + 1);
	pad(&t->structs, 4);
}

void tree_end(struct tree *t)
{
	add32(&t->structs, END_NODE);
}

void tree_word(struct tree *t, uint32_t word)
{
	add32(&t->structs, word);
}

/* The offset of `name` in the strings block, which gets it unless it is there. */
static uint32_t string_at(struct bytes *strings, const char *name)
{
	const uint32_t len = (uint32_t)strlen(name) + 1;
	uint32_t at = 0;

	while (at < strings->len && strcmp((const char *)strings->data + at, name) != 0)
		at += (uint32_t)strlen((const char *)strings->data + at) + 1;
	if (at == strings->len)
		add(strings, name, len);
	return at;
}

void tree_prop(struct tree *t, const char *name, const void *value, uint32_t len)
{
	add32(&t->structs, PROP);
	add32(&t->structs, len);
	add32(&t->structs, string_at(&t->strings, name));
	add(&t->structs, value, len);
	pad(&t->structs, 4);
}

void tree_text(struct tree *t, const char *name, const char *value)
{
	tree_prop(t, name, value, (uint32_t)strlen(value) + 1);
}

void tree_numbers(struct tree *t, const char *name, uint32_t n, const uint32_t *cells)
{
	struct bytes value = { NULL, 0, 0 };

	for (uint32_t i = 0; i < n; i++)
		add32(&value, cells[i]);
	tree_prop(t, name, value.data, value.len);
	free(value.data);
}

void tree_cell(struct tree *t, const char *name, uint32_t cell)
{
	tree_numbers(t, name, 1, &cell);
}

void tree_reserve(struct tree *t, uint64_t base, uint64_t bytes)
{
	add32(&t->reserved, (uint32_t)(base >> 32));
	add32(&t->reserved, (uint32_t)base);
	add32(&t->reserved, (uint32_t)(bytes >> 32));
	add32(&t->reserved, (uint32_t)bytes);
}

struct blob tree_cut(struct tree *t)
{
	tree_reserve(t, 0, 0);
	return assemble(t);
}

struct blob tree_finish(struct tree *t)
{
	add32(&t->structs, END);
	return tree_cut(t);
}
