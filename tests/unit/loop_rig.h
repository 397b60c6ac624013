/* SPDX-License-Identifier: BSD-2-Clause */
/* The event loop over devices and a platform that record their calls. */
#ifndef LOOP_RIG_H
#define LOOP_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include <picovirtio/recover.h>
#include <picovirtio/loop.h>

/* What happened, a letter each: p poll, s service, w work, b service, a arm, i idle, c clock, t
 * timer
 */
static char journal[4096];
static size_t written;

static inline void note(char c)
{
	assert_true(written < sizeof(journal) - 1);
	journal[written++] = c;
	journal[written] = '\0';
}

enum { BOTH = 2 };

static struct fake {
	uint64_t clock, slept_until;
	unsigned polls_busy, works_busy,
		arms_busy; /* number of further calls that return "done something" */
	bool fails_on_service, config_changes; /* of the first and of the second device */
	uint64_t device_deadline;
	bool stop_in_idle;
	bool no_line;  /* the deadline ends each sleep */
	unsigned busy; /* the device that polls_busy is about; BOTH */
} fake;

static struct vio_platform platform;
static struct vio_transport transport;
static struct vio_device device[2];
static unsigned wakes, timers_fired, changes_noted;
static uint64_t woken_at;
static struct vio_loop loop;

static inline void hear(void *arg, enum vio_loop_note what, uint64_t value)
{
	(void)arg;

	timers_fired += what == VIO_LOOP_TIMER;
	changes_noted +=
		what == VIO_LOOP_CONFIG_CHANGE && value == device[1].transport->device_type;
	if (what == VIO_LOOP_WAKE) {
		wakes++;
		woken_at = loop.now;
	}
}

static inline bool take(unsigned *n)
{
	return *n > 0 && (*n)-- > 0;
}

bool vio_device_poll(struct vio_device *d)
{
	note('p');
	return (fake.busy == BOTH || d == &device[fake.busy]) && take(&fake.polls_busy);
}

uint64_t vio_device_service(struct vio_device *d, uint64_t now)
{
	note('b');
	assert_int_equal(now, loop.now);
	if (d == &device[0] && fake.fails_on_service) {
		fake.fails_on_service = false;
		d->state = VIO_FAILED;
	}
	d->config_changes += d == &device[1] && fake.config_changes;
	return d == &device[1] ? fake.device_deadline : UINT64_MAX;
}

bool vio_device_arm(struct vio_device *d)
{
	note('a');
	return d == &device[0] && take(&fake.arms_busy);
}

static inline uint64_t now(void *ctx)
{
	(void)ctx;
	note('c');
	return fake.clock;
}

static inline bool idle(void *ctx, uint64_t deadline)
{
	(void)ctx;
	note('i');
	fake.slept_until = deadline;
	if (deadline != UINT64_MAX)
		fake.clock = deadline;
	loop.stop = fake.stop_in_idle;
	return !fake.no_line;
}

static inline bool service(void *arg)
{
	(void)arg;
	note('s');
	return false;
}

static inline bool work(void *arg)
{
	(void)arg;
	note('w');
	return take(&fake.works_busy);
}

static inline int setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&loop, 0, sizeof(loop));
	wakes = timers_fired = changes_noted = 0;
	memset(device, 0, sizeof(device));
	device[0].next = &device[1];
	device[0].transport = device[1].transport = &transport;
	platform.now = now;
	platform.idle = idle;
	fake.clock = 1000;
	fake.device_deadline = UINT64_MAX;
	fake.stop_in_idle = true;
	loop.platform = &platform;
	loop.devices = device;
	loop.note = hear;
	loop.any_line = true;
	loop.service = service;
	loop.work = work;
	written = 0;
	journal[0] = '\0';
	return 0;
}

static inline unsigned count(char c)
{
	unsigned n = 0;

	for (size_t i = 0; i < written; i++)
		n += journal[i] == c;
	return n;
}

#endif
