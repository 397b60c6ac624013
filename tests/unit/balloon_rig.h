/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled balloon with its driver, and an application with some pages; what the tests of
 * virtio-balloon share. */
#ifndef BALLOON_RIG_H
#define BALLOON_RIG_H

#include <picovirtio/balloon.h>
#include <picovirtio/driver.h>
#include "tests/model/balloon.h"
#include "tests/unit/device_rig.h"

enum { PAGES = 64, PAGE_BYTES = 4096 };

#define ALL_FEATURES ((uint64_t)MODEL_BALLOON_ALL)

static struct rig r;
static struct model_balloon host;
static struct vio_balloon b;
static _Alignas(PAGE_BYTES) uint8_t memory[PAGES * PAGE_BYTES];
static struct vio_balloon_run run;

/* The application has the first `free` pages, and keeps `reserve` of them. */
static struct {
	uint32_t free, reserve, greedy;
	unsigned gives, asked;
} app;

static inline bool in_balloon(uint32_t i)
{
	const uint32_t page = (uint32_t)(run.at.addr / PAGE_BYTES) + i;

	for (unsigned k = 0; k < host.npages; k++) {
		if (host.page[k] == page)
			return true;
	}
	return false;
}

static inline uint32_t on_take(struct vio_balloon *of, uint32_t pages)
{
	const uint32_t most = app.free > app.reserve ? app.free - app.reserve : 0;
	const uint32_t n = pages < most ? pages : most;

	assert_ptr_equal(of, &b);
	assert_true(pages > 0 && pages <= app.free);
	app.free -= n;
	return n + app.greedy;
}

/* The device no longer owns what comes back. */
static inline void on_give(struct vio_balloon *of, uint32_t pages)
{
	assert_ptr_equal(of, &b);
	assert_true(pages > 0 && pages <= PAGES - app.free);
	for (uint32_t i = 0; i < pages; i++)
		assert_false(in_balloon(app.free + i));
	app.free += pages;
	app.gives++;
}

static inline unsigned on_stats(struct vio_balloon *of, struct vio_balloon_stat *s, unsigned room)
{
	assert_ptr_equal(of->arg, &app);
	assert_int_equal(room, VIO_BALLOON_STATS_MAX);
	s[0] = (struct vio_balloon_stat){ VIO_BALLOON_FREE, (uint64_t)app.free * PAGE_BYTES };
	s[1] = (struct vio_balloon_stat){ VIO_BALLOON_TOTAL, sizeof(memory) };
	app.asked++;
	return 2;
}

static inline int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	memset(&app, 0, sizeof(app));
	memset(memory, 0x11, sizeof(memory));
	app.free = PAGES;
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

static inline struct vio_balloon_options options(void)
{
	return (struct vio_balloon_options){
		.take = on_take, .give = on_give, .stats = on_stats, .arg = &app, .batch = 4
	};
}

static inline void plug(uint32_t version, uint64_t features, const struct vio_balloon_options *o)
{
	memset(&b, 0, sizeof(b));
	rig_init_for(&r, version);
	model_balloon_config(&r.cfg, &host, version, features | (version == 2 ? BIT64(32) : 0), 64);
	run = (struct vio_balloon_run){ memory, host_give(&r.p, memory, sizeof(memory)), PAGES };
	r.d = &b.device;
	assert_int_equal(vio_balloon_init(&b, &r.t.base, &r.p.platform, o), VIO_OK);
	rig_plug(&r, true);
}

/* The host's turn and ours, until nothing happens any more. */
static inline void settle(void)
{
	rig_settle(&r, 200);
}

static inline void live_with(uint32_t version, uint64_t features,
			     const struct vio_balloon_options *o)
{
	plug(version, features, o);
	assert_int_equal(vio_balloon_use(&b, &run), VIO_OK);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
}

static inline void live(uint32_t version, uint64_t features)
{
	const struct vio_balloon_options o = options();

	live_with(version, features, &o);
}

static inline void serve(void)
{
	vio_device_service(r.d, 0);
	settle();
}

/* The device now serves the requests that it held back. */
static inline void release(void)
{
	host.hold = false;
	for (unsigned q = 0; q < VIO_BALLOON_QUEUES; q++)
		r.m.kicked[q] = r.m.queue[q].live;
	settle();
}

static inline void ask(uint32_t pages)
{
	model_balloon_ask(&r.m, pages);
	serve();
}

/* The device gives up, and is reset. */
static inline void device_fails(void)
{
	model_needs_reset(&r.m);
	vio_device_service(r.d, 0);
	assert_int_equal(r.d->state, VIO_FAILED);
}

/* So many pages are in the balloon, by everybody's word. */
static inline void holds(uint32_t pages)
{
	assert_int_equal(b.pages, pages);
	assert_int_equal(host.npages, pages);
	assert_int_equal(model_balloon_actual(&r.m), pages);
	assert_int_equal(app.free, PAGES - pages);
	for (uint32_t i = 0; i < PAGES; i++)
		assert_int_equal(in_balloon(i), i >= PAGES - pages);
}

#endif
