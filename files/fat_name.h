/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in the directories of a FAT; private to fat.c. */
#ifndef VIO_FILES_FAT_NAME_H
#define VIO_FILES_FAT_NAME_H

#include <picovirtio/files.h>

enum {
	FAT_ENTRY = 32,
	FAT_LONG_PIECES = 20,
	FAT_PIECE_UNITS = 13,
	FAT_ATTRIBUTE = 11,
	FAT_LONG = 0x0f, /* the attributes of a piece of a long name */
};

/* A long name, while its pieces are read. The last piece is stored first. */
struct fat_name {
	unsigned next; /* the number of the next piece; 0: the short entry comes next */
	bool valid;
	uint8_t sum; /* checksum of the short name that the long name belongs to */
	uint8_t utf16[FAT_LONG_PIECES * FAT_PIECE_UNITS * 2];
	unsigned units;
};

/* Add a piece. If it does not fit the pieces before it, the long name is not used. */
void vio_fat_name_piece(struct fat_name *f, const uint8_t *raw);

/* Set the names of a short entry, after the pieces before it. */
void vio_fat_name_end(const struct fat_name *f, const uint8_t *raw, struct vio_files_entry *e);

#endif
