/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/probe.h"

#include <picovirtio/board.h>
#include <picovirtio/recover.h>
#include "firmware/names.h"
#include "firmware/problem.h"
#include "firmware/quirks.h"
#include <picovirtio/mmio.h>

#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#define COMPATIBLE "virtio,mmio"

/* One allocation for all that a slot needs. */
struct found {
	struct slot slot;
	struct vio_mmio mmio;
};

static void label(char *buf, const char *name, uint64_t base)
{
	char *c;

	snprintf(buf, SLOT_LABEL_BYTES, "%s@%" PRIx64, name, base);
	for (c = buf; *c != '\0'; c++) {
		if (*c == ' ')
			*c = '-';
	}
}

static void label_slot(struct slot *s, const struct vio_driver *driver)
{
	const char *type = device_type_name(s->transport->device_type);
	char name[32];

	if (driver != NULL)
		snprintf(name, sizeof(name), "%s", driver->name);
	else if (type != NULL)
		snprintf(name, sizeof(name), "virtio-%s", type);
	else
		snprintf(name, sizeof(name), "virtio-type-%" PRIu32, s->transport->device_type);
	label(s->label, name, s->window.base);
}

static const struct vio_driver *claim(uint32_t type, const struct vio_driver *const *drivers,
				      size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (drivers[i]->device_type == type)
			return drivers[i];
	}
	return NULL;
}

static struct vio_span hull_of(struct vio_span a, struct vio_span b)
{
	const uint64_t base = a.base < b.base ? a.base : b.base;
	const uint64_t a_end = a.base - base + a.bytes, b_end = b.base - base + b.bytes;

	return (struct vio_span){ base, a_end > b_end ? a_end : b_end };
}

static void add_slot(struct probe *p, struct slot *s)
{
	p->hull = p->slots ? hull_of(p->hull, s->window) : s->window;
	*p->slots_end = s;
	p->slots_end = &s->next;
	p->used++;
}

static void add_device(struct probe *p, struct vio_device *d)
{
	*p->devices_end = d;
	p->devices_end = &d->next;
}

static void start(struct probe *p, struct found *f, const struct vio_driver *driver)
{
	struct vio_device *d = vio_board_alloc(driver->state_size, alignof(max_align_t));

	if (d == NULL || driver->init(d, &f->mmio.base, p->platform, NULL) != VIO_OK) {
		printf("%s: no memory left for the driver\n", f->slot.label);
		return;
	}
	d->use_queue_size_max =
		PICOVIRTIO_USE_QUEUE_SIZE_MAX || (p->quirks & QUIRK_QUEUE_SIZE_MAX) != 0;
	d->queue_reset_ignored = (p->quirks & QUIRK_QUEUE_RESET) != 0;
	f->slot.device = d;
	add_device(p, d);
	if (vio_device_start(d) != VIO_OK)
		problem_print(f->slot.label, &d->problem);
	f->slot.reported = d->state;
}

/* Silent where nothing is; says why where something cannot be used. */
static bool look(struct vio_mmio *m, const char *name, struct vio_span w)
{
	const int rc = vio_mmio_probe(m, (uintptr_t)w.base, (size_t)w.bytes);

	if (rc == VIO_ENOTSUP)
		printf("%s: register version %" PRIu32 ": neither 1 nor 2\n", name, m->version);
	else if (rc == VIO_ERANGE)
		printf("%s: its window of %" PRIu64 " bytes is too small for the registers\n", name,
		       w.bytes);
	else if (rc != VIO_OK && rc != VIO_ENODEV)
		printf("%s: %s\n", name, vio_strerror(rc));
	return rc == VIO_OK;
}

/* Two nodes for one window would start a running device anew. Trees list windows upwards or
 * downwards, so hardly any lies between two others. */
static bool seen(const struct probe *p, struct vio_span w)
{
	const struct slot *s = p->slots;

	if (!s || !vio_span_overlaps(p->hull, w))
		return false;
	while (s && !vio_span_overlaps(s->window, w))
		s = s->next;
	return s != NULL;
}

static struct found *keep(struct probe *p, const struct vio_mmio *m, struct vio_span w)
{
	struct found *f = vio_board_alloc(sizeof(*f), alignof(max_align_t));

	if (f == NULL) {
		printf("virtio@%" PRIx64 ": no memory left for it\n", w.base);
		return NULL;
	}
	f->mmio = *m;
	if (p->quirks & QUIRK_CONFIG_WORDS)
		f->mmio.config_access = VIO_CONFIG_WORDS;
	else if (p->quirks & QUIRK_CONFIG_BYTES)
		f->mmio.config_access = VIO_CONFIG_BYTES;
	f->slot.window = w;
	f->slot.version = m->version;
	f->slot.transport = &f->mmio.base;
	add_slot(p, &f->slot);
	return f;
}

/* Can the window be what the tree says? If not, the reason is printed. */
static bool believe(const struct probe *p, const char *name, struct vio_span w)
{
	const char *lies_in;

	/* An address must not be cut: its lower half may be that of another device. */
	if (w.base > UINTPTR_MAX || w.bytes > SIZE_MAX) {
		printf("%s: this CPU cannot address %" PRIx64 "\n", name, w.base);
		return false;
	}
	/* What is stored there would be lost, and what it looks like is no device. */
	lies_in = vio_board_memory_at(w);
	if (lies_in) {
		printf("%s: its window lies in %s: left alone\n", name, lies_in);
		return false;
	}
	if (seen(p, w)) {
		printf("%s: another node has this window already\n", name);
		return false;
	}
	return true;
}

static void probe_node(struct probe *p, struct vio_dt_walk *w,
		       const struct vio_driver *const *drivers, size_t ndrivers)
{
	const char *name = vio_dt_name(&vio_board.dt, w->path[w->levels - 1]);
	const struct vio_driver *driver;
	struct vio_span window;
	struct vio_mmio mmio;
	struct vio_dt_irq irq;
	struct found *f;
	const int rc = vio_dt_walk_reg(&vio_board.dt, w, 0, &window);

	p->windows++;
	if (rc != VIO_OK) {
		printf("%s: its reg property is of no use: %s\n", name, vio_strerror(rc));
		return;
	}
	memset(&mmio, 0, sizeof(mmio));
	if (!believe(p, name, window) || !look(&mmio, name, window) ||
	    (f = keep(p, &mmio, window)) == NULL)
		return;
	driver = claim(mmio.base.device_type, drivers, ndrivers);
	label_slot(&f->slot, driver);
	f->slot.irq = vio_board_irq_enable(
		vio_dt_walk_interrupt(&vio_board.dt, w, 0, &irq) == VIO_OK ? &irq : NULL);
	if (driver != NULL)
		start(p, f, driver);
	else
		printf("%s: no driver for this type of device\n", f->slot.label);
}

/* 1 MiB at most: as much as all queues of four devices have out. */
enum { BOUNCE_UNIT = 256, BOUNCE_UNITS = 4096 };

static void choose_platform(struct probe *p)
{
	struct vio_bounce_pool pool = { BOUNCE_UNIT, BOUNCE_UNITS, NULL };
	struct vio_bounce *b;

	p->platform = &vio_board.platform;
	if (!(p->quirks & QUIRK_BOUNCE))
		return;
	b = vio_board_alloc(sizeof(*b), alignof(max_align_t));
	pool.runs = vio_board_alloc(BOUNCE_UNITS * sizeof(*pool.runs), alignof(max_align_t));
	if (b == NULL || pool.runs == NULL || vio_bounce_init(b, p->platform, &pool) != VIO_OK) {
		printf("bounce: no memory left for the pool\n");
		return;
	}
	p->platform = &b->platform;
	p->bounce = b;
}

static void choose_quirks(struct probe *p)
{
	const struct vio_dt_prop args =
		vio_dt_prop(&vio_board.dt, vio_dt_path(&vio_board.dt, "/chosen"), "bootargs");
	const struct quirk_row *r;

	p->quirks = quirks_named(vio_dt_string(args, 0));
	for (r = quirk_table; r->word != NULL; r++) {
		if (p->quirks & r->quirk)
			printf("%s: chosen by the boot arguments, for all devices\n", r->word);
	}
}

/* Nobody should wonder for longer whether it goes on. */
#define SILENCE_NS UINT64_C(1000000000)

static void say_slow(const struct probe *p, uint64_t *said)
{
	const uint64_t now = p->platform->now(p->platform->ctx);

	if (now - *said < SILENCE_NS)
		return;
	*said = now;
	printf("Looking for virtio devices: %u windows so far\n", p->windows);
}

void probe_all(struct probe *p, const struct vio_driver *const *drivers, size_t n)
{
	struct vio_dt_walk w = { 0 };
	uint64_t said;

	if (vio_board.dt_error != VIO_OK)
		return;
	p->slots_end = &p->slots;
	p->devices_end = &p->devices;
	choose_quirks(p);
	choose_platform(p);
	said = p->platform->now(p->platform->ctx);
	while (vio_dt_is(vio_dt_walk_next(&vio_board.dt, &w, COMPATIBLE))) {
		say_slow(p, &said);
		probe_node(p, &w, drivers, n);
	}
}

unsigned probe_number(const struct slot *s)
{
	struct vio_dt_walk w = { 0 };
	struct vio_span other;
	unsigned below = 0;

	while (vio_dt_is(vio_dt_walk_next(&vio_board.dt, &w, COMPATIBLE)))
		below += vio_dt_walk_reg(&vio_board.dt, &w, 0, &other) == VIO_OK &&
			 other.base < s->window.base;
	return below;
}

static bool is_down(const struct vio_device *d)
{
	return d->state == VIO_FAILED || d->state == VIO_QUARANTINED;
}

/* A failure that a try ended in is news, though the state is the same. */
static void say_change(const struct slot *s)
{
	const struct vio_device *d = s->device;

	if (is_down(d) && (s->reported == VIO_LIVE || s->tries != d->recovery.tries)) {
		problem_print(s->label, &d->problem);
		if (d->recovery.excused)
			printf("%s: it had a request that devices need not know, which it will not "
			       "get again;\n  this restart does not count\n",
			       s->label);
	} else if (d->state == VIO_LIVE && s->reported != VIO_LIVE) {
		printf("\n%s: brought up again", s->label);
		if (d->recovery.tries > 0)
			printf(", try %u of %d", d->recovery.tries, VIO_RECOVER_TRIES);
		printf("\n");
	}
	if (vio_recover_left_off(d) && !s->left_off && d->recovery.tries > 0)
		printf("\n%s: left off after %u tries\n", s->label, d->recovery.tries);
}

const struct slot *probe_watch(struct probe *p)
{
	struct slot *s;

	for (s = p->slots; s != NULL; s = s->next) {
		const struct vio_device *d = s->device;

		if (d == NULL || (d->state == s->reported && d->recovery.tries == s->tries &&
				  vio_recover_left_off(d) == s->left_off))
			continue;
		say_change(s);
		s->reported = d->state;
		s->tries = d->recovery.tries;
		s->left_off = vio_recover_left_off(d);
		return s;
	}
	return NULL;
}

const struct slot *probe_slot_of(const struct probe *p, const struct vio_device *d)
{
	const struct slot *s = p->slots;

	while (s != NULL && s->device != d)
		s = s->next;
	return s;
}
