/* SPDX-License-Identifier: BSD-2-Clause */
#include "board/common/backtrace.h"

enum { WORDS = 8, CALLS = 32, DIGITS = 2 * sizeof(uintptr_t), IN_A_LINE = 4 };

extern char __image_start[], __text_end[];
extern uintptr_t __stack_bottom[], __stack_top[];

/* The addresses of the report, each once, in the order in which they were found. */
struct calls {
	uintptr_t at[CALLS];
	unsigned n;
};

static bool is_code(uintptr_t at)
{
	return at > (uintptr_t)__image_start && at < (uintptr_t)__text_end;
}

static void add_call(struct calls *c, uintptr_t at)
{
	for (unsigned i = 0; i < c->n; i++) {
		if (c->at[i] == at)
			return;
	}
	if (c->n < CALLS && is_code(at) && vio_cpu_follows_call(at))
		c->at[c->n++] = at;
}

static void put_word(struct text *t, unsigned i, uintptr_t v)
{
	vio_text_str(t, i % IN_A_LINE == 0 ? "\r\n    " : " ");
	vio_text_hex(t, v, DIGITS);
}

void vio_backtrace(struct text *t, uintptr_t pc, uintptr_t ra, uintptr_t sp)
{
	struct calls calls = { .n = 0 };
	const uintptr_t *word = (const uintptr_t *)(sp & ~(sizeof(sp) - 1));

	add_call(&calls, ra);
	if (word < __stack_bottom || word >= __stack_top) {
		vio_text_str(t, "\r\n  sp is not in the stack.");
		word = __stack_top;
	} else {
		vio_text_str(t, "\r\n  The stack begins with");
	}
	for (unsigned i = 0; word < __stack_top; word++, i++) {
		if (i < WORDS)
			put_word(t, i, *word);
		add_call(&calls, *word);
	}
	vio_text_str(
		t, "\r\n  Called from, the latest first (some may be of earlier calls); for names:"
		   "\r\n  addr2line -pfiae IMAGE.elf");
	if (pc != 0)
		put_word(t, 0, pc);
	for (unsigned i = 0; i < calls.n; i++)
		put_word(t, i, calls.at[i]);
}
