/* SPDX-License-Identifier: BSD-2-Clause */
/* The base block of an EDID (VESA E-EDID 1.4): manufacturer, name and preferred mode of the
 * monitor. */
#include "drivers/gpu/gpu_internal.h"

#include <string.h>

enum {
	BLOCK = 128,
	AT_MAKER = 8,
	AT_DESCRIPTORS = 54,
	DESCRIPTORS = 4,
	DESCRIPTOR_BYTES = 18,
	NAME_TAG = 0xfc,
	AT_NAME = 5, /* offset in a descriptor */
};

static bool is_sound(const uint8_t *p)
{
	static const uint8_t head[8] = { 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0 };
	uint8_t sum = 0;

	if (memcmp(p, head, sizeof(head)) != 0)
		return false;
	for (unsigned i = 0; i < BLOCK; i++)
		sum = (uint8_t)(sum + p[i]);
	return sum == 0;
}

static char letter(unsigned five_bits)
{
	return five_bits >= 1 && five_bits <= 26 ? (char)('A' + five_bits - 1) : '?';
}

static void read_name(const uint8_t *text, char *name)
{
	unsigned i;

	for (i = 0; i < VIO_GPU_NAME_MAX && text[i] != '\n' && text[i] != '\0'; i++)
		name[i] = text[i] >= 0x20 && text[i] <= 0x7e ? (char)text[i] : '?';
	name[i] = '\0';
}

/* A descriptor with a pixel clock is a mode, and the first one is the preferred mode. */
static void read_descriptor(const uint8_t *d, struct vio_gpu_monitor *m)
{
	if (d[0] != 0 || d[1] != 0) {
		if (m->width == 0) {
			m->width = (uint16_t)(d[2] | (d[4] & 0xf0) << 4);
			m->height = (uint16_t)(d[5] | (d[7] & 0xf0) << 4);
		}
	} else if (d[3] == NAME_TAG) {
		read_name(d + AT_NAME, m->name);
	}
}

/* The device can still change its answer, so the block is copied before any byte is checked. */
bool vio_gpu_edid(const uint8_t *answer, size_t n, struct vio_gpu_monitor *m)
{
	uint8_t p[BLOCK];

	*m = (struct vio_gpu_monitor){ 0 };
	if (n < BLOCK)
		return false;
	memcpy(p, answer, sizeof(p));
	if (!is_sound(p))
		return false;
	const unsigned maker = (unsigned)p[AT_MAKER] << 8 | p[AT_MAKER + 1];
	m->maker[0] = letter(maker >> 10 & 31);
	m->maker[1] = letter(maker >> 5 & 31);
	m->maker[2] = letter(maker & 31);
	for (unsigned i = 0; i < DESCRIPTORS; i++)
		read_descriptor(p + AT_DESCRIPTORS + i * DESCRIPTOR_BYTES, m);
	return true;
}
