/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cache for files/. It holds the tables and directories of a file system in small blocks. The
 * data of a file is read ahead in large blocks, several at once. The two kinds have memory of their
 * own, so neither pushes the other out. You choose how much memory the cache has:
 *
 *     static uint8_t memory[VIO_FILES_CACHE_BYTES(16, 4096, 4, 128 * 1024)];
 *     static struct vio_files_block blocks[16 + 4];
 *     static struct vio_files_cache cache;
 *     vio_files_cache_init(&cache, &(struct vio_files_memory){
 *             .p = memory, .block = blocks, .maps = 16, .map_bytes = 4096,
 *             .datas = 4, .data_bytes = 128 * 1024 });
 *     disk.cache = &cache;                then mount, find and read as without a cache
 *
 * A cache belongs to one disk at a time. It does not notice changes of the disk: after a change,
 * call vio_files_cache_forget(). It reads ahead for one file at a time, the one that was read last.
 */
#ifndef VIO_FILES_CACHE_H
#define VIO_FILES_CACHE_H

#include <picovirtio/files.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
	VIO_FILES_TURN = 1024, /* accesses from the cache between two calls of the disk's turn() */
};

/* A read of the disk, and its memory. The application sets `err` and clears `busy`; `arg` is for
 * the application. All else belongs to the cache. */
struct vio_files_block {
	uint8_t *p;
	uint64_t at; /* byte of the whole disk */
	uint32_t n;  /* bytes to read; 0: the block holds nothing */
	int err;     /* VIO_OK, or how the read failed */
	bool busy;   /* in flight */
	void *arg;

	uint32_t used;	    /* private: when it was used last */
	uint64_t pos;	    /* private: the byte of the file ... */
	uint32_t skip, len; /* ... at p + skip, and how many bytes of the file there are */
};

/* The memory of a cache. */
struct vio_files_memory {
	uint8_t *p; /* VIO_FILES_CACHE_BYTES() bytes; aligned as the device wants its buffers */
	struct vio_files_block *block; /* `maps + datas` of them, zeroed */
	unsigned maps;	/* blocks for tables and directories: at least 1, and better 4 or more */
	unsigned datas; /* blocks for data, so many are in flight at most; 0: nothing is read ahead
			 */
	/* Bytes of a block of each kind: multiples of the block size of the device. */
	uint32_t map_bytes, data_bytes;
};

#define VIO_FILES_CACHE_BYTES(maps, map_bytes, datas, data_bytes)                                  \
	((size_t)(maps) * (map_bytes) + (size_t)(datas) * (data_bytes))

/* All fields are private. */
struct vio_files_cache {
	struct vio_files_memory memory;
	struct vio_files_block *recent; /* the map that was used last */
	uint32_t clock, work;
	/* The file that is read ahead, with its place in its chain, and how far it was asked for.
	 * `count` blocks from `first` on have the data before that. */
	struct vio_files_node file;
	const struct vio_files_format *format; /* NULL: no file */
	uint64_t volume, next;
	unsigned first, count, window;
	uint32_t limit;
};

/* Prepare a cache. `m` is copied, its memory stays in use. */
void vio_files_cache_init(struct vio_files_cache *c, const struct vio_files_memory *m);

/* Forget everything. Blocks that are in flight stay so until the application ends them. */
void vio_files_cache_forget(struct vio_files_cache *c);

#ifdef __cplusplus
}
#endif
#endif
