/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "board/common/common.h"

int tree_cells(struct dt_node n, const char *name, uint64_t *out)
{
	const struct dt_prop p = dt_is(n) ? dt_prop(&board.dt, n, name) : (struct dt_prop){ 0 };
	uint32_t high, low;

	if (p.data == NULL || dt_cell(p, 0, &high) != VIO_OK)
		return VIO_EFORMAT;
	if (dt_cell(p, 1, &low) == VIO_OK)
		*out = (uint64_t)high << 32 | low;
	else
		*out = high;
	return VIO_OK;
}

/* An address is never cut: its lower half may be that of something else. */
static void leave(struct dt_node n)
{
	for (unsigned i = 0; i < board.nbeyond; i++) {
		if (board.beyond[i].at == n.at)
			return;
	}
	if (board.nbeyond < BOARD_BEYOND_MAX)
		board.beyond[board.nbeyond++] = n;
}

bool tree_reg(struct dt_node n, unsigned i, uint64_t bytes, uintptr_t *at)
{
	struct vio_span reg;

	if (!dt_is(n) || dt_reg(&board.dt, n, i, &reg) != VIO_OK)
		return false;
	if (reg.base % 4 != 0 || bytes == 0 || reg.bytes < bytes)
		return false;
	if (reg.base > UINTPTR_MAX || bytes - 1 > UINTPTR_MAX - reg.base) {
		leave(n);
		return false;
	}
	*at = (uintptr_t)reg.base;
	return true;
}

bool tree_boot_word(const char *word)
{
	const struct dt_prop p = dt_prop(&board.dt, dt_path(&board.dt, "/chosen"), "bootargs");
	const char *at = dt_string(p, 0);

	while (at != NULL && *at != '\0') {
		const size_t len = strcspn(at, " ");

		if (len == strlen(word) && memcmp(at, word, len) == 0)
			return true;
		at += len;
		at += strspn(at, " ");
	}
	return false;
}

struct dt_node tree_cpu(struct dt_node n)
{
	const struct dt_node cpus = dt_path(&board.dt, "/cpus");

	if (!dt_is(cpus))
		return DT_NONE;
	for (n = dt_is(n) ? dt_next_sibling(&board.dt, n) : dt_first_child(&board.dt, cpus);
	     dt_is(n); n = dt_next_sibling(&board.dt, n)) {
		const char *type = dt_string(dt_prop(&board.dt, n, "device_type"), 0);

		if (type != NULL && strcmp(type, "cpu") == 0 && dt_available(&board.dt, n))
			return n;
	}
	return DT_NONE;
}

void count_cpus(void)
{
	struct dt_node n = DT_NONE;

	while (board.dt_error == VIO_OK && dt_is(n = tree_cpu(n)))
		board.harts++;
}
