/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: the choice of features, and config space (5.1.3, 5.1.4). */
#include <picovirtio/driver.h>
#include "drivers/net/net_internal.h"

#include <string.h>

enum {
	CONFIG_MAC = 0,
	CONFIG_MTU = 10,
	MAC_GROUP = 1, /* bit of the first byte: a group address, which is no device's own */
	MAC_LOCAL = 2,
	MAC_READS = 8,
};

/* ---- Features ---- */

static const struct {
	uint64_t feature, needs;
} dependencies[] = {
	{ VIO_NET_F_HOST_TSO4, VIO_NET_F_CSUM },
	{ VIO_NET_F_CTRL_RX, VIO_NET_F_CTRL_VQ },
	{ VIO_NET_F_CTRL_VLAN, VIO_NET_F_CTRL_VQ },
	{ VIO_NET_F_CTRL_RX_EXTRA, VIO_NET_F_CTRL_VQ },
	{ VIO_NET_F_GUEST_ANNOUNCE, VIO_NET_F_CTRL_VQ },
	{ VIO_NET_F_CTRL_MAC_ADDR, VIO_NET_F_CTRL_VQ },
};

/* The largest MTU that our memory allows. Frames that are larger than one buffer need MRG_RXBUF,
 * and memory to join the buffers. */
static size_t mtu_most(const struct vio_net *n, uint64_t offer)
{
	const size_t all = (size_t)n->rx_buffers * VIO_NET_BUFFER_BYTES - VIO_NET_HEADER_MAX;
	const size_t room = n->room_bytes < all ? n->room_bytes : all;

	if (!n->room || !(offer & VIO_NET_F_MRG_RXBUF))
		return VIO_NET_MTU_MOST;
	return room - VIO_NET_LINK_BYTES < UINT16_MAX ? room - VIO_NET_LINK_BYTES : UINT16_MAX;
}

/* If our buffers are too small for the device's MTU, the feature MTU is declined (5.1.4.2), and our
 * own limit counts. */
static int read_mtu(struct vio_net *n, struct vio_device *d, uint64_t offer)
{
	const size_t most = mtu_most(n, offer);
	uint16_t mtu;

	n->mtu = (uint16_t)most;
	if (!(offer & VIO_NET_F_MTU))
		return VIO_OK;
	int rc = vio_device_config(d, CONFIG_MTU, &mtu, sizeof(mtu));
	if (rc < 0)
		return rc;
	if (mtu >= VIO_NET_MTU_LEAST && mtu <= most)
		n->mtu = mtu;
	else
		d->declined |= VIO_NET_F_MTU;
	return VIO_OK;
}

int vio_net_screen(struct vio_device *d)
{
	const uint64_t offer = d->offered & ~d->features_off;

	for (unsigned i = 0; i < sizeof(dependencies) / sizeof(*dependencies); i++) {
		if (!(offer & dependencies[i].needs))
			d->declined |= dependencies[i].feature;
	}
	return read_mtu(net_of(d), d, offer);
}

/* ---- Address ---- */

/* Is this the address of one device? Zero and group addresses are not. */
bool vio_net_is_station(const uint8_t *mac)
{
	uint8_t any = 0;

	for (unsigned i = 0; i < VIO_NET_MAC_BYTES; i++)
		any |= mac[i];
	return !(mac[0] & MAC_GROUP) && any != 0;
}

bool vio_net_same_mac(const uint8_t *a, const uint8_t *b)
{
	unsigned i;

	for (i = 0; i < VIO_NET_MAC_BYTES && a[i] == b[i]; i++)
		;
	return i == VIO_NET_MAC_BYTES;
}

static int read_mac_once(struct vio_net *n, uint8_t *mac)
{
	int rc = VIO_OK;

	for (unsigned i = 0; i < VIO_NET_MAC_BYTES && rc == VIO_OK; i++)
		rc = vio_device_config(&n->device, CONFIG_MAC + i, &mac[i], 1);
	return rc;
}

/* The address is six fields of one byte, and may change while it is read. Two reads must agree
 * (2.5.1, 2.5.3). If they never do, the device has no address. */
int vio_net_read_mac(struct vio_net *n)
{
	uint8_t mac[2][VIO_NET_MAC_BYTES] = { 0 };
	unsigned i = 0;

	n->mac_given = false;
	memset(n->mac, 0, sizeof(n->mac));
	if (!vio_has(&n->device, VIO_NET_F_MAC))
		return VIO_OK;
	int rc = read_mac_once(n, mac[0]);
	do {
		if (rc == VIO_OK)
			rc = read_mac_once(n, mac[++i % 2]);
	} while (rc == VIO_OK && !vio_net_same_mac(mac[0], mac[1]) && i < MAC_READS);
	if (rc == VIO_OK && vio_net_same_mac(mac[0], mac[1]) && vio_net_is_station(mac[0])) {
		n->mac_given = true;
		memcpy(n->mac, mac[0], sizeof(n->mac));
	}
	return rc;
}

bool vio_net_mac(const struct vio_net *n, uint8_t mac[VIO_NET_MAC_BYTES])
{
	memcpy(mac, n->mac, VIO_NET_MAC_BYTES);
	return n->mac_given;
}

void vio_net_local_mac(uint8_t mac[VIO_NET_MAC_BYTES], uint64_t seed)
{
	seed *= UINT64_C(0x9e3779b97f4a7c15); /* odd, so that different seeds stay different */
	for (unsigned i = 0; i < VIO_NET_MAC_BYTES; i++)
		mac[i] = (uint8_t)(seed >> (16 + 8 * i));
	mac[0] = (uint8_t)((mac[0] & ~MAC_GROUP) | MAC_LOCAL);
}

/* ---- Limits, link ---- */

unsigned vio_net_mtu(const struct vio_net *n)
{
	return n->mtu;
}

int vio_net_large(struct vio_net *n, void *room, size_t bytes)
{
	if (n->device.state != VIO_DOWN && n->device.state != VIO_FAILED)
		return VIO_EBUSY;
	if (room && bytes < VIO_NET_FRAME_MAX)
		return VIO_EINVAL;
	n->room = room;
	n->room_bytes = room ? bytes : 0;
	return VIO_OK;
}

bool vio_net_link(const struct vio_net *n)
{
	return n->up && n->device.state == VIO_LIVE;
}

void vio_net_on_announce(struct vio_net *n, vio_net_announce_fn fn, void *arg)
{
	n->announce = fn;
	n->announce_arg = arg;
}

const struct vio_feature vio_net_features[] = {
	{ 0, "CSUM" },
	{ 1, "GUEST_CSUM" },
	{ 2, "CTRL_GUEST_OFFLOADS" },
	{ 3, "MTU" },
	{ 5, "MAC" },
	{ 6, "GSO" },
	{ 7, "GUEST_TSO4" },
	{ 8, "GUEST_TSO6" },
	{ 9, "GUEST_ECN" },
	{ 10, "GUEST_UFO" },
	{ 11, "HOST_TSO4" },
	{ 12, "HOST_TSO6" },
	{ 13, "HOST_ECN" },
	{ 14, "HOST_UFO" },
	{ 15, "MRG_RXBUF" },
	{ 16, "STATUS" },
	{ 17, "CTRL_VQ" },
	{ 18, "CTRL_RX" },
	{ 19, "CTRL_VLAN" },
	{ 20, "CTRL_RX_EXTRA" },
	{ 21, "GUEST_ANNOUNCE" },
	{ 22, "MQ" },
	{ 23, "CTRL_MAC_ADDR" },
	{ 41, "GUEST_RSC4" },
	{ 42, "GUEST_RSC6" },
	{ 50, "DEVICE_STATS" },
	{ 51, "HASH_TUNNEL" },
	{ 52, "VQ_NOTF_COAL" },
	{ 53, "NOTF_COAL" },
	{ 54, "GUEST_USO4" },
	{ 55, "GUEST_USO6" },
	{ 56, "HOST_USO" },
	{ 57, "HASH_REPORT" },
	{ 59, "GUEST_HDRLEN" },
	{ 60, "RSS" },
	{ 61, "RSC_EXT" },
	{ 62, "STANDBY" },
	{ 63, "SPEED_DUPLEX" },
	{ 0, NULL },
};
