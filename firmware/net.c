/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/net.h"

#include <string.h>

static bool send(void *ctx, const uint8_t *frame, size_t len)
{
	struct net *n = ctx;

	return vio_net_send(n->device, frame, len) == VIO_OK;
}

static void received(void *arg, const uint8_t *frame, size_t len)
{
	struct net *n = arg;

	if (len > sizeof(n->frame))
		return;
	memcpy(n->frame, frame, len);
	station_receive(&n->station, n->frame, len);
}

static void attach(struct net *n, const struct slot *s)
{
	n->device = vio_net_of(s->device);
	n->slot = s;
	n->made_up = !vio_net_mac(n->device, n->station.mac);
	if (n->made_up)
		vio_net_local_mac(n->station.mac, s->window.base ^ loop_now(n->loop));
	n->station.send = send;
	n->station.ctx = n;
	vio_net_listen(n->device, received, n);
}

void net_start(struct net *n, const struct probe *p, struct loop *l)
{
	const struct slot *s;

	n->loop = l;
	for (s = p->slots; s != NULL && n->device == NULL; s = s->next) {
		if (s->device != NULL && s->device->state == VIO_LIVE &&
		    vio_net_of(s->device) != NULL)
			attach(n, s);
	}
}

/* Waiting is over, too, when the device is. */
static bool is_resolved(void *arg)
{
	const struct net *n = arg;

	return n->station.ping.resolved || n->device->dev->state != VIO_LIVE;
}

static bool is_answered(void *arg)
{
	const struct net *n = arg;

	return n->station.ping.answered || n->device->dev->state != VIO_LIVE;
}

static int failed(const struct net *n, int err)
{
	return n->device->dev->state == VIO_LIVE ? err : VIO_EDEVICE;
}

int net_ping(struct net *n, uint32_t peer, uint64_t timeout, uint64_t *took)
{
	struct station *s = &n->station;
	uint64_t sent;

	if (n->device == NULL || n->device->dev->state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!station_resolve(s, peer))
		return failed(n, VIO_EFULL);
	loop_wait(n->loop, is_resolved, n, timeout);
	if (!s->ping.resolved)
		return failed(n, VIO_ENODEV);
	sent = loop_now(n->loop);
	if (!station_echo(s, 1, ++n->pings))
		return failed(n, VIO_EFULL);
	loop_wait(n->loop, is_answered, n, timeout);
	if (!s->ping.answered)
		return failed(n, VIO_ETIMEDOUT);
	*took = loop_now(n->loop) - sent;
	return VIO_OK;
}
