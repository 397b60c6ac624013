/* SPDX-License-Identifier: BSD-2-Clause */
/* A modelled console with its driver; what the console tests share. */
#ifndef CONSOLE_RIG_H
#define CONSOLE_RIG_H

#include <picovirtio/console.h>
#include <picovirtio/driver.h>
#include "tests/unit/device_rig.h"

struct console_rig {
	struct rig r;
	struct model_console host;
	struct vio_console c;
	const struct vio_console_options *options; /* NULL: the defaults */
};

/* A console of `ports` ports (their number with MULTIPORT; else 1), queues of `max`. */
static inline void console_plug(struct console_rig *x, uint32_t version, uint64_t features,
				unsigned ports, uint32_t max)
{
	memset(&x->c, 0, sizeof(x->c));
	rig_init_for(&x->r, version);
	model_console_init(&x->host);
	for (unsigned i = 0; i < ports; i++)
		x->host.port[i].exists = true;
	model_console_config(&x->r.cfg, &x->host, version,
			     features | (version == 2 ? BIT64(32) : 0), max);
	x->r.d = &x->c.device;
	assert_int_equal(vio_console_init(&x->c, &x->r.t.base, &x->r.p.platform, x->options),
			 VIO_OK);
	rig_plug(&x->r, true);
}

/* The host's turn and ours, until nothing happens any more. */
static inline void console_settle(struct console_rig *x)
{
	unsigned i = 0;

	do {
		model_run(&x->r.m);
		assert_true(i++ < 1000);
	} while (vio_device_poll(x->r.d));
}

static inline void console_live(struct console_rig *x, uint32_t version, uint64_t features,
				unsigned ports, uint32_t max)
{
	console_plug(x, version, features, ports, max);
	assert_int_equal(vio_device_start(x->r.d), VIO_OK);
	console_settle(x);
}

static inline void console_close(struct console_rig *x)
{
	rig_end(&x->r);
	model_console_free(&x->host);
	memset(&x->host, 0, sizeof(x->host));
}

/* Write all of it, flushing and letting the host take it. */
static inline void console_put(struct console_rig *x, unsigned port, const void *p, size_t n)
{
	const uint8_t *from = p;
	unsigned idle = 0;

	while (n != 0) {
		const size_t k = vio_console_write(&x->c, port, from, n);

		from += k;
		n -= k;
		idle = k ? 0 : idle + 1;
		assert_true(idle < 10);
		if (n != 0)
			console_settle(x);
	}
	vio_console_flush(&x->c, port);
	console_settle(x);
}

/* The bytes that the host received on a port. */
static inline void console_host_got(struct console_rig *x, unsigned port, const void *p, size_t n)
{
	assert_int_equal(x->host.port[port].out_len, n);
	if (n != 0)
		assert_memory_equal(x->host.port[port].out, p, n);
}

/* Bytes that do not repeat within any power of two. */
static inline void console_pattern(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 7 + i / 251);
}

#endif
