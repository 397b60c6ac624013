/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that files/ makes of an image in memory. */
#ifndef FILES_WALK_H
#define FILES_WALK_H

#include <stdio.h>

#include <picovirtio/files.h>
#include <picovirtio/part.h>

struct walk {
	const uint8_t *image;
	uint64_t bytes;
	uint32_t block_bytes;
	FILE *out; /* NULL: nothing is printed */
	/* What may still be done; a damaged image may point at itself again and again. */
	unsigned entries;
	uint64_t data;
	unsigned long reads; /* of the image, so far */
};

/*
 * The partition table, then each file system: on the whole image and in each partition. One line a
 * partition, file system, file and directory, with the CRC-32 of a file's bytes.
 */
void walk_image(struct walk *w);

#endif
