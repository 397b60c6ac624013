/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages over a socket go back to the host: for the tests of the driver. */
#include "firmware/console/command.h"
#include "firmware/console/number.h"
#include "firmware/devices/wait.h"
#include "firmware/vsock/vsock.h"
#include "firmware/words/complain.h"

#include <inttypes.h>
#include <stdio.h>

#define TIMEOUT_NS UINT64_C(600000000000)

enum { ROOM = 16384, ENDS = 8 };

static struct {
	struct vio_vsock_socket s;
	uint8_t room[ROOM], text[ROOM];
	uint32_t ends[ENDS];
	size_t have; /* bytes of the message in `text` */
	bool whole;
	uint32_t count;
} m;

static void take(struct vio_vsock_socket *s)
{
	while (s->state == VIO_VSOCK_OPEN) {
		if (!m.whole) {
			m.have += vio_vsock_receive(s, m.text + m.have, ROOM - m.have);
			m.whole = s->at_end;
		}
		if (!m.whole || vio_vsock_send(s, m.text, m.have) <= 0)
			break;
		m.count++;
		m.have = 0;
		m.whole = false;
	}
}

static bool is_over(void *arg)
{
	(void)arg;
	return m.s.state == VIO_VSOCK_CLOSED;
}

static void run(const struct command_context *c, int argc, char **argv)
{
	const struct slot *slot;
	struct vio_vsock *v = vsock_device(&slot);
	uint64_t port;

	(void)argc;
	if (!shell_number_word("messages", argv[1], 1, UINT32_MAX - 1, &port))
		return;
	m.have = m.count = 0;
	m.whole = false;
	m.s = (struct vio_vsock_socket){
		.rx = m.room, .rx_bytes = ROOM, .ends = m.ends, .nends = ENDS, .changed = take
	};
	int rc = v ? vio_vsock_connect(v, &m.s, VIO_VSOCK_HOST, (uint32_t)port) : VIO_ENODEV;
	if (rc == VIO_OK) {
		rc = wait_result(c->loop, is_over, NULL, TIMEOUT_NS);
		vio_vsock_reset(&m.s);
	}
	if (rc == VIO_OK)
		rc = m.s.err;
	if (rc == VIO_OK)
		printf("messages: %" PRIu32 " sent back\n", m.count);
	else
		complain("messages: %s\n", vio_strerror(rc));
}

extern const struct command command_messages;
const struct command command_messages = {
	.name = "messages",
	.args = "PORT",
	.help = "socket test: send every message from a port of the host back, until the host ends "
		"it",
	.least = 1,
	.most = 1,
	.run = run,
};
