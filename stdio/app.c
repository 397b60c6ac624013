/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/app.h>

#include <picovirtio/board.h>

/* A devicetree that places registers in memory is wrong. */
static bool is_memory(void *arg, struct vio_span window)
{
	(void)arg;
	return vio_board_memory_at(window);
}

static int find_devices(struct vio_app *a)
{
	struct vio_probe *p = &a->probe;

	p->dt = &vio_board.dt;
	p->platform = &vio_board.platform;
	p->classes = a->classes;
	p->nclasses = a->nclasses;
	p->refused = is_memory;
	p->guard = vio_board_guard;
	return vio_probe_all(p, a->slot, VIO_APP_SLOTS);
}

int vio_app_start(struct vio_app *a)
{
	a->loop.platform = &vio_board.platform;
	a->terminal.loop = &a->loop;
	vio_stdio_attach(&a->terminal);
	const int rc = find_devices(a);
	for (const struct vio_slot *s = a->probe.slots; s; s = s->next)
		vio_board_irq_enable(s->has_irq ? &s->irq : NULL);
	a->loop.devices = a->probe.devices;
	vio_terminal_start(&a->terminal);
	return rc;
}
