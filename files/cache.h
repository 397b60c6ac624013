/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to files/: how disk.c, run.c and ahead.c use the cache. */
#ifndef VIO_FILES_CACHE_PRIVATE_H
#define VIO_FILES_CACHE_PRIVATE_H

#include <picovirtio/cache.h>

/* Like vio_files_get(), through the blocks for maps. `at` counts from the start of the whole disk,
 * and the bytes lie within `d`. */
int vio_files_cache_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n);

/* Start to read `n` bytes from `at` into a block that is not busy. An error is set in `b->err`. */
void vio_files_block_start(const struct vio_files_disk *d, struct vio_files_block *b, uint64_t at,
			   uint32_t n);

/* Wait for the block. Returns the error of the wait, or that of the read. */
int vio_files_block_wait(const struct vio_files_disk *d, struct vio_files_block *b);

/* May a read of fewer bytes succeed after this error? One sector of many may be bad, or a memory
 * pool may be small. */
bool vio_files_is_narrow(int err);

/* Let the application's loop go on. */
int vio_files_turn(const struct vio_files_disk *d);

/* Read up to `len` bytes of a file or directory from byte `at`, through the blocks for maps. 0: it
 * ends before. */
int vio_files_run_read(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
		       uint32_t len);

/* The same for `len` bytes that belong together: VIO_EFORMAT if there are fewer. */
int vio_files_run_read_whole(struct vio_files *v, struct vio_files_node *n, uint64_t at, void *p,
			     uint32_t len);

/* Complete the node of an entry whose names are set. A damaged one is marked. */
static inline int vio_files_fill(struct vio_files *v, struct vio_files_entry *e)
{
	const int rc = v->format->node ? v->format->node(v, e->node.id, &e->node) : VIO_OK;

	e->damaged |= rc == VIO_EFORMAT;
	return e->damaged ? VIO_OK : rc;
}

/* True if there is memory for reading ahead, and it fits the disk. */
bool vio_files_reads_ahead(const struct vio_files_disk *d);

/* Find the bytes of a file from `at` on in a block: their number and place. The following bytes are
 * read meanwhile. 0: the blocks of the file end before. */
int vio_files_ahead(struct vio_files *v, const struct vio_files_node *n, uint64_t at,
		    const uint8_t **p);

#endif
