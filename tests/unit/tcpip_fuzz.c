/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's TCP/IP with the whole of lwIP under libFuzzer: the input is a list of actions of
 * peers. After each input every pool of lwIP is as it was. tcpip_fuzz.py builds and starts it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <picovirtio/rng.h>
#include "firmware/network/lwip/fetch.h"
#include "firmware/network/lwip/iperf.h"
#include "tcpip_serve.h"

enum { OPEN, SEGMENT, TIME, DATAGRAM, FRAME, FRAGMENT, MANNERS, FETCH, OPERATIONS };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* ---- Of the device layer nothing is called: there are no devices but the one of the rig ---- */

bool vio_device_poll(struct vio_device *d)
{
	(void)d;
	return false;
}

uint64_t vio_device_service(struct vio_device *d, uint64_t now_ns)
{
	(void)d;
	(void)now_ns;
	return UINT64_MAX;
}

bool vio_device_arm(struct vio_device *d)
{
	(void)d;
	return false;
}

struct vio_rng *vio_rng_of(struct vio_device *d)
{
	(void)d;
	return NULL;
}

int vio_rng_submit(struct vio_rng *r, struct vio_rng_request *request)
{
	(void)r;
	(void)request;
	return VIO_EDEVICE;
}

void vio_rng_kick(struct vio_rng *r)
{
	(void)r;
}

/* ---- The input ---- */

static struct {
	const uint8_t *at;
	size_t left;
} input;

static uint8_t byte(void)
{
	if (input.left == 0)
		return 0;
	input.left--;
	return *input.at++;
}

/* As many bytes as the next byte says, or as are left. */
static size_t some(const uint8_t **bytes)
{
	const size_t wanted = byte(), n = wanted < input.left ? wanted : input.left;

	*bytes = input.at;
	input.at += n;
	input.left -= n;
	return n;
}

static struct peer *any_peer(void)
{
	return &p[byte() % 8];
}

/* ---- What peers do ---- */

static void open_one(void)
{
	struct peer *q = any_peer();
	const uint8_t how = byte();

	memset(q, 0, sizeof(*q));
	q->mss = how & 1 ? 1 + how : 0;
	q->window = how & 2 ? how : 0;
	q->mute = (how & 4) != 0;
	q->keeps_fin = (how & 8) != 0;
	peer_open(q, how & 16 ? IPERF_PORT : 80);
}

static void send_segment(void)
{
	struct peer *q = any_peer();
	const uint8_t flags = byte(), shift = byte();
	const uint8_t *bytes;
	const size_t n = some(&bytes);

	q->seq += shift & 15 ? 0 : shift;
	q->ack += shift & 16 ? shift : 0;
	segment(q, flags, bytes, n);
	q->seq += (uint32_t)n + (flags & FIN ? 1 : 0);
}

static void send_datagram(void)
{
	static const uint16_t ports[] = { 7, 5353, 53, 68, 5000, IPERF_PORT };
	enum { PORTS = sizeof(ports) / sizeof(ports[0]) };
	uint8_t f[VIO_NET_FRAME_MAX];
	const uint8_t to = byte(), from = byte();
	const uint8_t *bytes;
	const size_t n = some(&bytes);

	udp(f, 42 + n, ports[from % PORTS], ports[(to & 127) % PORTS]);
	memcpy(f + 42, bytes, n);
	if (to & 128) {
		memcpy(f, "\1\0\x5e\0\0\xfb", 6);
		memcpy(f + 30, "\xe0\0\0\xfb", 4);
	}
	seal(f, 42 + n);
	receive(f, 42 + n);
}

static void send_frame(void)
{
	uint8_t f[LEAST + 256];
	const uint8_t *bytes;

	arp(f, 1);
	const size_t n = some(&bytes);
	memcpy(f + 12, bytes, n);
	if (byte() & 1)
		memcpy(f, ours, sizeof(ours));
	receive(f, 12 + n);
}

static void send_fragment(void)
{
	uint8_t f[VIO_NET_FRAME_MAX];
	const uint8_t number = byte(), at = byte();
	const uint8_t *bytes;
	const size_t n = some(&bytes);

	ip(f, 34 + n, at & 64 ? 17 : 1);
	memcpy(f + 34, bytes, n);
	put_be(f + 18, number, 2);
	put_be(f + 20, (uint32_t)(at & 63) | (at & 128 ? 0x2000 : 0), 2);
	put_sum(f + 24, add(0, f + 14, 20));
	receive(f, 34 + n);
}

static void start_again(void)
{
	const uint8_t what = byte();

	if (what & 1) {
		server_stop();
		server_start(80, page, NULL);
	}
	if (what & 2) {
		iperf_stop();
		iperf_start(&net);
	}
	wire.refuse = what & 4 ? VIO_EFULL : VIO_OK;
	any_peer()->window = byte();
}

/* A server for the firmware's clients: it sends the input's bytes once it has a request. */
static struct peer host;
static struct {
	const uint8_t *bytes;
	size_t n;
	uint8_t flags;
} answer_of_host;

static void answer_request(void)
{
	peers_take();
	if (host.got == 0 || answer_of_host.n == 0)
		return;
	segment(&host, (uint8_t)(answer_of_host.flags | ACK), answer_of_host.bytes,
		answer_of_host.n);
	host.seq += (uint32_t)answer_of_host.n + (answer_of_host.flags & FIN ? 1 : 0);
	answer_of_host.n = 0;
}

static void fetch(void)
{
	struct http_url url;
	struct iperf_result result;
	const bool measure = byte() & 1;

	memset(&host, 0, sizeof(host));
	host.port = measure ? IPERF_PORT : 8080;
	host.window = 0x7fff;
	host.listens = true;
	peers.list[0] = &host;
	peers.count = peers.count ? peers.count : 1;
	answer_of_host.flags = byte();
	answer_of_host.n = some(&answer_of_host.bytes);
	wire.each_turn = answer_request;
	http_url("10.0.2.2:8080/", &url);
	if (measure)
		iperf_send(&net, 0x0a000202, 1, &result);
	else
		fetch_page(&net, 0x0a000202, &url);
	wire.each_turn = NULL;
}

static void do_one(void)
{
	switch (byte() % OPERATIONS) {
	case OPEN: open_one(); break;
	case SEGMENT: send_segment(); break;
	case TIME: peers_run((uint64_t)byte() * SECOND / 20); break;
	case DATAGRAM: send_datagram(); break;
	case FRAME: send_frame(); break;
	case FRAGMENT: send_fragment(); break;
	case MANNERS: start_again(); break;
	default: fetch();
	}
}

static void begin_once(void)
{
	static bool begun;

	if (begun)
		return;
	begun = true;
	start(NULL);
	setup(NULL);
	introduce();
	pools_remember();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	begin_once();
	input.at = data;
	input.left = n;
	memset(p, 0, sizeof(p));
	memset(&peers, 0, sizeof(peers));
	wire.queued = 0;
	introduce();
	server_start(80, page, NULL);
	iperf_start(&net);
	while (input.left > 0)
		do_one();
	wire.refuse = VIO_OK;
	server_stop();
	iperf_stop();
	pass(ALL_FORGOTTEN);
	pools_check();
	return 0;
}
