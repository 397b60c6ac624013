/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/sound/wav.h"

#include <string.h>

enum {
	HEAD_BYTES = 12,
	CHUNK_BYTES = 8,
	CHUNKS_MAX = 64, /* before the samples */
	FORMAT_BYTES = 16,
	EXTENDED_BYTES = 40,
	AT_SUBFORMAT = 24,
	PCM = 1,
	FLOATS = 3,
	EXTENDED = 0xfffe,
};

static uint32_t get(const uint8_t *p, unsigned bytes)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint32_t)p[i] << (8 * i);
	return v;
}

/* -1: no format of a sound device. */
static int format_of(uint32_t tag, uint32_t bits)
{
	if (tag == FLOATS)
		return bits == 32 ? VIO_SOUND_FLOAT : -1;
	if (tag != PCM)
		return -1;
	switch (bits) {
	case 8: return VIO_SOUND_U8;
	case 16: return VIO_SOUND_S16;
	case 24: return VIO_SOUND_S24_3;
	case 32: return VIO_SOUND_S32;
	default: return -1;
	}
}

static int read_format(struct wav *w, const uint8_t *p, uint32_t n)
{
	uint32_t tag = get(p, 2);

	if (n < FORMAT_BYTES)
		return VIO_EFORMAT;
	if (tag == EXTENDED && n >= EXTENDED_BYTES)
		tag = get(p + AT_SUBFORMAT, 2);
	w->hertz = get(p + 4, 4);
	w->bits = get(p + 14, 2);
	const uint32_t channels = get(p + 2, 2);
	const int format = format_of(tag, w->bits), rate = vio_sound_rate_of(w->hertz);
	if (format < 0 || rate < 0 || channels == 0 || channels > VIO_SOUND_CHANNELS_MAX)
		return VIO_ENOTSUP;
	w->format = (enum vio_sound_format)format;
	w->rate = (enum vio_sound_rate)rate;
	w->channels = (uint8_t)channels;
	w->frame_bytes = channels * vio_sound_sample_bytes(w->format);
	return VIO_OK;
}

static int read_all(wav_read_fn read, void *arg, uint64_t at, void *to, uint32_t n)
{
	const int rc = read(arg, at, to, n);

	return rc < 0 || (uint32_t)rc == n ? rc : VIO_EFORMAT;
}

/* The chunk at `at`: 1 if it has the samples. */
static int read_chunk(struct wav *w, wav_read_fn read, void *arg, uint64_t at, uint32_t *bytes)
{
	uint8_t head[CHUNK_BYTES], p[EXTENDED_BYTES] = { 0 };
	int rc = read_all(read, arg, at, head, sizeof(head));

	if (rc < 0)
		return rc;
	*bytes = get(head + 4, 4);
	if (memcmp(head, "data", 4) == 0) {
		w->at = at + CHUNK_BYTES;
		w->bytes = *bytes;
		return w->frame_bytes > 0 ? 1 : VIO_EFORMAT;
	}
	if (memcmp(head, "fmt ", 4) != 0)
		return 0;
	const uint32_t n = *bytes < sizeof(p) ? *bytes : (uint32_t)sizeof(p);
	rc = read_all(read, arg, at + CHUNK_BYTES, p, n);
	return rc < 0 ? rc : read_format(w, p, n);
}

int wav_open(struct wav *w, wav_read_fn read, void *arg)
{
	uint8_t head[HEAD_BYTES];
	uint64_t at = HEAD_BYTES;
	int rc = read_all(read, arg, 0, head, sizeof(head));

	memset(w, 0, sizeof(*w));
	if (rc < 0)
		return rc;
	if (memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "WAVE", 4) != 0)
		return VIO_EFORMAT;
	for (unsigned i = 0; i < CHUNKS_MAX; i++) {
		uint32_t bytes;

		rc = read_chunk(w, read, arg, at, &bytes);
		if (rc != 0)
			return rc < 0 ? rc : VIO_OK;
		at += CHUNK_BYTES + (uint64_t)bytes + bytes % 2; /* chunks begin at even bytes */
	}
	return VIO_EFORMAT;
}

/* ---- Files that are made ---- */

static const struct {
	enum vio_sound_format format;
	uint8_t tag, bits;
} made[] = { { VIO_SOUND_S16, PCM, 16 },
	     { VIO_SOUND_S32, PCM, 32 },
	     { VIO_SOUND_S24_3, PCM, 24 },
	     { VIO_SOUND_FLOAT, FLOATS, 32 },
	     { VIO_SOUND_U8, PCM, 8 } };

/* The preferred rate, or the highest below it, or any. -1: none. */
static int choose_rate(uint64_t rates)
{
	int rate = VIO_SOUND_48000;

	while (rate >= 0 && (rates >> rate & 1) == 0)
		rate--;
	for (int i = 0; rate < 0 && i < VIO_SOUND_RATES; i++)
		rate = rates >> i & 1 ? i : rate;
	return rate;
}

bool wav_choose(struct wav *w, const struct vio_sound_stream *t)
{
	const int rate = choose_rate(t->rates);
	unsigned i = 0;

	while (i < sizeof(made) / sizeof(made[0]) && (t->formats >> made[i].format & 1) == 0)
		i++;
	if (rate < 0 || i == sizeof(made) / sizeof(made[0]) ||
	    t->channels_min > VIO_SOUND_CHANNELS_MAX)
		return false;
	*w = (struct wav){ .format = made[i].format,
			   .rate = (enum vio_sound_rate)rate,
			   .channels = t->channels_min > 2 ? t->channels_min : 2,
			   .hertz = vio_sound_hertz((enum vio_sound_rate)rate),
			   .bits = made[i].bits };
	w->channels = t->channels_max < w->channels ? t->channels_max : w->channels;
	w->frame_bytes = w->channels * vio_sound_sample_bytes(w->format);
	return true;
}

static void put(uint8_t *p, uint32_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

int wav_head(const struct wav *w, uint8_t head[WAV_HEAD])
{
	const uint32_t second = w->hertz * w->frame_bytes;

	if (w->bytes > UINT32_MAX - WAV_HEAD)
		return VIO_ERANGE;
	memset(head, 0, WAV_HEAD);
	memcpy(head, "RIFF", 4);
	put(head + 4, (uint32_t)w->bytes + WAV_HEAD - CHUNK_BYTES, 4);
	memcpy(head + HEAD_BYTES - 4, "WAVEfmt ", 8);
	put(head + 16, FORMAT_BYTES, 4);
	put(head + 20, w->format == VIO_SOUND_FLOAT ? FLOATS : PCM, 2);
	put(head + 22, w->channels, 2);
	put(head + 24, w->hertz, 4);
	put(head + 28, second, 4);
	put(head + 32, w->frame_bytes, 2);
	put(head + 34, w->bits, 2);
	memcpy(head + 36, "data", 4);
	put(head + 40, (uint32_t)w->bytes, 4);
	return VIO_OK;
}
