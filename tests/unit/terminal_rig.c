/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <string.h>

#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/recover.h>
#include "tests/unit/terminal_rig.h"

struct end early, virtio, emergency, second;
struct fake fake;
struct vio_device device, second_device;
struct vio_loop loop;
struct vio_terminal terminal;

static struct vio_console console, second_console; /* never looked into */
static struct vio_platform platform;

bool (*vio_board_panic_write)(const char *p, size_t n);

static void receive(struct end *e, const char *p, size_t n)
{
	assert_true(e->got_len + n < sizeof(e->got));
	memcpy(e->got + e->got_len, p, n);
	e->got_len += n;
	e->got[e->got_len] = '\0';
}

void came(struct end *e, const char *text)
{
	assert_string_equal(e->got, text);
	e->got_len = 0;
	e->got[0] = '\0';
}

void vio_board_early_write(const char *p, size_t n)
{
	receive(&early, p, n);
}

int vio_board_early_read(void)
{
	return early.sends != NULL && *early.sends != '\0' ? (uint8_t)*early.sends++ : -1;
}

struct vio_console *vio_console_of(struct vio_device *d)
{
	if (d == &second_device)
		return &second_console;
	return d == &device ? &console : NULL;
}

bool vio_console_open(const struct vio_console *c, unsigned port)
{
	if (c == &second_console)
		return port == 0 ? fake.second_open : fake.log_open;
	assert_int_equal(port, 0);
	assert_ptr_equal(c, &console);
	return fake.open && device.state == VIO_LIVE;
}

unsigned vio_console_ports(const struct vio_console *c)
{
	return c == &second_console ? 3 : 1;
}

const char *vio_console_name(const struct vio_console *c, unsigned port)
{
	return c == &second_console && port == 2 ? "a.log" : "";
}

bool vio_console_awaited(const struct vio_console *c, unsigned port)
{
	return !vio_console_open(c, port) && fake.awaited;
}

size_t vio_console_write(struct vio_console *c, unsigned port, const void *p, size_t n)
{
	if (fake.trap_in_ring)
		assert_false(vio_board_panic_write("second", 6));
	if (!vio_console_open(c, port))
		return 0;
	if (c == &second_console) {
		receive(&second, p, n);
		return n;
	}
	n = n < fake.room ? n : fake.room;
	receive(&virtio, p, n);
	fake.room -= n;
	fake.unsent += n;
	return n;
}

void vio_console_flush(struct vio_console *c, unsigned port)
{
	(void)c;
	(void)port;
}

size_t vio_console_unsent(const struct vio_console *c, unsigned port)
{
	(void)c;
	(void)port;
	return fake.unsent;
}

size_t vio_console_read(struct vio_console *c, unsigned port, void *p, size_t n)
{
	size_t i;

	if (c == &second_console)
		return 0;
	assert_ptr_equal(c, &console);
	assert_int_equal(port, 0);
	for (i = 0; i < n && virtio.sends != NULL && *virtio.sends != '\0'; i++)
		((char *)p)[i] = *virtio.sends++;
	return i;
}

bool vio_console_emergency(struct vio_device *d, uint8_t byte)
{
	const char c = (char)byte;

	assert_ptr_equal(d, &device);
	if (fake.has_emergency) {
		fake.overtaken |= fake.unsent > 0;
		receive(&emergency, &c, 1);
	}
	return fake.has_emergency;
}

bool vio_device_poll(struct vio_device *d)
{
	if (d == &second_device)
		return false;
	assert_ptr_equal(d, &device);
	fake.polls++;
	fake.device_works |= fake.works_after && fake.polls >= fake.works_after;
	if (fake.device_works) {
		fake.room = 100;
		fake.unsent = 0;
	}
	return false;
}

bool vio_device_interrupt(struct vio_device *d)
{
	assert_ptr_equal(d, &device);
	fake.register_reads++;
	return false;
}

uint64_t vio_device_service(struct vio_device *d, uint64_t now)
{
	(void)d;
	(void)now;
	return UINT64_MAX;
}

bool vio_device_arm(struct vio_device *d)
{
	(void)d;
	return false;
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return fake.clock += 1000 + fake.tick;
}

/* Without a deadline nothing would ever wake us: the test has hung. */
static bool idle(void *ctx, uint64_t deadline)
{
	(void)ctx;
	assert_true(deadline != UINT64_MAX);
	if (deadline > fake.clock)
		fake.clock = deadline;
	fake.clock += fake.late;
	return true;
}

static bool service(void *arg)
{
	return vio_terminal_service(arg);
}

static void moved(void *arg, enum vio_terminal_place from)
{
	assert_ptr_equal(arg, &fake);
	fake.moves++;
	fake.moved_from = from;
	vio_output_text(&terminal.out,
			terminal.place == VIO_TERMINAL_VIRTIO ? "<here>" : "<early>");
}

int terminal_setup(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof(fake));
	memset(&early, 0, sizeof(early));
	memset(&virtio, 0, sizeof(virtio));
	memset(&emergency, 0, sizeof(emergency));
	memset(&second, 0, sizeof(second));
	memset(&device, 0, sizeof(device));
	memset(&second_device, 0, sizeof(second_device));
	memset(&loop, 0, sizeof(loop));
	memset(&terminal, 0, sizeof(terminal));
	device.state = second_device.state = VIO_LIVE;
	fake.open = true;
	fake.room = 1000;
	fake.device_works = true;
	platform.now = now;
	platform.idle = idle;
	loop.platform = &platform;
	loop.devices = &device;
	loop.service = service;
	loop.arg = &terminal;
	terminal.loop = &loop;
	terminal.moved = moved;
	terminal.arg = &fake;
	vio_board_panic_write = NULL;
	return 0;
}
