/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/common.h"
#include "board/mmio.h"

#define SETTLE_NS UINT64_C(5000000000)

void power_settle(void)
{
	const uint64_t start = cpu_now();

	while (cpu_now() - start < SETTLE_NS)
		;
}

static bool find_syscon(const char *what, uintptr_t *at, uint32_t *value)
{
	uint32_t phandle, offset;
	struct dt_node n;

	if (board.dt_error != VIO_OK)
		return false;
	n = dt_find(&board.dt, DT_NONE, what);
	if (!dt_is(n) || dt_cell(dt_prop(&board.dt, n, "regmap"), 0, &phandle) != VIO_OK ||
	    dt_cell(dt_prop(&board.dt, n, "offset"), 0, &offset) != VIO_OK ||
	    dt_cell(dt_prop(&board.dt, n, "value"), 0, value) != VIO_OK)
		return false;
	n = dt_phandle(&board.dt, phandle);
	if (offset % 4 != 0 || !tree_reg(n, 0, offset + UINT64_C(4), at))
		return false;
	*at += offset;
	return true;
}

bool power_has_syscon(const char *what)
{
	uintptr_t at;
	uint32_t value;

	return find_syscon(what, &at, &value);
}

void power_syscon(const char *what)
{
	uintptr_t at;
	uint32_t value;

	if (find_syscon(what, &at, &value)) {
		mmio_write32(at, value);
		power_settle();
	}
}

int power_code(int code)
{
	return code >= 0 && code <= UINT8_MAX ? code : 1;
}

_Noreturn void power_end(const power_way *ways, size_t n, size_t *tried, int code)
{
	static const char stuck[] =
		"\r\nThere is no way, or no other, to do that: it stops here.\r\n";

	while (*tried < n)
		ways[(*tried)++](code);
	board_early_write(stuck, sizeof(stuck) - 1);
	for (;;)
		cpu_wait();
}
