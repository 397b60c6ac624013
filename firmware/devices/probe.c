/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/probe.h"

#include <picovirtio/board.h>
#include <picovirtio/recover.h>
#include "firmware/words/names.h"
#include "firmware/words/failure.h"
#include "firmware/words/outside.h"
#include "firmware/devices/quirks.h"

#include <inttypes.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#define COMPATIBLE "virtio,mmio"

/* One allocation holds all that a slot needs. */
struct found {
	struct slot slot;
	struct vio_slot vio;
};

static void label(char *buf, const char *name, uint64_t base)
{
	snprintf(buf, SLOT_LABEL_BYTES, "%s@%" PRIx64, name, base);
	for (char *c = buf; *c != '\0'; c++) {
		if (*c == ' ')
			*c = '-';
	}
}

static void label_slot(struct slot *s, const struct vio_driver *driver)
{
	const char *type = device_type_name(s->transport->device_type);
	char name[32];

	if (driver)
		snprintf(name, sizeof(name), "%s", driver->name);
	else if (type)
		snprintf(name, sizeof(name), "virtio-%s", type);
	else
		snprintf(name, sizeof(name), "virtio-type-%" PRIu32, s->transport->device_type);
	label(s->label, name, s->window.base);
}

static void add_slot(struct probe *p, struct slot *s)
{
	*p->slots_end = s;
	p->slots_end = &s->next;
}

static void start(struct probe *p, struct slot *s, struct vio_device *d)
{
	d->use_queue_size_max =
		PICOVIRTIO_USE_QUEUE_SIZE_MAX || (p->quirks & QUIRK_QUEUE_SIZE_MAX) != 0;
	if (p->quirks & QUIRK_QUEUE_RESET)
		d->features_off |= VIO_F_RING_RESET;
	s->device = d;
	if (vio_device_start(d) != VIO_OK)
		failure_print(s->label, d);
	s->reported = d->state;
}

/* A window that overlaps memory is not used: a write to its registers would change that memory, and
 * a read would return memory, not registers. */
static bool refused(void *arg, struct vio_span window)
{
	(void)arg;
	return vio_board_memory_at(window);
}

/* Says why a window cannot be used. */
static void say_window(const struct vio_slot *s)
{
	print_outside(s->name);
	printf(": ");
	switch (s->err) {
	case VIO_EFORMAT: printf("its reg property is invalid\n"); break;
	case VIO_EADDR: printf("this CPU cannot address %" PRIx64 "\n", s->window.base); break;
	case VIO_EREADONLY:
		printf("its window lies in %s, so it is not used\n",
		       vio_board_memory_at(s->window));
		break;
	case VIO_EBUSY: printf("another node has this window already\n"); break;
	case VIO_EDEVICE: printf("an access to its window traps, so it is not used\n"); break;
	case VIO_ENOTSUP:
		printf("register version %" PRIu32 ": neither 1 nor 2\n", s->mmio.version);
		break;
	case VIO_ERANGE:
		printf("its window of %" PRIu64 " bytes is too small for the registers\n",
		       s->window.bytes);
		break;
	default: printf("%s\n", vio_strerror(s->err)); break;
	}
}

static struct found *keep(struct probe *p, const struct vio_slot *s)
{
	struct found *f = vio_board_alloc(sizeof(*f), alignof(max_align_t));

	if (!f) {
		printf("virtio@%" PRIx64 ": no memory left for it\n", s->window.base);
		return NULL;
	}
	f->vio = *s;
	if (p->quirks & QUIRK_CONFIG_WORDS)
		f->vio.mmio.config_access = VIO_CONFIG_WORDS;
	else if (p->quirks & QUIRK_CONFIG_BYTES)
		f->vio.mmio.config_access = VIO_CONFIG_BYTES;
	f->slot.window = s->window;
	f->slot.version = s->mmio.version;
	f->slot.transport = &f->vio.mmio.base;
	add_slot(p, &f->slot);
	return f;
}

static void use(struct probe *p, struct vio_probe *v, const struct vio_slot *s)
{
	struct found *f = keep(p, s);

	if (!f)
		return;
	int rc = vio_probe_claim(v, &f->vio);
	label_slot(&f->slot, f->vio.device ? f->vio.device->driver : NULL);
	f->slot.irq = vio_board_irq_enable(s->has_irq ? &s->irq : NULL);
	if (rc == VIO_OK)
		start(p, &f->slot, f->vio.device);
	else if (rc == VIO_ENODEV)
		printf("%s: no driver for this type of device\n", f->slot.label);
	else
		printf("%s: no memory left for the driver\n", f->slot.label);
}

/* At most 1 MiB, which is as much as the queues of four devices can have in flight. */
enum { BOUNCE_UNIT = 256, BOUNCE_UNITS = 4096 };

static void choose_platform(struct probe *p)
{
	struct vio_bounce_pool pool = { BOUNCE_UNIT, BOUNCE_UNITS, NULL };

	p->platform = &vio_board.platform;
	if (!(p->quirks & QUIRK_BOUNCE))
		return;
	struct vio_bounce *b = vio_board_alloc(sizeof(*b), alignof(max_align_t));
	pool.runs = vio_board_alloc(BOUNCE_UNITS * sizeof(*pool.runs), alignof(max_align_t));
	if (!b || !pool.runs || vio_bounce_init(b, p->platform, &pool) != VIO_OK) {
		printf("bounce: no memory left for the pool\n");
		return;
	}
	p->platform = &b->platform;
	p->bounce = b;
}

const char *probe_boot_arguments(void)
{
	if (vio_board.dt_error != VIO_OK)
		return NULL;
	return vio_dt_string(
		vio_dt_get_prop(&vio_board.dt, vio_dt_path(&vio_board.dt, "/chosen"), "bootargs"),
		0);
}

static void choose_quirks(struct probe *p)
{
	const struct quirk_row *r;

	p->quirks = quirks_named(probe_boot_arguments());
	for (r = quirk_table; r->word; r++) {
		if (p->quirks & r->quirk)
			printf("%s: chosen by the boot arguments, for all devices\n", r->word);
	}
}

/* The longest time without a message, so that a person sees that the machine works. */
#define SILENCE_NS UINT64_C(1000000000)

static void say_slow(const struct vio_probe *v, uint64_t *said)
{
	const uint64_t now = v->platform->now(v->platform->ctx);

	if (now - *said < SILENCE_NS)
		return;
	*said = now;
	printf("Looking for virtio devices: %u windows so far\n", v->windows - 1);
}

void probe_all(struct probe *p, const struct vio_class *classes, size_t n)
{
	struct vio_probe v = { .dt = &vio_board.dt,
			       .classes = classes,
			       .nclasses = n,
			       .refused = refused,
			       .guard = vio_board_guard };
	struct vio_slot s;

	if (vio_board.dt_error != VIO_OK)
		return;
	p->slots_end = &p->slots;
	choose_quirks(p);
	choose_platform(p);
	v.platform = p->platform;
	uint64_t said = p->platform->now(p->platform->ctx);
	while (vio_probe_next(&v, &s) == 1) {
		say_slow(&v, &said);
		if (s.err == VIO_OK)
			use(p, &v, &s);
		else if (s.err != VIO_ENODEV)
			say_window(&s);
		p->devices = v.devices;
	}
	p->windows = v.windows;
	p->used = v.used;
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

/* If a restart failed, that is reported too, although the state is the same. */
static void say_change(const struct slot *s)
{
	const struct vio_device *d = s->device;

	if (is_down(d) && (s->reported == VIO_LIVE || s->tries != d->recovery.tries)) {
		failure_print(s->label, d);
		if (d->recovery.excused)
			printf("%s: the cause was an optional request, which is not sent again;\n"
			       "  this restart is not counted\n",
			       s->label);
	} else if (d->state == VIO_LIVE && s->reported != VIO_LIVE) {
		printf("\n%s: brought up again", s->label);
		if (d->recovery.tries > 0)
			printf(", try %u of %d", d->recovery.tries, VIO_RECOVER_TRIES);
		printf("\n");
	}
	if (vio_recover_left_off(d) && !s->left_off && d->recovery.tries > 0)
		printf("\n%s: gave up after %u restarts; 'device %u start' tries again\n", s->label,
		       d->recovery.tries, probe_number(s));
}

const struct slot *probe_watch(struct probe *p)
{
	for (struct slot *s = p->slots; s; s = s->next) {
		const struct vio_device *d = s->device;

		if (!d || (d->state == s->reported && d->recovery.tries == s->tries &&
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

static bool is_called(const struct slot *s, const char *name)
{
	const char *const address = strchr(s->label, '@');

	return strcmp(s->label, name) == 0 || (address && strcmp(address + 1, name) == 0);
}

const struct slot *probe_find(const struct probe *p, const char *name)
{
	const struct slot *s = p->slots;

	while (s && !is_called(s, name))
		s = s->next;
	return s;
}

const struct slot *probe_slot_of(const struct probe *p, const struct vio_device *d)
{
	const struct slot *s = p->slots;

	while (s && s->device != d)
		s = s->next;
	return s;
}
