/* SPDX-License-Identifier: BSD-2-Clause */
/* A live network device, its modelled other side, and what it received. */
#ifndef NET_RIG_H
#define NET_RIG_H

#include <picovirtio/net.h>
#include "tests/model/net.h"
#include "tests/unit/device_rig.h"

#define F_MAC	     BIT64(MODEL_NET_F_MAC)
#define F_STATUS     BIT64(MODEL_NET_F_STATUS)
#define F_MTU	     BIT64(MODEL_NET_F_MTU)
#define F_CSUM	     BIT64(MODEL_NET_F_CSUM)
#define F_GUEST_CSUM BIT64(MODEL_NET_F_GUEST_CSUM)
#define F_TSO4	     BIT64(MODEL_NET_F_HOST_TSO4)
#define F_MERGE	     BIT64(MODEL_NET_F_MRG_RXBUF)
#define F_CTRL	     BIT64(MODEL_NET_F_CTRL_VQ)
#define F_CTRL_RX    BIT64(MODEL_NET_F_CTRL_RX)
#define F_VLAN	     BIT64(MODEL_NET_F_CTRL_VLAN)
#define F_RX_EXTRA   BIT64(MODEL_NET_F_CTRL_RX_EXTRA)
#define F_ANNOUNCE   BIT64(MODEL_NET_F_GUEST_ANNOUNCE)
#define F_CTRL_MAC   BIT64(MODEL_NET_F_CTRL_MAC_ADDR)
#define F_ANY_LAYOUT BIT64(27)
#define F_VERSION_1  BIT64(32)
#define F_PACKED     BIT64(34)

static struct rig r;
static struct model_net host;
static struct vio_net net;

enum { GOT_BYTES = 65550 };

static struct {
	unsigned calls;
	size_t n;
	uint8_t bytes[GOT_BYTES];
	bool checked;	  /* the device vouches for it */
	unsigned answers; /* frames to send from within the callback */
	int answered;	  /* the last result */
	bool poll;	  /* poll the device from within the callback */
} got;

static int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

/* Whether the header has a descriptor of its own, and which ring, makes four kinds of devices. */
static const struct {
	uint32_t version;
	uint64_t features;
} kinds[] = { { 1, 0 }, { 1, F_ANY_LAYOUT }, { 2, 0 }, { 2, F_PACKED } };

enum { KINDS = sizeof(kinds) / sizeof(*kinds) };

static const uint8_t *frame_of(size_t n);

static void on_frame(void *arg, const uint8_t *frame, size_t n)
{
	assert_ptr_equal(arg, &got);
	assert_true(n >= VIO_NET_LINK_BYTES &&
		    n <= (net.room ? net.room_bytes : VIO_NET_FRAME_MAX));
	got.checked = vio_net_checked(&net);
	got.calls++;
	got.n = n;
	memcpy(got.bytes, frame, n);
	if (got.poll) {
		got.poll = false;
		vio_device_poll(r.d);
		/* Into every buffer that the device has got by now. */
		while (model_net_receive(&r.m, frame_of(1500), 1500))
			;
		assert_memory_equal(frame, frame_of(n), n);
	}
	for (unsigned i = 0; i < got.answers; i++)
		got.answered = vio_net_send(&net, frame, n);
}

/* Everything set up, nothing started: r.cfg may still be changed. */
static void prepare(uint32_t version, uint64_t features, uint32_t max)
{
	rig_close(&r);
	memset(&net, 0, sizeof(net));
	memset(&host, 0, sizeof(host));
	memset(&got, 0, sizeof(got));
	rig_init_for(&r, version);
	model_net_config(&r.cfg, &host, version, features | (version == 2 ? F_VERSION_1 : 0), max);
	r.d = &net.device;
	assert_int_equal(vio_net_init(&net, &r.t.base, &r.p.platform, NULL), VIO_OK);
	vio_net_listen(&net, on_frame, &got);
}

static void live_on(uint32_t version, uint64_t features)
{
	prepare(version, features, 256);
	rig_plug(&r, true);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	model_run(&r.m);
}

static inline void live(void)
{
	live_on(2, F_MAC | F_STATUS);
}

static inline void turn(void)
{
	vio_net_kick(&net);
	model_run(&r.m);
	vio_device_poll(r.d);
	model_run(&r.m);
}

/* A frame of `n` bytes that differ from those of other lengths. */
static const uint8_t *frame_of(size_t n)
{
	static uint8_t bytes[GOT_BYTES];

	assert_true(n <= sizeof(bytes));
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(i * 7 + n);
	return bytes;
}

#endif
