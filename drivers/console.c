/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-console: life cycle, and the emergency write. */
#include "drivers/console_internal.h"

enum {
	DEVICE_TYPE = 3,
	CONFIG_COLS = 0,
	CONFIG_ROWS = 2,
	CONFIG_MAX_NR_PORTS = 4,
	CONFIG_EMERG_WR = 8,
};

struct vio_console *vio_console_of(struct vio_device *d)
{
	return d && d->driver == &vio_console_driver ? d->driver_state : NULL;
}

bool vio_console_emergency(struct vio_device *d, uint8_t byte)
{
	const uint32_t v = byte;

	if (!vio_console_of(d) || !(d->offered & VIO_CONSOLE_F_EMERG_WRITE) ||
	    d->state == VIO_QUARANTINED || d->state == VIO_SUSPENDED)
		return false;
	return d->transport->ops->config_write(d->transport, CONFIG_EMERG_WR, &v, sizeof v) == 0;
}

static int count_ports(struct vio_console *c)
{
	uint32_t max = 1;
	int rc;

	if (vio_has(c->dev, VIO_CONSOLE_F_MULTIPORT)) {
		rc = vio_device_config(c->dev, CONFIG_MAX_NR_PORTS, &max, sizeof max);
		if (rc < 0)
			return rc;
	}
	if (max == 0) {
		vio_device_lied(c->dev, 0, VIO_CONSOLE_NO_PORTS);
		return VIO_EDEVICE;
	}
	c->nports = max < VIO_CONSOLE_PORTS ? max : VIO_CONSOLE_PORTS;
	return VIO_OK;
}

/* All queues are there before DRIVER_OK (3.1.1 step 7), whatever ports the host adds later. */
static int start(struct vio_device *d, void *state)
{
	struct vio_console *c = state;
	unsigned i;
	int rc;

	c->dev = d;
	c->cols = 0;
	rc = count_ports(c);
	for (i = 0; rc == VIO_OK && i < c->nports; i++) {
		rc = console_port_start(c, i);
		if (rc == VIO_OK && i == 0 && vio_has(d, VIO_CONSOLE_F_MULTIPORT))
			rc = vio_console_control_start(c);
	}
	return rc;
}

static void ready(struct vio_device *d)
{
	if (vio_has(d, VIO_CONSOLE_F_MULTIPORT))
		vio_console_control_ready(d->driver_state);
}

static void config_changed(struct vio_device *d)
{
	uint16_t cols, rows;

	if (!vio_has(d, VIO_CONSOLE_F_SIZE))
		return;
	if (vio_device_config(d, CONFIG_COLS, &cols, sizeof cols) == VIO_OK &&
	    vio_device_config(d, CONFIG_ROWS, &rows, sizeof rows) == VIO_OK)
		vio_console_set_size(d->driver_state, cols, rows);
}

static void stopped(struct vio_device *d)
{
	vio_console_control_stopped(d->driver_state);
}

const struct vio_driver vio_console_driver = {
	.name = "virtio-console",
	.device_type = DEVICE_TYPE,
	.replayable = false, /* text would appear twice; what is gone is counted as lost */
	.features = { .wanted = VIO_CONSOLE_F_SIZE | VIO_CONSOLE_F_MULTIPORT |
				VIO_CONSOLE_F_EMERG_WRITE },
	.state_size = sizeof(struct vio_console),
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
