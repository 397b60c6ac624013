/* SPDX-License-Identifier: BSD-2-Clause */
/* Data on a stream, 1024 bytes at a time: to the peer, and from it. */
#include <picovirtio/vsock.h>

#include "tests/bench/machine.h"
#include "tests/model/vsock.h"

#include <string.h>

enum { DEPTH_MAX = 16, BATCHES = 8, BYTES = 1024, ROOM = 65536, QUEUE = 64, PORT = 80 };

static struct bench_machine x;
static struct model_vsock host;
static struct vio_vsock v;
static struct vio_vsock_socket s;
static uint8_t room[ROOM], text[BYTES];
static unsigned ended;

/* A packet of the peer, which has read everything and offers the largest credit. */
static void peer(uint16_t op, uint32_t len)
{
	const struct model_vsock_packet k = { .from = MODEL_VSOCK_HOST,
					      .to = MODEL_VSOCK_CID,
					      .from_port = PORT,
					      .to_port = s.port,
					      .len = len,
					      .type = MODEL_VSOCK_STREAM,
					      .op = op,
					      .buf_alloc = UINT32_MAX,
					      .fwd_cnt = s.tx_cnt };

	if (!model_vsock_send(&x.m, &k, text))
		bench_fail("no buffer for a packet");
}

static void open(const struct bench_ring *ring)
{
	memset(&v, 0, sizeof(v));
	memset(&host, 0, sizeof(host));
	s = (struct vio_vsock_socket){ .rx = room, .rx_bytes = ROOM };
	bench_open(&x);
	model_vsock_config(&x.cfg, &host, ring->version, ring->features, QUEUE);
	bench_plug(&x);
	if (vio_vsock_init(&v, &x.t.base, &x.p.platform, NULL) != VIO_OK ||
	    vio_device_start(&v.device) != VIO_OK ||
	    vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT) != VIO_OK)
		bench_fail("the socket device does not start");
	model_run(&x.m);
	peer(MODEL_VSOCK_RESPONSE, 0);
	vio_device_poll(&v.device);
}

__attribute__((noinline)) static void driver_send(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		ended += vio_vsock_send(&s, text, BYTES) == BYTES;
}

__attribute__((noinline)) static void driver_receive(unsigned depth)
{
	vio_device_poll(&v.device);
	for (unsigned i = 0; i < depth; i++)
		ended += vio_vsock_receive(&s, text, BYTES) == BYTES;
}

static void receive(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		peer(MODEL_VSOCK_RW, BYTES);
	driver_receive(depth);
}

void bench_vsock(void)
{
	const struct bench_class sends = { .name = "vsock",
					   .what = "send 1024",
					   .x = &x,
					   .device = &v.device,
					   .open = open,
					   .driver_submit = driver_send,
					   .ended = &ended,
					   .first = 1,
					   .registers = true };
	const struct bench_class receives = { .name = "vsock receives",
					      .what = "1024",
					      .x = &x,
					      .device = &v.device,
					      .open = open,
					      .driver_submit = receive,
					      .ended = &ended,
					      .first = DEPTH_MAX,
					      .registers = true };

	for (unsigned i = 0; i <= BENCH_PACKED; i++) {
		bench_count(&sends, &bench_ring[i], BATCHES, 1);
		bench_count(&receives, &bench_ring[i], BATCHES, DEPTH_MAX);
	}
}
