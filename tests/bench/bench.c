/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* valgrind writes down what it has counted whenever this function is called. */
__attribute__((noinline)) void bench_mark(const char *name, unsigned long units)
{
	printf("%s\t%lu\t%s\n", name ? "instructions" : "skip", units, name ? name : "-");
}

void bench_exact(const char *name, unsigned long value)
{
	printf("exact\t%lu\t%s\n", value, name);
}

void bench_fail(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

const char *bench_name(const char *format, ...)
{
	static char name[80];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(name, sizeof(name), format, arguments);
	va_end(arguments);
	return name;
}
