/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An application on our board code: its devices, its loop and its console in one struct.
 *
 *     static const struct vio_class classes[] = { { &vio_console_driver, NULL },
 *                                                 { &vio_blk_driver, NULL } };
 *     static struct vio_app app = { .classes = classes, .nclasses = 2 };
 *
 *     vio_app_start(&app);              printf() works from here on
 *     struct vio_blk *disk = vio_blk_of(vio_probe_first(&app.probe, &vio_blk_driver));
 *     vio_loop_wait(&app.loop, is_done, &job, timeout);
 *     vio_terminal_finish(&app.terminal);   before main() returns
 *
 * vio_app_start() calls public functions only. An application that needs another order calls these
 * itself: vio_stdio_attach(), vio_probe_all(), vio_board_irq_enable(), vio_terminal_start().
 */
#ifndef VIO_APP_H
#define VIO_APP_H

#include <picovirtio/loop.h>
#include <picovirtio/probe.h>
#include <picovirtio/terminal.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VIO_APP_SLOTS = 32 }; /* most devices of an application */

struct vio_app {
	/* The caller fills these fields, and may set fields of `loop` and `terminal` before the
	 * start. All other fields start zeroed. */
	const struct vio_class *classes; /* all classes of the image, that of the console too */
	size_t nclasses;

	struct vio_probe probe; /* `slots` and `devices` are the lists of what was found */
	struct vio_loop loop;
	struct vio_terminal terminal;
	struct vio_slot slot[VIO_APP_SLOTS]; /* private: use probe.slots */
};

/*
 * Connect the standard streams to the console, find the devices in the devicetree of the board,
 * start them, let their interrupts end a sleep, and start the console. A window is left alone if
 * the devicetree places it in memory, or if an access to it traps. Returns the number of slots with
 * a device. VIO_ERANGE: there are more than VIO_APP_SLOTS; the first ones were started as usual.
 */
int vio_app_start(struct vio_app *a);

#ifdef __cplusplus
}
#endif
#endif
