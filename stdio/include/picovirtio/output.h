/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How text reaches the console. All text goes through one ring. Until a sink is attached the text
 * stays in the ring. Afterwards vio_output_drain() moves it on as fast as the sink accepts it. If
 * the ring is full, a write waits for a bounded time. Then it drops the oldest text, and a note in
 * the output says how much is missing.
 *
 * The owner of the loop may call these functions anywhere, also in callbacks. Text that is written
 * while the ring is draining or waiting goes after the text that is already there.
 */
#ifndef VIO_OUTPUT_H
#define VIO_OUTPUT_H

#include <picovirtio/utf8.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_OUTPUT_BYTES = 4096,
	VIO_OUTPUT_NOTE_BYTES = 48,
	VIO_OUTPUT_LOOKS = 1000,
};

/* Text is dropped when this many nanoseconds have passed without room, and VIO_OUTPUT_LOOKS looks
 * found no room. The looks are counted too, because on a busy host the clock advances while the
 * device gets no time to run. */
#define VIO_OUTPUT_TIMEOUT UINT64_C(1000000000)

struct vio_output_sink {
	void *ctx;
	size_t (*write)(void *ctx, const char *p, size_t n); /* returns the number of bytes that
								it accepts; does not wait */
	void (*flush)(void *ctx);			     /* send the accepted bytes */
	bool (*pump)(void *ctx);    /* look for room once; false: more looks will not help */
	uint64_t (*now)(void *ctx); /* nanoseconds, never backwards */
};

/* A function that receives text instead of the ring, for a while. */
struct vio_output_capture {
	void *ctx;
	void (*put)(void *ctx, char c);
};

/* Start with a zeroed struct: empty, without a sink. All fields are private except `lost_total` and
 * those from there to `copy`. */
struct vio_output {
	size_t first, used;
	const struct vio_output_sink *sink;
	uint32_t lost; /* bytes dropped since the latest note */
	char note[VIO_OUTPUT_NOTE_BYTES];
	size_t note_first, note_end;
	bool draining, waiting;
	bool stalled;	     /* a wait timed out; writes do not wait until the sink accepts again */
	uint32_t lost_total; /* bytes dropped so far */
	/* While this is not NULL, the characters of vio_output_put() go to it. The code that sets
	 * it must not wait for anything until it has cleared it again. */
	const struct vio_output_capture *capture;
	/*
	 * Set this if text may hold names, files or answers from outside. vio_output_put() then
	 * replaces control characters except '\n' and '\t', and bytes that are not UTF-8, by '?'.
	 * Control sequences for the terminal go through vio_output_bytes().
	 */
	bool plain;
	/* Called before each character of vio_output_put() goes to the ring, with the character. */
	void (*before)(void *ctx, char c);
	void *before_ctx;
	/* Gets a copy of each byte that goes to the ring, also of vio_output_bytes(): for a screen
	 * beside the console. It must not write text itself. May be NULL. */
	const struct vio_output_capture *mirror;
	/* A second output, which gets the characters of vio_output_put() too. May be NULL. */
	struct vio_output *copy;

	/* Behind what is used most, which an instruction then reaches without a second one. */
	char ring[VIO_OUTPUT_BYTES];
	struct vio_utf8 in;
	bool after_cr;
};

/* Send text to `sink` from now on, and drain the ring. NULL: keep text in the ring. */
void vio_output_attach(struct vio_output *o, const struct vio_output_sink *sink);

/* Write one character, or a string. '\n' becomes CR LF and drains the ring. With `plain`, a '\r'
 * that precedes a '\n' is dropped. */
void vio_output_put(struct vio_output *o, char c);
void vio_output_text(struct vio_output *o, const char *s);

/* Write `n` bytes unchanged. Waits for room as text does. */
void vio_output_bytes(struct vio_output *o, const char *p, size_t n);

/* The number of bytes that can be written now without a wait or a loss. */
size_t vio_output_room(const struct vio_output *o);

/* Move as much as the sink accepts now, without waiting. True if something moved. */
bool vio_output_drain(struct vio_output *o);

/* Drain, and wait until the ring is empty. The wait ends when `timeout` nanoseconds have
 * passed and VIO_OUTPUT_LOOKS looks were made. True: the ring is empty. */
bool vio_output_finish(struct vio_output *o, uint64_t timeout);

/* For a panic report. peek() finds the oldest run of bytes in the ring and returns its length, and
 * take() removes `n` bytes from it. Both access nothing but the ring, and stay inside the ring even
 * if the panic interrupted an update of it. */
size_t vio_output_peek(const struct vio_output *o, const char **p);
void vio_output_take(struct vio_output *o, size_t n);

#ifdef __cplusplus
}
#endif
#endif
