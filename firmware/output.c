/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/output.h"

#include <string.h>

size_t output_room(const struct output *o)
{
	return o->used < OUTPUT_BYTES ? OUTPUT_BYTES - o->used : 0;
}

size_t output_peek(const struct output *o, const char **p)
{
	const size_t first = o->first % OUTPUT_BYTES;
	const size_t run = OUTPUT_BYTES - first;

	*p = o->ring + first;
	return o->used < run ? o->used : run;
}

void output_take(struct output *o, size_t n)
{
	if (n > o->used)
		n = o->used;
	o->first = (o->first + n) % OUTPUT_BYTES;
	o->used -= n;
}

static size_t append(char *to, size_t at, const char *s)
{
	while (*s != '\0')
		to[at++] = *s++;
	return at;
}

/* "[123 bytes of output lost]"; by hand, since printf may be what brought us here. */
static void write_note(struct output *o)
{
	char digits[11];
	size_t at = sizeof(digits) - 1;
	uint32_t v = o->lost;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	o->note_first = 0;
	o->note_end = append(o->note, 0, "\r\n[");
	o->note_end = append(o->note, o->note_end, digits + at);
	o->note_end = append(o->note, o->note_end, " bytes of output lost]\r\n");
	o->lost = 0;
}

/* A sink that claims more than it was given must not run us past the end. */
static size_t give(const struct output_sink *s, const char *p, size_t n)
{
	const size_t taken = s->write(s->ctx, p, n);

	return taken < n ? taken : n;
}

/* The oldest text is what gets dropped, so the note belongs in front of the ring. */
static bool drain_note(struct output *o)
{
	size_t left, taken;

	if (o->note_first == o->note_end && o->lost > 0)
		write_note(o);
	left = o->note_end - o->note_first;
	if (left == 0)
		return false;
	taken = give(o->sink, o->note + o->note_first, left);
	o->note_first += taken;
	return taken > 0;
}

static bool drain_ring(struct output *o)
{
	bool moved = false;
	const char *p;
	size_t run, taken;

	while ((run = output_peek(o, &p)) > 0) {
		taken = give(o->sink, p, run);
		if (taken == 0)
			break;
		output_take(o, taken);
		moved = true;
	}
	return moved;
}

bool output_drain(struct output *o)
{
	bool moved;

	if (o->sink == NULL || o->draining)
		return false;
	o->draining = true;
	moved = drain_note(o);
	if (o->note_first == o->note_end)
		moved |= drain_ring(o);
	if (moved) {
		o->stalled = false;
		o->sink->flush(o->sink->ctx);
	}
	o->draining = false;
	return moved;
}

/* Pump until no more than `most` bytes are left. The pump may run callbacks that write
 * more text; `waiting` keeps them from waiting in turn. */
static bool wait_until(struct output *o, size_t most, uint64_t patience)
{
	const struct output_sink *s = o->sink;
	bool alive = true;
	unsigned looks = 0;
	uint64_t start;

	if (s == NULL || o->waiting || o->draining)
		return o->used <= most;
	o->waiting = true;
	start = s->now(s->ctx);
	for (;;) {
		output_drain(o);
		if (o->used <= most || !alive)
			break;
		if (++looks > OUTPUT_LOOKS && s->now(s->ctx) - start >= patience) {
			o->stalled = true;
			break;
		}
		alive = s->pump(s->ctx);
	}
	o->waiting = false;
	return o->used <= most;
}

bool output_finish(struct output *o, uint64_t patience)
{
	return wait_until(o, 0, patience);
}

static void put_byte(struct output *o, char c)
{
	if (o->used >= OUTPUT_BYTES && !o->stalled)
		wait_until(o, OUTPUT_BYTES - 1, OUTPUT_PATIENCE);
	if (o->used >= OUTPUT_BYTES) {
		output_take(o, 1);
		o->lost++;
		o->lost_total++;
	}
	o->ring[(o->first + o->used) % OUTPUT_BYTES] = c;
	o->used++;
}

void output_put(struct output *o, char c)
{
	if (o->capture != NULL) {
		o->capture->put(o->capture->ctx, c);
		return;
	}
	if (c == '\n')
		put_byte(o, '\r');
	put_byte(o, c);
	if (c == '\n')
		output_drain(o);
}

void output_text(struct output *o, const char *s)
{
	while (*s != '\0')
		output_put(o, *s++);
}

void output_bytes(struct output *o, const char *p, size_t n)
{
	while (n-- > 0)
		put_byte(o, *p++);
}

void output_attach(struct output *o, const struct output_sink *sink)
{
	o->sink = sink;
	o->stalled = false;
	output_drain(o);
}
