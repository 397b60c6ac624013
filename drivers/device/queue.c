/* SPDX-License-Identifier: BSD-2-Clause */
/* The queues of a device: set-up, and the reset of one queue (virtio 1.4, 2.6.1, 2.6.2). */
#include "drivers/device/device_internal.h"

/* The longest wait for the reset of a queue. */
#define RESET_NS UINT64_C(100000000)

enum { RESETS = 3 }; /* most resets of a stuck queue before its device is failed */

static bool is_open(const struct vio_device *d, const struct vio_queue *q)
{
	const struct vio_queue *i;

	for (i = d->queues; i; i = i->next) {
		if (i == q)
			return true;
	}
	return false;
}

/* A constant if packed rings are not built in, so that their code is not linked. */
static bool is_packed(const struct vio_device *d)
{
	return PICOVIRTIO_PACKED && vio_has(d, VIO_F_RING_PACKED);
}

static const struct vq_format *format(const struct vio_device *d)
{
	return is_packed(d) ? &vq_format_packed : &vq_format_split;
}

/* May a ring have `n` descriptors? The split format needs a power of two (2.7). */
static bool good_size(const struct vio_device *d, uint32_t n)
{
	return is_packed(d) || vio_is_power_of_two(n, UINT32_MAX);
}

/* The size of the ring: at most `max`, and at most what the device offers. A device that ignores
 * QueueSize gets exactly what it offers, whatever `max` is. */
static int choose_size(struct vio_queue *q, uint16_t max)
{
	struct vio_device *d = q->dev;
	const int offered = d->transport->ops->queue_max(d->transport, q->index);
	uint32_t size = max;

	if (offered == VIO_EBUSY)
		return vio_record_queue(q, VIO_C_QUEUE_BUSY, VIO_EBUSY, 0, 0);
	if (offered <= 0)
		return vio_record_queue(q, VIO_C_NO_QUEUE, VIO_ENODEV, 0, max);
	if (d->use_queue_size_max) {
		if (!good_size(d, (uint32_t)offered))
			return vio_record_queue(q, VIO_C_QUEUE_SIZE, VIO_ERANGE, (uint32_t)offered,
						max);
		return offered;
	}
	if (is_packed(d))
		return offered < max ? offered : max;
	while (size > (uint32_t)offered)
		size /= 2;
	return (int)size;
}

/* Ring memory is never freed. That of an earlier start is used again if it is large enough, since
 * the device has been reset in between. */
static int ring_memory(struct vio_queue *q, uint16_t size, size_t used_align)
{
	const struct vio_platform *p = q->dev->platform;
	struct vio_queue_memory *m = &q->memory;
	struct vq_layout l;
	const int rc = vq_get_layout(format(q->dev), size, used_align, &l);

	if (rc < 0)
		return vio_record_queue(q, VIO_C_QUEUE_SIZE, VIO_ERANGE, size, size);
	if (vio_legacy(q->dev->transport)) /* legacy: whole units of QueueAlign (2.7.2) */
		l.bytes = (l.bytes + used_align - 1) & ~(used_align - 1);
	if (m->ring && m->ring_bytes >= l.bytes)
		return VIO_OK;
	m->ring = p->ring_memory(p->ctx, l.bytes, l.align, &m->ring_at);
	if (!m->ring)
		return vio_record_queue(q, VIO_C_NO_MEMORY, VIO_ENOMEM, 0, l.bytes);
	m->ring_bytes = (uint32_t)l.bytes;
	return VIO_OK;
}

/* The private memory of a ring. The class has reserved it for `max` descriptors. If it did not, or
 * if the device offers one size only and that is larger, the memory comes from the platform, and is
 * kept for the next start. It never lies where a device can write. */
static void *private_slots(struct vio_queue *q, uint16_t size)
{
	const struct vio_platform *p = q->dev->platform;
	struct vio_queue_memory *m = &q->memory;
	const size_t bytes = VQ_PRIVATE_BYTES((size_t)size);

	if (m->priv && size <= m->max)
		return m->priv;
	if (!m->slots || m->slots_bytes < bytes) {
		m->slots = p->memory ? p->memory(p->ctx, bytes, sizeof(void *)) : NULL;
		m->slots_bytes = (uint32_t)bytes;
	}
	if (!m->slots)
		vio_record_queue(q, VIO_C_NO_MEMORY, VIO_ENOMEM, 0, bytes);
	return m->slots;
}

static int build_ring(struct vio_queue *q, uint16_t size, void *priv)
{
	const struct vio_device *d = q->dev;
	const struct vq_config cfg = {
		.format = format(d),
		.size = size,
		.event_idx = vio_has(d, VIO_F_EVENT_IDX),
		.indirect = vio_has(d, VIO_F_INDIRECT_DESC),
		.in_order = vio_has(d, VIO_F_IN_ORDER),
		.strict_len = d->strict_len,
		.used_align = d->transport->used_align,
		.mem = q->memory.ring,
		.mem_dma = q->memory.ring_at,
		.priv = priv,
	};

	if (vq_init(&q->vq, &cfg) < 0)
		return vio_record_queue(q, VIO_C_QUEUE_ADDRESS, VIO_EADDR, q->memory.ring_at.addr,
					0);
	return VIO_OK;
}

/* 4.2.3.2 and 4.2.4: select the queue, check that it is not in use, choose the size, zero the
 * memory, write the addresses. */
static int set_up(struct vio_queue *q, uint16_t max)
{
	struct vio_transport *t = q->dev->transport;
	void *priv;

	int size = choose_size(q, max);
	if (size < 0)
		return size;
	priv = private_slots(q, (uint16_t)size);
	if (!priv)
		return VIO_ENOMEM;
	int rc = ring_memory(q, (uint16_t)size, t->used_align);
	if (rc < 0)
		return rc;
	rc = build_ring(q, (uint16_t)size, priv);
	if (rc < 0)
		return rc;
	struct vio_queue_areas at = vq_areas(&q->vq);
	rc = t->ops->queue_set(t, (uint16_t)size, &at);
	if (rc == VIO_EADDR)
		return vio_record_queue(q, VIO_C_QUEUE_ADDRESS, VIO_EADDR, at.desc.addr, 0);
	if (rc < 0)
		return vio_record_queue(q, VIO_C_QUEUE_REFUSED, VIO_EDEVICE, 0, 0);
	return VIO_OK;
}

/* The bookkeeping of the queue starts again. */
static int set_up_anew(struct vio_queue *q, uint16_t max)
{
	q->watch.old = 0;
	q->watch.nudged = q->watch.stuck = false;
	q->published = q->requests;
	return set_up(q, max);
}

static bool good_options(const struct vio_queue_options *o)
{
	return vio_is_power_of_two(o->max, UINT32_MAX) && !o->done != !o->request_done;
}

static enum vio_queue_kind kind_of(const struct vio_device *d, const struct vio_queue_options *o)
{
	if (!o->request_done)
		return VIO_QUEUE_SEGMENTS;
	return d->platform->map ? VIO_QUEUE_MAPPED : VIO_QUEUE_UNMAPPED;
}

int vio_queue_open(struct vio_device *d, struct vio_queue *q, const struct vio_queue_options *o)
{
	struct vio_queue **tail = &d->queues;

	if (d->state != VIO_STARTING || !good_options(o) || is_open(d, q))
		return VIO_EINVAL;
	q->dev = d;
	q->index = o->index;
	q->kind = kind_of(d, o);
	if (o->request_done)
		q->request_done = o->request_done;
	else
		q->done = o->done;
	q->next = NULL;
	q->timeout = o->timeout;
	q->patient = o->patient;
	q->resettable = o->resettable;
	q->resets = 0;
	q->memory.max = o->max;
	q->memory.priv = o->priv;
	int rc = set_up_anew(q, o->max);
	if (rc == VIO_OK && vq_size(&q->vq) < o->least)
		rc = vio_record_queue(q, VIO_C_QUEUE_SIZE, VIO_ERANGE, vq_size(&q->vq), o->least);
	if (rc < 0) {
		q->dev = NULL; /* refuses requests, which nothing would return */
		return rc;
	}
	while (*tail)
		tail = &(*tail)->next;
	*tail = q;
	return VIO_OK;
}

/* ---- Reset of one queue ---- */

bool vio_queue_may_reset(const struct vio_queue *q)
{
	if (!q->resettable || !vio_has(q->dev, VIO_F_RING_RESET))
		return false;
	return q->resets == 0 || (q->resets < RESETS && q->watch.mark != q->completions);
}

/* VIO_OK: the queue belongs to the driver again. Only the registers decide that, never the time. */
static int reset(const struct vio_queue *q)
{
	struct vio_transport *t = q->dev->transport;
	const struct vio_platform *p = q->dev->platform;
	const uint64_t end = vio_later(p->now(p->ctx), RESET_NS);
	struct vio_wait w = { 0 };
	bool late;
	int rc;

	t->ops->queue_reset(t, q->index);
	do {
		/* Read the clock first, so that the registers are read once more after the time is
		 * over. */
		late = vio_wait_is_over(&w, p, end);
		rc = t->ops->queue_is_reset(t, q->index);
	} while (rc == 0 && !late);
	if (rc == 0)
		return VIO_ETIMEDOUT;
	return rc < 0 ? rc : VIO_OK;
}

/* The queue is broken meanwhile: requests that callbacks submit to it are refused. */
static void take_back(struct vio_queue *q)
{
	q->dev->depth++;
	vio_queue_take_back(q);
	q->dev->depth--;
	q->watch.mark = q->completions;
}

/* The queue must get the size that it had, since the class has set itself up for that size. */
static int bring_back(struct vio_queue *q)
{
	const uint16_t size = vq_size(&q->vq);
	const int rc = set_up_anew(q, size);

	if (rc < 0)
		return rc;
	if (vq_size(&q->vq) != size)
		return vio_record_queue(q, VIO_C_QUEUE_SIZE, VIO_ERANGE, vq_size(&q->vq), size);
	q->resets++;
	q->dev->armed = true; /* a new ring has notifications enabled */
	return VIO_OK;
}

/* If the queue cannot be reset, the whole device is. */
static int fail(struct vio_device *d)
{
	vio_fail_now(d, VIO_EDEVICE);
	return d->problem.err == VIO_ETIMEDOUT ? VIO_ETIMEDOUT : VIO_EDEVICE;
}

int vio_queue_reset(struct vio_queue *q)
{
	struct vio_device *d = q->dev;

	if (!d)
		return VIO_EINVAL;
	if (d->depth != 0 || d->state != VIO_LIVE)
		return VIO_EBUSY;
	if (!q->resettable || !vio_has(d, VIO_F_RING_RESET))
		return VIO_ENOTSUP;
	int rc = reset(q);
	if (rc < 0) {
		d->queue_reset_ignored |= rc == VIO_EDEVICE;
		vio_record_queue(q, VIO_C_QUEUE_RESET, rc, 0, 0);
		return fail(d);
	}
	take_back(q);
	/* A callback may have found a protocol error. */
	if (d->state != VIO_LIVE || bring_back(q) < 0)
		return fail(d);
	return VIO_OK;
}
