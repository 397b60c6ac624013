/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-sound share. Calls go from sound.c to sound_query.c and sound_command.c.
 */
#ifndef VIO_SOUND_INTERNAL_H
#define VIO_SOUND_INTERNAL_H

#include <picovirtio/driver.h>
#include <picovirtio/sound.h>

/* What is exchanged beside samples lies in ring memory, at these offsets of each slot. */
enum {
	SOUND_AT_OUT = 0,
	SOUND_AT_IN = 32,
	SOUND_WIRE = 64,	/* of commands, transfers and events */
	SOUND_INFO_BYTES = 32,	/* of the longest entry */
	SOUND_STATUS_BYTES = 4, /* of the answer to a command */
	SOUND_RESULT_BYTES = 8, /* of a transfer */
	SOUND_EVENT_BYTES = 8,
	SOUND_ANSWER = SOUND_STATUS_BYTES + SOUND_INFO_BYTES * VIO_SOUND_ENTRIES_MAX,
	SOUND_QUERY_WIRE = SOUND_AT_IN + SOUND_ANSWER + 12, /* a multiple of 16 */

	SOUND_OK = 0x8000,
	SOUND_NOT_SUPP = 0x8002,
	SOUND_UNWRITTEN = 0, /* no status has this value */
};

static inline struct vio_sound *sound_of(struct vio_device *d)
{
	return (struct vio_sound *)(void *)d;
}

static inline uint32_t sound_get(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline void sound_put(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

/* A part of the ring memory of a slot. */
static inline struct vio_buf sound_share(const struct vio_sound_slot *s, unsigned off, uint32_t len)
{
	return (struct vio_buf){ .seg.len = len, .seg.addr = { s->wire_at.addr + off } };
}

/* ---- sound_query.c ---- */

/* Ask for jacks, streams and maps, and call known() at the end. */
void vio_sound_ask(struct vio_sound *s);
void vio_sound_answered(struct vio_sound *s, int err, uint32_t written);

/* ---- sound_command.c ---- */

/* A command that comes back through a reset has no answer: 0 bytes of it were written. */
void vio_sound_command_done(struct vio_sound *s, struct vio_sound_slot *slot, uint32_t written);
void vio_sound_transfer_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

#endif
