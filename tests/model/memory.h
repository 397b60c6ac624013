/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory as the device sees it: device addresses, translated by the test. */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <picovirtio/types.h>

struct mq;

struct model_memory {
	void *ctx;
	/*
	 * `len` bytes at device address `addr`, as the host sees them. NULL: the
	 * device was not given all of them (for writing, if `write`). See
	 * tests/host_platform.h for implementations.
	 */
	void *(*at)(void *ctx, uint64_t addr, uint64_t len, bool write);
	/* Before a store of the device; may be NULL. False: it is done already, or not to be done.
	 */
	bool (*on_store)(void *ctx, uint8_t *to, const uint8_t *from, uint64_t len);
	bool lenient; /* an address out of reach breaks no rule, since the device invented it */
	struct mq *queues; /* private: live queues, to find buffers that are in two requests */
};

/* Accesses of the device. An address out of reach breaks rule resfeat-005, and reads as 0. */
uint16_t model_load16(struct model_memory *mem, uint64_t addr);
uint32_t model_load32(struct model_memory *mem, uint64_t addr);
uint64_t model_load64(struct model_memory *mem, uint64_t addr);
void model_store16(struct model_memory *mem, uint64_t addr, uint16_t v);
void model_store32(struct model_memory *mem, uint64_t addr, uint32_t v);
void model_load(struct model_memory *mem, uint64_t addr, void *dst, uint64_t len);
void model_store(struct model_memory *mem, uint64_t addr, const void *src, uint64_t len);

#endif
