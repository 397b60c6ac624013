/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP's timers. lwIP counts in ticks, the shortest of 0.1 s, also while it waits for nothing. Then
 * the machine sleeps, for a minute at most, and the missed ticks are made up for before anything
 * else goes into lwIP. What lwIP knows of others therefore grows as old as it is.
 */
#ifndef FIRMWARE_NETWORK_LWIP_TIMERS_H
#define FIRMWARE_NETWORK_LWIP_TIMERS_H

#include <picovirtio/loop.h>

/* Called once, right after lwip_init(). */
void timers_start(struct vio_loop *l);

/* Make up for the ticks that were missed at rest. Call this after each sleep, before anything goes
 * into lwIP. */
void timers_catch_up(void);

/* End the rest if lwIP waits for something by now. Call this before each sleep. */
void timers_look_ahead(void);

#endif
