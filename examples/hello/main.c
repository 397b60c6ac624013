/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the virtio devices of the machine in its devicetree, and lists them on the virtio console.
 */
#include <picovirtio/app.h>
#include <picovirtio/board.h>
#include <picovirtio/console.h>

#include <inttypes.h>
#include <stdio.h>

/* The device classes that this image drives. */
static const struct vio_class classes[] = { { &vio_console_driver, NULL } };

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 1 };

	vio_app_start(&app); /* finds the devices, and starts the console for printf() */
	printf("hello from %s\n", vio_board.name);
	printf("%u windows, %u of them with a device\n", app.probe.windows, app.probe.used);
	for (const struct vio_slot *s = app.probe.slots; s; s = s->next) {
		printf("%s: register version %" PRIu32 ", device type %" PRIu32 ", %s\n", s->name,
		       s->mmio.version, s->mmio.base.device_type,
		       s->device ? s->device->driver->name : "no driver in this image");
	}
	vio_terminal_finish(&app.terminal);
	return app.terminal.place == VIO_TERMINAL_VIRTIO ? 0 : 1;
}
