/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: events of the host (virtio 1.4, 5.6.6.3). */
#include "drivers/scsi/scsi_internal.h"

#include <string.h>

enum {
	NO_EVENT = 0,
	TRANSPORT_RESET = 1,
	ASYNC_NOTIFY = 2,
	PARAM_CHANGE = 3,
	AT_ADDRESS = 4,
	AT_REASON = 12,
	REMOVED = 2,
};

#define MISSED UINT32_C(0x80000000) /* a bit beside the event: earlier ones were lost */

/* The event is zeroed first, so that a device which claims an event without writing it has reported
 * none. A buffer that the device cannot take now is tried again next time. */
void vio_scsi_refill(struct vio_scsi *s)
{
	for (unsigned i = 0; i < s->nevents; i++) {
		struct vio_scsi_slot *slot = &s->event_slot[i];

		if (slot->bytes != 0)
			continue;
		memset(slot->wire, 0, SCSI_EVENT_WIRE);
		slot->buf[0] = scsi_share(slot, 0, SCSI_EVENT_WIRE);
		vio_request_set(&slot->device, slot->buf, 0, 1);
		if (vio_queue_request(&s->event, &slot->device) == VIO_OK)
			slot->bytes = SCSI_EVENT_WIRE;
	}
}

/* A unit that was removed is gone at once, so nothing more is submitted to it. */
static void remove_unit(struct vio_scsi *s, const uint8_t *address)
{
	const uint16_t lun = (uint16_t)(scsi_get(address + 2, 2) & VIO_SCSI_LUN_MAX);

	for (struct vio_scsi_unit *u = s->unit; u < s->unit + s->units; u++) {
		if (u->target == address[1] && u->lun == lun)
			u->present = false;
	}
}

/* Whatever an event says of a target, the target is looked at as a whole. */
static void take(struct vio_scsi *s, const uint8_t *e)
{
	const uint32_t event = scsi_le32(e) & ~MISSED;
	const uint8_t *address = e + AT_ADDRESS;

	s->events++;
	if (event == NO_EVENT || event == ASYNC_NOTIFY)
		return;
	if ((event != TRANSPORT_RESET && event != PARAM_CHANGE) || address[0] != 1 ||
	    address[1] >= scsi_targets(s)) {
		s->refused++;
		return;
	}
	if (event == TRANSPORT_RESET && scsi_le32(e + AT_REASON) == REMOVED)
		remove_unit(s, address);
	scsi_mark(s, address[1]);
}

/* Events got lost, so any target may have changed. */
static void missed(struct vio_scsi *s)
{
	for (unsigned t = 0; t < VIO_SCSI_TARGETS; t++)
		scsi_mark(s, t);
}

void vio_scsi_event_came(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_scsi *s = scsi_of(q->dev);
	struct vio_scsi_slot *slot = (struct vio_scsi_slot *)(void *)r;
	const bool is_whole = written >= SCSI_EVENT_BYTES || vio_legacy(s->device.transport);
	uint8_t e[SCSI_EVENT_BYTES];

	memcpy(e, slot->wire, sizeof(e));
	slot->bytes = 0;
	if (err != VIO_OK)
		return;
	if (is_whole && (scsi_le32(e) & MISSED) != 0)
		missed(s);
	if (is_whole)
		take(s, e);
	else
		s->refused++;
	vio_scsi_refill(s);
}
