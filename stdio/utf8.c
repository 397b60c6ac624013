/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/utf8.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct range {
	uint32_t first, last;
};

static bool is_in(const struct range *r, size_t n, uint32_t point)
{
	for (size_t i = 0; i < n; i++) {
		if (point >= r[i].first && point <= r[i].last)
			return true;
	}
	return false;
}

static bool continues(char c)
{
	return ((uint8_t)c & 0xc0) == 0x80;
}

/* The number of bytes of a character with this first byte. 0: no character begins with it. */
static uint8_t bytes_of(uint8_t first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if ((first & 0xf0) == 0xe0)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

uint32_t vio_utf8_point(const char *p)
{
	static const uint8_t masks[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const uint8_t n = bytes_of((uint8_t)p[0]);
	uint32_t point = (uint8_t)p[0] & masks[n];

	for (unsigned i = 1; i < n; i++)
		point = point << 6 | ((uint8_t)p[i] & 0x3f);
	return point;
}

/* Refuses characters in more bytes than necessary, halves of UTF-16 pairs, and numbers beyond the
 * last character. */
static bool is_sound(uint32_t point, uint8_t bytes)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return point >= least[bytes] && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}

static int begin(struct vio_utf8 *u, char c)
{
	u->need = bytes_of((uint8_t)c);
	u->have = u->need > 0;
	u->bytes[0] = c;
	if (u->need > 1)
		return 0;
	return u->need == 1 ? 1 : VIO_UTF8_NONE;
}

int vio_utf8_feed(struct vio_utf8 *u, char c)
{
	if (u->have == u->need)
		return begin(u, c);
	if (!continues(c)) {
		u->have = u->need;
		return VIO_UTF8_CUT;
	}
	u->bytes[u->have++] = c;
	if (u->have < u->need)
		return 0;
	return is_sound(vio_utf8_point(u->bytes), u->need) ? u->need : VIO_UTF8_NONE;
}

unsigned vio_utf8_columns(uint32_t point)
{
	static const struct range none[] = {
		{ 0x300, 0x36f },   { 0x483, 0x489 },	{ 0x591, 0x5bd },   { 0x610, 0x61a },
		{ 0x64b, 0x65f },   { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f },
		{ 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff }
	};
	static const struct range two[] = {
		{ 0x1100, 0x115f },   { 0x2e80, 0x303e },   { 0x3041, 0xa4cf },
		{ 0xa960, 0xa97f },   { 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },
		{ 0xfe30, 0xfe6f },   { 0xff00, 0xff60 },   { 0xffe0, 0xffe6 },
		{ 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff }, { 0x1f900, 0x1f9ff },
		{ 0x20000, 0x3fffd },
	};

	if (is_in(none, COUNT(none), point))
		return 0;
	return is_in(two, COUNT(two), point) ? 2 : 1;
}

bool vio_utf8_is_control(uint32_t point)
{
	static const struct range controls[] = { { 0, 0x1f },
						 { 0x7f, 0x9f },
						 { 0x200e, 0x200f },
						 { 0x2028, 0x202e },
						 { 0x2066, 0x2069 } };

	return is_in(controls, COUNT(controls), point);
}
