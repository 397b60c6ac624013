/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled vsock device with its driver, and a peer; what the tests of virtio-vsock share. */
#ifndef VSOCK_RIG_H
#define VSOCK_RIG_H

#include <picovirtio/driver.h>
#include <picovirtio/vsock.h>
#include "tests/model/vsock.h"
#include "tests/unit/device_rig.h"

enum { ROOM = 101, PORT = 1234, PEER_ROOM = 64 };

static struct rig r;
static struct model_vsock host;
static struct vio_vsock v;
static struct vio_vsock_socket s;
static uint8_t memory[ROOM];
static unsigned changes;
static bool close_on_change;

static inline void on_change(struct vio_vsock_socket *of)
{
	assert_ptr_equal(of->arg, &changes);
	changes++;
	if (close_on_change)
		vio_vsock_close(of);
}

static inline void fresh_socket(void)
{
	s = (struct vio_vsock_socket){
		.rx = memory, .rx_bytes = ROOM, .changed = on_change, .arg = &changes
	};
}

static inline int setup(void **state)
{
	(void)state;
	memset(&host, 0, sizeof(host));
	changes = 0;
	close_on_change = false;
	fresh_socket();
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	rig_end(&r);
	return 0;
}

static inline void plug(uint32_t version, uint64_t features, const struct vio_vsock_options *o)
{
	memset(&v, 0, sizeof(v));
	rig_init_for(&r, version);
	model_vsock_config(&r.cfg, &host, version, features | (version == 2 ? BIT64(32) : 0), 64);
	r.d = &v.device;
	assert_int_equal(vio_vsock_init(&v, &r.t.base, &r.p.platform, o), VIO_OK);
	rig_plug(&r, true);
}

static inline void settle(void)
{
	rig_settle(&r, 200);
}

static inline void live(uint32_t version)
{
	plug(version, 1, NULL);
	assert_int_equal(vio_device_start(r.d), VIO_OK);
	settle();
}

/* The last packet that the driver sent. */
static inline const struct model_vsock_packet *last(void)
{
	assert_true(host.nlog > 0);
	return &host.log[host.nlog - 1];
}

/* A packet of the peer to the connection of `s`. */
static inline struct model_vsock_packet packet(uint16_t op, uint32_t len)
{
	const struct model_vsock_conn *c = model_vsock_find(&host, s.port, s.peer_port);

	return (struct model_vsock_packet){ .from = MODEL_VSOCK_HOST,
					    .to = MODEL_VSOCK_CID,
					    .from_port = s.peer_port,
					    .to_port = s.port,
					    .len = len,
					    .type = MODEL_VSOCK_STREAM,
					    .op = op,
					    .buf_alloc = PEER_ROOM,
					    .fwd_cnt = c ? c->got : 0 };
}

static inline void send(struct model_vsock_packet k, const void *data)
{
	assert_true(model_vsock_send(&r.m, &k, data));
	settle();
}

static inline void send_op(uint16_t op)
{
	send(packet(op, 0), NULL);
}

static inline void say(const char *text)
{
	send(packet(MODEL_VSOCK_RW, (uint32_t)strlen(text)), text);
}

/* What came is read. */
static inline void heard(const char *text)
{
	char bytes[ROOM + 1];
	const size_t n = vio_vsock_receive(&s, bytes, ROOM);

	bytes[n] = '\0';
	assert_string_equal(bytes, text);
	settle();
}

static inline void connect(void)
{
	assert_int_equal(vio_vsock_connect(&v, &s, VIO_VSOCK_HOST, PORT), VIO_OK);
	settle();
	send_op(MODEL_VSOCK_RESPONSE);
	assert_int_equal(s.state, VIO_VSOCK_OPEN);
}

#endif
