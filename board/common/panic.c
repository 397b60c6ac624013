/* SPDX-License-Identifier: BSD-2-Clause */
/* Panics: print what happened where it can be read, then power off with code 1. */
#include "board/common/backtrace.h"
#include "board/common/common.h"

/* Written at the end of the stack. If it is gone, the stack grew over it. */
#define STACK_MARK UINT64_C(0x5ac6b07705ac6b07)

/* Number of words with the mark, since a frame may leave some words unchanged. */
enum { MARKS = 8 };

extern uint64_t __stack_guard[], __stack_bottom[];

bool (*vio_board_panic_write)(const char *p, size_t n);

static struct {
	unsigned depth; /* number of panics so far */
	char buf[2048]; /* the report of the first panic */
	struct text text;
} panic = { .text = { panic.buf, 0, sizeof(panic.buf) } };

/* Writes the report, and why it could not be written to its first destination. */
static void write_both(const char *again)
{
	struct text t = { panic.text.at + panic.text.len, 0, panic.text.size - panic.text.len };

	vio_text_str(&t, "*** while that was reported: ");
	vio_text_str(&t, again);
	vio_text_str(&t, "\r\n");
	vio_board_early_write(panic.text.at, panic.text.len + t.len);
}

/* A second panic goes to the early console, a third one to the firmware below, since the previous
 * destination may be the cause. A fourth panic only powers off, and a fifth stops. */
static _Noreturn void finish(const char *again)
{
	const char *p = panic.text.at;

	if (panic.depth == 1) {
		if (!vio_board_panic_write || !vio_board_panic_write(p, panic.text.len))
			vio_board_early_write(p, panic.text.len);
	} else if (panic.depth <= 3) {
		if (panic.depth == 3)
			vio_early_drop_uart();
		write_both(again);
	} else if (panic.depth > 4) {
		for (;;)
			vio_cpu_wait();
	}
	vio_board_poweroff(1);
}

_Noreturn void vio_panic_end(const char *kind, const char *why, const struct panic_place *place)
{
	panic.depth++;
	vio_panic_begin();
	if (panic.depth == 1) {
		vio_text_str(&panic.text, "\r\n*** ");
		vio_text_str(&panic.text, kind);
		vio_text_str(&panic.text, ": ");
		vio_text_str(&panic.text, why);
		if (place->registers)
			place->registers(&panic.text, place->frame);
		vio_backtrace(&panic.text, place->pc, place->ra, place->sp);
		vio_text_str(&panic.text, "\r\n");
	}
	finish(why);
}

_Noreturn void vio_board_panic(const char *why)
{
	const struct panic_place place = { .ra = (uintptr_t)__builtin_return_address(0),
					   .sp = (uintptr_t)__builtin_frame_address(0) };

	vio_panic_end("panic", why, &place);
}

void vio_stack_mark(void)
{
	for (unsigned i = 0; i < MARKS; i++)
		__stack_bottom[i] = STACK_MARK;
}

void vio_stack_check(void)
{
	for (unsigned i = 0; i < MARKS; i++) {
		if (__stack_bottom[i] != STACK_MARK)
			vio_board_panic("stack overflow: the mark at the end of the stack is gone");
	}
}

bool vio_stack_guards(uintptr_t at)
{
	return at >= (uintptr_t)__stack_guard && at < (uintptr_t)__stack_bottom;
}
