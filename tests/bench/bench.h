/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the benches share. count.py counts the instructions of the library in all functions named
 * driver_* between two marks; nothing else is counted, since the device side does not belong to the
 * library. A bench prints one line for each figure:
 *
 *     instructions  UNITS   NAME     instructions since the latest mark, divided by UNITS
 *     exact         VALUE   NAME     a number that needs no valgrind
 *     skip          0       -        leave out what was counted since the latest mark
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>

/* The end of a case that made `units` requests or bytes. NULL: of its preparation. */
void bench_mark(const char *name, unsigned long units);

/* A figure that is known already. */
void bench_exact(const char *name, unsigned long value);

/* The bench cannot go on. */
_Noreturn void bench_fail(const char *what);

/* Make a name from printf's arguments; it is valid until the next call. */
const char *bench_name(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
