/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-console: life cycle, and the emergency write. */
#include "drivers/console/console_internal.h"

enum {
	DEVICE_TYPE = 3,
	CONFIG_COLS = 0,
	CONFIG_ROWS = 2,
	CONFIG_MAX_NR_PORTS = 4,
	CONFIG_EMERG_WR = 8,
	PORTS_MAX = 31,
	BLOCK_MAX = 1 << 20,
};

struct vio_console *vio_console_of(struct vio_device *d)
{
	return d && d->driver == &vio_console_driver ? console_of(d) : NULL;
}

bool vio_console_emergency(struct vio_device *d, uint8_t byte)
{
	const uint32_t v = byte;

	if (!vio_console_of(d) || !(d->offered & VIO_CONSOLE_F_EMERG_WRITE) ||
	    d->state == VIO_QUARANTINED)
		return false;
	return vio_device_config_write(d, CONFIG_EMERG_WR, &v, sizeof(v)) == VIO_OK;
}

/* ---- Memory ---- */

static void choose(struct vio_console *c, const struct vio_console_options *o)
{
	c->ports = o->ports ? o->ports : VIO_CONSOLE_PORTS;
	c->tx_blocks = o->tx_blocks ? o->tx_blocks : VIO_CONSOLE_TX_BLOCKS;
	c->rx_blocks = o->rx_blocks ? o->rx_blocks : VIO_CONSOLE_RX_BLOCKS;
	c->tx_bytes = o->tx_bytes ? o->tx_bytes : VIO_CONSOLE_TX_BYTES;
	c->rx_bytes = o->rx_bytes ? o->rx_bytes : VIO_CONSOLE_RX_BYTES;
}

static struct vio_console_block *blocks(struct vio_room *room, struct vio_console_port *p,
					unsigned n, uint32_t bytes, void **priv)
{
	struct vio_console_block *b = vio_room_take(room, n * sizeof(*b));

	*priv = vio_room_take(room, VQ_PRIVATE_BYTES((size_t)n));
	for (unsigned i = 0; i < n; i++) {
		b[i].port = p;
		b[i].bytes = vio_room_take(room, bytes);
	}
	return b;
}

static void carve(struct vio_console *c, struct vio_room *room)
{
	struct vio_console_control *ctl = NULL;

	c->port = vio_room_take(room, c->ports * sizeof(*c->port));
	for (unsigned i = 0; i < c->ports; i++) {
		struct vio_console_port *p = &c->port[i];

		p->console = c;
		p->tx = blocks(room, p, c->tx_blocks, c->tx_bytes, &p->tx_priv);
		for (unsigned k = 0; k < c->tx_blocks; k++) {
			p->tx[k].next = p->idle;
			p->idle = &p->tx[k];
		}
		p->rx = blocks(room, p, c->rx_blocks, c->rx_bytes, &p->rx_priv);
	}
	if (c->ports > 1) {
		ctl = vio_room_take(room, sizeof(*ctl));
		ctl->in = blocks(room, NULL, VIO_CONSOLE_CTL_MESSAGES, VIO_CONSOLE_CTL_BYTES,
				 &ctl->rx_priv);
		ctl->out = blocks(room, NULL, VIO_CONSOLE_CTL_MESSAGES, VIO_CONSOLE_CTL_HEADER,
				  &ctl->tx_priv);
	}
	c->control = ctl;
}

int vio_console_init(struct vio_console *c, struct vio_transport *t, const struct vio_platform *p,
		     const struct vio_console_options *o)
{
	static const struct vio_console_options defaults;
	struct vio_room room;

	o = o ? o : &defaults;
	choose(c, o);
	if (c->ports > PORTS_MAX || !vio_is_power_of_two(c->tx_blocks, UINT16_MAX) ||
	    !vio_is_power_of_two(c->rx_blocks, UINT16_MAX) || c->tx_bytes > BLOCK_MAX ||
	    c->rx_bytes > BLOCK_MAX)
		return VIO_EINVAL;
	int rc = vio_room_open(&room, p, o->memory, o->bytes,
			       VIO_CONSOLE_MEMORY((size_t)c->ports, (size_t)c->tx_blocks,
						  c->tx_bytes, (size_t)c->rx_blocks, c->rx_bytes));
	if (rc < 0)
		return rc;
	carve(c, &room);
	vio_device_init(&c->device, t, p, &vio_console_driver);
	return VIO_OK;
}

static int init(struct vio_device *d, struct vio_transport *t, const struct vio_platform *p,
		const void *options)
{
	return vio_console_init(console_of(d), t, p, options);
}

/* ---- Life cycle ---- */

/* With one port, MULTIPORT would only cost two queues and a handshake. */
static int screen(struct vio_device *d)
{
	if (console_of(d)->ports == 1)
		d->declined |= VIO_CONSOLE_F_MULTIPORT;
	return VIO_OK;
}

static int count_ports(struct vio_console *c)
{
	uint32_t max = 1;
	int rc;

	if (vio_has(&c->device, VIO_CONSOLE_F_MULTIPORT)) {
		rc = vio_device_config(&c->device, CONFIG_MAX_NR_PORTS, &max, sizeof(max));
		if (rc < 0)
			return rc;
	}
	if (max == 0)
		return vio_device_refuse(&c->device, (struct vio_problem){ .cause = VIO_C_NO_OUTPUT,
									   .err = VIO_EDEVICE });
	c->nports = max < c->ports ? max : c->ports;
	return VIO_OK;
}

/* All queues are set up before DRIVER_OK (3.1.1, step 7), whatever ports the host adds later. */
static int start(struct vio_device *d)
{
	struct vio_console *c = console_of(d);

	c->cols = 0;
	int rc = count_ports(c);
	for (unsigned i = 0; rc == VIO_OK && i < c->nports; i++) {
		rc = vio_console_port_start(c, i);
		if (rc == VIO_OK && i == 0 && vio_has(d, VIO_CONSOLE_F_MULTIPORT))
			rc = vio_console_control_start(c);
	}
	return rc;
}

static void ready(struct vio_device *d)
{
	if (vio_has(d, VIO_CONSOLE_F_MULTIPORT))
		vio_console_control_ready(console_of(d));
}

static void config_changed(struct vio_device *d)
{
	struct vio_config_pass pass = { 0 };
	uint16_t cols, rows;
	int rc = VIO_OK;

	if (!vio_has(d, VIO_CONSOLE_F_SIZE))
		return;
	while (vio_config_again(d->transport, &pass, &rc)) {
		rc = vio_config_field(d->transport, CONFIG_COLS, &cols, sizeof(cols));
		if (rc == VIO_OK)
			rc = vio_config_field(d->transport, CONFIG_ROWS, &rows, sizeof(rows));
	}
	if (rc == VIO_OK)
		vio_console_set_size(console_of(d), cols, rows);
}

static void stopped(struct vio_device *d)
{
	vio_console_control_stopped(console_of(d));
}

const struct vio_driver vio_console_driver = {
	.name = "virtio-console",
	.device_type = DEVICE_TYPE,
	.replayable = false, /* text would appear twice; what is gone is counted as lost */
	.features = { .wanted = VIO_CONSOLE_F_SIZE | VIO_CONSOLE_F_MULTIPORT |
				VIO_CONSOLE_F_EMERG_WRITE },
	.state_size = sizeof(struct vio_console),
	.init = init,
	.screen = screen,
	.start = start,
	.ready = ready,
	.config_changed = config_changed,
	.stopped = stopped,
};

const struct vio_feature vio_console_features[] = {
	{ 0, "SIZE" },
	{ 1, "MULTIPORT" },
	{ 2, "EMERG_WRITE" },
	{ 0, NULL },
};
