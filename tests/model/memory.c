/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/model/memory.h"
#include "tests/model/rule.h"

#include <inttypes.h>
#include <string.h>

static void *reach(struct model_memory *mem, uint64_t addr, uint64_t len, bool write)
{
	void *p = mem->at(mem->ctx, addr, len, write);

	if (!p && !mem->lenient)
		model_fail("resfeat-005", "6.1",
			   "the device cannot %s %" PRIu64 " bytes at 0x%" PRIx64,
			   write ? "write" : "read", len, addr);
	return p;
}

void model_load(struct model_memory *mem, uint64_t addr, void *dst, uint64_t len)
{
	const void *p = reach(mem, addr, len, false);

	if (p)
		memcpy(dst, p, (size_t)len);
	else
		memset(dst, 0, (size_t)len);
}

void model_store(struct model_memory *mem, uint64_t addr, const void *src, uint64_t len)
{
	void *p = reach(mem, addr, len, true);

	if (p && (!mem->on_store || mem->on_store(mem->ctx, p, src, len)))
		memcpy(p, src, (size_t)len);
}

/* Rings and descriptors are little-endian (1.4), whatever the byte order of the host. */
static uint64_t load_le(struct model_memory *mem, uint64_t addr, unsigned len)
{
	uint8_t b[8];
	uint64_t v = 0;

	model_load(mem, addr, b, len);
	for (unsigned i = 0; i < len; i++)
		v |= (uint64_t)b[i] << (8 * i);
	return v;
}

static void store_le(struct model_memory *mem, uint64_t addr, unsigned len, uint64_t v)
{
	uint8_t b[8];

	for (unsigned i = 0; i < len; i++)
		b[i] = (uint8_t)(v >> (8 * i));
	model_store(mem, addr, b, len);
}

uint16_t model_load16(struct model_memory *mem, uint64_t addr)
{
	return (uint16_t)load_le(mem, addr, 2);
}

uint32_t model_load32(struct model_memory *mem, uint64_t addr)
{
	return (uint32_t)load_le(mem, addr, 4);
}

uint64_t model_load64(struct model_memory *mem, uint64_t addr)
{
	return load_le(mem, addr, 8);
}

void model_store16(struct model_memory *mem, uint64_t addr, uint16_t v)
{
	store_le(mem, addr, 2, v);
}

void model_store32(struct model_memory *mem, uint64_t addr, uint32_t v)
{
	store_le(mem, addr, 4, v);
}
