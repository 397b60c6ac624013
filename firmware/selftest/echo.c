/* SPDX-License-Identifier: BSD-2-Clause */
/* The network device sends frames back, below any address: for the tests of the driver. */
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/devices/wait.h"
#include "firmware/network/byteorder.h"
#include "firmware/network/nic.h"
#include "firmware/words/complain.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)

enum {
	SECONDS_MAX = 3600,
	PIECE = 512, /* payload of each frame into which the device cuts a segment */
};

enum {
	TO = 0,
	FROM = 6,
	TYPE = 12,
	IP = 14,
	IP_LENGTH = IP + 2,
	IP_FRAGMENT = IP + 6,
	IP_PROTOCOL = IP + 9,
	IP_FROM = IP + 12,
	L4 = IP + 20, /* IPv4 without options */
	UDP = 17,
	UDP_HEADER = 8,
	UDP_SUM = 6,
	ECHO = 7, /* ports (RFC 862, RFC 863) */
	DISCARD = 9,
	TCP = 6,
	TCP_HEADER = 20,
	TCP_SUM = 16,
	MAC = VIO_NET_MAC_BYTES,
};

static struct {
	struct vio_net *device;
	struct vio_loop *loop;
	vio_net_frame_fn next; /* gets the frames that are not for the echo */
	void *next_arg;
	bool stop; /* a datagram to the discard port arrived */
	uint32_t sent;
	uint32_t refused; /* the device took no more */
	uint32_t damaged; /* a length or a checksum is wrong */
	uint32_t other;	  /* not for the echo: passed on */
	uint32_t checked; /* of the frames sent back: the device had checked them */
} echo;

static struct vio_net_packet packet; /* a frame that is too large for the driver to copy */
static uint8_t bytes[NIC_LARGE];     /* its bytes, or those of the present frame */

/* The sum of addresses and protocol. It is not inverted, since the device and sum_on() continue it.
 */
static uint16_t pseudo(const uint8_t *f, size_t end)
{
	return (uint16_t)~sum_on(f[IP_PROTOCOL] + (uint32_t)(end - L4), f + IP_FROM, 8);
}

static void swap(uint8_t *a, uint8_t *b, size_t n)
{
	uint8_t t;

	for (; n > 0; n--, a++, b++) {
		t = *a;
		*a = *b;
		*b = t;
	}
}

/* The end of the datagram in the frame. 0: there is none, or it is damaged; that is counted. */
static size_t datagram(const uint8_t *f, size_t len)
{
	const size_t end = len >= L4 ? IP + (size_t)get16(f + IP_LENGTH) : 0;
	const bool udp = len >= L4 && f[IP_PROTOCOL] == UDP;

	if (len < L4 || get16(f + TYPE) != 0x0800 || f[IP] != 0x45 ||
	    (!udp && f[IP_PROTOCOL] != TCP) || (get16(f + IP_FRAGMENT) & 0x3fff) != 0) {
		echo.other++;
		return 0;
	}
	if (end > len || end < L4 + (udp ? UDP_HEADER : TCP_HEADER) ||
	    sum_on(0, f + IP, L4 - IP) != 0 ||
	    (!vio_net_checked(echo.device) && sum_on(pseudo(f, end), f + L4, end - L4) != 0)) {
		echo.damaged++;
		return 0;
	}
	return end;
}

/* Exchanging addresses and ports changes no sum, so the checksum stays valid. If the device can
 * compute it, the device does so again. */
static struct vio_net_offload turn_round(uint8_t *f, size_t end)
{
	const bool udp = f[IP_PROTOCOL] == UDP;
	struct vio_net_offload o = { 0 };

	swap(f + TO, f + FROM, MAC);
	swap(f + IP_FROM, f + IP_FROM + 4, 4);
	swap(f + L4, f + L4 + 2, 2);
	if (!vio_has(&echo.device->device, VIO_NET_F_CSUM))
		return o;
	o.csum_start = L4;
	o.csum_offset = udp ? UDP_SUM : TCP_SUM;
	put16(f + L4 + o.csum_offset, pseudo(f, end));
	if (!udp && vio_has(&echo.device->device, VIO_NET_F_HOST_TSO4) &&
	    end > L4 + TCP_HEADER + PIECE)
		o.gso_size = PIECE;
	return o;
}

static int send(size_t len, const struct vio_net_offload *o)
{
	if (len <= VIO_NET_FRAME_MAX && o->gso_size == 0)
		return vio_net_send_offload(echo.device, bytes, len, o);
	packet = (struct vio_net_packet){ .frame = bytes, .bytes = (uint32_t)len, .offload = *o };
	return vio_net_send_packet(echo.device, &packet);
}

/* Is the frame for port 7 or 9? All others are passed on. */
static bool is_for_echo(const uint8_t *f, size_t len)
{
	return len >= L4 + UDP_HEADER && get16(f + TYPE) == 0x0800 && f[IP] == 0x45 &&
	       (f[IP_PROTOCOL] == UDP || f[IP_PROTOCOL] == TCP) &&
	       (get16(f + L4 + 2) == ECHO || get16(f + L4 + 2) == DISCARD);
}

/* A frame that is sent without a copy keeps `bytes` until the device has sent it. */
static void received(void *arg, const uint8_t *frame, size_t len)
{
	(void)arg;
	if (!is_for_echo(frame, len)) {
		echo.other++;
		if (echo.next)
			echo.next(echo.next_arg, frame, len);
		return;
	}
	if (packet.busy || len > sizeof(bytes)) {
		echo.refused++;
		return;
	}
	memcpy(bytes, frame, len);
	const size_t end = datagram(bytes, len);

	if (end == 0)
		return;
	if (bytes[IP_PROTOCOL] == UDP && get16(bytes + L4 + 2) == DISCARD) {
		echo.stop = true;
		return;
	}
	echo.checked += vio_net_checked(echo.device);
	const struct vio_net_offload o = turn_round(bytes, end);

	/* The frame may end in padding, which no checksum may include. */
	if (send(o.csum_start != 0 ? end : len, &o) == VIO_OK)
		echo.sent++;
	else
		echo.refused++;
}

static bool is_over(void *arg)
{
	(void)arg;
	return echo.stop || echo.loop->interrupted || echo.device->device.state != VIO_LIVE;
}

static void echo_until(uint64_t pause)
{
	uint32_t before;

	vio_net_listen(echo.device, received, NULL);
	do {
		before = echo.device->counters.rx_frames;
		wait_until(echo.loop, is_over, NULL, pause);
	} while (before != echo.device->counters.rx_frames && !is_over(NULL));
	vio_net_listen(echo.device, echo.next, echo.next_arg);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	struct vio_net *const device = network_nic()->device;
	uint64_t seconds;

	(void)argc;
	if (!device) {
		machine_lacks("echo", "network device", machine_net_options);
		return;
	}
	if (!shell_number_word("echo", argv[1], 1, SECONDS_MAX, &seconds))
		return;
	memset(&echo, 0, sizeof(echo));
	echo.device = device;
	echo.loop = c->loop;
	echo.next = device->frame;
	echo.next_arg = device->arg;
	printf("echo: sending back what comes, until %" PRIu64 " s pass without a frame\n",
	       seconds);
	echo_until(seconds * SECOND);
	printf("echo: %" PRIu32 " sent back, %" PRIu32 " of them checked by the device; %" PRIu32
	       " refused, %" PRIu32 " damaged, %" PRIu32 " passed on\n",
	       echo.sent, echo.checked, echo.refused, echo.damaged, echo.other);
}

/*
 * Checks each UDP and TCP frame for port 7, exchanges its addresses and ports, and sends it back to
 * its sender. It ends when no frame arrived for so many seconds, after a datagram to the discard
 * port (9), by Ctrl-C, or with the device. Checksums, and the cutting of TCP segments, are left to
 * the device if it can do that.
 */
extern const struct command command_echo;
const struct command command_echo = {
	.name = "echo",
	.args = "SECONDS",
	.help = "network test: send every frame for port 7 back, until none came for so long",
	.least = 1,
	.most = 1,
	.run = run,
};
