/* SPDX-License-Identifier: BSD-2-Clause */
/* The head of a WAV file: which samples it has, and where they are. It is read and made. */
#ifndef FIRMWARE_SOUND_WAV_H
#define FIRMWARE_SOUND_WAV_H

#include <picovirtio/sound.h>

struct wav {
	enum vio_sound_format format;
	enum vio_sound_rate rate;
	uint8_t channels;
	uint32_t hertz, bits; /* as the file says */
	uint32_t frame_bytes; /* a sample of each channel */
	uint64_t at, bytes;   /* the samples; the file may end before */
};

/* Reads up to `n` bytes from byte `at` of the file. Returns their number, or an error. */
typedef int (*wav_read_fn)(void *arg, uint64_t at, void *to, uint32_t n);

/* VIO_EFORMAT: the file is not a WAV file, or is damaged. VIO_ENOTSUP: no sound device supports its
 * format or rate; `hertz` and `bits` are set. Other errors are those of read(). */
int wav_open(struct wav *w, wav_read_fn read, void *arg);

enum { WAV_HEAD = 44 }; /* of a file that wav_head() begins */

/* The samples to ask of a stream, of about 16 bits, 48 kHz and two channels. False: the stream has
 * no format or rate that a file can have. */
bool wav_choose(struct wav *w, const struct vio_sound_stream *t);

/* The head of a file with `w->bytes` of samples. VIO_ERANGE: they are more than a file can have. */
int wav_head(const struct wav *w, uint8_t head[WAV_HEAD]);

#endif
