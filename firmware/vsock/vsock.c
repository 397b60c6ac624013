/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/vsock/vsock.h"

#include <picovirtio/terminal.h>
#include "firmware/devices/probe.h"
#include "firmware/image.h"

#include <inttypes.h>
#include <stdio.h>

enum { ROOM = 2048, TEXT = 4096, TYPED = 64 };

static struct {
	const struct slot *slot;
	struct vio_vsock *v; /* NULL: there is none */
	struct vio_terminal *terminal;
	const struct vio_output_capture *other; /* a mirror that was there before */
	struct vio_vsock_socket s;
	struct vio_vsock_listener l;
	bool listening, told;
	uint8_t room[ROOM];
	char text[TEXT]; /* a ring: printed, and not sent yet */
	size_t first, used;
	uint32_t lost;
	char typed[TYPED]; /* received, and not typed yet */
	size_t ntyped;
} vsock;

/* ---- From the console to the peer ---- */

/* A mirror does not wait. Text that a slow peer has no room for is lost. */
static void put(void *ctx, char c)
{
	(void)ctx;
	if (vsock.other)
		vsock.other->put(vsock.other->ctx, c);
	if (vsock.s.state != VIO_VSOCK_OPEN)
		return;
	if (vsock.used == TEXT) {
		vsock.lost++;
		return;
	}
	vsock.text[(vsock.first + vsock.used++) % TEXT] = c;
}

static bool send_text(void)
{
	bool done = false;

	while (vsock.used > 0 && vsock.s.state == VIO_VSOCK_OPEN) {
		const size_t end = TEXT - vsock.first;
		const size_t n = vsock.used < end ? vsock.used : end;
		const int64_t sent = vio_vsock_send(&vsock.s, vsock.text + vsock.first, n);

		if (sent <= 0)
			break;
		vsock.first = (vsock.first + (size_t)sent) % TEXT;
		vsock.used -= (size_t)sent;
		done = true;
	}
	return done;
}

/* ---- From the peer to the shell ---- */

/* Bytes that the terminal has no room for now wait, so the peer sends no more either. */
static bool type(void)
{
	bool done = false;

	for (;;) {
		if (vsock.ntyped == 0)
			vsock.ntyped = vio_vsock_receive(&vsock.s, vsock.typed, TYPED);
		const size_t n = vio_terminal_type(vsock.terminal, vsock.typed, vsock.ntyped);
		if (n == 0)
			return done;
		for (size_t i = n; i < vsock.ntyped; i++)
			vsock.typed[i - n] = vsock.typed[i];
		vsock.ntyped -= n;
		done = true;
	}
}

/* ---- The connection ---- */

static void changed(struct vio_vsock_socket *s)
{
	vsock.told = vsock.told && s->state != VIO_VSOCK_CLOSED;
}

static void prepare(void)
{
	vsock.s =
		(struct vio_vsock_socket){ .rx = vsock.room, .rx_bytes = ROOM, .changed = changed };
	vsock.first = vsock.used = vsock.ntyped = 0;
	vsock.told = true;
}

static struct vio_vsock_socket *accept(struct vio_vsock_listener *l)
{
	(void)l;
	if (vsock.s.state != VIO_VSOCK_CLOSED)
		return NULL;
	prepare();
	return &vsock.s;
}

const char *vsock_why(int err)
{
	switch (err) {
	case VIO_OK: return "both sides closed it";
	case VIO_ENODEV: return "no program listens there";
	case VIO_EIO: return "the peer reset the connection";
	case VIO_EFORMAT: return "the peer broke the protocol";
	default: return vio_strerror(err);
	}
}

static void say_end(void)
{
	if (vsock.told || !vsock.s.v)
		return;
	vsock.told = true;
	printf("\n%s: the connection with port %" PRIu32 " of CID %" PRIu64 " ended: %s\n",
	       vsock.slot->label, vsock.s.peer_port, vsock.s.peer, vsock_why(vsock.s.err));
}

static bool turn(void)
{
	if (!vsock.v)
		return false;
	const bool typed = type();
	say_end();
	return send_text() || typed;
}

/* ---- For the command ---- */

struct vio_vsock *vsock_device(const struct slot **slot)
{
	*slot = vsock.slot;
	return vsock.v;
}

const struct vio_vsock_socket *vsock_socket(void)
{
	return &vsock.s;
}

uint32_t vsock_port(void)
{
	return vsock.listening ? vsock.l.port : 0;
}

uint32_t vsock_lost(void)
{
	return vsock.lost;
}

int vsock_serve(uint32_t port)
{
	if (!vsock.v)
		return VIO_ENODEV;
	if (vsock.listening)
		vio_vsock_unlisten(vsock.v, &vsock.l);
	vsock.l = (struct vio_vsock_listener){ .port = port, .accept = accept };
	const int rc = vio_vsock_listen(vsock.v, &vsock.l);
	vsock.listening = rc == VIO_OK;
	return rc;
}

int vsock_reach(uint64_t cid, uint32_t port)
{
	if (!vsock.v)
		return VIO_ENODEV;
	if (vsock.s.state != VIO_VSOCK_CLOSED)
		return VIO_EBUSY;
	prepare();
	return vio_vsock_connect(vsock.v, &vsock.s, cid, port);
}

void vsock_stop(void)
{
	if (vsock.listening)
		vio_vsock_unlisten(vsock.v, &vsock.l);
	vsock.listening = false;
	if (vsock.s.state == VIO_VSOCK_CLOSING)
		vio_vsock_reset(&vsock.s);
	else
		vio_vsock_close(&vsock.s);
}

static void attach(struct vio_terminal *t)
{
	vsock.terminal = t;
}

static void start(struct probe *p, struct vio_loop *l)
{
	static const struct vio_output_capture mirror = { NULL, put };

	(void)l;
	for (const struct slot *s = p->slots; s && !vsock.v; s = s->next) {
		vsock.v = vio_vsock_of(s->device);
		vsock.slot = s;
	}
	if (!vsock.v)
		return;
	vsock.other = vsock.terminal->out.mirror;
	vsock.terminal->out.mirror = &mirror;
}

extern const struct service service_vsock;
const struct service service_vsock = { .attach = attach, .start = start, .turn = turn };
