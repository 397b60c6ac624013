/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/net.h"

#include "firmware/devices/lack.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

const char *net_address_wrong(uint32_t ip, uint32_t mask)
{
	const uint32_t stations = ~mask;

	if (!mini_ip_is_station(ip))
		return "not the IPv4 address of a station";
	if (mask == 0 || (stations & (stations + 1)) != 0)
		return "its mask is not that of a network";
	if (stations > 1 && (ip & stations) == stations)
		return "the broadcast address of its network";
	if (stations > 1 && (ip & stations) == 0)
		return "the address of the network itself, not of a station";
	return NULL;
}

static void received(void *arg, const uint8_t *frame, size_t len)
{
	struct net *n = arg;

	n->stack->receive(n, frame, len);
}

static void attach(struct net *n, const struct slot *s)
{
	n->device = vio_net_of(s->device);
	n->slot = s;
	n->made_up = !vio_net_mac(n->device, n->mac);
	if (n->made_up)
		vio_net_local_mac(n->mac, s->window.base ^ vio_loop_now(n->loop));
	n->stack->start(n);
	vio_net_listen(n->device, received, n);
}

void net_start(struct net *n, const struct net_stack *stack, struct probe *p, struct vio_loop *l)
{
	const struct slot *s;

	n->stack = stack;
	n->probe = p;
	n->loop = l;
	for (s = p->slots; s && !n->device; s = s->next) {
		if (s->device && s->device->state == VIO_LIVE && vio_net_of(s->device))
			attach(n, s);
	}
}

bool net_service(struct net *n)
{
	return n->device && n->stack->service(n);
}

bool net_is_live(const struct net *n)
{
	return n->device && n->device->device.state == VIO_LIVE;
}

/* A device that was not live at start is not used until the next boot. */
bool net_present(const struct net *n, const char *command)
{
	const struct slot *s = n->probe->slots;

	if (n->device)
		return true;
	while (s && !(vio_net_of(s->device) && s->device->state == VIO_LIVE))
		s = s->next;
	if (s)
		complain("%s: %s was not live at the start; `reboot` helps\n", command, s->label);
	else
		device_lacks(n->probe, &vio_net_driver, command, "network device",
			     machine_net_options);
	return false;
}

const char *net_error(const struct net *n, int rc)
{
	return rc == VIO_EDEVICE ? device_error(n->slot->label, &n->device->device, rc)
				 : vio_strerror(rc);
}

bool net_ready(const struct net *n, const char *command)
{
	if (!net_present(n, command))
		return false;
	if (!net_is_live(n))
		complain("%s: %s\n", command, net_error(n, VIO_EDEVICE));
	else if (!vio_net_link(n->device))
		complain("%s: the link is down\n", command);
	else
		return true;
	return false;
}

bool net_gives_up(const struct net *n)
{
	return n->loop->interrupted || !net_is_live(n);
}

int net_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took)
{
	if (!net_is_live(n))
		return VIO_EDEVICE;
	int rc = n->stack->ping(n, peer, timeout, took);
	return rc == VIO_OK || net_is_live(n) ? rc : VIO_EDEVICE;
}
