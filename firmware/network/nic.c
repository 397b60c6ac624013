/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/nic.h"

#include "firmware/devices/wait.h"
#include "firmware/network/byteorder.h"

#include <string.h>

#define TIMEOUT UINT64_C(3000000000) /* the driver fails the device before that */

enum {
	TO = 0,
	FROM = 6,
	TYPE = 12,
	ARP = 14,
	SENDER = ARP + 8,
	TARGET = ARP + 18,
	MAC = VIO_NET_MAC_BYTES,
	RARP_BYTES = 60,
};

/* A RARP request (RFC 903) for our own address, to which no answer is expected. */
static void announce(void *arg)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, 3 };
	const struct nic *n = arg;
	uint8_t f[RARP_BYTES] = { 0 };

	if (!vio_net_mac(n->device, f + FROM))
		return;
	memset(f + TO, 0xff, MAC);
	put16(f + TYPE, 0x8035);
	memcpy(f + ARP, head, sizeof(head));
	memcpy(f + SENDER, f + FROM, MAC);
	memcpy(f + TARGET, f + FROM, MAC);
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
	if (rc == VIO_OK)
		rc = wait_result(n->loop, is_answered, n, TIMEOUT);
	return rc == VIO_OK ? vio_net_control_result(n->device) : rc;
}
