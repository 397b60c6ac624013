/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends each UDP datagram for 10.0.2.15, port 7, back to its sender. The program uses virtio-net
 * without a network stack. A datagram that begins with "quit" ends it.
 */
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>
#include <picovirtio/probe.h>
#include <picovirtio/terminal.h>

#include "answer.h"

#include <stdio.h>
#include <string.h>

enum { SLOTS = 32, DATA = 42 /* offset of the data in a frame */ };
static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_net_driver, NULL } };
static struct station station = { .address = { 10, 0, 2, 15 }, .port = 7 };
static bool quit;
static uint32_t sent;

/* The device can still write to `frame`, so answer a copy. */
static void hear(void *arg, const uint8_t *frame, size_t n)
{
	static uint8_t f[VIO_NET_FRAME_MAX];

	if (n > sizeof(f))
		return;
	memcpy(f, frame, n);
	if (!answer(&station, f, n))
		return;
	quit |= n >= DATA + 4 && memcmp(f + DATA, "quit", 4) == 0;
	sent += vio_net_send(arg, f, n) == VIO_OK;
}

/* True if a datagram said "quit" and the device has sent all answers. */
static bool is_over(void *arg)
{
	const struct vio_net *net = arg;

	return quit && net->counters.tx_frames == sent;
}

int main(void)
{
	static struct vio_slot slots[SLOTS];
	static struct vio_probe probe = { .dt = &vio_board.dt,
					  .platform = &vio_board.platform,
					  .classes = classes,
					  .nclasses = 2 };
	static struct vio_loop loop = { .platform = &vio_board.platform };
	static struct vio_terminal terminal = { .loop = &loop };

	vio_stdio_attach(&terminal);
	vio_probe_all(&probe, slots, SLOTS);
	for (const struct vio_slot *s = probe.slots; s; s = s->next)
		vio_board_irq_enable(s->has_irq ? &s->irq : NULL);
	loop.devices = probe.devices;
	vio_terminal_start(&terminal);

	struct vio_net *net = vio_net_of(vio_probe_first(&probe, &vio_net_driver));
	if (net) {
		vio_net_mac(net, station.mac);
		vio_net_listen(net, hear, net);
		printf("Listening on UDP port %d.\n", station.port);
		vio_loop_wait(&loop, is_over, net, UINT64_MAX);
	}
	printf(net ? "bye\n" : "There is no network device.\n");
	vio_terminal_finish(&terminal);
	return net ? 0 : 1;
}
