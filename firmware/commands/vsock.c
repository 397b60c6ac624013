/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/vsock/vsock.h"

#include "firmware/console/command.h"
#include "firmware/commands/verb.h"
#include "firmware/console/number.h"
#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>

#define TIMEOUT_NS UINT64_C(10000000000)

static void print(const struct slot *slot, const struct vio_vsock *v)
{
	static const char *const states[] = { "closed", "connecting", "open", "closing" };
	const struct vio_vsock_socket *s = vsock_socket();

	printf("%s  %s, CID %" PRIu64 "\n", slot->label, device_state(slot->device), v->cid);
	if (vsock_port() != 0)
		printf("    listens    on port %" PRIu32 "\n", vsock_port());
	if (s->v)
		printf("    shell      port %" PRIu32 " with port %" PRIu32 " of CID %" PRIu64
		       ": %s\n",
		       s->port, s->peer_port, s->peer, states[s->state]);
	printf("    counted    %" PRIu32 " packets received, %" PRIu32 " sent, %" PRIu32
	       " dropped, %" PRIu32 " refused; %" PRIu32 " bytes lost\n",
	       v->received, v->sent, v->dropped, v->refused, vsock_lost());
}

static const char device_option[] = "-device vhost-vsock-device,guest-cid=42";

static bool is_decided(void *arg)
{
	(void)arg;
	return vsock_socket()->state != VIO_VSOCK_CONNECTING;
}

static void say(int rc)
{
	const struct slot *slot;
	struct vio_vsock *v = vsock_device(&slot);

	if (rc == VIO_EBUSY)
		complain("vsock: there is a connection already; 'vsock stop' ends it\n");
	else if (rc != VIO_OK)
		complain("vsock: %s\n", device_error(slot->label, &v->device, rc));
}

static void reach(const struct command_context *c, uint64_t cid, uint32_t port)
{
	const struct vio_vsock_socket *s = vsock_socket();
	int rc = vsock_reach(cid, port);

	const bool begun = rc == VIO_OK;

	if (begun)
		rc = wait_result(c->loop, is_decided, NULL, TIMEOUT_NS);
	if (begun && rc != VIO_OK)
		vsock_stop();
	if (rc == VIO_ETIMEDOUT) {
		complain("vsock: port %" PRIu32 " of CID %" PRIu64 " does not answer\n", port, cid);
		return;
	}
	if (rc == VIO_OK && s->state != VIO_VSOCK_OPEN && s->err != VIO_EDEVICE) {
		complain("vsock: port %" PRIu32 " of CID %" PRIu64 ": %s\n", port, cid,
			 vsock_why(s->err));
		return;
	}
	if (rc == VIO_OK && s->state != VIO_VSOCK_OPEN)
		rc = s->err;
	if (rc == VIO_OK)
		printf("vsock: the shell is on port %" PRIu32 " of CID %" PRIu64 "\n", port, cid);
	say(rc);
}

static void serve(uint32_t port)
{
	const int rc = vsock_serve(port);

	if (rc == VIO_OK)
		printf("vsock: the shell waits on port %" PRIu32 "\n", port);
	say(rc);
}

/* Is there a device that works? If not, that is printed. */
static bool is_ready(void)
{
	const struct slot *slot;
	const bool there = vsock_device(&slot);

	if (!there)
		machine_lacks("vsock", "socket device", device_option);
	else if (slot->device->state != VIO_LIVE)
		complain("vsock: %s\n", device_error(slot->label, slot->device, VIO_EDEVICE));
	return there && slot->device->state == VIO_LIVE;
}

static bool parse_port(const char *word, uint64_t *port)
{
	return shell_number_word("vsock", word, 1, UINT32_MAX - 1, port);
}

static void do_listen(void *arg, int argc, char **argv)
{
	uint64_t port;

	(void)arg;
	(void)argc;
	if (parse_port(argv[0], &port) && is_ready())
		serve((uint32_t)port);
}

static void do_connect(void *arg, int argc, char **argv)
{
	const struct command_context *const *c = arg;
	uint64_t port, cid = VIO_VSOCK_HOST;

	if (parse_port(argv[0], &port) &&
	    (argc < 2 || shell_number_word("vsock", argv[1], 0, UINT32_MAX - 1, &cid)) &&
	    is_ready())
		reach(*c, cid, (uint32_t)port);
}

static void do_stop(void *arg, int argc, char **argv)
{
	(void)arg;
	(void)argc;
	(void)argv;
	if (is_ready())
		vsock_stop();
}

static const struct verb verbs[] = {
	{ "listen", "PORT", 1, 1, "wait for a stream on a port", do_listen },
	{ "connect", "PORT [CID]", 1, 2, "a stream to a port of the host, or of CID", do_connect },
	{ "stop", "", 0, 0, "end the stream, or the wait for one", do_stop },
};

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *slot;
	struct vio_vsock *v = vsock_device(&slot);

	if (argc > 1)
		verb_run("vsock", verbs, sizeof(verbs) / sizeof(verbs[0]), &c, argc - 1, argv + 1);
	else if (v)
		print(slot, v);
	else
		machine_lacks("vsock", "socket device", device_option);
}

extern const struct command command_vsock;
const struct command command_vsock = {
	.name = "vsock",
	.args = "[listen PORT | connect PORT [CID] | stop]",
	.help = "the socket device; the shell over a stream to the host",
	.most = 3,
	.words = "listen connect stop",
	.run = run,
};
