/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-sound: what the device has (virtio 1.4, 5.14.6.5, 5.14.6.6.1, 5.14.6.8). All of it is
 * checked here. */
#include "drivers/sound/sound_internal.h"

#include <string.h>

enum kind { JACKS, STREAMS, MAPS, KINDS };

enum { QUESTION_BYTES = 16 };

static const struct {
	uint32_t code;
	uint8_t bytes;
} kinds[KINDS] = { { 1, 24 }, { 0x0100, 32 }, { 0x0200, 24 } };

static uint32_t count_of(const struct vio_sound *s, unsigned kind)
{
	return kind == JACKS ? s->njacks : kind == STREAMS ? s->nstreams : s->nmaps;
}

static void send(struct vio_sound *s)
{
	struct vio_sound_slot *slot = s->query.slot;
	const uint32_t n = count_of(s, s->query.kind), bytes = kinds[s->query.kind].bytes;
	uint8_t *out = slot->wire + SOUND_AT_OUT;

	sound_put(out, kinds[s->query.kind].code);
	sound_put(out + 4, 0);
	sound_put(out + 8, n);
	sound_put(out + 12, bytes);
	sound_put(slot->wire + SOUND_AT_IN, SOUND_UNWRITTEN);
	slot->buf[0] = sound_share(slot, SOUND_AT_OUT, QUESTION_BYTES);
	slot->buf[1] = sound_share(slot, SOUND_AT_IN, SOUND_STATUS_BYTES + n * bytes);
	vio_request_set(&slot->device, slot->buf, 1, 1);
	/* The queue has room for it beside all commands, and is kicked after the callback. */
	vio_queue_request(&s->control, &slot->device);
}

/* ---- Entries ---- */

static void read_jack(struct vio_sound_jack *j, const uint8_t *p)
{
	*j = (struct vio_sound_jack){ .usable = true,
				      .connected = p[16] != 0,
				      .features = sound_get(p + 4),
				      .config = sound_get(p + 8),
				      .caps = sound_get(p + 12) };
}

static bool read_stream(struct vio_sound_stream *t, const uint8_t *p)
{
	*t = (struct vio_sound_stream){ .records = p[24] == 1,
					.features = sound_get(p + 4),
					.formats = sound_get(p + 8) | (uint64_t)sound_get(p + 12)
									      << 32,
					.rates = sound_get(p + 16) | (uint64_t)sound_get(p + 20)
									     << 32,
					.channels_min = p[25],
					.channels_max = p[26] };
	t->usable = p[24] <= 1 && t->channels_min > 0 && t->channels_min <= t->channels_max &&
		    t->formats != 0 && t->rates != 0;
	return t->usable;
}

static bool read_map(struct vio_sound_map *m, const uint8_t *p)
{
	*m = (struct vio_sound_map){ .records = p[4] == 1, .channels = p[5] };
	m->usable = p[4] <= 1 && m->channels > 0 && m->channels <= VIO_SOUND_CHANNELS_MAX;
	if (m->usable)
		memcpy(m->position, p + 6, m->channels);
	return m->usable;
}

/* An entry is copied before it is looked at, since the device can still change it. */
static bool read_entry(struct vio_sound *s, unsigned kind, uint32_t i, const uint8_t *from)
{
	uint8_t p[SOUND_INFO_BYTES];

	memcpy(p, from, kinds[kind].bytes);
	switch ((enum kind)kind) {
	case STREAMS: return read_stream(&s->stream[i], p);
	case MAPS: return read_map(&s->map[i], p);
	default: read_jack(&s->jack[i], p); return true;
	}
}

/* Not inlined, so that no entry is on the stack when the next question is sent. */
__attribute__((noinline)) static void read_entries(struct vio_sound *s, uint32_t written)
{
	const unsigned kind = s->query.kind;
	const uint32_t n = count_of(s, kind), bytes = kinds[kind].bytes;
	const uint8_t *in = s->query.slot->wire + SOUND_AT_IN;
	const bool is_good = sound_get(in) == SOUND_OK;

	for (uint32_t i = 0, at = SOUND_STATUS_BYTES; i < n; i++, at += bytes) {
		if (!is_good || at + bytes > written || !read_entry(s, kind, i, in + at))
			s->refused++;
	}
}

/* ---- One kind after the other ---- */

static void go_on(struct vio_sound *s)
{
	while (s->query.kind < KINDS && count_of(s, s->query.kind) == 0)
		s->query.kind++;
	if (s->query.kind < KINDS) {
		send(s);
		return;
	}
	s->is_known = true;
	if (s->known)
		s->known(s);
}

void vio_sound_ask(struct vio_sound *s)
{
	memset(s->jack, 0, s->jacks * sizeof(*s->jack));
	memset(s->stream, 0, s->streams * sizeof(*s->stream));
	memset(s->map, 0, s->maps * sizeof(*s->map));
	s->query.kind = JACKS;
	go_on(s);
}

void vio_sound_answered(struct vio_sound *s, int err, uint32_t written)
{
	if (err != VIO_OK)
		return;
	read_entries(s, written);
	s->query.kind++;
	go_on(s);
}
