/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-sound: commands and samples of a stream (virtio 1.4, 5.14.6.6, 5.14.6.8). */
#include "drivers/sound/sound_internal.h"

enum { PARAMS_BYTES = 24, COMMAND_BYTES = 8, XFER_BYTES = 4 };

static const uint32_t hertz[VIO_SOUND_RATES] = {
	5512,  8000,  11025, 16000, 22050,  32000,  44100,
	48000, 64000, 88200, 96000, 176400, 192000, 384000
};

uint32_t vio_sound_hertz(enum vio_sound_rate rate)
{
	return (unsigned)rate < VIO_SOUND_RATES ? hertz[rate] : 0;
}

int vio_sound_rate_of(uint32_t value)
{
	for (int i = 0; i < VIO_SOUND_RATES; i++) {
		if (hertz[i] == value)
			return i;
	}
	return -1;
}

unsigned vio_sound_sample_bytes(enum vio_sound_format format)
{
	switch (format) {
	case VIO_SOUND_S8:
	case VIO_SOUND_U8: return 1;
	case VIO_SOUND_S16:
	case VIO_SOUND_U16: return 2;
	case VIO_SOUND_S24_3: return 3;
	case VIO_SOUND_S32:
	case VIO_SOUND_FLOAT: return 4;
	}
	return 0;
}

/* ---- Is the command valid? ---- */

static int check_bytes(const struct vio_sound_params *p)
{
	const uint32_t frame = vio_sound_sample_bytes(p->format) * p->channels;

	if (p->period_bytes == 0 || frame == 0 || p->period_bytes % frame != 0 ||
	    p->buffer_bytes == 0 || p->buffer_bytes % p->period_bytes != 0)
		return VIO_EINVAL;
	return p->buffer_bytes > VIO_SOUND_BYTES_MAX ? VIO_ERANGE : VIO_OK;
}

static int check_params(const struct vio_sound_stream *t, const struct vio_sound_params *p)
{
	if ((unsigned)p->format >= 64 || (unsigned)p->rate >= 64 ||
	    (t->formats >> (unsigned)p->format & 1) == 0 ||
	    (t->rates >> (unsigned)p->rate & 1) == 0 || p->channels < t->channels_min ||
	    p->channels > t->channels_max)
		return VIO_ENOTSUP;
	return check_bytes(p);
}

static int check_stream(const struct vio_sound *s, uint32_t stream)
{
	if (s->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	return stream < s->nstreams && s->stream[stream].usable ? VIO_OK : VIO_ENODEV;
}

/* ---- Commands ---- */

/* Returns the bytes of the command. The driver asks for no feature of a stream. */
static uint32_t encode(const struct vio_sound_command *c, uint8_t *out)
{
	sound_put(out, 0x0101 + (uint32_t)c->op);
	sound_put(out + 4, c->stream);
	if (c->op != VIO_SOUND_PARAMS)
		return COMMAND_BYTES;
	sound_put(out + 8, c->params.buffer_bytes);
	sound_put(out + 12, c->params.period_bytes);
	sound_put(out + 16, 0);
	out[20] = c->params.channels;
	out[21] = (uint8_t)c->params.format;
	out[22] = (uint8_t)c->params.rate;
	out[23] = 0;
	return PARAMS_BYTES;
}

static int check_command(const struct vio_sound *s, const struct vio_sound_command *c)
{
	const int rc = check_stream(s, c->stream);

	if (rc < 0)
		return rc;
	if ((unsigned)c->op > VIO_SOUND_STOP)
		return VIO_EINVAL;
	return c->op == VIO_SOUND_PARAMS ? check_params(&s->stream[c->stream], &c->params) : VIO_OK;
}

int vio_sound_send(struct vio_sound *s, struct vio_sound_command *c)
{
	struct vio_sound_slot *slot = s->free_command;

	if (c->busy)
		return VIO_EBUSY;
	int rc = check_command(s, c);
	if (rc < 0)
		return rc;
	if (!slot)
		return VIO_EFULL;
	slot->buf[0] = sound_share(slot, SOUND_AT_OUT, encode(c, slot->wire + SOUND_AT_OUT));
	slot->buf[1] = sound_share(slot, SOUND_AT_IN, SOUND_STATUS_BYTES);
	sound_put(slot->wire + SOUND_AT_IN, SOUND_UNWRITTEN);
	vio_request_set(&slot->device, slot->buf, 1, 1);
	rc = vio_queue_request(&s->control, &slot->device);
	if (rc < 0)
		return rc;
	s->free_command = slot->next;
	slot->of = c;
	c->busy = true;
	s->commands++;
	vio_queue_kick(&s->control);
	return VIO_OK;
}

static int judge(uint32_t status)
{
	switch (status) {
	case SOUND_OK: return VIO_OK;
	case SOUND_NOT_SUPP: return VIO_ENOTSUP;
	case 0x8001: /* BAD_MSG */
	case 0x8003: return VIO_EIO;
	default: return VIO_EDEVICE;
	}
}

/* The slot is free before the callback, which may submit again. */
void vio_sound_command_done(struct vio_sound *s, struct vio_sound_slot *slot, uint32_t written)
{
	struct vio_sound_command *c = slot->of;

	c->status = written >= SOUND_STATUS_BYTES ? sound_get(slot->wire + SOUND_AT_IN)
						  : SOUND_UNWRITTEN;
	c->err = judge(c->status);
	s->errors += c->err < 0;
	slot->next = s->free_command;
	s->free_command = slot;
	c->busy = false;
	if (c->done)
		c->done(s, c);
}

/* ---- Samples ---- */

int vio_sound_submit(struct vio_sound *s, struct vio_sound_transfer *t)
{
	struct vio_sound_slot *slot = s->free;
	int rc = t->busy ? VIO_EBUSY : check_stream(s, t->stream);

	if (rc < 0)
		return rc;
	if (t->len == 0 || t->len > VIO_SOUND_BYTES_MAX)
		return t->len == 0 ? VIO_EINVAL : VIO_ERANGE;
	if (!slot)
		return VIO_EFULL;
	const bool records = s->stream[t->stream].records;
	sound_put(slot->wire + SOUND_AT_OUT, t->stream);
	sound_put(slot->wire + SOUND_AT_IN, SOUND_UNWRITTEN);
	slot->buf[0] = sound_share(slot, SOUND_AT_OUT, XFER_BYTES);
	slot->buf[1] = (struct vio_buf){ .p = t->p, .seg.len = t->len };
	slot->buf[2] = sound_share(slot, SOUND_AT_IN, SOUND_RESULT_BYTES);
	vio_request_set(&slot->device, slot->buf, records ? 1 : 2, records ? 2 : 1);
	rc = vio_queue_request(records ? &s->record : &s->play, &slot->device);
	if (rc < 0)
		return rc;
	s->free = slot->next;
	slot->of = t;
	t->busy = true;
	return VIO_OK;
}

void vio_sound_kick(struct vio_sound *s)
{
	vio_queue_kick(&s->play);
	vio_queue_kick(&s->record);
}

/* The used length counts samples and result, and the queue keeps it within both. Some devices write
 * the result of a short recording right after its samples, and not into the part that is for it. */
static void read_result(struct vio_sound_slot *slot, struct vio_sound_transfer *t, bool records,
			uint32_t written)
{
	const uint8_t *in = slot->wire + SOUND_AT_IN;

	if (written < SOUND_RESULT_BYTES)
		return;
	const uint32_t samples = written - SOUND_RESULT_BYTES;
	if (records && samples + SOUND_RESULT_BYTES <= t->len && sound_get(in) == SOUND_UNWRITTEN)
		in = (const uint8_t *)t->p + samples;
	t->status = sound_get(in);
	t->latency = sound_get(in + 4);
	t->bytes = records ? samples : t->len;
}

void vio_sound_transfer_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written)
{
	struct vio_sound *s = sound_of(q->dev);
	struct vio_sound_slot *slot = (struct vio_sound_slot *)(void *)r;
	struct vio_sound_transfer *t = slot->of;

	t->status = SOUND_UNWRITTEN;
	t->latency = t->bytes = 0;
	(void)err; /* a transfer that comes back through a reset has no result */
	read_result(slot, t, q == &s->record, written);
	t->err = judge(t->status);
	if (t->err < 0)
		t->bytes = 0;
	s->errors += t->err < 0;
	s->transfers_done++;
	slot->next = s->free;
	s->free = slot;
	t->busy = false;
	if (t->done)
		t->done(s, t);
}
