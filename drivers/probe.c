/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/probe.h>

#include <picovirtio/driver.h>

#include <stdalign.h>
#include <string.h>

#define COMPATIBLE "virtio,mmio"

/* ---- One window ---- */

static struct vio_span hull_of(struct vio_span a, struct vio_span b)
{
	const uint64_t base = a.base < b.base ? a.base : b.base;
	const uint64_t a_end = a.base - base + a.bytes, b_end = b.base - base + b.bytes;

	return (struct vio_span){ base, a_end > b_end ? a_end : b_end };
}

/* If two nodes had one window, a running device would be started again. The hull makes the look at
 * each slot unnecessary in a devicetree that is sorted by address. */
static bool is_taken(const struct vio_probe *p, struct vio_span w)
{
	const struct vio_slot *s = p->slots;

	if (!s || !vio_span_overlaps(p->hull, w))
		return false;
	while (s && !vio_span_overlaps(s->window, w))
		s = s->next;
	return s;
}

struct attempt {
	struct vio_slot *slot;
	int result;
};

static void try_registers(void *what)
{
	struct attempt *const a = what;
	const struct vio_span w = a->slot->window;

	a->result = vio_mmio_probe(&a->slot->mmio, (uintptr_t)w.base, (size_t)w.bytes);
}

static int read_registers(const struct vio_probe *p, struct vio_slot *s)
{
	struct attempt a = { s, VIO_EDEVICE };

	if (!p->guard)
		try_registers(&a);
	else if (!p->guard(try_registers, &a))
		return VIO_EDEVICE;
	return a.result;
}

static int look(struct vio_probe *p, struct vio_slot *s)
{
	const struct vio_span w = s->window;

	/* An address must not be truncated: its lower half may be the address of another device. */
	if (w.base > UINTPTR_MAX || w.bytes > SIZE_MAX)
		return VIO_EADDR;
	if (p->refused && p->refused(p->arg, w))
		return VIO_EREADONLY;
	if (is_taken(p, w))
		return VIO_EBUSY;
	return read_registers(p, s);
}

int vio_probe_next(struct vio_probe *p, struct vio_slot *s)
{
	const struct vio_dt_node n = vio_dt_walk_next(p->dt, &p->walk, COMPATIBLE);

	if (!vio_dt_is(n))
		return 0;
	memset(s, 0, sizeof(*s));
	p->windows++;
	s->name = vio_dt_name(p->dt, n);
	if (vio_dt_walk_reg(p->dt, &p->walk, 0, &s->window) == VIO_OK)
		s->err = look(p, s);
	else
		s->err = VIO_EFORMAT;
	s->has_irq =
		s->err == VIO_OK && vio_dt_walk_interrupt(p->dt, &p->walk, 0, &s->irq) == VIO_OK;
	return 1;
}

/* ---- Its device ---- */

static void add_slot(struct vio_probe *p, struct vio_slot *s)
{
	p->hull = p->slots ? hull_of(p->hull, s->window) : s->window;
	*(p->slots ? p->slots_end : &p->slots) = s;
	p->slots_end = &s->next;
	p->used++;
}

static void add_device(struct vio_probe *p, struct vio_device *d)
{
	*(p->devices ? p->devices_end : &p->devices) = d;
	p->devices_end = &d->next;
}

static const struct vio_class *class_of(const struct vio_probe *p, uint32_t type)
{
	for (size_t i = 0; i < p->nclasses; i++) {
		if (p->classes[i].driver->device_type == type)
			return &p->classes[i];
	}
	return NULL;
}

static int prepare(const struct vio_probe *p, struct vio_device *d, const struct vio_class *c,
		   struct vio_transport *t)
{
	if (c->driver->init)
		return c->driver->init(d, t, p->platform, c->options);
	vio_device_init(d, t, p->platform, c->driver);
	return VIO_OK;
}

int vio_probe_claim(struct vio_probe *p, struct vio_slot *s)
{
	const struct vio_platform *m = p->platform;
	const struct vio_class *c = class_of(p, s->mmio.base.device_type);

	add_slot(p, s);
	if (!c)
		return VIO_ENODEV;
	struct vio_device *d =
		m->memory ? m->memory(m->ctx, c->driver->state_size, alignof(max_align_t)) : NULL;
	int rc = d ? prepare(p, d, c, &s->mmio.base) : VIO_ENOMEM;
	if (rc < 0)
		return rc;
	s->device = d;
	add_device(p, d);
	return VIO_OK;
}

int vio_probe_all(struct vio_probe *p, struct vio_slot *slot, unsigned n)
{
	struct vio_slot s;

	while (vio_probe_next(p, &s) == 1) {
		struct vio_slot *const place = &slot[p->used];

		if (s.err != VIO_OK)
			continue;
		if (p->used == n)
			return VIO_ERANGE;
		*place = s;
		if (vio_probe_claim(p, place) == VIO_OK)
			vio_device_start(place->device);
	}
	return (int)p->used;
}

struct vio_device *vio_probe_first(const struct vio_probe *p, const struct vio_driver *driver)
{
	struct vio_device *d = p->devices;

	while (d && !(d->driver == driver && d->state == VIO_LIVE))
		d = d->next;
	return d;
}
