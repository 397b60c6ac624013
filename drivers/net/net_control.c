/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-net: the control queue (5.1.6.5). One command at a time is in flight, in memory of its
 * own. */
#include "drivers/net/net_internal.h"

#include <string.h>

#define TIMEOUT_NS UINT64_C(1000000000)

enum {
	CONFIG_STATUS = 6,
	STATUS_LINK_UP = 1,
	STATUS_ANNOUNCE = 2,

	CLASS_RX = 0,
	CLASS_MAC = 1,
	CLASS_VLAN = 2,
	CLASS_ANNOUNCE = 3,
	MAC_TABLE_SET = 0,
	MAC_ADDR_SET = 1,
	VLAN_ADD = 0,
	VLAN_DEL = 1,
	ANNOUNCE_ACK = 0,
	ANSWER_OK = 0,
	ANSWER_ERR = 1,
	ANSWER_NONE = 0xff,

	/* Offsets in `mem`. */
	COMMAND_BYTES = 2,
	DATA = COMMAND_BYTES,
	LIST_BYTES = 4 + VIO_NET_FILTER_MAX * VIO_NET_MAC_BYTES,
	ANSWER = DATA + 2 * LIST_BYTES,
	MEM_BYTES = ANSWER + 1,
};

struct command {
	uint8_t class, code;
	uint32_t first, second; /* bytes of data, in one part or two */
	bool own;
};

static uint8_t *data(struct vio_net *n)
{
	return n->control.mem + DATA;
}

static struct vq_seg part(const struct vio_net_control *c, uint32_t at, uint32_t len)
{
	return (struct vq_seg){ { c->at.addr + at }, len };
}

/* Legacy devices expect each part in a descriptor of its own (5.1.6.5). */
static unsigned readable(const struct vio_net *n, const struct command *m, struct vq_seg *seg)
{
	const struct vio_net_control *c = &n->control;
	unsigned i = 0;

	if (!n->header_apart) {
		seg[0] = part(c, 0, COMMAND_BYTES + m->first + m->second);
		return 1;
	}
	seg[i++] = part(c, 0, COMMAND_BYTES);
	if (m->first > 0)
		seg[i++] = part(c, DATA, m->first);
	if (m->second > 0)
		seg[i++] = part(c, DATA + m->first, m->second);
	return i;
}

static int submit(struct vio_net *n, const struct command *m)
{
	struct vio_net_control *c = &n->control;
	struct vq_seg seg[VIO_NET_CONTROL_RING];
	const unsigned nread = readable(n, m, seg);

	c->mem[0] = m->class;
	c->mem[1] = m->code;
	/* A value that is no answer, in case the device never writes it. */
	c->mem[ANSWER] = ANSWER_NONE;
	seg[nread] = part(c, ANSWER, 1);
	int rc = vio_queue_submit(&c->queue, seg, nread, 1, c);
	if (rc < 0)
		return rc;
	c->out = true;
	c->own = m->own;
	c->ack_out = m->class == CLASS_ANNOUNCE;
	c->mac_out = m->class == CLASS_MAC && m->code == MAC_ADDR_SET;
	return VIO_OK;
}

/* Can a command be built in the memory now? */
static int check(const struct vio_net *n, uint64_t features)
{
	if (n->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if ((n->device.features & features) != features)
		return VIO_ENOTSUP;
	return n->control.out ? VIO_EBUSY : VIO_OK;
}

static int send(struct vio_net *n, const struct command *m)
{
	const int rc = submit(n, m);

	if (n->callbacks == 0)
		vio_queue_kick(&n->control.queue);
	return rc;
}

/* ---- Commands that the driver sends by itself ---- */

static void say_what_is_due(struct vio_net *n)
{
	static const struct command ack = { .class = CLASS_ANNOUNCE,
					    .code = ANNOUNCE_ACK,
					    .own = true };
	struct vio_net_control *c = &n->control;

	if (c->ack_due && !c->out)
		c->ack_due = submit(n, &ack) != VIO_OK;
}

/* ANNOUNCE stays set until the device processes our acknowledgement (5.1.6.5.4). While one is in
 * flight an old request cannot be told from a new one, so this is checked again when it completes.
 */
static void announced(struct vio_net *n)
{
	struct vio_net_control *c = &n->control;

	if (c->ack_due || c->ack_out) {
		c->look_again = c->ack_out;
		return;
	}
	n->counters.announces++;
	n->callbacks++;
	if (n->announce)
		n->announce(n->announce_arg);
	n->callbacks--;
	c->ack_due = true;
}

/* The acknowledgement that may be due is sent by the caller. If the status cannot be read, the link
 * keeps its state. */
static void read_status(struct vio_net *n)
{
	uint16_t status;

	if (!vio_has(&n->device, VIO_NET_F_STATUS) ||
	    vio_device_config(&n->device, CONFIG_STATUS, &status, sizeof(status)) != VIO_OK)
		return;
	n->up = (status & STATUS_LINK_UP) != 0;
	/* QEMU drops frames that are sent while the link is down. On a packed ring it then forgets
	 * to ask for a notification, so without this one nothing would be sent any more. */
	if (n->up)
		vio_queue_nudge(&n->tx_queue);
	if (status & STATUS_ANNOUNCE && vio_has(&n->device, VIO_NET_F_GUEST_ANNOUNCE))
		announced(n);
}

void vio_net_status_changed(struct vio_net *n)
{
	read_status(n);
	say_what_is_due(n);
}

static int set_mac(struct vio_net *n, const uint8_t *mac, bool own)
{
	const struct command m = {
		.class = CLASS_MAC, .code = MAC_ADDR_SET, .first = VIO_NET_MAC_BYTES, .own = own
	};

	memcpy(n->control.mac, mac, VIO_NET_MAC_BYTES);
	memcpy(data(n), mac, VIO_NET_MAC_BYTES);
	return submit(n, &m);
}

/* The reset cleared an address that was set before. */
void vio_net_control_ready(struct vio_net *n)
{
	const uint8_t *chosen = n->control.chosen;

	if (vio_net_is_station(chosen) && !vio_net_same_mac(chosen, n->mac) &&
	    check(n, VIO_NET_F_CTRL_RX | VIO_NET_F_CTRL_MAC_ADDR) == VIO_OK)
		set_mac(n, chosen, true);
}

/* ---- Answers ---- */

static void mac_taken(struct vio_net *n)
{
	memcpy(n->mac, n->control.mac, VIO_NET_MAC_BYTES);
	memcpy(n->control.chosen, n->control.mac, VIO_NET_MAC_BYTES);
	n->mac_given = true;
}

static int result_of(const struct vio_net_control *c, int err)
{
	const uint8_t answer = *(volatile uint8_t *)(c->mem + ANSWER);

	if (err != VIO_OK)
		return err;
	if (answer == ANSWER_OK)
		return VIO_OK;
	return answer == ANSWER_ERR ? VIO_EIO : VIO_EDEVICE;
}

/* Not inlined, so that answered() needs few registers while it looks at the status. */
__attribute__((noinline)) static void settle(struct vio_net *n, int err)
{
	struct vio_net_control *c = &n->control;
	const int result = result_of(c, err);

	c->out = c->ack_out = false;
	if (!c->own)
		c->result = result;
	if (c->mac_out && result == VIO_OK)
		mac_taken(n);
}

/* The used length is ignored: the value of the answer shows that it was written, and legacy devices
 * report any length (5.1.6.1.1). */
static void answered(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct vio_net *n = net_of(q->dev);

	(void)cookie;
	(void)written;
	settle(n, err);
	if (err != VIO_OK)
		return;
	if (n->control.look_again) {
		n->control.look_again = false;
		read_status(n);
	}
	say_what_is_due(n);
}

int vio_net_control_result(const struct vio_net *n)
{
	return n->control.out ? VIO_EBUSY : n->control.result;
}

/* ---- Commands of the application ---- */

int vio_net_rx_mode(struct vio_net *n, enum vio_net_rx_mode mode, bool on)
{
	const struct command m = { .class = CLASS_RX, .code = (uint8_t)mode, .first = 1 };

	if ((unsigned)mode > VIO_NET_RX_NOBCAST)
		return VIO_EINVAL;
	int rc =
		check(n, mode <= VIO_NET_RX_ALLMULTI ? VIO_NET_F_CTRL_RX : VIO_NET_F_CTRL_RX_EXTRA);
	if (rc < 0)
		return rc;
	data(n)[0] = on;
	return send(n, &m);
}

int vio_net_set_mac(struct vio_net *n, const uint8_t mac[VIO_NET_MAC_BYTES])
{
	int rc = vio_net_is_station(mac) ? check(n, VIO_NET_F_CTRL_RX | VIO_NET_F_CTRL_MAC_ADDR)
					 : VIO_EINVAL;

	if (rc < 0)
		return rc;
	rc = set_mac(n, mac, false);
	if (n->callbacks == 0)
		vio_queue_kick(&n->control.queue);
	return rc;
}

/* A 32-bit count, then the addresses (5.1.6.5.2.1). */
static uint32_t put_list(uint8_t *to, const uint8_t (*list)[VIO_NET_MAC_BYTES], unsigned count)
{
	const uint32_t bytes = count * VIO_NET_MAC_BYTES;

	memset(to, 0, 4);
	to[0] = (uint8_t)count;
	if (count > 0)
		memcpy(to + 4, list, bytes);
	return 4 + bytes;
}

int vio_net_set_filter(struct vio_net *n, const struct vio_net_filter *f)
{
	struct command m = { .class = CLASS_MAC, .code = MAC_TABLE_SET };

	if (f->unicasts > VIO_NET_FILTER_MAX || f->multicasts > VIO_NET_FILTER_MAX)
		return VIO_EINVAL;
	int rc = check(n, VIO_NET_F_CTRL_RX);
	if (rc < 0)
		return rc;
	m.first = put_list(data(n), f->unicast, f->unicasts);
	m.second = put_list(data(n) + m.first, f->multicast, f->multicasts);
	return send(n, &m);
}

int vio_net_vlan(struct vio_net *n, uint16_t id, bool pass)
{
	const struct command m = { .class = CLASS_VLAN,
				   .code = pass ? VLAN_ADD : VLAN_DEL,
				   .first = 2 };

	if (id >= VIO_NET_VLANS)
		return VIO_EINVAL;
	int rc = check(n, VIO_NET_F_CTRL_VLAN);
	if (rc < 0)
		return rc;
	net_put16(data(n), id);
	return send(n, &m);
}

/* ---- Set-up ---- */

/* Ring memory is never freed, so that of an earlier start is used again. */
int vio_net_control_open(struct vio_net *n)
{
	struct vio_net_control *c = &n->control;

	c->out = c->ack_due = c->ack_out = c->look_again = false;
	if (!vio_has(&n->device, VIO_NET_F_CTRL_VQ))
		return VIO_OK;
	if (!c->mem)
		c->mem = vio_device_ring_memory(&n->device, MEM_BYTES, sizeof(uint64_t), &c->at);
	if (!c->mem)
		return VIO_ENOMEM;
	const struct vio_queue_options o = { .index = NET_CONTROL_QUEUE,
					     .max = VIO_NET_CONTROL_RING,
					     .least = n->header_apart ? VIO_NET_CONTROL_RING : 2,
					     .priv = c->priv,
					     .done = answered,
					     .timeout = TIMEOUT_NS };

	return vio_queue_open(&n->device, &c->queue, &o);
}
