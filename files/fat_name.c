/* SPDX-License-Identifier: BSD-2-Clause */
#include "files/fat_name.h"

#include <string.h>

enum {
	BASE = 8,
	EXTENSION = 3,
	AT_SUM = 13,
	AT_CASE = 12,
	LOWER_BASE = 0x08,
	LOWER_EXTENSION = 0x10,
	LAST = 0x40,  /* flag of the piece that is stored first, in its number */
	E5_AS = 0x05, /* stands for a first byte 0xe5, which would mark a free entry */
	/* For bytes above ASCII: the disk does not say which code page they are in. */
	FOREIGN = '?',
};

static uint8_t checksum(const uint8_t *name)
{
	uint8_t sum = 0;

	for (unsigned i = 0; i < BASE + EXTENSION; i++)
		sum = (uint8_t)((uint8_t)(sum << 7 | sum >> 1) + name[i]);
	return sum;
}

void vio_fat_name_piece(struct fat_name *f, const uint8_t *raw)
{
	/* Where units 0 to 4, 5 to 10 and 11 to 12 of a piece are. */
	static const struct {
		uint8_t at, units;
	} runs[] = { { 1, 5 }, { 14, 6 }, { 28, 2 } };
	const unsigned number = raw[0] & 0x3f;

	if (raw[0] & LAST) {
		f->valid = number >= 1 && number <= FAT_LONG_PIECES;
		f->next = number;
		f->sum = raw[AT_SUM];
		f->units = number * FAT_PIECE_UNITS;
	}
	if (!f->valid || number == 0 || number != f->next || raw[AT_SUM] != f->sum) {
		f->valid = false;
		return;
	}
	f->next = number - 1;
	uint8_t *to = f->utf16 + (size_t)f->next * FAT_PIECE_UNITS * 2;
	for (unsigned i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		memcpy(to, raw + runs[i].at, runs[i].units * (size_t)2);
		to += runs[i].units * 2;
	}
}

/* Copy without the blanks at the end. Returns the end of the text. */
static char *copy(char *to, const uint8_t *raw, unsigned n, bool lower)
{
	while (n > 0 && raw[n - 1] == ' ')
		n--;
	for (unsigned i = 0; i < n; i++) {
		const uint8_t c = raw[i];

		if (c == '\0' || c > '~')
			*to++ = FOREIGN;
		else
			*to++ = (char)(lower && c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	*to = '\0';
	return to;
}

static void short_name(const uint8_t *raw, char *to)
{
	uint8_t name[BASE + EXTENSION];

	memcpy(name, raw, sizeof(name));
	if (name[0] == E5_AS)
		name[0] = 0xe5;
	char *end = copy(to, name, BASE, raw[AT_CASE] & LOWER_BASE);
	if (name[BASE] == ' ')
		return;
	*end++ = '.';
	copy(end, name + BASE, EXTENSION, raw[AT_CASE] & LOWER_EXTENSION);
}

void vio_fat_name_end(const struct fat_name *f, const uint8_t *raw, struct vio_files_entry *e)
{
	char name[VIO_FILES_ALIAS];

	short_name(raw, name);
	e->name[0] = '\0';
	if (f->valid && f->next == 0 && f->sum == checksum(raw))
		vio_files_utf8(f->utf16, f->units, e->name, sizeof(e->name));
	e->alias[0] = '\0';
	memcpy(e->name[0] != '\0' ? e->alias : e->name, name, sizeof(name));
}
