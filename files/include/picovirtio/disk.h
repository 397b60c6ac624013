/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A read-only run of bytes: a disk, or a partition of a disk. All of files/ reads through it. The
 * code in files/ does not trust the bytes of the disk, does not allocate and does not print.
 */
#ifndef VIO_FILES_DISK_H
#define VIO_FILES_DISK_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VIO_FILES_SECTOR = 512 };

struct vio_files_block;
struct vio_files_cache;

struct vio_files_disk {
	/* Your function: read `n` bytes from byte `at` of the whole disk. The bytes always lie
	 * between `first` and `first + bytes`. Return VIO_OK, or a negative enum vio_err, which
	 * callers of files/ then get. Not used if there is a cache and `start` is set. */
	int (*read)(void *ctx, uint64_t at, void *to, uint32_t n);
	void *ctx;
	uint64_t first, bytes;
	uint32_t block_bytes; /* block size of the device, 512 to 4096; the unit of a GPT */

	/* NULL: each access calls read(), with any number of bytes. Otherwise the cache reads whole
	 * blocks of the device, and the functions below may be set; see <picovirtio/cache.h>. */
	struct vio_files_cache *cache;
	/* Start to read `b->n` bytes from byte `b->at` of the whole disk to `b->p`, and return at
	 * once. When the read has ended, set `b->err` and clear `b->busy`, from any of your
	 * functions. On an error return a negative enum vio_err; nothing was started. */
	int (*start)(void *ctx, struct vio_files_block *b);
	/* Wait until `b->busy` is clear, and return VIO_OK. VIO_ETIMEDOUT, for example: the memory
	 * of `b` still belongs to the device, and is not used before `busy` is clear. */
	int (*wait)(void *ctx, struct vio_files_block *b);
	/* Called now and then while everything comes from the cache, so that your event loop goes
	 * on. An error ends the walk, and callers of files/ then get it. May be NULL. */
	int (*turn)(void *ctx);
};

/* Read `n` bytes from byte `at` of `d`. VIO_EFORMAT: the bytes do not all lie within `d`, so the
 * structure that pointed there is damaged. Otherwise the result of the disk's read(). */
int vio_files_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n);

/* Make `out` the part of `d` that starts at byte `at`. False: the part does not lie within `d`, and
 * `out` is unchanged. */
bool vio_files_part(const struct vio_files_disk *d, uint64_t at, uint64_t bytes,
		    struct vio_files_disk *out);

/* Read a little-endian number at any address. */
static inline uint32_t vio_files_16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t vio_files_32(const uint8_t *p)
{
	return vio_files_16(p) | vio_files_16(p + 2) << 16;
}

static inline uint64_t vio_files_64(const uint8_t *p)
{
	return vio_files_32(p) | (uint64_t)vio_files_32(p + 4) << 32;
}

/* The CRC-32 of GPT and zip. For several pieces of data pass the previous result as `crc`; start
 * with 0. */
uint32_t vio_files_crc(uint32_t crc, const void *p, size_t n);

/*
 * Convert little-endian UTF-16 to UTF-8, up to `n` units or a zero. The result has at most `room`
 * bytes, including its NUL; three bytes per unit and one for the NUL are enough. Invalid units
 * become U+FFFD.
 */
void vio_files_utf8(const uint8_t *utf16, unsigned n, char *to, size_t room);

#ifdef __cplusplus
}
#endif
#endif
