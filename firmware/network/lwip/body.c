/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/network/lwip/body.h"

#include <picovirtio/disk.h>

#include <string.h>

void body_add(struct body *b, const void *p, size_t n)
{
	if (b->bytes < sizeof(b->head)) {
		const size_t room = sizeof(b->head) - (size_t)b->bytes;

		memcpy(b->head + b->bytes, p, n < room ? n : room);
	}
	b->bytes += n;
	b->crc = vio_files_crc(b->crc, p, n);
}

/* Control characters may be commands to a terminal. Beyond ASCII the text counts as UTF-8. There
 * 0x80 to 0x9f are parts of characters; but after 0xc2, or outside of a character, they are
 * commands too. */
static bool is_order(uint8_t before, uint8_t c)
{
	if (c < ' ')
		return c != '\n' && c != '\r' && c != '\t';
	return c == 0x7f || (c >= 0x80 && c < 0xa0 && (before < 0x80 || before == 0xc2));
}

bool body_is_shown(const struct body *b)
{
	if (b->bytes == 0 || b->bytes > sizeof(b->head))
		return false;
	for (size_t i = 0; i < b->bytes; i++) {
		if (is_order(i > 0 ? (uint8_t)b->head[i - 1] : 0, (uint8_t)b->head[i]))
			return false;
	}
	return true;
}
