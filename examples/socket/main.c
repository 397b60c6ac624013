/* SPDX-License-Identifier: BSD-2-Clause */
/* Connects to port 1234 of the host, sends a line, and prints what comes until the host closes. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/vsock.h>

#include <stdio.h>

enum { PORT = 1234, ROOM = 4096 };
#define TIMEOUT UINT64_C(60000000000)

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_vsock_driver, NULL } };

/* Called when the state has changed, and when data has come. */
static void on_change(struct vio_vsock_socket *s)
{
	char text[64];
	size_t n;

	while ((n = vio_vsock_receive(s, text, sizeof(text))) > 0)
		printf("%.*s", (int)n, text);
}

static bool is_decided(void *arg)
{
	const struct vio_vsock_socket *s = arg;

	return s->state != VIO_VSOCK_CONNECTING;
}

static bool is_closed(void *arg)
{
	const struct vio_vsock_socket *s = arg;

	return s->state == VIO_VSOCK_CLOSED;
}

int main(void)
{
	static uint8_t room[ROOM];
	static struct vio_vsock_socket s = { .rx = room, .rx_bytes = ROOM, .changed = on_change };
	static struct vio_app app = { .classes = classes, .nclasses = 2 };
	static const char line[] = "hello from the guest\n";

	app.terminal.out.plain = true; /* the host may send control characters */
	vio_app_start(&app);
	struct vio_vsock *v = vio_vsock_of(vio_probe_first(&app.probe, &vio_vsock_driver));
	int rc = v ? vio_vsock_connect(v, &s, VIO_VSOCK_HOST, PORT) : VIO_ENODEV;
	if (rc == VIO_OK && vio_loop_wait(&app.loop, is_decided, &s, TIMEOUT))
		rc = s.state == VIO_VSOCK_OPEN ? VIO_OK : s.err;
	if (rc == VIO_OK) {
		vio_vsock_send(&s, line, sizeof(line) - 1);
		vio_loop_wait(&app.loop, is_closed, &s, TIMEOUT);
	}
	printf("port %d of the host: %s\n", PORT, vio_strerror(rc));
	vio_terminal_finish(&app.terminal);
	return rc == VIO_OK && s.state == VIO_VSOCK_CLOSED ? 0 : 1;
}
