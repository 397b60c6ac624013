/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/words/machine.h"

#include <picovirtio/board.h>
#include "firmware/words/complain.h"

#include <stdio.h>
#include <string.h>

const char machine_net_options[] = "-netdev user,id=n -device virtio-net-device,netdev=n";

/* Does one string of the list contain "qemu"? */
static bool names_qemu(struct vio_dt_node n, const char *property)
{
	const struct vio_dt_prop p = vio_dt_get_prop(&vio_board.dt, n, property);
	const char *name;

	for (unsigned i = 0; (name = vio_dt_string(p, i)); i++) {
		if (strstr(name, "qemu") != NULL)
			return true;
	}
	return false;
}

/* Nearly all of QEMU's devicetrees have its configuration device; others name QEMU in the root. */
bool machine_is_qemu(void)
{
	const struct vio_dt *dt = &vio_board.dt;

	if (vio_board.dt_error != VIO_OK)
		return false;
	return vio_dt_is(vio_dt_find(dt, VIO_DT_NONE, "qemu,fw-cfg-mmio")) ||
	       names_qemu(vio_dt_root(dt), "compatible") || names_qemu(vio_dt_root(dt), "model");
}

void machine_lacks(const char *who, const char *what, const char *options)
{
	complain("%s: no %s among the virtio-mmio devices", who, what);
	if (machine_is_qemu())
		printf("; QEMU adds one with\n  %s", options);
	printf("\n");
}
