/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of virtio-sound, any bytes of any length. ENTRY: read_entry(). TRANSFER:
 * vio_sound_transfer_done(). Without these: read_entries(). */
#include "tests/proof/bytes.h"

#ifdef TRANSFER
#include "drivers/sound/sound_command.c"
#else
#include "drivers/sound/sound_query.c"
#endif

#include <stdlib.h>

static struct vio_sound s;
static struct vio_sound_slot slot;

int vio_queue_request(struct vio_queue *q, struct vio_request *r)
{
	claim_that(q == &s.control && r == &slot.device, "the next question");
	return VIO_OK;
}

#if defined(TRANSFER)
void vio_queue_kick(struct vio_queue *q)
{
	(void)q;
}

static void a_transfer_ended(const struct vio_sound_transfer *t, bool records, uint32_t written)
{
	place();
	claim_that(t->bytes <= t->len, "no more was moved than was asked");
	claim_that(t->bytes == 0 || (t->err == VIO_OK && written >= SOUND_RESULT_BYTES),
		   "the device says so");
	claim_that(!records || t->bytes == 0 || t->bytes == written - SOUND_RESULT_BYTES,
		   "what was recorded came");
	claim_that(t->err != VIO_OK || t->status == SOUND_OK, "it went well if the device says so");
	claim_that(!t->busy && s.free == &slot && s.errors == (t->err < 0), "it ended");
}

static void run(void)
{
	const bool records = nondet_bool();
	struct vio_sound_transfer t = { .len = nondet_u32(), .busy = true };
	const uint32_t written = nondet_u32();

	s.play.dev = s.record.dev = &s.device;
	/* The queue does not believe more than the length of what the device writes. */
	assume(t.len > 0 && t.len <= VIO_SOUND_BYTES_MAX &&
	       written <= (records ? t.len : 0) + SOUND_RESULT_BYTES);
	t.p = malloc(t.len);
	slot.wire = malloc(SOUND_WIRE);
	slot.of = &t;
	vio_sound_transfer_done(records ? &s.record : &s.play, &slot.device, VIO_OK, written);
	a_transfer_ended(&t, records, written);
}

#elif defined(ENTRY)
static void an_entry_was_read(void)
{
	place();
	claim_that(!s.stream->usable || (s.stream->channels_min > 0 && s.stream->formats != 0 &&
					 s.stream->channels_min <= s.stream->channels_max),
		   "a stream has channels and a format");
	claim_that(!s.map->usable ||
			   (s.map->channels > 0 && s.map->channels <= VIO_SOUND_CHANNELS_MAX),
		   "a map has channels in their limit");
}

static void run(void)
{
	const unsigned kind = nondet_unsigned() % KINDS;

	s.stream = malloc(sizeof(*s.stream));
	s.jack = malloc(sizeof(*s.jack));
	s.map = malloc(sizeof(*s.map));
	s.stream->usable = s.map->usable = false;
	read_entry(&s, kind, 0, malloc(kinds[kind].bytes));
	an_entry_was_read();
}

#else
static unsigned entries;
static uint32_t written;

/* For read_entry(). */
bool any_entry(struct vio_sound *sound, unsigned kind, uint32_t i, const uint8_t *from)
{
	const uint64_t at = (uint64_t)SOUND_STATUS_BYTES + (uint64_t)i * kinds[kind].bytes;

	claim_that(sound == &s && kind == s.query.kind && i < count_of(&s, kind), "it has room");
	claim_that(from == slot.wire + SOUND_AT_IN + at && at + kinds[kind].bytes <= written,
		   "an entry lies in its answer");
	entries++;
	return nondet_bool();
}

static void an_answer_was_read(void)
{
	place();
	claim_that(entries <= count_of(&s, s.query.kind) && s.refused <= VIO_SOUND_ENTRIES_MAX,
		   "each entry is read once");
}

static void run(void)
{
	s.njacks = s.nstreams = s.nmaps = nondet_u32();
	assume(s.njacks <= VIO_SOUND_ENTRIES_MAX);
	s.query.slot = &slot;
	s.query.kind = nondet_unsigned() % KINDS;
	slot.wire = malloc(SOUND_QUERY_WIRE);
	written = nondet_u32();
	assume(written <= SOUND_STATUS_BYTES + s.njacks * kinds[s.query.kind].bytes);
	read_entries(&s, written);
	an_answer_was_read();
}
#endif

int main(void)
{
	run();
	return 0;
}
