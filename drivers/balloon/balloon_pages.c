/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pages: one request at a time, which inflates, deflates, reports or hints. Pages are counted
 * from the end of the run: first those in the balloon (`pages`), then those that were taken beyond
 * it (`out`), then those of the application.
 */
#include "drivers/balloon/balloon_internal.h"

/* free_page_hint_cmd_id (5.5.6.4). Greater numbers start a round of hints. */
enum { HINT_STOP = 0, HINT_DONE = 1 };

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void vio_balloon_tell(struct vio_balloon *b)
{
	vio_device_config_write(&b->device, BALLOON_AT_ACTUAL, &b->pages, sizeof(b->pages));
}

/* The place of page `i`, counted from the end of the run, in pages from its start. */
static uint32_t place(const struct vio_balloon *b, uint32_t i)
{
	return b->run.pages - 1 - i;
}

/* Take up to `most` pages from the application. A larger answer is reduced to `most`. */
static uint32_t take(struct vio_balloon *b, uint32_t most)
{
	const uint32_t n = least(most, b->run.pages - b->pages - b->out);

	if (n == 0 || !b->o.take)
		return 0;
	const uint32_t got = b->o.take(b, n);
	return least(got, n);
}

/* With PAGE_POISON, write the poison to the `n` pages from page `i` on. */
static void poison(const struct vio_balloon *b, uint32_t i, uint32_t n)
{
	if (!vio_has(&b->device, VIO_BALLOON_F_PAGE_POISON))
		return;
	uint32_t *w = (uint32_t *)b->run.p + (size_t)place(b, i + n - 1) * (VIO_BALLOON_PAGE / 4);
	const size_t words = (size_t)n * (VIO_BALLOON_PAGE / 4);

	for (size_t k = 0; k < words; k++)
		w[k] = b->o.poison_val;
}

/* Return all pages that were taken beyond the balloon. */
static void give_out(struct vio_balloon *b)
{
	const uint32_t n = b->out;

	b->out = 0;
	if (n > 0 && b->o.give)
		b->o.give(b, n);
}

/* ---- Requests ---- */

static int submit(struct vio_balloon *b, struct vio_queue *q, enum vio_balloon_op op, bool write)
{
	b->request = (struct vio_request){ .buf = &b->buf, .nread = !write, .nwrite = write };
	const int rc = vio_queue_request(q, &b->request);

	if (rc != VIO_OK)
		return rc;
	b->op = op;
	/* QEMU asks for no notification while it looks for hints, and does not look once more when
	 * it asks for one again. What was published in between would wait for the time-out. */
	if (q == &b->hint)
		vio_queue_nudge(q);
	else
		vio_queue_kick(q);
	return VIO_OK;
}

/* The page numbers of `n` pages from page `i` on. */
static int submit_numbers(struct vio_balloon *b, struct vio_queue *q, enum vio_balloon_op op,
			  uint32_t i, uint32_t n)
{
	const uint32_t first = (uint32_t)(b->run.at.addr / VIO_BALLOON_PAGE);

	for (uint32_t k = 0; k < n; k++)
		b->pfn[k] = first + place(b, i + k);
	b->n = n;
	b->buf = (struct vio_buf){ .p = b->pfn, .seg.len = n * (uint32_t)sizeof(*b->pfn) };
	return submit(b, q, op, false);
}

/* If an earlier request failed, its pages are sent again. They are not returned before the device
 * has taken them. */
static bool inflate(struct vio_balloon *b)
{
	const uint32_t want = least(b->target, b->limit);
	const bool again = b->out > 0;

	if (!again && want > b->pages)
		b->out = take(b, least(b->o.batch, want - b->pages));
	if (b->out == 0)
		return false;
	if (submit_numbers(b, &b->inflate, VIO_BALLOON_INFLATE, b->pages, b->out) == VIO_OK)
		return true;
	if (!again)
		give_out(b);
	return false;
}

static bool deflate(struct vio_balloon *b)
{
	const uint32_t want = least(b->target, b->limit);

	if (want >= b->pages)
		return false;
	const uint32_t n = least(b->o.batch, b->pages - want);
	return submit_numbers(b, &b->deflate, VIO_BALLOON_DEFLATE, b->pages - n, n) == VIO_OK;
}

/* Send the next free pages, which the device may write. They stay taken until give_out(). */
static bool lend(struct vio_balloon *b, struct vio_queue *q, enum vio_balloon_op op)
{
	const uint32_t n = take(b, b->o.chunk), i = b->pages + b->out;

	if (n == 0)
		return false;
	poison(b, i, n);
	b->out += n;
	b->n = n;
	b->buf = (struct vio_buf){ .seg.len = n * VIO_BALLOON_PAGE,
				   .seg.addr =
					   VIO_DMA(b->run.at.addr + (uint64_t)place(b, i + n - 1) *
									    VIO_BALLOON_PAGE) };
	return submit(b, q, op, true) == VIO_OK;
}

static void report(struct vio_balloon *b)
{
	if (!b->to_report)
		return;
	b->to_report = lend(b, &b->report, VIO_BALLOON_REPORT);
	if (!b->to_report)
		give_out(b);
}

/* ---- Hints: a number, pages, and the end ---- */

static bool submit_id(struct vio_balloon *b, enum vio_balloon_op op, uint32_t id)
{
	b->id = id;
	b->n = 0;
	b->buf = (struct vio_buf){ .p = &b->id, .seg.len = sizeof(b->id) };
	return submit(b, &b->hint, op, false) == VIO_OK;
}

static bool begin_hints(struct vio_balloon *b)
{
	if (b->host_id <= HINT_DONE || b->host_id == b->round ||
	    !submit_id(b, VIO_BALLOON_HINT_ID, b->host_id))
		return false;
	b->round = b->host_id;
	b->rounds++;
	return true;
}

/* Send pages as long as the host continues this round and the application has some. */
static void go_on_with_hints(struct vio_balloon *b)
{
	const bool more = b->host_id == b->round && lend(b, &b->hint, VIO_BALLOON_HINT);

	if (!more && !submit_id(b, VIO_BALLOON_HINT_STOP, HINT_STOP))
		give_out(b);
}

/* After the end of the round the pages stay out until the host says DONE, or starts another one. */
static void end_hints(struct vio_balloon *b)
{
	if (b->host_id == HINT_STOP || b->host_id == b->round)
		return;
	give_out(b);
	b->op = VIO_BALLOON_IDLE;
	b->round = 0;
}

/* ---- What comes next ---- */

void vio_balloon_go_on(struct vio_balloon *b)
{
	if (b->op == VIO_BALLOON_HINTED)
		end_hints(b);
	if (b->device.state != VIO_LIVE || b->op != VIO_BALLOON_IDLE)
		return;
	if (!inflate(b) && !deflate(b) && !begin_hints(b))
		report(b);
}

/* The pages of a failed report or hint are returned to the application. The pages of a failed
 * inflate request stay taken, because the device may have them. */
void vio_balloon_failed(struct vio_balloon *b)
{
	const enum vio_balloon_op op = b->op;

	b->op = VIO_BALLOON_IDLE;
	b->to_report = false;
	if (op != VIO_BALLOON_IDLE && op != VIO_BALLOON_INFLATE)
		give_out(b);
}

static void inflated(struct vio_balloon *b)
{
	b->pages += b->n;
	b->out -= b->n;
	b->inflated += b->n;
	vio_balloon_tell(b);
}

static void deflated(struct vio_balloon *b)
{
	b->pages -= b->n;
	b->out = b->n;
	b->deflated += b->n;
	vio_balloon_tell(b);
	poison(b, b->pages, b->out);
	give_out(b);
}

void vio_balloon_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_balloon *b = balloon_of(q->dev);
	const enum vio_balloon_op op = b->op;

	(void)r;
	(void)written; /* no answer is read */
	if (err != VIO_OK)
		return; /* vio_balloon_failed() follows */
	b->op = op == VIO_BALLOON_HINT_STOP ? VIO_BALLOON_HINTED : VIO_BALLOON_IDLE;
	switch (op) {
	case VIO_BALLOON_INFLATE: inflated(b); break;
	case VIO_BALLOON_DEFLATE: deflated(b); break;
	case VIO_BALLOON_REPORT:
		b->reported += b->n;
		report(b);
		break;
	case VIO_BALLOON_HINT_ID:
	case VIO_BALLOON_HINT:
		b->hints += b->n;
		go_on_with_hints(b);
		return;
	default: break;
	}
	vio_balloon_go_on(b);
}
