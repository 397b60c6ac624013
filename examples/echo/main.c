/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends each key back, and sleeps until the next key. 'q' ends the program. */
#include <picovirtio/app.h>
#include <picovirtio/board.h>
#include <picovirtio/console.h>

#include <inttypes.h>
#include <stdio.h>

static const struct vio_class classes[] = { { &vio_console_driver, NULL } };

static bool is_key(void *terminal)
{
	return vio_terminal_has_input(terminal);
}

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 1 };
	int key = 0;

	vio_app_start(&app);
	printf("Every key comes back; q ends.\n");
	while (key != 'q') {
		vio_loop_wait(&app.loop, is_key, &app.terminal, UINT64_MAX);
		key = vio_terminal_getc(&app.terminal);
		putchar(key == '\r' ? '\n' : key);
	}
	printf("\nbye, after %" PRIu32 " sleeps\n", vio_board_get_idle_counts().sleeps);
	vio_terminal_finish(&app.terminal);
	return 0;
}
