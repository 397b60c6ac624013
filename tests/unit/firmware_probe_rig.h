/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firmware/devices/probe.c, compiled here with a printf and a putchar of the test, and the board
 * that it uses. A test that counts tokens includes the reader before this file.
 */
#ifndef FIRMWARE_PROBE_RIG_H
#define FIRMWARE_PROBE_RIG_H

#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#include <picovirtio/rng.h>
#include "tests/unit/device_rig.h"
#include "tests/unit/devicetree_rig.h"

static int say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define printf	   say
#define putchar(c) say("%c", c)
#include "firmware/devices/probe.c"
#include "firmware/words/outside.c"
#undef putchar
#undef printf

enum { FIRST = 0x10001000, STRIDE = 0x1000 };

struct vio_board vio_board;

static struct fixture tree;
static struct probe found;
static struct host_platform platform;
static char said[1024];
static unsigned lines;	       /* that were enabled, and have a specifier of one cell */
static struct vio_span memory; /* what vio_board_memory_at() calls RAM */
static alignas(max_align_t) uint8_t arena[8192];
static size_t arena_used;

static int say(const char *format, ...)
{
	const size_t len = strlen(said);
	va_list args;

	va_start(args, format);
	int n = vsnprintf(said + len, sizeof(said) - len, format, args);
	va_end(args);
	assert_true((size_t)n < sizeof(said) - len);
	return n;
}

void *vio_board_alloc(size_t len, size_t align)
{
	arena_used = (arena_used + align - 1) & ~(align - 1);
	assert_true(len <= sizeof(arena) - arena_used);
	arena_used += len;
	return arena + arena_used - len;
}

int vio_board_irq_enable(const struct vio_dt_irq *irq)
{
	lines += irq && irq->ncells == 1;
	return irq ? (int)irq->cell[0] : VIO_ENODEV;
}

const char *vio_board_memory_at(struct vio_span s)
{
	return memory.bytes > 0 && vio_span_overlaps(s, memory) ? "RAM" : NULL;
}

bool vio_board_guard(void (*risky)(void *arg), void *arg)
{
	risky(arg);
	return true;
}

void failure_print(const char *label, const struct vio_device *d)
{
	fail_msg("%s: %d", label, d->problem.err);
}

/* Nothing was probed, printed or allocated. */
static void forget_all(void)
{
	found = (struct probe){ 0 };
	memory = (struct vio_span){ 0, 0 };
	memset(arena, 0, sizeof(arena));
	arena_used = 0;
	lines = 0;
	said[0] = '\0';
}

/* Probe `tree` for entropy devices. */
static void probe_tree(void)
{
	static const struct vio_class classes[] = { { &vio_rng_driver, NULL } };

	vio_board = (struct vio_board){ .dt = tree.dt, .platform = platform.platform };
	found = (struct probe){ 0 };
	probe_all(&found, classes, 1);
}

#endif
