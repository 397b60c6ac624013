/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text on its way out. Everything written goes through one ring: until a sink is
 * attached it stays there (the early output), afterwards vio_output_drain() moves it on as
 * fast as the sink takes it. Only a full ring waits, for a bounded time; then the
 * oldest text gives way and a note tells how much is missing.
 *
 * May be called from anywhere in the loop, from callbacks too: text that is written
 * while the ring is draining or waiting lines up behind what is there.
 */
#ifndef VIO_OUTPUT_H
#define VIO_OUTPUT_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_OUTPUT_BYTES = 4096,
	VIO_OUTPUT_NOTE_BYTES = 48,
	VIO_OUTPUT_LOOKS = 1000,
};

/* ns without room before text is dropped; but not before VIO_OUTPUT_LOOKS for room: on a busy
 * machine the clock goes on while the host does nothing for us. */
#define VIO_OUTPUT_PATIENCE UINT64_C(1000000000)

struct vio_output_sink {
	void *ctx;
	size_t (*write)(void *ctx, const char *p, size_t n); /* bytes accepted; never waits */
	void (*flush)(void *ctx);			     /* what was accepted goes out */
	bool (*pump)(void *ctx);    /* look for room once; false: waiting is no use */
	uint64_t (*now)(void *ctx); /* ns, monotonic */
};

/* Where text goes instead, for a while. */
struct vio_output_capture {
	void *ctx;
	void (*put)(void *ctx, char c);
};

/* Zeroed: empty, without a sink. The fields are private but for the counter and
 * `capture`. */
struct vio_output {
	char ring[VIO_OUTPUT_BYTES];
	size_t first, used;
	const struct vio_output_sink *sink;
	uint32_t lost; /* since the last note */
	char note[VIO_OUTPUT_NOTE_BYTES];
	size_t note_first, note_end;
	bool draining, waiting;
	bool stalled;	     /* patience ran out; no more waiting until something moves */
	uint32_t lost_total; /* bytes dropped so far */
	/* What vio_output_put() is given goes there while it is not NULL. Who sets it waits for
	 * nothing meanwhile. */
	const struct vio_output_capture *capture;
};

/* From now on text goes to `sink`; NULL: keep it. Drains what is there. */
void vio_output_attach(struct vio_output *o, const struct vio_output_sink *sink);

/* One character of text: '\n' goes out as CR LF, and drains. */
void vio_output_put(struct vio_output *o, char c);
void vio_output_text(struct vio_output *o, const char *s);

/* Bytes as they are, waiting like text does. */
void vio_output_bytes(struct vio_output *o, const char *p, size_t n);

/* Bytes that can be written now without waiting or losing anything. */
size_t vio_output_room(const struct vio_output *o);

/* Move what the sink takes now. True if something moved. Never waits. */
bool vio_output_drain(struct vio_output *o);

/* Drain, waiting for the sink until all is out, or `patience` nanoseconds and VIO_OUTPUT_LOOKS
 * looks are over. */
bool vio_output_finish(struct vio_output *o, uint64_t patience);

/* For a panic: the oldest run of bytes that is still here, and taking `n` off it. Uses
 * nothing but the ring, and stays inside it whatever state it was caught in. */
size_t vio_output_peek(const struct vio_output *o, const char **p);
void vio_output_take(struct vio_output *o, size_t n);

#ifdef __cplusplus
}
#endif
#endif
