/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linked into each test of a mutated tree.
 *
 * MUTANT_ON is the number of the mutant that is switched on. Each number is written to the file
 * MUTANT_FD at its first use; at the end ENDS and the number of uses follow, the low half first.
 * After MUTANT_MOST uses the process ends with status ENDLESS. A loop that a mutant made endless is
 * thus noticed after the same number of steps on every machine.
 */
#include "hook.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { NUMBERS = 1 << 16, ENDLESS = 99 };
static const unsigned ENDS = ~0u;

static unsigned long uses, most, on;
static int fd; /* -1: none */
static pid_t owner;
static bool seen[NUMBERS];

static unsigned long setting(const char *name, unsigned long without)
{
	const char *const text = getenv(name);

	return text ? strtoul(text, NULL, 10) : without;
}

static void tell(unsigned what)
{
	if (write(fd, &what, sizeof(what)) != sizeof(what))
		abort();
}

static void end(void)
{
	if (getpid() != owner) /* a child of the test */
		return;
	tell(ENDS);
	tell((unsigned)uses);
	tell((unsigned)(uses >> 32));
}

/* Before main(), since a test may do all its work in children. */
static void __attribute__((constructor)) begin(void)
{
	owner = getpid();
	on = setting("MUTANT_ON", 0);
	most = setting("MUTANT_MOST", ~0ul);
	fd = (int)setting("MUTANT_FD", ~0ul);
	if (fd >= 0)
		atexit(end);
}

int mutant(unsigned number)
{
	if (++uses > most)
		_exit(ENDLESS);
	if (fd >= 0 && !seen[number]) {
		seen[number] = true;
		tell(number);
	}
	return on == number;
}

int mutant_stuck(unsigned never, unsigned always, int truth)
{
	if (mutant(never))
		return 0;
	return mutant(always) ? 1 : truth;
}
