/* SPDX-License-Identifier: BSD-2-Clause */
/* The test's own wire in place of the network device, and a loop with the test's own clock. */
#ifndef TCPIP_RIG_H
#define TCPIP_RIG_H

#include <picovirtio/board.h>
#include <picovirtio/driver.h>
#include "firmware/devices/lack.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"
#include "firmware/network/net.h"
#include "tcpip_frames.h"

#define SECOND UINT64_C(1000000000)

enum { WIRE_QUEUE = 64 };

static struct vio_net card;
static struct slot slot;
static struct probe found;
static struct vio_loop loop;
static struct net net;
static struct {
	uint64_t now;
	bool up;
	bool checked; /* the device says that the checksum of a received frame is right */
	bool left;    /* the checksum of the frame, to the device */
	unsigned sleeps;
	unsigned looks; /* at the clock */
	uint64_t later; /* when the peer wakes the machine after a sleep began; 0: it does not */
	int refuse;	/* what the device says instead of taking a frame */
	unsigned frames;
	size_t n;
	uint8_t bytes[VIO_NET_FRAME_MAX];
	/* The same and those before it, for who takes them; the oldest get lost. */
	uint8_t queue[WIRE_QUEUE][VIO_NET_FRAME_MAX];
	unsigned first, queued;
	void (*each_turn)(void); /* of the loop; may be NULL */
	vio_net_frame_fn listener;
	void *arg;
} wire;

/* ---- The device and the board, as the stack sees them ---- */

struct vio_net *vio_net_of(struct vio_device *d)
{
	return d == &card.device ? &card : NULL;
}

bool vio_net_mac(const struct vio_net *n, uint8_t mac[VIO_NET_MAC_BYTES])
{
	(void)n;
	memcpy(mac, ours, sizeof(ours));
	return true;
}

void vio_net_local_mac(uint8_t mac[VIO_NET_MAC_BYTES], uint64_t seed)
{
	(void)mac;
	(void)seed;
	fail();
}

void vio_net_listen(struct vio_net *n, vio_net_frame_fn fn, void *arg)
{
	(void)n;
	wire.listener = fn;
	wire.arg = arg;
}

unsigned vio_net_mtu(const struct vio_net *n)
{
	(void)n;
	return VIO_NET_MTU_MOST;
}

const char machine_net_options[] = "";

const struct vio_driver vio_net_driver = { .name = "net" };

const char *device_error(const char *label, const struct vio_device *d, int rc)
{
	(void)label;
	(void)d;
	return vio_strerror(rc);
}

void device_lacks(const struct probe *p, const struct vio_driver *driver, const char *who,
		  const char *what, const char *options)
{
	(void)p;
	(void)driver;
	(void)who;
	(void)what;
	(void)options;
}

bool vio_net_link(const struct vio_net *n)
{
	(void)n;
	return wire.up;
}

bool vio_net_checked(const struct vio_net *n)
{
	(void)n;
	return wire.checked;
}

/* The device fills in the checksum that it was asked for. */
int vio_net_send_offload(struct vio_net *n, const void *frame, size_t len,
			 const struct vio_net_offload *o)
{
	uint8_t *const l4 = wire.bytes + o->csum_start;

	(void)n;
	assert_int_equal(o->gso_size, 0);
	assert_in_range(len, LEAST, VIO_NET_FRAME_MAX);
	if (wire.refuse != VIO_OK)
		return wire.refuse;
	wire.frames++;
	wire.n = len;
	memcpy(wire.bytes, frame, len);
	wire.left = o->csum_start != 0;
	if (wire.left)
		put_sum(l4 + o->csum_offset, add(0, l4, len - o->csum_start));
	if (wire.queued == WIRE_QUEUE) {
		wire.first = (wire.first + 1) % WIRE_QUEUE;
		wire.queued--;
	}
	memcpy(wire.queue[(wire.first + wire.queued++) % WIRE_QUEUE], wire.bytes, len);
	return VIO_OK;
}

void vio_board_panic(const char *why)
{
	print_error("panic: %s\n", why);
	abort();
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	wire.looks++;
	return wire.now;
}

static bool idle(void *ctx, uint64_t deadline)
{
	(void)ctx;
	assert_true(deadline != UINT64_MAX);
	wire.sleeps++;
	if (wire.later != 0 && deadline > wire.now + wire.later)
		deadline = wire.now + wire.later;
	if (deadline > wire.now)
		wire.now = deadline;
	return true;
}

static const struct vio_platform platform = { .now = now, .idle = idle };

static bool service(void *arg)
{
	if (wire.each_turn)
		wire.each_turn();
	return net_service(arg);
}

static bool never(void *arg)
{
	(void)arg;
	return false;
}

static void pass(uint64_t ns)
{
	vio_loop_wait(&loop, never, NULL, ns);
}

static void receive(const uint8_t *frame, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);

	memcpy(copy, frame, n);
	wire.listener(wire.arg, copy, n);
	free(copy);
}

/* lwIP is begun once in a process: so is this. */
static int start(void **state)
{
	(void)state;
	card.device.state = VIO_LIVE;
	slot.device = &card.device;
	found.slots = &slot;
	loop.platform = &platform;
	loop.service = service;
	loop.arg = &net;
	wire.up = true;
	net_start(&net, &net_lwip, &found, &loop);
	return 0;
}

static int setup(void **state)
{
	const struct net_address a = { .ip = 0x0a00020f, .mask = 0xffffff00 };

	(void)state;
	wire.up = true;
	wire.checked = false;
	card.device.features = 0;
	wire.refuse = VIO_OK;
	net_service(&net);
	net_lwip.set_address(&net, &a);
	pass(5 * SECOND); /* the name is ours by then */
	wire.frames = 0;
	return 0;
}

static void introduce(void)
{
	uint8_t f[LEAST];

	arp(f, 1);
	receive(f, sizeof(f));
	assert_memory_equal(wire.bytes, theirs, 6);
	wire.frames = 0;
}

#endif
