/* SPDX-License-Identifier: BSD-2-Clause */
#include "wide_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "board/common/common.h"
#include "board/host/host.h"

struct vio_board vio_board;

static struct vio_host_window window;

/* As board/common/tree.c has it, for a machine that can address all. */
bool vio_tree_reg(struct vio_dt_node n, unsigned i, uint64_t bytes, uintptr_t *at)
{
	struct vio_span reg;

	if (vio_dt_reg(&vio_board.dt, n, i, &reg) != VIO_OK || reg.bytes < bytes)
		return false;
	*at = (uintptr_t)reg.base;
	return true;
}

static void check(bool allowed)
{
	if (allowed)
		return;
	vio_guard_trapped();
	fail_msg("a trap outside of any guarded call");
}

static uint32_t read32(void *ctx, size_t off, unsigned width)
{
	struct wide_machine *m = ctx;

	check(m->takes_32 && width == 4);
	return (uint32_t)(m->read(m->ctx, off & ~(size_t)7) >> (off % 8 * 8));
}

/* A half at a time: the rest of the register is what it was, unless it joins the halves. */
static void write32(void *ctx, size_t off, unsigned width, uint32_t v)
{
	struct wide_machine *m = ctx;
	const size_t at = off & ~(size_t)7;

	check(m->takes_32 && width == 4);
	if (m->joins_halves && off == at) {
		m->lower = v;
		return;
	}
	uint64_t old = m->joins_halves ? m->lower : m->read(m->ctx, at);
	if (off == at)
		m->write(m->ctx, at, (old & ~(uint64_t)UINT32_MAX) | v);
	else
		m->write(m->ctx, at, (uint64_t)v << 32 | (uint32_t)old);
}

static uint64_t read64(void *ctx, size_t off)
{
	struct wide_machine *m = ctx;

	check(m->takes_64 && off % 8 == 0);
	return m->read(m->ctx, off);
}

static void write64(void *ctx, size_t off, uint64_t v)
{
	struct wide_machine *m = ctx;

	check(m->takes_64 && off % 8 == 0);
	m->write(m->ctx, off, v);
}

void wide_plug(struct wide_machine *m, uintptr_t base, size_t len)
{
	vio_host_windows_clear();
	window = (struct vio_host_window){ .base = base,
					   .len = len,
					   .ctx = m,
					   .read = read32,
					   .write = write32,
					   .read64 = read64,
					   .write64 = write64 };
	vio_host_window_add(&window);
}
