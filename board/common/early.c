/* SPDX-License-Identifier: BSD-2-Clause */
/* The early console: the UART that stdout-path names, else what is below us. */
#include <string.h>

#include "board/common/common.h"
#include "board/common/uart.h"

/* A byte at 9600 baud takes 1 ms, the deepest buffer of the kind 128 of them. */
#define UART_PATIENCE_NS UINT64_C(200000000)

static struct {
	struct uart uart; /* without a kind: what is below us */
	bool stuck;	  /* the last wait ran out: the next bytes get no wait */
	char name[32];
} early;

static void put(uint8_t c)
{
	const uint64_t start = cpu_now();

	while (!uart_has_room(&early.uart)) {
		if (early.stuck || cpu_now() - start > UART_PATIENCE_NS) {
			early.stuck = true;
			return;
		}
	}
	early.stuck = false;
	uart_put(&early.uart, c);
}

void board_early_write(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (early.uart.kind != NULL)
			put((uint8_t)p[i]);
		else
			below_put((uint8_t)p[i]);
	}
}

int board_early_read(void)
{
	return early.uart.kind != NULL ? uart_get(&early.uart) : below_get();
}

/* The first that there is; not where firmware below us may have reasons to use none. */
static bool open_any(void)
{
	struct dt_node n = DT_NONE;

	if (strcmp(board.early_console, "SBI") == 0)
		return false;
	while (dt_is(n = dt_next(&board.dt, n, NULL))) {
		if (dt_available(&board.dt, n) && uart_open(&early.uart, n))
			return true;
	}
	return false;
}

void early_init(void)
{
	struct text name = { early.name, 0, sizeof(early.name) };

	board.lacks |= BOARD_NO_CONSOLE;
	if (board.dt_error != VIO_OK || !uart_open(&early.uart, dt_stdout(&board.dt))) {
		board.early_console = below_console();
		if (board.dt_error != VIO_OK || !open_any())
			return;
	}
	board.lacks &= ~(unsigned)BOARD_NO_CONSOLE;
	text_str(&name, uart_name(&early.uart));
	text_hex(&name, early.uart.base, 1);
	board.early_console = early.name;
}
