/* SPDX-License-Identifier: BSD-2-Clause */
/* The early console: the UART that stdout-path names, or else the firmware below. */
#include <string.h>

#include "board/common/common.h"
#include "board/common/uart.h"

/* A byte at 9600 baud takes 1 ms, and the largest buffer of such a UART has 128 bytes. */
#define UART_TIMEOUT_NS UINT64_C(200000000)

/* The same limit as a number of looks, for when the clock must not be asked. A look takes at least
 * 50 ns. */
#define UART_LOOKS (UINT32_C(1) << 22)

static struct {
	struct uart uart; /* without a kind: the firmware below is used */
	bool stuck;	  /* the last wait timed out, so the next bytes do not wait */
	char name[32];
} early;

/* In a panic the clock is not asked, since it may be what is broken. */
static bool wait_for_room(void)
{
	const bool timed = !vio_panic_begun();
	const uint64_t start = timed ? vio_cpu_now() : 0;

	for (uint32_t looks = 0; looks < UART_LOOKS; looks++) {
		if (vio_uart_has_room(&early.uart))
			return true;
		if (timed && vio_cpu_now() - start > UART_TIMEOUT_NS)
			return false;
	}
	return false;
}

static void put(uint8_t c)
{
	const bool room = vio_uart_has_room(&early.uart) || (!early.stuck && wait_for_room());

	early.stuck = !room;
	if (room)
		vio_uart_put(&early.uart, c);
}

void vio_board_early_write(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (early.uart.kind)
			put((uint8_t)p[i]);
		else
			vio_below_put((uint8_t)p[i]);
	}
}

void vio_early_drop_uart(void)
{
	early.uart.kind = NULL;
}

int vio_board_early_read(void)
{
	return early.uart.kind ? vio_uart_get(&early.uart) : vio_below_get();
}

/* Use the first UART that there is. Not if there is firmware below, which may have a reason to use
 * none. */
static bool open_any(void)
{
	struct vio_dt_walk w = { 0 };
	struct vio_dt_node n;

	if (strcmp(vio_board.early_console, "SBI") == 0)
		return false;
	while (vio_dt_is(n = vio_dt_walk_next(&vio_board.dt, &w, NULL))) {
		if (vio_uart_open(&early.uart, n))
			return true;
	}
	return false;
}

void vio_early_init(void)
{
	struct text name = { early.name, 0, sizeof(early.name) };

	vio_board.lacks |= VIO_BOARD_NO_CONSOLE;
	if (vio_board.dt_error != VIO_OK ||
	    !vio_uart_open(&early.uart, vio_dt_stdout(&vio_board.dt))) {
		vio_board.early_console = vio_below_console();
		if (vio_board.dt_error != VIO_OK || !open_any())
			return;
	}
	vio_board.lacks &= ~(unsigned)VIO_BOARD_NO_CONSOLE;
	vio_text_str(&name, vio_uart_name(&early.uart));
	vio_text_hex(&name, early.uart.base, 1);
	vio_board.early_console = early.name;
}
