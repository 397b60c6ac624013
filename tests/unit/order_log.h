/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests that barriers are in their places, and that each word of the device is loaded once. No run
 * on one core shows this. A test includes this header and then the source of a ring. Barriers and
 * shared accesses then write a log, which the test compares.
 */
#ifndef ORDER_LOG_H
#define ORDER_LOG_H

#define VIO_BARRIER_H
#define vio_mb()  log_barrier('M')
#define vio_rmb() log_barrier('R')
#define vio_wmb() log_barrier('W')

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Functions of the test, which knows what is at an address, and what a barrier must order. */
static void log_barrier(char which);
static void log_access(char what, const volatile void *p);

/* Of the compiler's own; an access that goes round shared_*() is not in the log, and a
 * step of the order is missing then. */
#define __atomic_load_n(p, order) (log_access('l', (p)), *(const volatile __typeof__(*(p)) *)(p))
#define __atomic_store_n(p, v, order)                                                              \
	(log_access('s', (p)), (void)(*(volatile __typeof__(*(p)) *)(p) = (v)))

static char journal[256];

static void note(const char *what)
{
	assert_true(strlen(journal) + strlen(what) + 2 < sizeof(journal));
	strcat(journal, what);
	strcat(journal, " ");
}

#endif
