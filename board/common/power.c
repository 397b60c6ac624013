/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/common.h"
#include <picovirtio/io.h>

#define SETTLE_NS    UINT64_C(5000000000)
#define SETTLE_LOOKS (UINT32_C(1) << 27) /* the clock may stand still */

void vio_power_settle(void)
{
	const bool timed = !vio_panic_begun(); /* in a panic the clock may be what is broken */
	const uint64_t start = timed ? vio_cpu_now() : 0;

	for (volatile uint32_t n = 0; n < SETTLE_LOOKS; n++) {
		if (timed && vio_cpu_now() - start >= SETTLE_NS)
			break;
	}
}

static bool find_syscon(const char *what, uintptr_t *at, uint32_t *value)
{
	uint32_t phandle, offset;

	if (vio_board.dt_error != VIO_OK)
		return false;
	struct vio_dt_node n = vio_dt_find(&vio_board.dt, VIO_DT_NONE, what);
	if (!vio_dt_is(n) ||
	    vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, "regmap"), 0, &phandle) != VIO_OK ||
	    vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, "offset"), 0, &offset) != VIO_OK ||
	    vio_dt_cell(vio_dt_get_prop(&vio_board.dt, n, "value"), 0, value) != VIO_OK)
		return false;
	n = vio_dt_phandle(&vio_board.dt, phandle);
	if (offset % 4 != 0 || !vio_tree_reg(n, 0, offset + UINT64_C(4), at))
		return false;
	*at += offset;
	return true;
}

bool vio_power_has_syscon(const char *what)
{
	uintptr_t at;
	uint32_t value;

	return find_syscon(what, &at, &value);
}

void vio_power_syscon(const char *what)
{
	uintptr_t at;
	uint32_t value;

	if (find_syscon(what, &at, &value)) {
		vio_write32(at, value);
		vio_power_settle();
	}
}

int vio_power_code(int code)
{
	return code >= 0 && code <= UINT8_MAX ? code : 1;
}

_Noreturn void vio_power_end(const power_way *ways, size_t n, size_t *tried, int code)
{
	static const char stuck[] =
		"\r\nThe machine has no way, or no further way, to do that. The CPU stops.\r\n";

	while (*tried < n)
		ways[(*tried)++](code);
	vio_board_early_write(stuck, sizeof(stuck) - 1);
	for (;;)
		vio_cpu_wait();
}
