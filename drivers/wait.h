/* SPDX-License-Identifier: BSD-2-Clause */
/* Bounds for a wait that looks at something repeatedly: the time, and the number of looks if the
 * clock stands still. */
#ifndef VIO_WAIT_H
#define VIO_WAIT_H

#include <picovirtio/platform.h>

/* So many looks without progress of the clock end a wait. A clock of 100 Hz advances earlier, if a
 * look takes 50 ns or more. */
#define VIO_WAIT_STILL_LOOKS (UINT32_C(1) << 18)

struct vio_wait {
	uint64_t latest; /* the latest time that was seen */
	uint32_t still;	 /* looks since then */
};

/* A clock that jumps back makes no progress until it is past `latest` again. */
static inline bool vio_wait_is_still(struct vio_wait *w, uint64_t now)
{
	if (now > w->latest) {
		w->latest = now;
		w->still = 0;
	}
	return ++w->still > VIO_WAIT_STILL_LOOKS;
}

/* Read the clock. True: it is `end` or later, or the clock stands still. */
static inline bool vio_wait_is_over(struct vio_wait *w, const struct vio_platform *p, uint64_t end)
{
	const uint64_t now = p->now(p->ctx);

	return now >= end || vio_wait_is_still(w, now);
}

#endif
