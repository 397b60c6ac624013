/* SPDX-License-Identifier: BSD-2-Clause */
/* Uses the devicetree that is built into the image, whatever the boot loader hands over. */
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/probe.h>
#include <picovirtio/terminal.h>

#include <stdio.h>

enum { SLOTS = 2 };

static const struct vio_class classes[] = { { &vio_console_driver, NULL } };

int main(void)
{
	static struct vio_slot slots[SLOTS];
	static struct vio_probe probe = { .dt = &vio_board.dt,
					  .platform = &vio_board.platform,
					  .classes = classes,
					  .nclasses = 1 };
	static struct vio_loop loop = { .platform = &vio_board.platform };
	static struct vio_terminal terminal = { .loop = &loop };

	vio_stdio_attach(&terminal);
	vio_probe_all(&probe, slots, SLOTS);
	loop.devices = probe.devices;
	vio_terminal_start(&terminal);

	const struct vio_dt_node root = vio_dt_root(&vio_board.dt);
	const char *model = vio_dt_string(vio_dt_get_prop(&vio_board.dt, root, "model"), 0);

	printf("machine: %s, devicetree: %s, %u virtio windows\n", model ? model : "no name",
	       vio_board.dt_from ? vio_board.dt_from : "none", probe.windows);
	vio_terminal_finish(&terminal);
	return vio_board.dt_built_in && probe.windows == SLOTS ? 0 : 1;
}
