/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: task management (virtio 1.4, 5.6.6.2). */
#include "drivers/scsi/scsi_internal.h"

#include <string.h>

enum { AT_SUBTYPE = 4, AT_ADDRESS = 8, AT_TAG = 16 };

static int check(const struct vio_scsi_task *t)
{
	const struct vio_scsi_request *r = t->request;

	switch (t->op) {
	case VIO_SCSI_ABORT: return r && r->busy ? VIO_OK : VIO_EINVAL;
	case VIO_SCSI_ABORT_ALL:
	case VIO_SCSI_RESET_TARGET:
	case VIO_SCSI_RESET_UNIT: return t->lun <= VIO_SCSI_LUN_MAX ? VIO_OK : VIO_ERANGE;
	}
	return VIO_EINVAL;
}

/* The type of the question is 0, as is the tag unless one request is meant. */
static void fill(struct vio_scsi_slot *slot, const struct vio_scsi_task *t)
{
	const struct vio_scsi_request *r = t->op == VIO_SCSI_ABORT ? t->request : NULL;
	uint8_t *out = slot->wire;

	memset(out, 0, SCSI_TASK_BYTES);
	out[AT_SUBTYPE] = (uint8_t)t->op;
	scsi_address(out + AT_ADDRESS, r ? r->target : t->target, r ? r->lun : t->lun);
	scsi_put(out + AT_TAG, r ? r->tag : 0, 8);
	out[SCSI_TASK_BYTES] = SCSI_UNWRITTEN;
	slot->buf[0] = scsi_share(slot, 0, SCSI_TASK_BYTES);
	slot->buf[1] = scsi_share(slot, SCSI_TASK_BYTES, 1);
	vio_request_set(&slot->device, slot->buf, 1, 1);
}

int vio_scsi_manage(struct vio_scsi *s, struct vio_scsi_task *t)
{
	struct vio_scsi_slot *slot = s->free_task;

	if (s->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (t->busy)
		return VIO_EBUSY;
	int rc = check(t);
	if (rc < 0)
		return rc;
	if (!slot)
		return VIO_EFULL;
	fill(slot, t);
	vio_queue_kick(&s->request); /* the device has the request before it is told to abort it */
	rc = vio_queue_request(&s->control, &slot->device);
	if (rc < 0)
		return rc;
	s->free_task = slot->next;
	slot->task = t;
	t->busy = true;
	return VIO_OK;
}

static int judge(uint8_t response)
{
	switch (response) {
	case SCSI_OK:
	case SCSI_SUCCEEDED: return VIO_OK;
	case SCSI_REJECTED: return VIO_ENOTSUP;
	case SCSI_BAD_TARGET:
	case SCSI_INCORRECT_LUN: return VIO_ENODEV;
	default: return VIO_EIO;
	}
}

/* The slot is free before the callback, which may submit again. */
void vio_scsi_task_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_scsi *s = scsi_of(q->dev);
	struct vio_scsi_slot *slot = (struct vio_scsi_slot *)(void *)r;
	struct vio_scsi_task *t = slot->task;

	(void)written; /* the value shows whether the device wrote the answer */
	t->response = err == VIO_OK ? *(volatile uint8_t *)(slot->wire + SCSI_TASK_BYTES)
				    : (uint8_t)SCSI_UNWRITTEN;
	t->err = err == VIO_OK ? judge(t->response) : err;
	slot->next = s->free_task;
	s->free_task = slot;
	t->busy = false;
	if (t->done)
		t->done(s, t);
}
