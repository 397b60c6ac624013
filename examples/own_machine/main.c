/* SPDX-License-Identifier: BSD-2-Clause */
/* Uses the devicetree that is built into the image, whatever the boot loader hands over. */
#include <picovirtio/app.h>
#include <picovirtio/board.h>
#include <picovirtio/console.h>

#include <inttypes.h>
#include <stdio.h>

enum { WINDOWS = 2 };

static const struct vio_class classes[] = { { &vio_console_driver, NULL } };

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 1 };

	app.terminal.out.plain = true; /* a devicetree may have control characters */
	vio_app_start(&app);
	const struct vio_dt_node root = vio_dt_root(&vio_board.dt);
	const char *model = vio_dt_string(vio_dt_get_prop(&vio_board.dt, root, "model"), 0);

	printf("machine: %s, devicetree: %s, %u virtio windows\n", model ? model : "no name",
	       vio_board.dt_from ? vio_board.dt_from : "none", app.probe.windows);
	for (const struct vio_slot *s = app.probe.slots; s; s = s->next)
		printf("%s: a device of type %" PRIu32 "\n", s->name, s->mmio.base.device_type);
	vio_terminal_finish(&app.terminal);
	return vio_board.dt_built_in && app.probe.windows == WINDOWS ? 0 : 1;
}
