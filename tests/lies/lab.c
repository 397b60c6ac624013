/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/lies/lab.h"

#include <string.h>

enum { LAB_TYPE = 42 };

#define VERSION_1  (UINT64_C(1) << 32)
#define ANY_LAYOUT (UINT64_C(1) << 27)
#define EVENT_IDX  (UINT64_C(1) << 29)
#define PACKED	   (UINT64_C(1) << 34)
#define IN_ORDER   (UINT64_C(1) << 35)
#define NOTIF_DATA (UINT64_C(1) << 38)

/* ---- The device: answers with what it was sent, and four bytes more ---- */

static enum mq_role lab_role(const struct model *m, unsigned queue, const char **rule)
{
	(void)m;
	(void)queue;
	*rule = "";
	return MQ_ANY;
}

static void lab_serve(struct model *m, unsigned queue)
{
	const struct lab_device *d = m->cfg.state;
	struct mq *q = &m->queue[queue];
	struct mq_chain c;

	if (d->hold) {
		mq_look(q);
		return;
	}
	while (mq_take(q, &c)) {
		uint8_t bytes[LAB_IN] = { 0 };

		assert_int_equal(mq_read(q, &c, 0, bytes, sizeof(bytes)), LAB_OUT);
		assert_int_equal(mq_write(q, &c, 0, bytes, sizeof(bytes)), LAB_IN);
		model_complete(m, queue, c.head, LAB_IN);
	}
}

static const struct model_class lab_class = {
	.name = "lab",
	.device_id = LAB_TYPE,
	.role = lab_role,
	.serve = lab_serve,
};

/* ---- The driver ---- */

static void lab_submit_one(struct lab_device *d)
{
	const struct vio_platform *p = d->dev.platform;
	struct lab_request *r = &d->request[d->submitted];
	struct vq_seg seg[2];

	assert_true(d->submitted < LAB_REQUESTS);
	memset(r->out, (int)d->submitted + 1, LAB_OUT);
	r->at[0] = p->map(p->ctx, r->out, LAB_OUT, VIO_TO_DEVICE);
	r->at[1] = p->map(p->ctx, r->in, LAB_IN, VIO_FROM_DEVICE);
	seg[0] = (struct vq_seg){ r->at[0], LAB_OUT };
	seg[1] = (struct vq_seg){ r->at[1], LAB_IN };
	assert_int_equal(vio_queue_submit(&d->queue, seg, 1, 1, r), VIO_OK);
	d->submitted++;
}

static void lab_done(struct vio_queue *q, void *cookie, int err, uint32_t written)
{
	struct lab_device *d = (struct lab_device *)q->dev;
	const struct vio_platform *p = q->dev->platform;
	struct lab_request *r = cookie;

	assert_true(r >= d->request && r < d->request + d->submitted);
	assert_int_equal(r->returns++, 0);
	assert_true(err == VIO_OK || (err == VIO_EDEVICE && written == 0));
	assert_true(written <= LAB_IN);
	p->unmap(p->ctx, r->at[0], r->out, LAB_OUT, VIO_TO_DEVICE);
	p->unmap(p->ctx, r->at[1], r->in, LAB_IN, VIO_FROM_DEVICE);
	r->err = err;
	r->written = written;
	d->returned++;
	d->failed += err != VIO_OK;
	if (d->resubmit && err == VIO_OK && d->submitted < LAB_REQUESTS)
		lab_submit_one(d);
}

static int lab_start(struct vio_device *dev)
{
	struct lab_device *d = (struct lab_device *)dev;
	const struct vio_queue_options o = {
		.max = LAB_SIZE, .priv = d->priv, .done = lab_done, .timeout = LAB_TIMEOUT
	};

	return vio_queue_open(dev, &d->queue, &o);
}

static void lab_stopped(struct vio_device *dev)
{
	struct lab_device *d = (struct lab_device *)dev;

	d->stopped++;
	assert_int_equal(d->returned, d->submitted);
}

static const struct vio_driver lab_driver = {
	.name = "lab",
	.device_type = LAB_TYPE,
	.state_size = sizeof(struct lab_device),
	.start = lab_start,
	.stopped = lab_stopped,
};

/* ---- The lab ---- */

static void device_open(struct lab *lab, struct lab_device *d, uintptr_t at, uint32_t version,
			uint64_t ring, bool batch)
{
	const struct model_config cfg = {
		.version = version,
		.cls = &lab_class,
		.state = d,
		.features = (version == 1 ? ANY_LAYOUT : VERSION_1) | ring,
		.memory = &lab->host.memory,
		.queue_max = { LAB_SIZE },
	};

	model_init(&d->model, &cfg);
	d->model.batch = batch;
	host_plug(&d->window, &d->model, at, LAB_WINDOW);
	assert_int_equal(vio_mmio_probe(&d->transport, at, LAB_WINDOW), VIO_OK);
	vio_device_init(&d->dev, &d->transport.base, &lab->host.platform, &lab_driver);
	assert_int_equal(vio_device_start(&d->dev), VIO_OK);
}

void lab_open(struct lab *lab, uint32_t version, uint64_t ring, bool batch)
{
	memset(lab, 0, sizeof(*lab));
	host_platform_init(&lab->host, HOST_HIGH);
	device_open(lab, &lab->liar, 0x10001000, version, ring, batch);
	device_open(lab, &lab->other, 0x10002000, version, ring, batch);
}

static void device_close(struct lab_device *d)
{
	if (d->dev.state == VIO_LIVE) {
		model_check(&d->model);
		assert_int_equal(vio_device_stop(&d->dev), VIO_OK);
	}
	if (d->dev.state != VIO_QUARANTINED)
		assert_int_equal(d->returned, d->submitted);
	host_unplug(&d->window);
	model_done(&d->model);
}

void lab_close(struct lab *lab)
{
	const bool all_back = lab->liar.returned == lab->liar.submitted;

	device_close(&lab->liar);
	device_close(&lab->other);
	if (all_back)
		assert_int_equal(host_mapped(&lab->host), 0);
	host_platform_done(&lab->host);
}

void lab_submit(struct lab_device *d, unsigned n)
{
	while (n-- > 0)
		lab_submit_one(d);
	vio_queue_kick(&d->queue);
}

void lab_turn(struct lab *lab)
{
	model_run(&lab->liar.model);
	model_run(&lab->other.model);
	vio_device_poll(&lab->liar.dev);
	vio_device_poll(&lab->other.dev);
}

void lab_expect_other_works(struct lab *lab)
{
	struct lab_device *d = &lab->other;
	const unsigned first = d->submitted;

	lab_submit(d, 2);
	lab_turn(lab);
	assert_int_equal(d->dev.state, VIO_LIVE);
	assert_int_equal(d->returned, d->submitted);
	assert_int_equal(d->failed, 0);
	for (unsigned i = first; i < d->submitted; i++) {
		assert_int_equal(d->request[i].written, LAB_IN);
		assert_memory_equal(d->request[i].in, d->request[i].out, LAB_OUT);
	}
}

void lab_expect_failed(struct lab *lab, enum vio_cause cause)
{
	struct lab_device *d = &lab->liar;

	assert_int_equal(d->dev.state, VIO_FAILED);
	assert_int_equal(d->dev.problem.cause, cause);
	assert_true(d->dev.problem.err < 0);
	assert_int_equal(d->model.status, 0); /* it was reset */
	assert_int_equal(d->stopped, 1);
	assert_int_equal(d->returned, d->submitted);
	for (unsigned i = 0; i < d->submitted; i++)
		assert_int_equal(d->request[i].returns, 1);
	lab_expect_other_works(lab);
}

void lab_on_all(void (*body)(struct lab *lab))
{
	static const struct {
		uint32_t version;
		uint64_t ring;
	} kinds[] = { { 1, 0 },
		      { 2, 0 },
		      { 2, NOTIF_DATA },
		      { 2, IN_ORDER },
		      { 2, IN_ORDER | NOTIF_DATA },
		      { 2, PACKED },
		      { 2, PACKED | NOTIF_DATA },
		      { 2, PACKED | IN_ORDER },
		      { 2, PACKED | IN_ORDER | NOTIF_DATA } };
	static struct lab lab; /* static, since it is too large for a stack under the sanitizers */

	for (unsigned kind = 0; kind < 2 * sizeof(kinds) / sizeof(*kinds); kind++) {
		const uint64_t ring = kinds[kind / 2].ring | (kind % 2 ? EVENT_IDX : 0);

		lab_open(&lab, kinds[kind / 2].version, ring, ring & NOTIF_DATA);
		body(&lab);
		lab_close(&lab);
	}
}
