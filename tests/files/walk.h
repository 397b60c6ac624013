/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that files/ makes of an image in memory. */
#ifndef FILES_WALK_H
#define FILES_WALK_H

#include <stdio.h>

#include <picovirtio/cache.h>
#include <picovirtio/part.h>

enum { WALK_BLOCKS = 20, WALK_MAP = 4096, WALK_DATA = 128 * 1024 };

struct walk {
	const uint8_t *image;
	uint64_t bytes;
	uint32_t block_bytes;
	FILE *out; /* NULL: nothing is printed */
	/* What may still be done; a damaged image may point at itself again and again. */
	unsigned entries;
	uint64_t data;
	unsigned long reads; /* of the image, so far */
	/* Through a cache, whose reads end late and in another order; zeroed. */
	bool cached;
	struct vio_files_cache cache;
	struct vio_files_block block[WALK_BLOCKS];
	struct vio_files_block *flying[WALK_BLOCKS];
	unsigned nflying;
	unsigned most_flying;	  /* at once */
	unsigned long data_reads; /* those of `reads` that are for large blocks */
	unsigned long turns;
};

/* The whole image, for files/; through the cache if `w->cached`. walk_close() frees its memory. */
struct vio_files_disk walk_open(struct walk *w);
void walk_close(struct walk *w);

/*
 * The partition table, then each file system: on the whole image and in each partition. One line a
 * partition, file system, file and directory, with the CRC-32 of a file's bytes.
 */
void walk_image(struct walk *w);

#endif
