/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/common.h"
#include "board/mmio.h"

#define SETTLE_NS UINT64_C(100000000)

void power_settle(void)
{
	const uint64_t start = cpu_now();

	while (cpu_now() - start < SETTLE_NS)
		;
}

void power_syscon(const char *what)
{
	uint32_t phandle, offset, value;
	uintptr_t at;
	struct dt_node n;

	if (board.dt_error != VIO_OK)
		return;
	n = dt_find(&board.dt, DT_NONE, what);
	if (!dt_is(n) || dt_cell(dt_prop(&board.dt, n, "regmap"), 0, &phandle) != VIO_OK ||
	    dt_cell(dt_prop(&board.dt, n, "offset"), 0, &offset) != VIO_OK ||
	    dt_cell(dt_prop(&board.dt, n, "value"), 0, &value) != VIO_OK)
		return;
	n = dt_phandle(&board.dt, phandle);
	if (offset % 4 == 0 && tree_reg(n, 0, offset + UINT64_C(4), &at)) {
		mmio_write32(at + offset, value);
		power_settle();
	}
}

int power_code(int code)
{
	return code >= 0 && code <= UINT8_MAX ? code : 1;
}

_Noreturn void power_end(const power_way *ways, size_t n, size_t *tried, int code)
{
	while (*tried < n)
		ways[(*tried)++](code);
	for (;;)
		cpu_wait();
}
