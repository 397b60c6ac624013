/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames in both directions. */
#include <picovirtio/net.h>

#include "tests/bench/machine.h"
#include "tests/model/net.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 4, QUEUE = 64, SMALL = 64, FULL = VIO_NET_FRAME_MAX };

static struct bench_machine x;
static struct model_net host;
static struct vio_net net;
static uint8_t frame[FULL];
static struct vio_net_packet packet[DEPTH_MAX];
static unsigned heard;

static void bench_heard(void *arg, const uint8_t *f, size_t n)
{
	(void)arg;
	(void)f;
	(void)n;
	heard++;
}

static void open(const struct bench_ring *ring)
{
	memset(&net, 0, sizeof(net));
	memset(&host, 0, sizeof(host));
	memset(packet, 0, sizeof(packet));
	heard = 0;
	bench_open(&x);
	model_net_config(&x.cfg, &host, ring->version,
			 ring->features | VIO_NET_F_MAC | VIO_NET_F_STATUS, QUEUE);
	bench_plug(&x);
	if (vio_net_init(&net, &x.t.base, &x.p.platform, NULL) != VIO_OK ||
	    vio_device_start(&net.device) != VIO_OK)
		bench_fail("the network device does not start");
	vio_net_listen(&net, bench_heard, NULL);
	model_run(&x.m);
}

__attribute__((noinline)) static void driver_send(unsigned depth, size_t n)
{
	for (unsigned i = 0; i < depth; i++)
		(void)vio_net_send(&net, frame, n);
	vio_net_kick(&net);
}

__attribute__((noinline)) static void driver_send_packets(unsigned depth, size_t n)
{
	for (unsigned i = 0; i < depth; i++) {
		packet[i].frame = frame;
		packet[i].bytes = (uint32_t)n;
		(void)vio_net_send_packet(&net, &packet[i]);
	}
	vio_net_kick(&net);
}

__attribute__((noinline)) static void driver_poll(void)
{
	vio_device_poll(&net.device);
}

static void batches(unsigned k, unsigned depth, size_t n, bool copied)
{
	const uint32_t before = net.counters.tx_frames;

	for (unsigned i = 0; i < k; i++) {
		host.nsent = 0;
		if (copied)
			driver_send(depth, n);
		else
			driver_send_packets(depth, n);
		model_run(&x.m);
		driver_poll();
	}
	if (net.counters.tx_frames - before != k * depth)
		bench_fail("a frame was not sent");
}

static void count_sent(const struct bench_ring *ring, unsigned depth, size_t n, bool copied)
{
	const char *how = copied ? "send" : "send_packet";
	unsigned long before;

	open(ring);
	batches(1, DEPTH_MAX, n, copied);
	bench_mark(NULL, 0);
	before = x.m.counts.notifies;
	batches(BATCHES, depth, n, copied);
	bench_mark(bench_name("net %s %s %zu depth %u", ring->name, how, n, depth),
		   (unsigned long)BATCHES * depth);
	bench_exact(bench_name("net %s notifications for %u frames of %s %zu", ring->name, depth,
			       how, n),
		    (x.m.counts.notifies - before) / BATCHES);
	bench_close(&x);
}

static void receive(unsigned k, unsigned depth, size_t n)
{
	for (unsigned i = 0; i < k; i++) {
		for (unsigned f = 0; f < depth; f++) {
			if (!model_net_receive(&x.m, frame, n))
				bench_fail("no buffer for a frame");
		}
		driver_poll();
		model_run(&x.m);
	}
}

static void count_received(const struct bench_ring *ring, unsigned depth, size_t n)
{
	open(ring);
	receive(1, DEPTH_MAX, n);
	bench_mark(NULL, 0);
	receive(BATCHES, depth, n);
	bench_mark(bench_name("net %s receive %zu depth %u", ring->name, n, depth),
		   (unsigned long)BATCHES * depth);
	if (heard != DEPTH_MAX + BATCHES * depth)
		bench_fail("a frame was not heard");
	bench_close(&x);
}

void bench_net(void)
{
	static const size_t bytes[] = { SMALL, FULL };
	static const unsigned depth[] = { 1, DEPTH_MAX };

	for (unsigned i = 0; i <= BENCH_PACKED; i++) {
		for (unsigned k = 0; k < 4; k++) {
			count_sent(&bench_ring[i], depth[k % 2], bytes[k / 2], true);
			count_sent(&bench_ring[i], depth[k % 2], bytes[k / 2], false);
			count_received(&bench_ring[i], depth[k % 2], bytes[k / 2]);
		}
	}
}
