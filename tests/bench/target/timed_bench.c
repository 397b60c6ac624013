/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image that tests/bench/run times: what the library does, and the floor beside it, on the same
 * devices. It takes one command in each line of the early console, and answers with a line:
 *
 *     start RING                                  "started"
 *     ours SIZE DEPTH OTHERS MILLISECONDS WORK    "took NANOSECONDS for REQUESTS"
 *     floor SIZE DEPTH OTHERS MILLISECONDS WORK   the same
 *     counts                                      "queue DRIVER INDEX REQUESTS ENDED"
 *                                                 for each queue, and "counted"
 *     end                                         powers off
 *
 * RING is the number of descriptors of a disk's queue, 0 the default. A batch of DEPTH requests is
 * submitted and waited for, again and again, for this time. OTHERS devices are polled as well, but
 * not by the floor. "refused" answers what cannot be done, and "failed" what failed.
 */
#include "floor.h"
#include "work.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 100, WARM_UP = 8, BATCHES = 16, TURNS = 1 << 20 };

#define PATIENCE UINT64_C(10000000000) /* ns */

struct order {
	unsigned size, depth, others, milliseconds;
	const struct work *work;
};

static uint64_t now(void)
{
	return vio_board.platform.now(vio_board.platform.ctx);
}

/* ---- Ours ---- */

static void poll(const struct order *o)
{
	struct vio_device *d = work_devices;

	vio_device_poll(o->work->device);
	for (unsigned i = 0; i < o->others && d; d = d->next) {
		if (d != o->work->device) {
			vio_device_poll(d);
			i++;
		}
	}
}

static bool ours_batch(const struct order *o)
{
	const struct vio_queue *const q = o->work->queue;
	uint64_t begin = 0;

	o->work->submit(o->size, o->depth);
	for (unsigned turns = 1; q->completions != q->requests; turns++) {
		poll(o);
		if (turns % TURNS == 0) {
			begin = begin ? begin : now();
			if (now() - begin > PATIENCE)
				return false;
		}
	}
	return work_failed == 0;
}

/* ---- The floor ---- */

static bool floor_batch_of(const struct order *o)
{
	(void)o;
	return floor_batch();
}

static void build_io(const struct order *o, bool write)
{
	static struct {
		uint32_t type, reserved;
		uint64_t sector;
	} header[FLOOR_DEPTH_MAX];
	static uint8_t status[FLOOR_DEPTH_MAX];

	for (unsigned i = 0; i < o->depth; i++) {
		const size_t at = (size_t)i * o->size;
		const struct floor_seg seg[FLOOR_SEGS] = {
			{ &header[i], sizeof(header[i]), false },
			{ work_data + at, o->size, !write },
			{ &status[i], sizeof(status[i]), true },
		};

		header[i].type = write ? VIO_BLK_WRITE : VIO_BLK_READ;
		header[i].sector = at / VIO_BLK_SECTOR;
		floor_build(i, seg);
	}
}

/* A header of zeroes, and a frame. */
static void build_frames(const struct order *o)
{
	static uint8_t frame[VIO_NET_HEADER_MAX + VIO_NET_FRAME_MAX];
	const struct floor_seg seg[FLOOR_SEGS] = { { frame, VIO_NET_HEADER_MAX + o->size, false } };

	memset(frame + VIO_NET_HEADER_MAX, '.', VIO_NET_FRAME_MAX);
	for (unsigned i = 0; i < o->depth; i++)
		floor_build(i, seg);
}

static void build_bytes(const struct order *o, bool written)
{
	for (unsigned i = 0; i < o->depth; i++) {
		const struct floor_seg seg[FLOOR_SEGS] = { { work_data + (size_t)i * o->size,
							     o->size, written } };

		floor_build(i, seg);
	}
}

static void build(const struct order *o)
{
	switch (o->work - work) {
	case WORK_READ: build_io(o, false); break;
	case WORK_WRITE: build_io(o, true); break;
	case WORK_SEND:
	case WORK_SEND_PACKET: build_frames(o); break;
	case WORK_RNG: build_bytes(o, true); break;
	default: build_bytes(o, false); break;
	}
}

/* ---- Commands ---- */

static void measure(const struct order *o, bool (*batch)(const struct order *o))
{
	uint64_t begin = 0, end = 0;
	unsigned long batches = 0;
	char text[LINE];
	bool works = true;

	for (unsigned i = 0; i < WARM_UP && works; i++)
		works = batch(o);
	begin = now();
	do {
		for (unsigned i = 0; i < BATCHES && works; i++)
			works = batch(o);
		batches += BATCHES;
		end = now();
	} while (works && end - begin < o->milliseconds * UINT64_C(1000000));
	snprintf(text, sizeof(text), "took %llu for %lu\n", (unsigned long long)(end - begin),
		 batches * o->depth);
	work_say(works ? text : "failed\n");
}

static void measure_ours(const struct order *o)
{
	if (o->work->prepare)
		o->work->prepare(o->size);
	measure(o, ours_batch);
}

static void measure_floor(const struct order *o)
{
	struct vio_device *const d = o->work->device;

	build(o);
	vio_device_stop(d);
	if (floor_open((struct vio_mmio *)(void *)d->transport, o->work->queue->index, o->depth))
		measure(o, floor_batch_of);
	else
		work_say("refused\n");
	floor_close();
	vio_device_start(d);
}

static void tell_counts(void)
{
	char text[LINE];

	for (const struct vio_device *d = work_devices; d; d = d->next) {
		for (const struct vio_queue *q = d->queues; q; q = q->next) {
			snprintf(text, sizeof(text), "queue %s %u %lu %lu\n", d->driver->name,
				 q->index, (unsigned long)q->requests,
				 (unsigned long)q->completions);
			work_say(text);
		}
	}
	work_say("counted\n");
}

static const struct work *work_of(const char *name)
{
	for (unsigned i = 0; i < WORK_KINDS; i++) {
		if (work[i].device && strcmp(work[i].name, name) == 0)
			return &work[i];
	}
	return NULL;
}

static bool fits(const struct order *o)
{
	return o->size > 0 && o->depth > 0 && o->depth <= WORK_DEPTH_MAX &&
	       o->size <= WORK_DATA / o->depth && (o->depth & (o->depth - 1)) == 0;
}

/* The number that `*line` begins with; also takes the space after it. The C library's functions for
 * this need thread-local variables or unaligned accesses. */
static unsigned take_number(const char **line)
{
	unsigned n = 0;

	for (; **line >= '0' && **line <= '9'; (*line)++)
		n = 10 * n + (unsigned)(**line - '0');
	*line += **line == ' ';
	return n;
}

/* Does `*line` begin with this word and a space? */
static bool take_word(const char **line, const char *word)
{
	const size_t n = strlen(word);

	if (strncmp(*line, word, n) != 0 || (*line)[n] != ' ')
		return false;
	*line += n + 1;
	return true;
}

static void obey(const char *line)
{
	struct order o = { 0 };

	if (take_word(&line, "start")) {
		work_say(work_start((uint16_t)take_number(&line)) ? "started\n" : "refused\n");
		return;
	}
	if (strcmp(line, "counts") == 0) {
		tell_counts();
		return;
	}
	const bool ours = take_word(&line, "ours"), floor = take_word(&line, "floor");

	o.size = take_number(&line);
	o.depth = take_number(&line);
	o.others = take_number(&line);
	o.milliseconds = take_number(&line);
	o.work = work_of(line);
	if (ours == floor || !o.work || !fits(&o))
		work_say("refused\n");
	else if (ours)
		measure_ours(&o);
	else
		measure_floor(&o);
}

/* A line without its end. What does not fit is dropped. */
static void read_line(char line[LINE])
{
	unsigned n = 0;
	int c;

	while ((c = vio_board_early_read()) != '\n') {
		if (c >= 0 && c != '\r' && n < LINE - 1)
			line[n++] = (char)c;
	}
	line[n] = '\0';
}

int main(void)
{
	char line[LINE];

	work_say("ready\n");
	for (;;) {
		read_line(line);
		if (strcmp(line, "end") == 0)
			return 0;
		obey(line);
	}
}
