/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A queue with its device on another thread: both sides sleep whenever they may, requests come back
 * in any order, or with IN_ORDER many by one entry; each is checked to have been read and written
 * whole, once.
 *
 *     ring_threads split|packed event|flags any|in_order REQUESTS
 *
 * If a side is never woken, the order of a store and a load is wrong (docs/ordering.md). The test
 * reports this after PATIENCE seconds.
 */
#include "device.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE = 30, MOST = 256 };

#if defined(THREADS_TSAN)
char fence_to_device, fence_to_driver;
#endif

struct slot {
	uint64_t in, out;
	bool out_there;
};

static struct bench {
	struct vq q;
	struct device device;
	struct slot slots[MOST];
	unsigned spare[MOST], spares; /* slots that the device does not own */
	uint64_t requests;
	uint64_t slept[2]; /* counted by the driver, and by the device */
	sem_t notify, irq; /* QueueNotify; the line */
	_Alignas(16) unsigned char ring[VQ_SPLIT_BYTES(MOST, 4)];
	void *priv[VQ_PRIVATE_BYTES(MOST) / sizeof(void *)];
} b;

_Noreturn static void fail(const char *what)
{
	fprintf(stderr, "ring_threads: %s\n", what);
	exit(1);
}

static void sleep_on(sem_t *sem, const char *who)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE;
	while (sem_timedwait(sem, &until) != 0) {
		if (errno != EINTR)
			fail(who);
	}
}

/* xorshift: each side has one of its own. */
static unsigned draw(uint32_t *state, unsigned below)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state % below;
}

static uint64_t answer(uint64_t in)
{
	return in * 0x9e3779b97f4a7c15u + 1;
}

/* ---- the device's thread ---- */

static unsigned take_some(struct device_request *held, unsigned n, unsigned most)
{
	while (n < most && b.device.format->take(&b.device, &held[n]))
		n++;
	return n;
}

/* Complete `count` of the `n` requests that are held, in any order. */
static unsigned put_some(struct device_request *held, unsigned n, unsigned count, uint32_t *random)
{
	while (count-- > 0) {
		const unsigned k = draw(random, n);

		*held[k].out = answer(*held[k].in);
		b.device.format->put(&b.device, held[k].id, sizeof(uint64_t), 1);
		held[k] = held[--n];
	}
	return n;
}

/* Complete the first `count` of the `n` requests that are held, with one entry. */
static unsigned put_batch(struct device_request *held, unsigned n, unsigned count)
{
	for (unsigned k = 0; k < count; k++)
		*held[k].out = answer(*held[k].in);
	b.device.format->put(&b.device, held[count - 1].id, sizeof(uint64_t), count);
	memmove(held, held + count, (n - count) * sizeof(*held));
	return n - count;
}

static unsigned put_back(struct device_request *held, unsigned n, unsigned count, uint32_t *random)
{
	if (b.device.in_order)
		n = put_batch(held, n, count);
	else
		n = put_some(held, n, count, random);
	if (b.device.format->interrupt(&b.device))
		sem_post(&b.irq);
	return n;
}

static void *device_side(void *unused)
{
	static struct device_request held[MOST];
	unsigned n = 0;
	uint32_t random = 7;

	(void)unused;
	for (uint64_t done = 0; done < b.requests;) {
		n = take_some(held, n, 1 + draw(&random, MOST));
		if (n > 0) {
			const unsigned count = 1 + draw(&random, n);

			n = put_back(held, n, count, &random);
			done += count;
			continue;
		}
		b.device.format->ask(&b.device, true);
		n = take_some(held, 0, 1);
		if (n == 0) {
			b.slept[1]++;
			sleep_on(&b.notify, "the device was never notified of a request");
		}
		b.device.format->ask(&b.device, false);
	}
	return NULL;
}

/* ---- the driver's ---- */

/* In one of sixteen stretches only one request is in flight at a time, so that both sides often
 * fall asleep and wake up at the same moment. */
static bool may_submit(uint64_t submitted)
{
	const unsigned least = submitted / 1024 % 16 == 0 ? MOST - 1 : 0;

	return submitted < b.requests && b.spares > least;
}

static void submit_some(uint64_t *submitted, unsigned most)
{
	while (may_submit(*submitted) && most-- > 0) {
		struct slot *const s = &b.slots[b.spare[b.spares - 1]];
		const struct vq_seg seg[] = { { { (uintptr_t)&s->in }, sizeof(s->in) },
					      { { (uintptr_t)&s->out }, sizeof(s->out) } };

		if (vq_submit(&b.q, seg, 1, 1, s) != VIO_OK)
			break;
		s->in = ++*submitted;
		s->out = 0;
		s->out_there = true;
		b.spares--;
	}
	if (vq_publish(&b.q))
		sem_post(&b.notify);
}

static unsigned reap_all(void)
{
	struct vq_done done;
	unsigned n = 0;
	int rc;

	while ((rc = vq_reap(&b.q, &done)) == 1) {
		struct slot *const s = done.cookie;

		if (!s->out_there)
			fail("a request came back twice");
		if (done.written != sizeof(s->out) || s->out != answer(s->in))
			fail("a request came back that was not read or written whole");
		s->out_there = false;
		b.spare[b.spares++] = (unsigned)(s - b.slots);
		n++;
	}
	if (rc < 0)
		fail("the queue is broken");
	return n;
}

static void driver_side(void)
{
	uint64_t submitted = 0, done = 0;
	uint32_t random = 3;

	while (done < b.requests) {
		submit_some(&submitted, 1 + draw(&random, 64));
		const unsigned n = reap_all();
		done += n;
		if (n > 0 || done == b.requests)
			continue;
		if (!vq_arm(&b.q)) {
			b.slept[0]++;
			sleep_on(&b.irq, "the driver was never told of a completion");
		}
		vq_disarm(&b.q);
	}
}

static void open_both(bool packed, bool event_idx, bool in_order)
{
	const struct vq_config config = {
		.format = packed ? &vq_format_packed : &vq_format_split,
		.size = packed ? MOST - 3 : MOST,
		.event_idx = event_idx,
		.in_order = in_order,
		.strict_len = true,
		.used_align = 4,
		.mem = b.ring,
		.mem_dma = { (uintptr_t)b.ring },
		.priv = b.priv,
	};

	if (vq_init(&b.q, &config) != VIO_OK)
		fail("vq_init");
	const struct vio_queue_areas areas = vq_areas(&b.q);
	b.device = (struct device){
		.format = packed ? &device_packed : &device_split,
		.desc = (void *)(uintptr_t)areas.desc.addr,
		.driver = (void *)(uintptr_t)areas.driver.addr,
		.device = (void *)(uintptr_t)areas.device.addr,
		.size = config.size,
		.event_idx = event_idx,
		.in_order = in_order,
		.avail_lap = true,
		.used_lap = true,
		.told_lap = true,
	};
	for (b.spares = 0; b.spares < MOST; b.spares++)
		b.spare[b.spares] = b.spares;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 5)
		fail("usage: ring_threads split|packed event|flags any|in_order REQUESTS");
	b.requests = strtoull(argv[4], NULL, 10);
	sem_init(&b.notify, 0, 0);
	sem_init(&b.irq, 0, 0);
	open_both(strcmp(argv[1], "packed") == 0, strcmp(argv[2], "event") == 0,
		  strcmp(argv[3], "in_order") == 0);
	if (pthread_create(&thread, NULL, device_side, NULL) != 0)
		fail("no second thread");
	driver_side();
	pthread_join(thread, NULL);
	printf("%s %s %s: %llu requests; the driver slept %llu times, the device %llu\n", argv[1],
	       argv[2], argv[3], (unsigned long long)b.requests, (unsigned long long)b.slept[0],
	       (unsigned long long)b.slept[1]);
	return b.slept[0] == 0 || b.slept[1] == 0; /* then this run has tested no wake-up */
}
