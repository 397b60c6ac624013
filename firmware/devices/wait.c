/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/wait.h"

#define TURN_NS UINT64_C(20000000)

struct wait {
	const struct vio_loop *loop;
	bool (*ready)(void *arg);
	void *arg;
};

static bool is_over(void *arg)
{
	const struct wait *w = arg;

	return w->loop->interrupted || w->ready(w->arg);
}

bool wait_until(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout)
{
	struct wait w = { l, ready, arg };

	vio_loop_wait(l, is_over, &w, timeout);
	return ready(arg);
}

int wait_result(struct vio_loop *l, bool (*ready)(void *arg), void *arg, uint64_t timeout)
{
	if (wait_until(l, ready, arg, timeout))
		return VIO_OK;
	return l->interrupted ? VIO_ESTOPPED : VIO_ETIMEDOUT;
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

/* Decides by the clock, since a piece of work may be short or long. */
bool wait_stopped(struct vio_loop *l)
{
	static uint64_t last;
	const uint64_t now = vio_loop_now(l);

	if (!l->interrupted && now - last >= TURN_NS) {
		wait_until(l, never, NULL, 0);
		last = vio_loop_now(l);
	}
	return l->interrupted;
}
