/* SPDX-License-Identifier: BSD-2-Clause */
/* How each command ended, over a stream to the host: results=vsock:PORT in the boot arguments. */
#include <picovirtio/loop.h>
#include "firmware/console/number.h"
#include "firmware/console/ports.h"
#include "firmware/devices/bootargs.h"
#include "firmware/devices/probe.h"
#include "firmware/image.h"
#include "firmware/vsock/vsock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char prefix[] = "vsock:";

static struct {
	struct vio_loop *loop;
	uint32_t port; /* 0: none is wanted */
	struct vio_vsock_socket s;
	uint8_t room[64]; /* the host says nothing */
	bool tried, told;
} results;

static size_t send(void *ctx, const char *p, size_t n)
{
	const int64_t sent = vio_vsock_send(&results.s, p, n);

	(void)ctx;
	return sent > 0 ? (size_t)sent : 0;
}

static void flush(void *ctx)
{
	(void)ctx;
}

static bool is_open(void)
{
	return results.s.state == VIO_VSOCK_OPEN;
}

static bool pump(void *ctx)
{
	(void)ctx;
	vio_device_poll(&results.s.v->device);
	return is_open();
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return vio_loop_now(results.loop);
}

static void wait_while(enum vio_vsock_state state)
{
	const uint64_t start = now(NULL);
	unsigned looks = 0;

	while (results.s.state == state &&
	       (++looks < VIO_OUTPUT_LOOKS || now(NULL) - start < VIO_OUTPUT_TIMEOUT))
		vio_device_poll(&results.s.v->device);
}

/* The host has read all when it agrees to the end. */
static void finish(void)
{
	if (is_open())
		vio_vsock_close(&results.s);
	wait_while(VIO_VSOCK_CLOSING);
}

static void say(int rc)
{
	results.told = true;
	printf("\nresults: port %" PRIu32 " of the host does not accept them: %s\n", results.port,
	       vsock_why(rc));
}

static bool turn(void)
{
	const struct slot *slot;
	struct vio_vsock *v = vsock_device(&slot);

	if (results.port == 0 || results.told || !v || v->device.state != VIO_LIVE)
		return false;
	if (results.tried) {
		if (results.s.state == VIO_VSOCK_CLOSED)
			say(results.s.err);
		return false;
	}
	results.tried = true;
	results.s =
		(struct vio_vsock_socket){ .rx = results.room, .rx_bytes = sizeof(results.room) };
	const int rc = vio_vsock_connect(v, &results.s, VIO_VSOCK_HOST, results.port);
	if (rc < 0)
		say(rc);
	return true;
}

static void await(void)
{
	turn();
	wait_while(VIO_VSOCK_CONNECTING);
}

static void start(struct probe *p, struct vio_loop *l)
{
	static const struct ports_way way = {
		{ NULL, send, flush, pump, now }, is_open, await, finish
	};
	char value[BOOTARGS_WORD];

	(void)p;
	results.loop = l;
	if (bootargs_value(probe_boot_arguments(), "results", value, sizeof(value)) != VIO_OK ||
	    strncmp(value, prefix, sizeof(prefix) - 1) != 0 ||
	    !shell_number(value + sizeof(prefix) - 1, UINT32_MAX - 1, &results.port))
		return;
	ports_results_by(&way);
}

extern const struct service service_vsock_results;
const struct service service_vsock_results = { .start = start, .turn = turn };
