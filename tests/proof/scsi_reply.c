/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies of a SCSI host. DONE: vio_scsi_end(), any response of any length to any request. UNIT:
 * what a unit says of itself, any bytes. EVENT: vio_scsi_event_came(), any event. TASK:
 * vio_scsi_task_done(), any answer. */
#include "tests/proof/bytes.h"

#if defined(DONE)
#include "drivers/scsi/scsi_request.c"
#include "drivers/scsi/scsi_sense.c"
#elif defined(EVENT)
#include "drivers/scsi/scsi_event.c"
#elif defined(TASK)
#include "drivers/scsi/scsi_task.c"
#else
#include "drivers/scsi/scsi_answer.c"
#endif

#include <stdlib.h>

static struct vio_scsi s;
static struct vio_scsi_slot slot, other;
static unsigned calls;

static bool is_error(int err)
{
	return err <= VIO_OK && err >= -64;
}

#if defined(DONE)
static struct vio_transport transport;

static void done(struct vio_scsi *scsi, struct vio_scsi_request *r)
{
	calls++;
	claim_that(scsi == &s && !r->busy && !slot.request, "the request is its owner's again");
	claim_that(s.free == &slot && slot.next == &other, "its slot is free");
}

static void a_request_ended(const struct vio_scsi_request *r, uint32_t written)
{
	const bool moves = r->op == VIO_SCSI_READ || r->op == VIO_SCSI_WRITE;
	const uint32_t behind = written > SCSI_IN_BYTES ? written - SCSI_IN_BYTES : 0;
	const bool counted = !transport.legacy && written > 0 && r->op == VIO_SCSI_READ;

	place();
	claim_that(r->bytes <= slot.bytes, "no more was moved than was asked");
	claim_that(!counted || r->bytes <= behind, "no more was read than came");
	claim_that(r->err != VIO_OK || !moves || r->bytes == slot.bytes, "all was moved");
	claim_that(r->err != VIO_OK || r->response == SCSI_OK, "the device says so");
	claim_that(r->sense.key <= 0xf, "a sense key has four bits");
	claim_that(is_error(r->err) && s.errors == (r->err < 0), "an error is counted");
}

static void run(void)
{
	struct vio_scsi_request r = { .op = (enum vio_scsi_op)nondet_unsigned(),
				      .to_device = nondet_bool(),
				      .target = (uint8_t)nondet_u16(),
				      .done = nondet_bool() ? done : NULL,
				      .busy = true };
	const uint32_t written = nondet_u32();
	const bool own = nondet_bool();

	slot = (struct vio_scsi_slot){ .wire = malloc(SCSI_WIRE), .bytes = nondet_u32() };
	slot.request = own ? &s.scan.request : &r;
	s.free = &other;
	s.device.transport = &transport;
	transport.legacy = nondet_bool();
	s.targets = nondet_u16();
	assume(s.targets <= VIO_SCSI_TARGETS);
	s.config.max_target = nondet_u16();
	vio_scsi_end(&s, &slot, VIO_OK, written);
	if (!own)
		a_request_ended(&r, written);
	claim_that(calls == (!own && r.done), "its owner is told once");
}

#elif defined(EVENT)
static unsigned sweeps;
static struct vio_transport transport;

int vio_queue_request(struct vio_queue *q, struct vio_request *r)
{
	claim_that(q == &s.event && r == &slot.device && slot.bytes == 0, "an idle buffer");
	calls++;
	return nondet_bool() ? VIO_OK : VIO_EFULL;
}

/* For missed(): any targets are due. */
void any_missed(struct vio_scsi *scsi)
{
	claim_that(scsi == &s, "this device");
	sweeps++;
}

static void an_event_came(const struct vio_scsi_unit *units)
{
	place();
	const unsigned t = nondet_unsigned() % VIO_SCSI_TARGETS;

	claim_that((s.scan.due[t / 32] >> (t % 32) & 1) == 0 || t < scsi_targets(&s),
		   "only a target that exists is looked at");
	for (unsigned i = 0; i < 2; i++)
		claim_that(units[i].present || units[i].target < scsi_targets(&s),
			   "only a unit of such a target is removed");
	claim_that(s.events + s.refused >= 1, "it is counted");
	claim_that(calls == 1, "the buffer is given to the device again");
}

static void run(void)
{
	static struct vio_scsi_unit unit[2];
	struct vio_buf buf[1];
	struct vio_queue q = { .dev = &s.device };

	slot = (struct vio_scsi_slot){ .wire = malloc(SCSI_EVENT_WIRE), .buf = buf, .bytes = 64 };
	s.event_slot = &slot;
	s.nevents = 1;
	s.unit = unit;
	s.units = 2;
	for (unsigned i = 0; i < 2; i++)
		unit[i] = (struct vio_scsi_unit){ .present = true,
						  .target = (uint8_t)nondet_u16(),
						  .lun = nondet_u16() };
	s.device.transport = &transport;
	transport.legacy = nondet_bool();
	s.targets = nondet_u16();
	assume(s.targets <= VIO_SCSI_TARGETS);
	s.config.max_target = nondet_u16();
	vio_scsi_event_came(&q, &slot.device, VIO_OK, nondet_u32());
	an_event_came(unit);
}

#elif defined(TASK)
static void done(struct vio_scsi *scsi, struct vio_scsi_task *t)
{
	calls++;
	claim_that(scsi == &s && !t->busy && s.free_task == &slot && slot.next == &other,
		   "the task is its owner's again, and its slot is free");
}

static void a_task_ended(const struct vio_scsi_task *t)
{
	place();
	claim_that(is_error(t->err), "the result is an error");
	claim_that((t->err == VIO_OK) == (t->response == SCSI_OK || t->response == SCSI_SUCCEEDED),
		   "it went well if the device says so");
}

static void run(void)
{
	struct vio_scsi_task t = { .done = nondet_bool() ? done : NULL, .busy = true };
	struct vio_queue q = { .dev = &s.device };

	slot = (struct vio_scsi_slot){ .task = &t, .wire = malloc(SCSI_TASK_WIRE) };
	s.free_task = &other;
	vio_scsi_task_done(&q, &slot.device, nondet_bool() ? VIO_OK : VIO_EDEVICE, nondet_u32());
	a_task_ended(&t);
	claim_that(calls == (t.done ? 1 : 0) && !t.busy, "its owner is told once");
}

#else
static bool is_text(const char *text, unsigned room)
{
	for (unsigned i = 0; i < room; i++) {
		if (text[i] == '\0')
			return true;
		if (text[i] < 0x20 || text[i] > 0x7e)
			return false;
	}
	return false;
}

static void a_unit_was_read(const struct vio_scsi_unit *u)
{
	place();
	claim_that(u->blocks == 0
			   ? u->block_bytes == 0
			   : u->block_bytes >= BLOCK_MIN && u->block_bytes <= VIO_SCSI_BLOCK_MAX &&
				     (u->block_bytes & (u->block_bytes - 1)) == 0,
		   "blocks have a length that drivers can use");
	claim_that(u->blocks == 0 || u->blocks <= UINT64_MAX / u->block_bytes,
		   "the bytes of the unit have 64 bits");
}

static void run(void)
{
	const uint32_t n = nondet_u32();
	const uint8_t *const p = malloc(n);
	struct vio_scsi_unit u = { .unmap_max = 0 };
	const bool has = vio_scsi_read_inquiry(&u, p, n);

	claim_that(!has || (is_text(u.vendor, sizeof(u.vendor)) &&
			    is_text(u.product, sizeof(u.product)) &&
			    is_text(u.revision, sizeof(u.revision))),
		   "texts end and can be printed");
	if (nondet_bool())
		vio_scsi_read_capacity_10(&u, p, n);
	if (nondet_bool())
		vio_scsi_read_capacity_16(&u, p, n);
	vio_scsi_read_mode(&u, p, n);
	vio_scsi_read_limits(&u, p, n);
	a_unit_was_read(&u);
	claim_that(n >= AT_UNMAP_RANGES + 4 || u.unmap_max == 0, "a limit was reported");
}
#endif

int main(void)
{
	run();
	return 0;
}
