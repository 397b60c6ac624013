/* SPDX-License-Identifier: BSD-2-Clause */
/* A live console with one port, and much text for it. */
#ifndef CONSOLE_PORT_H
#define CONSOLE_PORT_H

#include "tests/unit/console_rig.h"

enum { MUCH = 100 * 1024 };

static struct console_rig x;
static uint8_t much[MUCH], back[MUCH];

static inline int teardown(void **state)
{
	(void)state;
	console_close(&x);
	return 0;
}

static inline void live_on(uint32_t version, uint64_t features, uint32_t max)
{
	console_close(&x);
	console_live(&x, version, features, 1, max);
	console_pattern(much, sizeof(much));
}

static inline void live(void)
{
	live_on(2, 0, 64);
}

#endif
