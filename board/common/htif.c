/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/htif.h"
#include <picovirtio/io.h>

enum {
	FROMHOST = 0,
	TOHOST = 8,
	DEVICE_SHIFT = 56,
	COMMAND_SHIFT = 48,
	DEVICE_CONSOLE = 1,
	COMMAND_GET = 0,
	COMMAND_PUT = 1,
	HELD_NONE = -1,
};

/* What the host still owes us, and a byte that came while something else went on. */
static struct {
	bool asked;
	int held;
} input = { .held = HELD_NONE };

static uint64_t load(uintptr_t at)
{
	const uint32_t high = vio_read32(at + 4);

	return (uint64_t)high << 32 | vio_read32(at);
}

/* In one piece: half a request is another one. (Two on a 32-bit CPU, which has no HTIF here.) */
static void store(uintptr_t at, uint64_t v)
{
	*(volatile uint64_t *)at = v;
}

static void request(uintptr_t base, uint64_t command, uint8_t data)
{
	store(base + TOHOST,
	      (uint64_t)DEVICE_CONSOLE << DEVICE_SHIFT | command << COMMAND_SHIFT | data);
}

bool vio_htif_room(const struct uart *u)
{
	return load(u->base + TOHOST) == 0;
}

/* The next answer comes only when this one was taken. */
static void take_answer(uintptr_t base)
{
	const uint64_t answer = load(base + FROMHOST);

	if (answer == 0)
		return;
	store(base + FROMHOST, 0);
	if (answer >> COMMAND_SHIFT != ((uint64_t)DEVICE_CONSOLE << 8 | COMMAND_GET))
		return;
	input.asked = false;
	input.held = (int)(answer & UINT8_MAX);
}

void vio_htif_put(const struct uart *u, uint8_t c)
{
	take_answer(u->base);
	request(u->base, COMMAND_PUT, c);
}

int vio_htif_get(const struct uart *u)
{
	int c;

	take_answer(u->base);
	c = input.held;
	input.held = HELD_NONE;
	if (c == HELD_NONE && !input.asked && vio_htif_room(u)) {
		request(u->base, COMMAND_GET, 0);
		input.asked = true;
	}
	return c;
}

void vio_htif_exit(uintptr_t base, int code)
{
	store(base + TOHOST, (uint64_t)(unsigned)code << 1 | 1);
}
