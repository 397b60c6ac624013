/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/device_rig.h"

#include <picovirtio/driver.h>

#include <stdlib.h>

static void log_access(struct model *m, void *ctx, bool write, uint32_t off, uint32_t value)
{
	struct rig *r = ctx;

	if (r->nlog < RIG_LOG)
		r->log[r->nlog++] = (struct rig_access){ write, off, value };
	if (write && off == AT_STATUS && value != 0 && value == r->needs_reset_after)
		model_needs_reset(m);
}

static uint32_t read_instead(struct model *m, void *ctx, uint32_t off, unsigned width,
			     uint32_t value)
{
	struct rig *r = ctx;

	(void)m;
	(void)width;
	if (off != r->instead.off || r->instead.times == 0)
		return value;
	if (r->instead.skip != 0) {
		r->instead.skip--;
		return value;
	}
	if (r->instead.times != MODEL_NEVER)
		r->instead.times--;
	return r->instead.value;
}

void rig_drive(struct rig *r, struct vio_device *d, const struct vio_driver *driver)
{
	r->d = d;
	if (driver && driver->init)
		assert_int_equal(driver->init(d, &r->t.base, &r->p.platform, NULL), VIO_OK);
	else
		vio_device_init(d, &r->t.base, &r->p.platform, driver);
}

void rig_init(struct rig *r, enum host_kind kind)
{
	memset(r, 0, sizeof(*r));
	host_platform_init(&r->p, kind);
	r->p.step = 1000;
	rig_drive(r, &r->own, NULL);
}

void rig_init_for(struct rig *r, uint32_t version)
{
	rig_init(r, version == 1 ? HOST_LOW : HOST_HIGH);
	r->cfg.version = version;
}

void rig_plug(struct rig *r, bool probe)
{
	r->cfg.memory = &r->p.memory;
	r->cfg.probed = !probe;
	/* CTest runs some topics once more with packed rings wherever there can be any. */
	if (getenv("RIG_PACKED") && r->cfg.version == 2)
		r->cfg.features |= VIO_F_RING_PACKED;
	model_init(&r->m, &r->cfg);
	r->m.overwrites = getenv("RIG_OVERWRITES") != NULL;
	r->m.ctx = r;
	r->m.on_access = log_access;
	r->m.on_read = read_instead;
	host_plug(&r->w, &r->m, RIG_AT + r->beside, RIG_LEN);
	r->plugged = true;
	if (!probe)
		return;
	assert_int_equal(vio_mmio_probe(&r->t, RIG_AT + r->beside, RIG_LEN), VIO_OK);
}

void rig_close(struct rig *r)
{
	if (r->plugged) {
		host_unplug(&r->w);
		model_done(&r->m);
	}
	r->plugged = false;
	host_platform_done(&r->p);
	vio_host_windows_clear();
}

void rig_end(struct rig *r)
{
	if (r->plugged)
		model_check(&r->m);
	rig_close(r);
}

void rig_settle(struct rig *r, unsigned turns)
{
	unsigned i = 0;

	do {
		model_run(&r->m);
		assert_true(i++ < turns);
	} while (vio_device_poll(r->d));
}

void rig_loses_one(struct rig *r, unsigned queue, void (*more)(unsigned nth))
{
	const struct vio_queue *q = r->d->queues;

	while (q->index != queue)
		q = q->next;
	const uint64_t timeout = q->timeout;
	r->m.faults.loses = true;
	r->m.faults.loses_of = (uint8_t)queue;
	for (unsigned i = 0; i < RIG_MORE && r->d->state == VIO_LIVE; i++) {
		more(i);
		rig_settle(r, 1000);
		const uint64_t due = vio_device_service(r->d, r->p.clock);
		assert_true(due <= r->p.clock + timeout || r->d->state != VIO_LIVE);
		r->p.clock += timeout / 8;
	}
	assert_false(r->m.faults.loses);
	assert_int_equal(r->d->state, VIO_FAILED);
	assert_int_equal(r->d->problem.cause, VIO_C_SILENT);
	assert_int_equal(r->d->problem.queue, queue);
	assert_int_equal(host_mapped(&r->p), 0);
}

unsigned rig_written(const struct rig *r, uint32_t off, uint32_t *values, unsigned room)
{
	unsigned i, n = 0;

	for (i = 0; i < r->nlog; i++) {
		if (r->log[i].write && r->log[i].off == off && n < room)
			values[n++] = r->log[i].value;
	}
	return n;
}

unsigned rig_find(const struct rig *r, bool write, uint32_t off, unsigned n)
{
	for (unsigned i = 0; i < r->nlog; i++) {
		if (r->log[i].write == write && r->log[i].off == off && n-- == 0)
			return i;
	}
	fail_msg("no such access of 0x%x", off);
	return 0;
}

/* ---- The toy's driver ---- */

static void toy_done(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct toy *t = (struct toy *)q->dev;
	struct toy_request *req = cookie;

	assert_true(req->out); /* once only */
	req->out = false;
	t->device.platform->unmap(t->device.platform->ctx, req->at, req->bytes, sizeof(req->bytes),
				  VIO_FROM_DEVICE);
	if (t->ndone < TOY_DONE) {
		t->err[t->ndone] = err;
		t->written[t->ndone] = written;
		t->cookie[t->ndone] = cookie;
	}
	t->ndone++;
	t->depth++;
	if (t->depth > t->deepest)
		t->deepest = t->depth;
	if (t->lie_in == 3)
		vio_device_protocol_error(&t->device, q->index, 7);
	if (t->on_done)
		t->on_done(t, q, err);
	t->depth--;
}

int toy_submit(struct toy *t, unsigned queue)
{
	const struct vio_platform *p = t->device.platform;
	struct vq_seg seg = { .len = TOY_BYTES };
	unsigned i;

	for (i = 0; t->request[i].out; i++)
		assert_true(i + 1 < TOY_DONE);
	seg.addr = p->map(p->ctx, t->request[i].bytes, TOY_BYTES, VIO_FROM_DEVICE);
	int rc = vio_queue_submit(&t->q[queue], &seg, 0, 1, &t->request[i]);
	if (rc == VIO_OK) {
		t->request[i].at = seg.addr;
		t->request[i].out = true;
	} else {
		p->unmap(p->ctx, seg.addr, t->request[i].bytes, TOY_BYTES, VIO_FROM_DEVICE);
	}
	return rc;
}

unsigned toy_out(const struct toy *t)
{
	unsigned i, n = 0;

	for (i = 0; i < TOY_DONE; i++)
		n += t->request[i].out;
	return n;
}

static int toy_start(struct vio_device *d)
{
	struct toy *t = (struct toy *)d;

	t->starts++;
	if (t->on_start)
		t->on_start(t);
	for (unsigned i = 0; i < t->open; i++) {
		const struct vio_queue_options o = { .index = (uint16_t)i,
						     .max = t->max,
						     .least = t->least,
						     .priv = t->priv[i],
						     .done = toy_done };

		t->open_result = vio_queue_open(d, &t->q[i], &o);
		if (t->open_result < 0)
			return t->open_result;
		if (i == 0 && t->on_opened)
			t->on_opened(t);
	}
	for (unsigned i = 0; i < t->submit_early; i++)
		assert_int_equal(toy_submit(t, 0), VIO_OK);
	if (t->submit_early) { /* too early: must not reach the device */
		vio_queue_kick(&t->q[0]);
		assert_false(vio_device_kick(d));
	}
	if (t->lie_in == 1)
		vio_device_protocol_error(d, 0, 7);
	return t->start_error;
}

static void toy_ready(struct vio_device *d)
{
	struct toy *t = (struct toy *)d;

	t->readies++;
	t->state_in_ready = d->state;
	if (t->lie_in == 2)
		vio_device_protocol_error(d, 0, 7);
}

static void toy_config_changed(struct vio_device *d)
{
	struct toy *t = (struct toy *)d;

	t->configs++;
	if (t->submit_on_config)
		assert_int_equal(toy_submit(t, 1), VIO_OK);
	if (t->lie_in == 4 && t->configs > 1)
		vio_device_protocol_error(d, 0, 7);
}

static void toy_stopped(struct vio_device *d)
{
	struct toy *t = (struct toy *)d;

	t->stops++;
	t->state_in_stopped = d->state;
	assert_int_equal(toy_out(t), 0);
}

const struct vio_driver toy_driver = {
	.name = "toy",
	.device_type = TOY_TYPE,
	.features = { .wanted = TOY_F_WANTED, .required = 1, .harmless = TOY_F_HARMLESS },
	.state_size = sizeof(struct toy),
	.start = toy_start,
	.ready = toy_ready,
	.config_changed = toy_config_changed,
	.stopped = toy_stopped,
};

/* ---- The toy's device ---- */

static void toy_serve(struct model *m, unsigned queue)
{
	const struct toy *t = m->cfg.state;
	const uint8_t bytes[TOY_BYTES] = "0123456789abcde";
	struct mq_chain c;

	while (!t->model_holds && mq_take(&m->queue[queue], &c)) {
		const size_t n = mq_write(&m->queue[queue], &c, 0, bytes, sizeof(bytes));

		model_complete(m, queue, c.head, (uint32_t)n);
	}
}

const struct model_class toy_class = {
	.name = "toy",
	.device_id = TOY_TYPE,
	.features = 0xff,
	.serve = toy_serve,
};

void toy_config(struct rig *r, struct toy *t, uint32_t version, uint64_t features)
{
	memset(t, 0, sizeof(*t));
	t->max = TOY_SIZE;
	t->open = TOY_QUEUES;
	r->cfg.version = version;
	r->cfg.cls = &toy_class;
	r->cfg.state = t;
	r->cfg.features = features;
	for (unsigned i = 0; i < TOY_QUEUES; i++)
		r->cfg.queue_max[i] = TOY_SIZE;
	for (unsigned i = 0; i < 32; i++)
		r->cfg.config[i] = (uint8_t)(0x10 + i);
	r->cfg.config_bytes = 32;
	rig_drive(r, &t->device, &toy_driver);
}

void toy_live(struct rig *r, struct toy *t, uint32_t version, uint64_t features)
{
	rig_init_for(r, version);
	toy_config(r, t, version, features);
	rig_plug(r, true);
	assert_int_equal(vio_device_start(r->d), VIO_OK);
}

void toy_start_fails(struct rig *r, struct toy *t, enum vio_cause cause, int err)
{
	uint32_t s[32];

	assert_int_equal(vio_device_start(r->d), err);
	assert_int_equal(r->d->problem.cause, cause);
	assert_int_equal(r->d->problem.err, err);
	assert_int_equal(r->d->state, VIO_FAILED);
	if (t->open_result < 0)
		assert_int_equal(t->open_result, err);
	unsigned n = rig_written(r, AT_STATUS, s, 32);
	assert_true(n >= 2);
	assert_true(s[n - 2] & 0x80);
	assert_int_equal(s[n - 1], 0);
	assert_int_equal(r->m.status, 0);
	assert_int_equal(host_mapped(&r->p), 0);
	assert_int_equal(toy_out(t), 0);
	assert_int_equal(t->stops, t->starts);
	assert_int_equal(r->m.counts.notifies, 0);
}

void toy_has_failed(struct rig *r, struct toy *t, enum vio_cause cause)
{
	assert_int_equal(r->d->state, VIO_FAILED);
	assert_int_equal(r->d->problem.cause, cause);
	assert_int_equal(t->stops, 1);
	assert_int_equal(t->state_in_stopped, VIO_FAILED);
	assert_int_equal(toy_out(t), 0);
	assert_int_equal(host_mapped(&r->p), 0);
	assert_int_equal(r->m.status, 0);
	assert_false(vio_device_poll(r->d));
	assert_false(vio_device_arm(r->d));
	assert_int_equal(vio_device_service(r->d, r->p.clock), UINT64_MAX);
	assert_int_equal(toy_submit(t, 0), VIO_EDEVICE);
	assert_int_equal(t->stops, 1);
}
