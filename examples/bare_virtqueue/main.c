/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Uses a ring and the transport without the device layer of drivers/. The program says hello on the
 * transmit queue of a virtio-console, step by step as in virtio 1.4, 3.1.1.
 */
#include <picovirtio/board.h>
#include <picovirtio/mmio.h>
#include <picovirtio/virtqueue.h>

enum { CONSOLE = 3, TRANSMIT = 1, SIZE = 2 };

#define TIMEOUT UINT64_C(1000000000) /* ns */

/* Version 1 needs an alignment of one page (QueueAlign). Version 2 accepts it too. */
static VQ_STATIC(SIZE, VIO_MMIO_PAGE) ring;
static struct vio_mmio mmio;

static bool find_console(void)
{
	struct vio_dt_walk w = { 0 };
	struct vio_span window;

	while (vio_dt_is(vio_dt_walk_next(&vio_board.dt, &w, "virtio,mmio"))) {
		if (vio_dt_walk_reg(&vio_board.dt, &w, 0, &window) == VIO_OK &&
		    vio_mmio_probe(&mmio, (uintptr_t)window.base, (size_t)window.bytes) == VIO_OK &&
		    mmio.base.device_type == CONSOLE)
			return true;
	}
	return false;
}

static uint64_t now(void)
{
	return vio_board.platform.now(vio_board.platform.ctx);
}

static bool reset(struct vio_transport *t)
{
	const uint64_t start = now();

	t->ops->set_status(t, 0);
	while (t->ops->status(t) != 0 && now() - start < TIMEOUT)
		;
	return t->ops->status(t) == 0;
}

/* Steps 1 to 6: reset, ACKNOWLEDGE, DRIVER, features, FEATURES_OK (which version 1 does not have).
 * Returns the status, or 0 if the device does not agree. */
static uint8_t negotiate(struct vio_transport *t)
{
	const uint8_t found = VIO_S_ACKNOWLEDGE | VIO_S_DRIVER;
	const uint8_t status = vio_legacy(t) ? found : found | VIO_S_FEATURES_OK;

	if (!reset(t))
		return 0;
	t->ops->set_status(t, VIO_S_ACKNOWLEDGE);
	t->ops->set_status(t, found);
	t->ops->accept(t, t->ops->features(t) & VIO_F_VERSION_1);
	t->ops->set_status(t, status);
	return t->ops->status(t) == status ? status : 0;
}

static bool say(struct vio_transport *t, struct vq *q, const char *text, uint32_t len)
{
	const struct vq_seg seg = { { (uintptr_t)text }, len };
	const uint64_t start = now();
	struct vq_done done;
	int rc = 0;

	if (vq_submit(q, &seg, 1, 0, NULL) != VIO_OK)
		return false;
	if (vq_publish(q))
		t->ops->notify(t, TRANSMIT, 0);
	while (rc == 0 && now() - start < TIMEOUT)
		rc = vq_reap(q, &done);
	return rc == 1;
}

int main(void)
{
	static const char text[] = "hello from a bare virtqueue\r\n";
	const struct vq_config cfg = { .format = &vq_format_split,
				       .size = SIZE,
				       .used_align = VIO_MMIO_PAGE,
				       .mem = ring.ring,
				       .mem_dma = { (uintptr_t)ring.ring },
				       .priv = ring.priv };
	struct vio_transport *const t = &mmio.base;
	struct vq q;

	const uint8_t status = find_console() ? negotiate(t) : 0;

	if (status == 0 || t->ops->queue_max(t, TRANSMIT) < SIZE || vq_init(&q, &cfg) != VIO_OK)
		return 1;
	const struct vio_queue_areas areas = vq_areas(&q);

	if (t->ops->queue_set(t, SIZE, &areas) != VIO_OK)
		return 2;
	t->ops->set_status(t, status | VIO_S_DRIVER_OK);
	const bool said = say(t, &q, text, sizeof(text) - 1);

	return reset(t) && said ? 0 : 3; /* after the reset the device no longer uses the ring */
}
