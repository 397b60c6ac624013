/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/port.h>

#include <picovirtio/board.h>
#include <picovirtio/console.h>

#include <string.h>

bool vio_port_is_open(const struct vio_port *p)
{
	return p->dev && p->dev->state == VIO_LIVE &&
	       vio_console_open(vio_console_of(p->dev), p->number);
}

static bool find_in(struct vio_port *p, struct vio_device *d, const char *name)
{
	const struct vio_console *c = vio_console_of(d);

	for (unsigned i = 0; c && i < vio_console_ports(c); i++) {
		if (strcmp(vio_console_name(c, i), name) != 0)
			continue;
		p->dev = d;
		p->number = i;
		return true;
	}
	return false;
}

bool vio_port_find(struct vio_port *p, const char *name)
{
	for (struct vio_device *d = p->loop->devices; d && !p->dev; d = d->next) {
		if (find_in(p, d, name))
			break;
	}
	return vio_port_is_open(p);
}

static size_t port_write(void *ctx, const char *text, size_t n)
{
	struct vio_port *p = ctx;

	return vio_console_write(vio_console_of(p->dev), p->number, text, n);
}

static void port_flush(void *ctx)
{
	struct vio_port *p = ctx;

	vio_console_flush(vio_console_of(p->dev), p->number);
}

/* Called while the output waits. It polls this device only, since the caller may be a callback that
 * writes. */
static bool port_pump(void *ctx)
{
	struct vio_port *p = ctx;

	vio_device_poll(p->dev);
	return vio_port_is_open(p);
}

static uint64_t port_now(void *ctx)
{
	struct vio_port *p = ctx;

	return vio_loop_now(p->loop);
}

struct vio_output_sink vio_port_sink(struct vio_port *p)
{
	return (struct vio_output_sink){ p, port_write, port_flush, port_pump, port_now };
}

void vio_port_finish(struct vio_port *p, uint64_t timeout)
{
	const uint64_t start = vio_loop_now(p->loop);
	unsigned looks = 0;

	while (vio_port_is_open(p) && vio_console_unsent(vio_console_of(p->dev), p->number) > 0 &&
	       (++looks < VIO_OUTPUT_LOOKS || vio_loop_now(p->loop) - start < timeout))
		vio_device_poll(p->dev);
}

static size_t early_write(void *ctx, const char *text, size_t n)
{
	(void)ctx;
	vio_board_early_write(text, n);
	return n;
}

static void early_flush(void *ctx)
{
	(void)ctx;
}

static bool early_pump(void *ctx)
{
	(void)ctx;
	return true;
}

static uint64_t early_now(void *ctx)
{
	return vio_loop_now(ctx);
}

struct vio_output_sink vio_early_sink(struct vio_loop *l)
{
	return (struct vio_output_sink){ l, early_write, early_flush, early_pump, early_now };
}
