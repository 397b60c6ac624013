/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the virtio devices of the machine in its devicetree, and lists them on the virtio console.
 */
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/probe.h>
#include <picovirtio/terminal.h>

#include <inttypes.h>
#include <stdio.h>

enum { SLOTS = 32 };

/* The device classes that this image drives. */
static const struct vio_class classes[] = { { &vio_console_driver, NULL } };

/* A devicetree that places registers in memory is wrong: leave such a window alone. */
static bool is_memory(void *arg, struct vio_span window)
{
	(void)arg;
	return vio_board_memory_at(window);
}

int main(void)
{
	static struct vio_slot slots[SLOTS];
	static struct vio_probe probe = { .dt = &vio_board.dt,
					  .platform = &vio_board.platform,
					  .classes = classes,
					  .nclasses = 1,
					  .refused = is_memory };
	static struct vio_loop loop = { .platform = &vio_board.platform };
	static struct vio_terminal terminal = { .loop = &loop };

	vio_stdio_attach(&terminal); /* keeps the text of printf() until the console works */
	vio_probe_all(&probe, slots, SLOTS);
	loop.devices = probe.devices;
	vio_terminal_start(&terminal);

	printf("hello from %s\n", vio_board.name);
	for (const struct vio_slot *s = probe.slots; s; s = s->next)
		printf("%s: register version %" PRIu32 ", device type %" PRIu32 "\n", s->name,
		       s->mmio.version, s->mmio.base.device_type);
	vio_terminal_finish(&terminal);
	return terminal.place == VIO_TERMINAL_VIRTIO ? 0 : 1;
}
