/* SPDX-License-Identifier: BSD-2-Clause */
#include "stdio/piece.h"

#include <string.h>

/* Inline in the functions that most text goes through. */
static inline size_t room(const struct vio_output *o)
{
	return o->used < VIO_OUTPUT_BYTES ? VIO_OUTPUT_BYTES - o->used : 0;
}

size_t vio_output_room(const struct vio_output *o)
{
	return room(o);
}

size_t vio_output_peek(const struct vio_output *o, const char **p)
{
	const size_t first = o->first % VIO_OUTPUT_BYTES;
	const size_t run = VIO_OUTPUT_BYTES - first;

	*p = o->ring + first;
	return o->used < run ? o->used : run;
}

void vio_output_take(struct vio_output *o, size_t n)
{
	if (n > o->used)
		n = o->used;
	o->first = (o->first + n) % VIO_OUTPUT_BYTES;
	o->used -= n;
}

static size_t append(char *to, size_t at, const char *s)
{
	while (*s != '\0')
		to[at++] = *s++;
	return at;
}

/* "[123 bytes of output lost]". Without printf, since printf may be the caller. */
static void write_note(struct vio_output *o)
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

/* A sink that reports more than it was given must not move us beyond the end. */
static size_t give(const struct vio_output_sink *s, const char *p, size_t n)
{
	const size_t taken = s->write(s->ctx, p, n);

	return taken < n ? taken : n;
}

/* The oldest text is dropped first, so the note stands in front of the ring. */
static bool drain_note(struct vio_output *o)
{
	if (o->note_first == o->note_end && o->lost > 0)
		write_note(o);
	size_t left = o->note_end - o->note_first;
	if (left == 0)
		return false;
	size_t taken = give(o->sink, o->note + o->note_first, left);
	o->note_first += taken;
	return taken > 0;
}

static bool drain_ring(struct vio_output *o)
{
	bool moved = false;
	const char *p;
	size_t run, taken;

	while ((run = vio_output_peek(o, &p)) > 0) {
		taken = give(o->sink, p, run);
		if (taken == 0)
			break;
		vio_output_take(o, taken);
		moved = true;
	}
	return moved;
}

bool vio_output_drain(struct vio_output *o)
{
	if (!o->sink || o->draining)
		return false;
	o->draining = true;
	bool moved = drain_note(o);
	if (o->note_first == o->note_end)
		moved |= drain_ring(o);
	if (moved) {
		o->stalled = false;
		o->sink->flush(o->sink->ctx);
	}
	o->draining = false;
	return moved;
}

/* Pump until at most `most` bytes are left. The pump may run callbacks that write more text;
 * `waiting` keeps them from waiting too. */
static bool wait_until(struct vio_output *o, size_t most, uint64_t timeout)
{
	const struct vio_output_sink *s = o->sink;
	bool alive = true;
	unsigned looks = 0;

	if (!s || o->waiting || o->draining)
		return o->used <= most;
	o->waiting = true;
	uint64_t start = s->now(s->ctx);
	for (;;) {
		vio_output_drain(o);
		if (o->used <= most || !alive)
			break;
		if (++looks > VIO_OUTPUT_LOOKS && s->now(s->ctx) - start >= timeout) {
			o->stalled = true;
			break;
		}
		alive = s->pump(s->ctx);
	}
	o->waiting = false;
	return o->used <= most;
}

bool vio_output_finish(struct vio_output *o, uint64_t timeout)
{
	return wait_until(o, 0, timeout);
}

static void put_byte(struct vio_output *o, char c)
{
	if (o->used >= VIO_OUTPUT_BYTES && !o->stalled)
		wait_until(o, VIO_OUTPUT_BYTES - 1, VIO_OUTPUT_TIMEOUT);
	if (o->used >= VIO_OUTPUT_BYTES) {
		vio_output_take(o, 1);
		o->lost++;
		o->lost_total++;
	}
	o->ring[(o->first + o->used) % VIO_OUTPUT_BYTES] = c;
	o->used++;
	if (o->mirror)
		o->mirror->put(o->mirror->ctx, c);
}

/* Not inlined, so that put_bytes() has no frame. */
__attribute__((noinline)) static void put_one_by_one(struct vio_output *o, const char *p, size_t n)
{
	while (n-- > 0)
		put_byte(o, *p++);
}

/* Most text fits in one part. */
static void put_bytes(struct vio_output *o, const char *p, size_t n)
{
	const size_t at = (o->first + o->used) % VIO_OUTPUT_BYTES;

	if (n > VIO_OUTPUT_BYTES - at || n > room(o) || o->mirror) {
		put_one_by_one(o, p, n);
		return;
	}
	o->used += n;
	memcpy(o->ring + at, p, n);
}

static void put_text(struct vio_output *o, char c)
{
	if (!o->capture && o->before)
		o->before(o->before_ctx, c);
	if (o->capture) { /* it may have been set just now */
		o->capture->put(o->capture->ctx, c);
		return;
	}
	if (c == '\n') {
		put_bytes(o, "\r\n", 2);
		vio_output_drain(o);
	} else {
		put_byte(o, c);
	}
	if (o->copy)
		vio_output_put(o->copy, c);
}

static bool is_obeyed(const char *p)
{
	return p[0] != '\n' && p[0] != '\t' && vio_utf8_is_control(vio_utf8_point(p));
}

static void put_character(struct vio_output *o, int bytes)
{
	if (bytes < 0 || is_obeyed(o->in.bytes)) {
		put_text(o, '?');
		return;
	}
	for (int i = 0; i < bytes; i++)
		put_text(o, o->in.bytes[i]);
}

static void put_plain(struct vio_output *o, char c)
{
	int n = vio_utf8_feed(&o->in, c);

	if (n == VIO_UTF8_CUT) {
		put_text(o, '?');
		n = vio_utf8_feed(&o->in, c);
	}
	if (n != 0)
		put_character(o, n);
}

/* Is there no part of a character, and no '\r', that waits for what comes next? */
__attribute__((always_inline)) static inline bool is_between(const struct vio_output *o)
{
	return o->in.have == o->in.need && !o->after_cr;
}

/* Does a simple character go to the ring as it is, and nowhere else? */
__attribute__((always_inline)) static inline bool is_straight(const struct vio_output *o)
{
	return !o->capture && !o->before && !o->copy && !o->mirror && is_between(o);
}

/* Not inlined, so that a simple character takes no frame. */
__attribute__((noinline)) static void put_otherwise(struct vio_output *o, char c)
{
	if (!o->plain || (vio_piece_is_simple(c) && is_between(o))) {
		put_text(o, c);
		return;
	}
	if (o->after_cr && c != '\n')
		put_plain(o, '\r');
	o->after_cr = c == '\r';
	if (!o->after_cr)
		put_plain(o, c);
}

void vio_output_put(struct vio_output *o, char c)
{
	if (!vio_piece_is_simple(c) || o->used >= VIO_OUTPUT_BYTES || !is_straight(o)) {
		put_otherwise(o, c);
		return;
	}
	o->ring[(o->first + o->used++) % VIO_OUTPUT_BYTES] = c;
}

/* The simple characters that `s` begins with. Four at a turn save half of the branches. */
static const char *skip_simple(const char *s)
{
	while (vio_piece_is_simple(s[0])) {
		if (!vio_piece_is_simple(s[1]))
			return s + 1;
		if (!vio_piece_is_simple(s[2]))
			return s + 2;
		if (!vio_piece_is_simple(s[3]))
			return s + 3;
		s += 4;
	}
	return s;
}

/* Text that goes straight is drained once, when it is complete. */
void vio_output_text(struct vio_output *o, const char *s)
{
	bool lines = false;

	for (;;) {
		const bool straight = is_straight(o);
		const char *const from = s;

		if (straight)
			s = skip_simple(s);
		if (s != from)
			put_bytes(o, from, (size_t)(s - from));
		if (*s == '\0')
			break;
		if (straight && *s == '\n') {
			put_bytes(o, "\r\n", 2);
			lines = true;
		} else {
			vio_output_put(o, *s);
		}
		s++;
	}
	if (lines)
		vio_output_drain(o);
}

void vio_output_bytes(struct vio_output *o, const char *p, size_t n)
{
	put_bytes(o, p, n);
}

void vio_piece_begin(struct vio_piece *p, struct vio_output *o)
{
	const size_t at = (o->first + o->used) % VIO_OUTPUT_BYTES, run = VIO_OUTPUT_BYTES - at;

	p->output = o;
	p->at = p->end = o->ring + at;
	if (is_straight(o))
		p->end += room(o) < run ? room(o) : run;
}

void vio_piece_end(const struct vio_piece *p)
{
	struct vio_output *const o = p->output;

	o->used += (size_t)(p->at - o->ring) - (o->first + o->used) % VIO_OUTPUT_BYTES;
}

int vio_piece_put_otherwise(struct vio_piece *p, char c)
{
	vio_piece_end(p);
	vio_output_put(p->output, c);
	vio_piece_begin(p, p->output);
	return (unsigned char)c;
}

void vio_output_attach(struct vio_output *o, const struct vio_output_sink *sink)
{
	o->sink = sink;
	o->stalled = false;
	vio_output_drain(o);
}
