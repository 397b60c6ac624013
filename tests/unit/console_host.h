/* SPDX-License-Identifier: BSD-2-Clause */
/* A console with several ports and a host that talks on its control queue. */
#ifndef CONSOLE_HOST_H
#define CONSOLE_HOST_H

#include "tests/unit/console_rig.h"

static struct console_rig x;

enum { PORTS = VIO_CONSOLE_PORTS };

static int teardown(void **state)
{
	(void)state;
	console_close(&x);
	return 0;
}

/* A host that announces all of its ports, port 0 as a console. */
static void plug_on(uint32_t version, unsigned ports, uint32_t max)
{
	console_close(&x);
	console_plug(&x, version, VIO_CONSOLE_F_MULTIPORT, ports, max);
	x.host.port[0].console = true;
	for (unsigned i = 0; i < ports; i++)
		x.host.port[i].host_open = true;
}

static void live_on(uint32_t version, unsigned ports, uint32_t max)
{
	plug_on(version, ports, max);
	assert_int_equal(vio_device_start(x.r.d), VIO_OK);
	console_settle(&x);
}

static void live(void)
{
	live_on(2, 2, 64);
}

static void tell(uint32_t id, uint16_t event, uint16_t value)
{
	model_console_control(&x.r.m, id, event, value, NULL, 0);
	console_settle(&x);
}

static void tell_more(uint32_t id, uint16_t event, const void *body, size_t n)
{
	model_console_control(&x.r.m, id, event, 1, body, n);
	console_settle(&x);
}

static unsigned said(uint32_t id, uint16_t event)
{
	unsigned i, n = 0;

	for (i = 0; i < x.host.ngot; i++)
		n += x.host.got[i].id == id && x.host.got[i].event == event;
	return n;
}

#endif
