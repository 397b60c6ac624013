/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration of an input device (virtio 1.4, 5.8.4). The driver writes a query into `select`
 * and `subsel`; then `size` and `data` have the answer. */
#include "drivers/input/input_internal.h"

#include <string.h>

/* Offsets in config space. */
enum {
	AT_SELECT = 0,
	AT_SUBSEL = 1,
	AT_SIZE = 2,
	AT_DATA = 8,
	DATA_BYTES = 128,
};

enum question {
	ID_NAME = 0x01,
	ID_SERIAL = 0x02,
	ID_DEVIDS = 0x03,
	PROP_BITS = 0x10,
	EV_BITS = 0x11,
	ABS_INFO = 0x12,
};

/* Where the codes of each type are in vio_input.has. SYN is missing, since every device has it. */
static const struct kind {
	uint16_t type, codes, first;
} kinds[] = {
	{ VIO_INPUT_KEY, VIO_INPUT_KEYS, 0 },
	{ VIO_INPUT_REL, VIO_INPUT_CODES, VIO_INPUT_KEYS },
	{ VIO_INPUT_ABS, VIO_INPUT_CODES, VIO_INPUT_KEYS + VIO_INPUT_CODES },
	{ VIO_INPUT_MSC, VIO_INPUT_CODES, VIO_INPUT_KEYS + 2 * VIO_INPUT_CODES },
	{ VIO_INPUT_SW, VIO_INPUT_CODES, VIO_INPUT_KEYS + 3 * VIO_INPUT_CODES },
	{ VIO_INPUT_LED, VIO_INPUT_CODES, VIO_INPUT_KEYS + 4 * VIO_INPUT_CODES },
	{ VIO_INPUT_SND, VIO_INPUT_CODES, VIO_INPUT_KEYS + 5 * VIO_INPUT_CODES },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]), SYN_CODES = 4 };

_Static_assert(VIO_INPUT_KEYS <= 8u * DATA_BYTES && VIO_INPUT_TEXT_MAX <= 1u * DATA_BYTES,
	       "no more is read of an answer than there can be");
_Static_assert(VIO_INPUT_KEYS + 6 * VIO_INPUT_CODES <= VIO_INPUT_BITS, "room for each type");

/* The place of a code in vio_input.has. -1: the driver does not know the code. */
static int place_of(uint16_t type, uint16_t code)
{
	for (unsigned i = 0; i < KINDS; i++) {
		if (kinds[i].type == type)
			return code < kinds[i].codes ? kinds[i].first + code : -1;
	}
	return -1;
}

bool vio_input_has(const struct vio_input *in, uint16_t type, uint16_t code)
{
	const int place = place_of(type, code);

	if (type == VIO_INPUT_SYN)
		return code < SYN_CODES;
	return place >= 0 && (in->has[place / 8] >> (place % 8) & 1);
}

/* Send a query. Both bytes are written each time (5.8.5.1). `*bytes` is the length of the answer as
 * the device tells it; 0: the device has none. */
static int ask(struct vio_input *in, enum question what, uint8_t of, size_t *bytes)
{
	struct vio_device *d = &in->device;
	const uint8_t select = (uint8_t)what;
	uint8_t n = 0;
	int rc = vio_device_config_write(d, AT_SELECT, &select, sizeof(select));

	if (rc == VIO_OK)
		rc = vio_device_config_write(d, AT_SUBSEL, &of, sizeof(of));
	if (rc == VIO_OK)
		rc = vio_device_config(d, AT_SIZE, &n, sizeof(n));
	*bytes = n;
	return rc;
}

/* Send a query, and read as many bytes of the answer as fit. The rest of the buffer is zeroed. */
static int ask_bytes(struct vio_input *in, enum question what, uint8_t of, uint8_t *to, size_t room)
{
	size_t n;
	int rc = ask(in, what, of, &n);

	memset(to, 0, room);
	for (size_t i = 0; rc == VIO_OK && i < n && i < room; i++)
		rc = vio_device_config(&in->device, AT_DATA + i, to + i, 1);
	return rc;
}

static int ask_text(struct vio_input *in, enum question what, char *text)
{
	uint8_t bytes[VIO_INPUT_TEXT_MAX];
	size_t i;
	int rc = ask_bytes(in, what, 0, bytes, sizeof(bytes));

	for (i = 0; i < sizeof(bytes) && bytes[i] != '\0'; i++)
		text[i] = bytes[i] >= 0x20 && bytes[i] <= 0x7e ? (char)bytes[i] : '?';
	text[i] = '\0';
	return rc;
}

static int ask_ids(struct vio_input *in)
{
	uint16_t id[4] = { 0 };
	size_t n;
	int rc = ask(in, ID_DEVIDS, 0, &n);

	for (unsigned i = 0; rc == VIO_OK && n >= sizeof(id) && i < 4; i++)
		rc = vio_device_config(&in->device, AT_DATA + 2 * i, &id[i], sizeof(id[i]));
	in->ids = (struct vio_input_ids){ id[0], id[1], id[2], id[3] };
	return rc;
}

static int ask_properties(struct vio_input *in)
{
	uint8_t b[sizeof(in->properties)];
	int rc = ask_bytes(in, PROP_BITS, 0, b, sizeof(b));

	in->properties = b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
	return rc;
}

/* VIO_ERANGE: the answer cannot be used. */
static int ask_axis(struct vio_input *in, uint8_t code, struct vio_input_axis *a)
{
	uint32_t v[5] = { 0 };
	size_t n;
	int rc = ask(in, ABS_INFO, code, &n);

	if (rc == VIO_OK && n < sizeof(v))
		return VIO_ERANGE;
	for (unsigned i = 0; rc == VIO_OK && i < 5; i++)
		rc = vio_device_config(&in->device, AT_DATA + 4 * i, &v[i], sizeof(v[i]));
	*a = (struct vio_input_axis){ (int32_t)v[0], (int32_t)v[1], v[2], v[3], v[4] };
	return rc == VIO_OK && a->min > a->max ? VIO_ERANGE : rc;
}

/* An axis without a valid range is removed, so its events are dropped. */
static int check_axes(struct vio_input *in)
{
	struct vio_input_axis a;

	for (uint8_t code = 0; code < VIO_INPUT_CODES; code++) {
		const int place = place_of(VIO_INPUT_ABS, code);

		if (!vio_input_has(in, VIO_INPUT_ABS, code))
			continue;
		const int rc = ask_axis(in, code, &a);
		if (rc == VIO_ERANGE) {
			in->has[place / 8] &= (uint8_t) ~(1u << (place % 8));
			in->refused++;
		} else if (rc < 0) {
			return rc;
		}
	}
	return VIO_OK;
}

int vio_input_read_config(struct vio_input *in)
{
	int rc = ask_text(in, ID_NAME, in->name);

	if (rc == VIO_OK)
		rc = ask_text(in, ID_SERIAL, in->serial);
	if (rc == VIO_OK)
		rc = ask_ids(in);
	if (rc == VIO_OK)
		rc = ask_properties(in);
	for (const struct kind *k = kinds; rc == VIO_OK && k < kinds + KINDS; k++)
		rc = ask_bytes(in, EV_BITS, (uint8_t)k->type, in->has + k->first / 8, k->codes / 8);
	return rc < 0 ? rc : check_axes(in);
}

int vio_input_get_axis(struct vio_input *in, uint16_t code, struct vio_input_axis *axis)
{
	if (in->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!vio_input_has(in, VIO_INPUT_ABS, code))
		return VIO_ENODEV;
	return ask_axis(in, (uint8_t)code, axis);
}
