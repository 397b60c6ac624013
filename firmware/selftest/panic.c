/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/console/command.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A symbol of the board's link script. */
extern char __stack_bottom[];

/* The end of the address space, where nothing is. Volatile, so that the compiler does not warn
 * about the access. */
static volatile uintptr_t nowhere = UINTPTR_MAX - 15;

static void illegal(void)
{
	__builtin_trap();
}

static void read_nowhere(void)
{
	(void)*(volatile uint32_t *)nowhere;
}

static void write_nowhere(void)
{
	*(volatile uint32_t *)nowhere = 0;
}

static void jump_nowhere(void)
{
	((void (*)(void))nowhere)();
}

/* Not every CPU traps here. */
static void read_unaligned(void)
{
	static const uint32_t words[2] = { 0x03020100, 0x07060504 };
	volatile uintptr_t at = (uintptr_t)words + 1;

	printf("an access that is not aligned works here: %08" PRIx32 "\n",
	       *(const volatile uint32_t *)at);
}

/* Recurses down to the end of the stack and a little further, and returns. The buffer is used after
 * the call, so that the compiler does not turn the recursion into a loop. */
static unsigned grow(void)
{
	volatile char buffer[256];
	unsigned depth = 1;

	for (size_t i = 0; i < sizeof(buffer); i++)
		buffer[i] = 'x';
	if ((uintptr_t)buffer >= (uintptr_t)__stack_bottom)
		depth += grow();
	return depth + (unsigned)(buffer[0] - 'x');
}

static void overflow(void)
{
	const unsigned depth = grow();

	printf("%u calls deep, and nothing trapped: it is noticed before the next sleep\n", depth);
}

static const struct {
	const char *name;
	void (*run)(void);
} kinds[] = {
	{ "illegal", illegal },	  { "read", read_nowhere },    { "write", write_nowhere },
	{ "jump", jump_nowhere }, { "align", read_unaligned }, { "stack", overflow },
};

static void run(const struct command_context *c, int argc, char **argv)
{
	const char *kind = argc > 1 ? argv[1] : kinds[0].name;

	(void)c;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, kind) != 0)
			continue;
		printf("panic: on purpose\n");
		kinds[i].run();
		return;
	}
	complain("panic: a kind is illegal, read, write, jump, align or stack\n");
}

extern const struct command command_panic;
const struct command command_panic = {
	.name = "panic",
	.args = "[KIND]",
	.help = "run into a trap (illegal, read, write, jump, align, stack); exit code 1",
	.most = 1,
	.run = run,
};
