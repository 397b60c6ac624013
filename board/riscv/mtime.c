/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/riscv/mtime.h"
#include "board/common/wide.h"
#include <picovirtio/io.h>
#include "board/riscv/csr_names.h"
#include "board/riscv/riscv.h"

enum {
	CLINT_MTIMECMP = 0x4000,
	CLINT_MTIME = 0xbff8,
	CLINT_BYTES = 0xc000,
	CLINT_ENTRIES = 2, /* interrupts of a hart in a CLINT: software and timer */
	MTIMER_TIME = 0,   /* entries of `reg` of an ACLINT */
	MTIMER_COMPARE = 1,
};

static struct {
	struct wide time, compare;
	bool there;
} timer;

static bool use(uintptr_t time, uintptr_t compare)
{
	timer.there = time % 8 == 0 && compare % 8 == 0 && vio_wide_use(&timer.time, time) &&
		      vio_wide_use(&timer.compare, compare);
	return timer.there;
}

static bool use_mtimer(struct vio_dt_node n)
{
	const int at = vio_riscv_hart_entry(n, RISCV_IRQ_TIMER);
	uintptr_t compare, time;

	return at >= 0 && vio_tree_reg(n, MTIMER_TIME, 8, &time) &&
	       vio_tree_reg(n, MTIMER_COMPARE, 8 * ((uint64_t)at + 1), &compare) &&
	       use(time, compare + 8 * (uintptr_t)at);
}

static bool use_clint(struct vio_dt_node n)
{
	const int at = vio_riscv_hart_entry(n, RISCV_IRQ_TIMER);
	uintptr_t base;

	return at >= 0 && at / CLINT_ENTRIES < (CLINT_MTIME - CLINT_MTIMECMP) / 8 &&
	       vio_tree_reg(n, 0, CLINT_BYTES, &base) &&
	       use(base + CLINT_MTIME, base + CLINT_MTIMECMP + 8 * (uintptr_t)(at / CLINT_ENTRIES));
}

static bool try_all(const char *compatible, bool (*use_node)(struct vio_dt_node n))
{
	struct vio_dt_walk w = { 0 };
	struct vio_dt_node n;

	if (vio_board.dt_error != VIO_OK)
		return false;
	while (vio_dt_is(n = vio_dt_walk_next(&vio_board.dt, &w, compatible))) {
		if (use_node(n))
			return true;
	}
	return false;
}

bool vio_mtime_find(void)
{
	return try_all("riscv,aclint-mtimer", use_mtimer) || try_all("sifive,clint0", use_clint) ||
	       try_all("riscv,clint0", use_clint);
}

bool vio_mtime_there(void)
{
	return timer.there;
}

uint64_t vio_mtime_read(void)
{
	return vio_wide_read(&timer.time);
}

void vio_mtime_compare(uint64_t ticks)
{
	/* If it is written in halves, the value in between must not be an earlier time, so it is
	 * set far away first. */
	if (timer.compare.halves)
		vio_write32(timer.compare.at + 4, UINT32_MAX);
	vio_wide_write(&timer.compare, ticks);
}
