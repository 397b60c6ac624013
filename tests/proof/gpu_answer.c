/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of a virtio-gpu. COMMAND: vio_gpu_control_done(), any answer to a command. EDID:
 * vio_gpu_edid(), any EDID of any length. Without these: vio_gpu_answered(), any answer of any
 * length to a query. */
#include "tests/proof/bytes.h"

#ifdef COMMAND
#include "drivers/gpu/gpu_command.c"
#else
#include "drivers/gpu/gpu_edid.c"
#include "drivers/gpu/gpu_query.c"
#endif

#include <stdlib.h>

static struct vio_gpu g;
static unsigned calls;

#if defined(COMMAND)
void vio_gpu_answered(struct vio_gpu *gpu, int err, uint32_t written)
{
	(void)err;
	(void)written;
	claim_that(gpu == &g, "this device");
	calls++;
}

void vio_gpu_ask(struct vio_gpu *gpu)
{
	claim_that(gpu == &g && g.query.again, "the displays changed");
}

static void done(struct vio_gpu *gpu, struct vio_gpu_command *c)
{
	claim_that(gpu == &g && !c->busy && g.nfree == 1, "the command is its owner's again");
	calls++;
}

static void a_command_ended(const struct vio_gpu_command *c, int err, uint32_t written)
{
	place();
	claim_that(c->err != VIO_OK || (err == VIO_OK && written >= GPU_HEADER_BYTES &&
					c->answer == GPU_OK_NODATA),
		   "it went well if the device says so");
	claim_that(c->err == VIO_OK || c->err == VIO_EIO || c->err == VIO_EDEVICE,
		   "the result is one of three");
	claim_that(g.errors == (c->err != VIO_OK), "an error is counted");
}

static void run(void)
{
	static uint16_t place_of_answer[2];
	struct vio_gpu_command c = {
		.slot = nondet_u16(), .answer = nondet_u32(), .done = done, .busy = true
	};
	struct vio_queue q = { .dev = &g.device };
	const bool own = nondet_bool();
	const int err = nondet_bool() ? VIO_OK : VIO_EDEVICE;
	const uint32_t written = nondet_u32();

	assume(c.slot < 8);
	g.answers = malloc(gpu_answer_at(8));
	g.free = place_of_answer;
	g.query.again = nondet_bool();
	vio_gpu_control_done(&q, own ? &g.query.request : &c.request, err, written);
	claim_that(calls == 1, "its owner is told once");
	if (!own)
		a_command_ended(&c, err, written);
}

#else
static void a_monitor_was_read(const struct vio_gpu_monitor *m)
{
	place();
	for (unsigned i = 0; i <= VIO_GPU_NAME_MAX && m->name[i] != '\0'; i++)
		claim_that(i < VIO_GPU_NAME_MAX && m->name[i] >= 0x20 && m->name[i] <= 0x7e,
			   "a name ends and can be printed");
	claim_that(m->maker[3] == '\0' && m->width < 4096 && m->height < 4096, "its numbers");
}

#ifdef EDID
static void run(void)
{
	const size_t n = nondet_u32();
	struct vio_gpu_monitor m;

	if (vio_gpu_edid(malloc(n), n, &m))
		a_monitor_was_read(&m);
}

#else
static uint32_t written;

/* For vio_gpu_edid(). */
bool any_edid(const uint8_t *answer, size_t n, struct vio_gpu_monitor *m)
{
	claim_that(n <= written && answer == g.answers + GPU_HEADER_BYTES + EDID_BEFORE &&
			   __CPROVER_r_ok(answer, n),
		   "an EDID lies in its answer");
	claim_that(m == &g.head[g.query.head].monitor && g.query.head < g.nheads,
		   "it is of a display");
	return nondet_bool();
}

int vio_queue_request(struct vio_queue *q, struct vio_request *r)
{
	claim_that(q == &g.control && r == &g.query.request, "the next query");
	claim_that(g.query.head == VIO_GPU_HEADS || g.query.head < g.nheads, "of a display");
	return nondet_bool() ? VIO_OK : VIO_EFULL;
}

static void changed(struct vio_gpu *gpu)
{
	claim_that(gpu == &g && !g.query.busy, "all was read");
}

static void an_answer_was_read(void)
{
	const unsigned i = nondet_unsigned() % VIO_GPU_HEADS;
	const struct vio_gpu_head *h = &g.head[i];

	place();
	claim_that(!h->enabled || (i < g.nheads && h->rect.width <= VIO_GPU_SIDE_MAX &&
				   h->rect.height <= VIO_GPU_SIDE_MAX),
		   "a mode that is used has sides in their limit");
	claim_that(h->enabled || (h->rect.width == 0 && h->rect.height == 0), "or there is none");
}

static void run(void)
{
	written = nondet_u32();
	assume(written <= VIO_GPU_ANSWER_BYTES);
	g.answers = malloc(VIO_GPU_ANSWER_BYTES);
	g.nheads = nondet_u32();
	assume(g.nheads <= VIO_GPU_HEADS);
	g.changed = nondet_bool() ? changed : NULL;
	g.device.features = nondet_u64();
	g.query.again = nondet_bool();
	g.query.head = nondet_bool() ? VIO_GPU_HEADS : nondet_u32();
	assume(g.query.head == VIO_GPU_HEADS || g.query.head < g.nheads);
	vio_gpu_answered(&g, nondet_bool() ? VIO_OK : VIO_EDEVICE, written);
	an_answer_was_read();
}
#endif
#endif

int main(void)
{
	run();
	return 0;
}
