/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/nic_echo.h"

#include "firmware/devices/wait.h"
#include "firmware/network/byteorder.h"

#include <string.h>

#define TIMEOUT UINT64_C(3000000000) /* the device is failed before that */

enum {
	TO = 0,
	FROM = 6,
	TYPE = 12,
	IP = 14,
	IP_LENGTH = IP + 2,
	IP_FRAGMENT = IP + 6,
	IP_PROTOCOL = IP + 9,
	IP_FROM = IP + 12,
	L4 = IP + 20, /* without options */
	UDP = 17,
	UDP_HEADER = 8,
	UDP_SUM = 6,
	ECHO = 7, /* ports (RFC 862, RFC 863) */
	DISCARD = 9,
	TCP = 6,
	TCP_HEADER = 20,
	TCP_SUM = 16,
	MAC = VIO_NET_MAC_BYTES,
	RARP_BYTES = 60,
};

/* Of the addresses and the protocol: not inverted, as the device and sum_on() go on from it. */
static uint16_t pseudo(const uint8_t *f, size_t end)
{
	return (uint16_t)~sum_on(f[IP_PROTOCOL] + (uint32_t)(end - L4), f + IP_FROM, 8);
}

/* ---- Echo ---- */

static void swap(uint8_t *a, uint8_t *b, size_t n)
{
	uint8_t t;

	for (; n > 0; n--, a++, b++) {
		t = *a;
		*a = *b;
		*b = t;
	}
}

/* Where the datagram ends, or 0: it is none, or damaged, and counted as that. */
static size_t datagram(struct nic *n, const uint8_t *f, size_t len)
{
	const size_t end = len >= L4 ? IP + (size_t)get16(f + IP_LENGTH) : 0;
	const bool udp = len >= L4 && f[IP_PROTOCOL] == UDP;

	if (len < L4 || get16(f + TYPE) != 0x0800 || f[IP] != 0x45 ||
	    (!udp && f[IP_PROTOCOL] != TCP) || (get16(f + IP_FRAGMENT) & 0x3fff) != 0) {
		n->echo.other++;
		return 0;
	}
	if (end > len || end < L4 + (udp ? UDP_HEADER : TCP_HEADER) ||
	    sum_on(0, f + IP, L4 - IP) != 0 ||
	    (!vio_net_checked(n->device) && sum_on(pseudo(f, end), f + L4, end - L4) != 0)) {
		n->echo.damaged++;
		return 0;
	}
	return end;
}

/* Changing addresses and ports round leaves every sum as it was; so the one at the end is made
 * anew by the device, or not at all. */
static struct vio_net_offload turn_round(struct nic *n, uint8_t *f, size_t end)
{
	const bool udp = f[IP_PROTOCOL] == UDP;
	struct vio_net_offload o = { 0 };

	swap(f + TO, f + FROM, MAC);
	swap(f + IP_FROM, f + IP_FROM + 4, 4);
	swap(f + L4, f + L4 + 2, 2);
	if (!vio_has(&n->device->device, VIO_NET_F_CSUM))
		return o;
	o.csum_start = L4;
	o.csum_offset = udp ? UDP_SUM : TCP_SUM;
	put16(f + L4 + o.csum_offset, pseudo(f, end));
	if (!udp && vio_has(&n->device->device, VIO_NET_F_HOST_TSO4) &&
	    end > L4 + TCP_HEADER + NIC_PIECE)
		o.gso_size = NIC_PIECE;
	return o;
}

static int send(struct nic *n, size_t len, const struct vio_net_offload *o)
{
	if (len <= VIO_NET_FRAME_MAX && o->gso_size == 0)
		return vio_net_send_offload(n->device, n->frame, len, o);
	n->packet =
		(struct vio_net_packet){ .frame = n->frame, .bytes = (uint32_t)len, .offload = *o };
	return vio_net_send_packet(n->device, &n->packet);
}

/* To port 7 or 9, so that it is no business of the one who listens otherwise? */
static bool is_for_echo(const uint8_t *f, size_t len)
{
	return len >= L4 + UDP_HEADER && get16(f + TYPE) == 0x0800 && f[IP] == 0x45 &&
	       (f[IP_PROTOCOL] == UDP || f[IP_PROTOCOL] == TCP) &&
	       (get16(f + L4 + 2) == ECHO || get16(f + L4 + 2) == DISCARD);
}

/* One that goes without a copy keeps `frame` until it is sent. */
static void received(void *arg, const uint8_t *frame, size_t len)
{
	struct nic *n = arg;

	if (!is_for_echo(frame, len)) {
		n->echo.other++;
		if (n->next)
			n->next(n->next_arg, frame, len);
		return;
	}
	if (n->packet.busy || len > sizeof(n->frame)) {
		n->echo.refused++;
		return;
	}
	memcpy(n->frame, frame, len);
	size_t end = datagram(n, n->frame, len);
	if (end == 0)
		return;
	if (n->frame[IP_PROTOCOL] == UDP && get16(n->frame + L4 + 2) == DISCARD) {
		n->stop = true;
		return;
	}
	n->echo.checked += vio_net_checked(n->device);
	struct vio_net_offload o = turn_round(n, n->frame, end);
	/* What is behind the datagram is padding, which no checksum may take in. */
	if (send(n, o.csum_start != 0 ? end : len, &o) == VIO_OK)
		n->echo.sent++;
	else
		n->echo.refused++;
}

static bool is_over(void *arg)
{
	const struct nic *n = arg;

	return n->stop || n->loop->interrupted || n->device->device.state != VIO_LIVE;
}

void nic_echo_run(struct nic *n, uint64_t pause)
{
	uint32_t before;

	n->next = n->device->frame;
	n->next_arg = n->device->arg;
	memset(&n->echo, 0, sizeof(n->echo));
	n->stop = false;
	vio_net_listen(n->device, received, n);
	do {
		before = n->device->counters.rx_frames;
		wait_until(n->loop, is_over, n, pause);
	} while (before != n->device->counters.rx_frames && !is_over(n));
	vio_net_listen(n->device, n->next, n->next_arg);
}

/* ---- The rest ---- */

/* RFC 903, with our own address asked for: nobody is meant to answer. */
static void announce(void *arg)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, 3 };
	const struct nic *n = arg;
	uint8_t f[RARP_BYTES] = { 0 };

	if (!vio_net_mac(n->device, f + FROM))
		return;
	memset(f + TO, 0xff, MAC);
	put16(f + TYPE, 0x8035);
	memcpy(f + IP, head, sizeof(head));
	memcpy(f + IP + 8, f + FROM, MAC);
	memcpy(f + IP + 18, f + FROM, MAC);
	vio_net_send(n->device, f, sizeof(f));
}

void nic_start(struct nic *n, struct vio_net *device, struct vio_loop *l)
{
	n->device = device;
	n->loop = l;
	if (device)
		vio_net_on_announce(device, announce, n);
}

int nic_large(struct nic *n, bool on)
{
	struct vio_device *d = &n->device->device;
	int rc = vio_device_stop(d);

	if (rc == VIO_OK)
		rc = vio_net_large(n->device, on ? n->room : NULL, sizeof(n->room));
	return rc == VIO_OK ? vio_device_start(d) : rc;
}

static bool is_answered(void *arg)
{
	const struct nic *n = arg;

	return vio_net_control_result(n->device) != VIO_EBUSY;
}

int nic_answer(struct nic *n, int rc)
{
	if (rc != VIO_OK)
		return rc;
	wait_until(n->loop, is_answered, n, TIMEOUT);
	return vio_net_control_result(n->device);
}
