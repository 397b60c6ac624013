/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "board/common/common.h"

int vio_tree_cells(struct vio_dt_node n, const char *name, uint64_t *out)
{
	const struct vio_dt_prop p =
		vio_dt_is(n) ? vio_dt_get_prop(&vio_board.dt, n, name) : (struct vio_dt_prop){ 0 };
	uint32_t high, low;

	if (!p.data || vio_dt_cell(p, 0, &high) != VIO_OK)
		return VIO_EFORMAT;
	if (vio_dt_cell(p, 1, &low) == VIO_OK)
		*out = (uint64_t)high << 32 | low;
	else
		*out = high;
	return VIO_OK;
}

bool vio_tree_leave(struct vio_dt_node n, const char *lies_in)
{
	for (unsigned i = 0; i < vio_board.nleft; i++) {
		if (vio_board.left[i].node.at == n.at)
			return false;
	}
	if (vio_board.nleft < VIO_BOARD_LEFT_MAX)
		vio_board.left[vio_board.nleft++] = (struct vio_board_left){ n, lies_in };
	return false;
}

bool vio_tree_reg(struct vio_dt_node n, unsigned i, uint64_t bytes, uintptr_t *at)
{
	struct vio_span reg;
	const char *lies_in;

	if (!vio_dt_is(n) || vio_dt_reg(&vio_board.dt, n, i, &reg) != VIO_OK)
		return false;
	if (reg.base % 4 != 0 || bytes == 0 || reg.bytes < bytes)
		return false;
	/* An address is never truncated: its lower half may be the address of something else. */
	if (reg.base > UINTPTR_MAX || bytes - 1 > UINTPTR_MAX - reg.base)
		return vio_tree_leave(n, NULL);
	lies_in = vio_board_memory_at((struct vio_span){ reg.base, bytes });
	if (lies_in)
		return vio_tree_leave(n, lies_in);
	*at = (uintptr_t)reg.base;
	return true;
}

bool vio_tree_boot_word(const char *word)
{
	const struct vio_dt_prop p =
		vio_dt_get_prop(&vio_board.dt, vio_dt_path(&vio_board.dt, "/chosen"), "bootargs");
	const char *at = vio_dt_string(p, 0);

	while (at && *at != '\0') {
		const size_t len = strcspn(at, " ");

		if (len == strlen(word) && memcmp(at, word, len) == 0)
			return true;
		at += len;
		at += strspn(at, " ");
	}
	return false;
}

struct vio_dt_node vio_tree_cpu(struct vio_dt_node n)
{
	if (vio_dt_is(n)) {
		n = vio_dt_next_sibling(&vio_board.dt, n);
	} else {
		n = vio_dt_path(&vio_board.dt, "/cpus");
		n = vio_dt_available(&vio_board.dt, n) ? vio_dt_first_child(&vio_board.dt, n)
						       : VIO_DT_NONE;
	}
	for (; vio_dt_is(n); n = vio_dt_next_sibling(&vio_board.dt, n)) {
		const char *type =
			vio_dt_string(vio_dt_get_prop(&vio_board.dt, n, "device_type"), 0);

		if (type && strcmp(type, "cpu") == 0 && vio_dt_enabled(&vio_board.dt, n))
			return n;
	}
	return VIO_DT_NONE;
}

void vio_count_cpus(void)
{
	struct vio_dt_node n = VIO_DT_NONE;

	while (vio_board.dt_error == VIO_OK && vio_dt_is(n = vio_tree_cpu(n)))
		vio_board.harts++;
}
