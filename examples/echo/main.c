/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends each key back, and sleeps until the next key. 'q' ends the program. */
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/probe.h>
#include <picovirtio/terminal.h>

#include <inttypes.h>
#include <stdio.h>

enum { SLOTS = 32 };

static const struct vio_class classes[] = { { &vio_console_driver, NULL } };

static bool is_key(void *terminal)
{
	return vio_terminal_has_input(terminal);
}

int main(void)
{
	static struct vio_slot slots[SLOTS];
	static struct vio_probe probe = { .dt = &vio_board.dt,
					  .platform = &vio_board.platform,
					  .classes = classes,
					  .nclasses = 1 };
	static struct vio_loop loop = { .platform = &vio_board.platform };
	static struct vio_terminal terminal = { .loop = &loop };
	int key = 0;

	vio_stdio_attach(&terminal);
	vio_probe_all(&probe, slots, SLOTS);
	for (const struct vio_slot *s = probe.slots; s; s = s->next)
		vio_board_irq_enable(s->has_irq ? &s->irq : NULL); /* ends the sleep */
	loop.devices = probe.devices;
	vio_terminal_start(&terminal);

	printf("Every key comes back; q ends.\n");
	while (key != 'q') {
		vio_loop_wait(&loop, is_key, &terminal, UINT64_MAX);
		key = vio_terminal_getc(&terminal);
		putchar(key == '\r' ? '\n' : key);
	}
	printf("\nbye, after %" PRIu32 " sleeps\n", vio_board_get_idle_counts().sleeps);
	vio_terminal_finish(&terminal);
	return 0;
}
