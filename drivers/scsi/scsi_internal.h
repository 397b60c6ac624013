/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-scsi share. Calls go from scsi.c to scsi_event.c, scsi_task.c and
 * scsi_look.c; from scsi_look.c to scsi_answer.c and scsi_request.c; and from scsi_request.c to
 * scsi_command.c and scsi_sense.c. */
#ifndef VIO_SCSI_INTERNAL_H
#define VIO_SCSI_INTERNAL_H

#include <picovirtio/driver.h>
#include <picovirtio/scsi.h>

/* What a request exchanges with the device beside its data lies in ring memory, at these offsets:
 * the request header, the list of UNMAP, and the response (5.6.6.1). Of a task: question and
 * answer. */
enum {
	SCSI_AT_OUT = 0,
	SCSI_AT_LIST = 56,
	SCSI_AT_IN = 80,
	SCSI_OUT_BYTES = 19 + VIO_SCSI_CDB_BYTES,
	SCSI_LIST_BYTES = 24,
	SCSI_SENSE_BYTES = 96,
	SCSI_SENSE_USED = 14,  /* the bytes of it that the driver looks at */
	SCSI_AT_RESPONSE = 11, /* within the response; the status is before it */
	SCSI_IN_HEADER = 12,
	SCSI_IN_BYTES = SCSI_IN_HEADER + SCSI_SENSE_BYTES,
	SCSI_WIRE = 192,

	SCSI_TASK_BYTES = 24, /* of the question; the answer is the byte after it */
	SCSI_TASK_WIRE = 32,
	SCSI_EVENT_BYTES = 16,
	SCSI_EVENT_WIRE = 64,
};

_Static_assert(SCSI_OUT_BYTES <= SCSI_AT_LIST, "5.6.6.1");
_Static_assert(SCSI_AT_LIST + SCSI_LIST_BYTES <= SCSI_AT_IN, "5.6.6.1");
_Static_assert(SCSI_AT_IN + SCSI_IN_BYTES <= SCSI_WIRE, "5.6.6.1");

/* Response codes (5.6.6.1, 5.6.6.2), status codes (SAM-5) and sense keys (SPC-4). */
enum {
	SCSI_OK = 0,
	SCSI_ABORTED = 2,
	SCSI_BAD_TARGET = 3,
	SCSI_RESET = 4,
	SCSI_BUSY = 5,
	SCSI_SUCCEEDED = 10,
	SCSI_REJECTED = 11,
	SCSI_INCORRECT_LUN = 12,
	SCSI_UNWRITTEN = 0xff,

	SCSI_GOOD = 0x00,
	SCSI_CHECK = 0x02,
	SCSI_CONDITION_MET = 0x04,
	SCSI_UNIT_BUSY = 0x08,
	SCSI_SET_FULL = 0x28,
	SCSI_TASK_ABORTED = 0x40,

	SCSI_NO_SENSE = 0x0,
	SCSI_RECOVERED = 0x1,
	SCSI_ILLEGAL = 0x5,
	SCSI_ATTENTION = 0x6,
	SCSI_PROTECT = 0x7,
	SCSI_ASC_COMMAND = 0x20,
	SCSI_ASC_RANGE = 0x21,
	SCSI_ASC_FIELD = 0x24,
	SCSI_ASC_UNIT = 0x25,
};

static inline struct vio_scsi *scsi_of(struct vio_device *d)
{
	return (struct vio_scsi *)(void *)d;
}

static inline void scsi_put(uint8_t *p, uint64_t v, unsigned bytes)
{
	while (bytes-- > 0) {
		p[bytes] = (uint8_t)v;
		v >>= 8;
	}
}

static inline uint64_t scsi_get(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return v;
}

/* A number of virtio, in contrast to those of SCSI. */
static inline uint32_t scsi_le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Eight bytes that name a unit (5.6.6.1); the last four stay 0. */
static inline void scsi_address(uint8_t *p, uint8_t target, uint16_t lun)
{
	p[0] = 1;
	p[1] = target;
	scsi_put(p + 2, 0x4000u | lun, 2);
}

/* A part of the ring memory of a slot. */
static inline struct vio_buf scsi_share(const struct vio_scsi_slot *s, unsigned off, uint32_t len)
{
	return (struct vio_buf){ .seg.len = len, .seg.addr = { s->wire_at.addr + off } };
}

/* The driver looks at the targets below this number. */
static inline unsigned scsi_targets(const struct vio_scsi *s)
{
	return s->config.max_target < s->targets ? s->config.max_target + 1u : s->targets;
}

/* Look at a target as soon as the present scan allows. */
static inline void scsi_mark(struct vio_scsi *s, unsigned target)
{
	if (target < scsi_targets(s))
		s->scan.due[target / 32] |= UINT32_C(1) << (target % 32);
}

/* ---- scsi_command.c ---- */

/* Check a request of `bytes` bytes of data, and fill its address and command block. `list` is for
 * the list of UNMAP. */
int vio_scsi_encode(const struct vio_scsi *s, struct vio_scsi_request *r, uint32_t bytes,
		    uint8_t *list);

/* ---- scsi_sense.c ---- */

/* Decode `n` bytes of sense data. */
struct vio_scsi_sense vio_scsi_decode(const uint8_t *p, uint32_t n);

/* ---- scsi_request.c ---- */

/* End a completed request: free its slot, determine its result, and call done(). The driver's own
 * request waits for vio_scsi_go_on(). */
void vio_scsi_end(struct vio_scsi *s, struct vio_scsi_slot *slot, int err, uint32_t written);

/* ---- scsi_answer.c: answers of `n` bytes about a unit ---- */

/* Add the units of the list to those that are to be looked at. `p` may still change. */
void vio_scsi_read_luns(struct vio_scsi *s, const uint8_t *p, uint32_t n);
bool vio_scsi_read_inquiry(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n);
void vio_scsi_read_capacity_10(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n);
/* True: the unit supports unmapping of blocks. */
bool vio_scsi_read_capacity_16(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n);
void vio_scsi_read_mode(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n);
void vio_scsi_read_limits(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n);

/* ---- scsi_look.c ---- */

/* Look at the answer that has come, begin to look at targets that are due, or go on if the queue
 * was full. */
void vio_scsi_go_on(struct vio_scsi *s);

/* All targets are due, and nothing is looked at. */
void vio_scsi_look_anew(struct vio_scsi *s);

/* ---- scsi_event.c ---- */

/* Give every idle event buffer to the device. */
void vio_scsi_refill(struct vio_scsi *s);
void vio_scsi_event_came(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

/* ---- scsi_task.c ---- */

void vio_scsi_task_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

#endif
