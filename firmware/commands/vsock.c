/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/vsock/vsock.h"

#include "firmware/commands/commands.h"
#include "firmware/console/number.h"
#include "firmware/devices/probe.h"
#include "firmware/devices/wait.h"
#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

static bool is_decided(void *arg)
{
	(void)arg;
	return vsock_socket()->state != VIO_VSOCK_CONNECTING;
}

static void say(int rc)
{
	if (rc == VIO_EBUSY)
		complain("vsock: there is a connection already; 'vsock stop' ends it\n");
	else if (rc != VIO_OK)
		complain("vsock: %s\n", vio_strerror(rc));
}

static void reach(const struct command_context *c, uint64_t cid, uint32_t port)
{
	const struct vio_vsock_socket *s = vsock_socket();
	int rc = vsock_reach(cid, port);

	if (rc == VIO_OK && !wait_until(c->loop, is_decided, NULL, TIMEOUT_NS)) {
		vsock_stop();
		rc = VIO_ETIMEDOUT;
	} else if (rc == VIO_OK && s->state != VIO_VSOCK_OPEN && s->err == VIO_ENODEV) {
		complain("vsock: nobody listens on port %" PRIu32 " of CID %" PRIu64 "\n", port,
			 cid);
		return;
	} else if (rc == VIO_OK && s->state != VIO_VSOCK_OPEN) {
		rc = s->err;
	}
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

static void obey(const struct command_context *c, int argc, char **argv)
{
	uint64_t port, cid = VIO_VSOCK_HOST;

	if (argc == 2 && strcmp(argv[1], "stop") == 0) {
		vsock_stop();
		return;
	}
	const bool listens = argc == 3 && strcmp(argv[1], "listen") == 0;
	if (!listens && (argc < 3 || strcmp(argv[1], "connect") != 0)) {
		complain("use: vsock, vsock listen PORT, vsock connect PORT [CID], vsock stop\n");
		return;
	}
	if (!shell_number_word("vsock", argv[2], 1, UINT32_MAX - 1, &port) ||
	    (argc == 4 && !shell_number_word("vsock", argv[3], 0, UINT32_MAX - 1, &cid)))
		return;
	if (listens)
		serve((uint32_t)port);
	else
		reach(c, cid, (uint32_t)port);
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *slot;
	struct vio_vsock *v = vsock_device(&slot);

	if (!v)
		machine_lacks("vsock", "socket device", "-device vhost-vsock-device,guest-cid=42");
	else if (argc == 1)
		print(slot, v);
	else if (slot->device->state != VIO_LIVE)
		complain("vsock: %s: %s\n", slot->label, device_state(slot->device));
	else
		obey(c, argc, argv);
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
