/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends each UDP datagram for 10.0.2.15, port 7, back to its sender. The program uses virtio-net
 * without a network stack, so it answers ARP too. A datagram that begins with "quit" ends it.
 */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>

#include <stdio.h>
#include <string.h>

/* Offsets in a frame: Ethernet, ARP, an IPv4 header without options, UDP. */
enum { TO = 0, FROM = 6, TYPE = 12, OPERATION = 20, SENDER = 22, TARGET = 32, TARGET_IP = 38 };
enum { FRAGMENT = 20, PROTOCOL = 23, SOURCE = 26, DESTINATION = 30, ARP_END = 42 };
enum { SOURCE_PORT = 34, PORT = 36, CHECKSUM = 40, DATA = 42, MAC = 6, UDP = 17 };

static const uint8_t address[] = { 10, 0, 2, 15 }, port[] = { 0, 7 };
static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_net_driver, NULL } };
static bool quit;
static uint32_t sent;

/* Turns an ARP request "who has our address?" into its answer. */
static bool answer_arp(uint8_t *f, size_t n, const uint8_t *mac)
{
	static const uint8_t request[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };

	if (n < ARP_END || memcmp(f + TYPE, request, sizeof(request)) != 0 ||
	    memcmp(f + TARGET_IP, address, sizeof(address)) != 0)
		return false;
	f[OPERATION + 1] = 2;
	memcpy(f + TARGET, f + SENDER, MAC + sizeof(address));
	memcpy(f + SENDER, mac, MAC);
	memcpy(f + SENDER + MAC, address, sizeof(address));
	return true;
}

/* Swaps the addresses and the ports. The checksum of the IPv4 header stays right, since its sum
 * does not change. A UDP checksum of 0 means "no checksum". */
static bool answer_udp(uint8_t *f, size_t n)
{
	static const uint8_t ip[] = { 8, 0, 0x45 };

	if (n < DATA || memcmp(f + TYPE, ip, sizeof(ip)) != 0 || f[PROTOCOL] != UDP ||
	    (f[FRAGMENT] & 0x3f) != 0 || f[FRAGMENT + 1] != 0 ||
	    memcmp(f + DESTINATION, address, sizeof(address)) != 0 ||
	    memcmp(f + PORT, port, sizeof(port)) != 0)
		return false;
	memcpy(f + DESTINATION, f + SOURCE, sizeof(address));
	memcpy(f + SOURCE, address, sizeof(address));
	memcpy(f + PORT, f + SOURCE_PORT, sizeof(port));
	memcpy(f + SOURCE_PORT, port, sizeof(port));
	memset(f + CHECKSUM, 0, 2);
	return true;
}

/* The device can still write to `frame`, so answer a copy. */
static void hear(void *arg, const uint8_t *frame, size_t n)
{
	static uint8_t f[VIO_NET_FRAME_MAX], mac[MAC];

	vio_net_mac(arg, mac);
	if (n > sizeof(f))
		return;
	memcpy(f, frame, n);
	if (!answer_arp(f, n, mac) && !answer_udp(f, n))
		return;
	memcpy(f + TO, f + FROM, MAC);
	memcpy(f + FROM, mac, MAC);
	quit |= n >= DATA + 4 && memcmp(f + DATA, "quit", 4) == 0;
	sent += vio_net_send(arg, f, n) == VIO_OK;
}

/* True if a datagram said "quit" and the device has sent all answers. */
static bool is_over(void *arg)
{
	return quit && ((const struct vio_net *)arg)->counters.tx_frames == sent;
}

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 2 };

	vio_app_start(&app);
	struct vio_net *net = vio_net_of(vio_probe_first(&app.probe, &vio_net_driver));
	if (net) {
		vio_net_listen(net, hear, net);
		printf("Listening on UDP port %d.\n", port[1]);
		vio_loop_wait(&app.loop, is_over, net, UINT64_MAX);
	}
	printf(net ? "bye\n" : "There is no network device.\n");
	vio_terminal_finish(&app.terminal);
	return net ? 0 : 1;
}
