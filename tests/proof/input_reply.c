/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-input. EVENT: came(), any event of any length from any device. AXIS: ask_axis(), any
 * answer. Without these: ask_text(), any answer of any length. */
#include "tests/proof/bytes.h"

#include "drivers/input/input_config.c"
#ifdef EVENT
#include "drivers/input/input.c"
#endif

#include <stdlib.h>

static struct vio_input in;
static unsigned calls;

int vio_device_config_write(struct vio_device *d, uint32_t off, const void *src, size_t len)
{
	claim_that(d == &in.device && off + len <= AT_SIZE && __CPROVER_r_ok(src, len), "a query");
	return nondet_bool() ? VIO_OK : VIO_EDEVICE;
}

/* config_passes proves the real one. */
int vio_device_config(struct vio_device *d, uint32_t off, void *dst, size_t len)
{
	claim_that(d == &in.device && off + len <= AT_DATA + DATA_BYTES, "in config space");
	claim_that(off % len == 0, "an aligned field");
	claim_that(__CPROVER_w_ok(dst, len), "the value has room");
	if (nondet_bool())
		return VIO_EDEVICE;
	for (size_t i = 0; i < len; i++)
		((uint8_t *)dst)[i] = (uint8_t)nondet_u16();
	return VIO_OK;
}

#if defined(EVENT)
int vio_queue_request(struct vio_queue *q, struct vio_request *r)
{
	claim_that(q == &in.events && r == &in.slot->request && !in.slot->busy, "an idle buffer");
	calls++;
	return nondet_bool() ? VIO_OK : VIO_EFULL;
}

static void it_was_reported(struct vio_input *input, struct vio_input_event e)
{
	place();
	claim_that(input == &in && (e.type == VIO_INPUT_SYN || place_of(e.type, e.code) >= 0),
		   "the device has announced it");
	claim_that(e.type != VIO_INPUT_KEY || e.code < VIO_INPUT_KEYS, "a key that there can be");
}

static void run(void)
{
	struct vio_input_slot slot = { .event = malloc(sizeof(struct vio_input_event)),
				       .busy = true };
	struct vio_input_event e = { nondet_u16(), nondet_u16(), nondet_u32() };
	const unsigned held = nondet_unsigned() % VIO_INPUT_KEYS;
	const uint32_t written = nondet_u32();

	*slot.event = e;
	in.slot = &slot;
	in.nslots = 1;
	in.events.dev = &in.device;
	in.event = nondet_bool() ? it_was_reported : NULL;
	for (unsigned i = 0; i < sizeof(in.has); i++)
		in.has[i] = (uint8_t)nondet_u16();
	came(&in.events, &slot.request, VIO_OK, written);
	claim_that(calls == 1, "the buffer is given to the device again");
	claim_that(in.reported + in.dropped == 1 && (in.dropped || written >= sizeof(e)),
		   "an event that is too short is dropped");
	claim_that(!(in.held[held / 8] >> (held % 8) & 1) ||
			   (in.reported && e.type == VIO_INPUT_KEY && e.code == held && e.value),
		   "a key is held that was pressed");
}

#elif defined(AXIS)
static void an_axis_was_read(const struct vio_input_axis *a)
{
	place();
	claim_that(a->min <= a->max, "its range is one");
}

static void run(void)
{
	struct vio_input_axis a;

	if (ask_axis(&in, (uint8_t)nondet_u16(), &a) == VIO_OK)
		an_axis_was_read(&a);
}

#else
static void a_text_was_read(const char *text)
{
	place();
	for (unsigned i = 0; i <= VIO_INPUT_TEXT_MAX && text[i] != '\0'; i++)
		claim_that(i < VIO_INPUT_TEXT_MAX && text[i] >= 0x20 && text[i] <= 0x7e,
			   "a text ends and can be printed");
}

static void run(void)
{
	char text[VIO_INPUT_TEXT_MAX + 1];

	(void)ask_text(&in, ID_NAME, text);
	a_text_was_read(text);
}
#endif

int main(void)
{
	run();
	return 0;
}
