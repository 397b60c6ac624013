/* SPDX-License-Identifier: BSD-2-Clause */
#include "files/cache.h"

enum { REPLACEMENT = 0xfffd };

static bool within(const struct vio_files_disk *d, uint64_t at, uint64_t n)
{
	return n <= d->bytes && at <= d->bytes - n;
}

int vio_files_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n)
{
	if (!within(d, at, n))
		return VIO_EFORMAT;
	return d->cache ? vio_files_cache_get(d, d->first + at, to, n)
			: d->read(d->ctx, d->first + at, to, n);
}

bool vio_files_part(const struct vio_files_disk *d, uint64_t at, uint64_t bytes,
		    struct vio_files_disk *out)
{
	if (!within(d, at, bytes))
		return false;
	*out = *d;
	out->first = d->first + at;
	out->bytes = bytes;
	return true;
}

/* ---- UTF-16 ---- */

/* The character at `p`. `*units` is its length in units: 1, or 2 for a pair of surrogates. */
static uint32_t character(const uint8_t *p, unsigned n, unsigned *units)
{
	const uint32_t a = vio_files_16(p);

	*units = 1;
	if (a < 0xd800 || a > 0xdfff)
		return a;
	uint32_t b = n > 1 ? vio_files_16(p + 2) : 0;
	if (a > 0xdbff || b < 0xdc00 || b > 0xdfff)
		return REPLACEMENT;
	*units = 2;
	return 0x10000 + ((a - 0xd800) << 10) + (b - 0xdc00);
}

static unsigned encode(uint32_t c, char *to)
{
	const unsigned n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const uint8_t lead[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };

	for (unsigned i = n - 1; i > 0; i--, c >>= 6)
		to[i] = (char)(0x80 | (c & 0x3f));
	to[0] = (char)(lead[n] | c);
	return n;
}

void vio_files_utf8(const uint8_t *utf16, unsigned n, char *to, size_t room)
{
	unsigned i = 0, units;
	size_t at = 0;

	while (i < n && at + 4 < room) {
		const uint32_t c = character(utf16 + 2 * (size_t)i, n - i, &units);

		if (c == 0)
			break;
		at += encode(c, to + at);
		i += units;
	}
	to[at] = '\0';
}
