/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run of bytes that is read only: a disk, or a partition of one. What all of files/ stands on.
 * Nothing here or above it trusts a byte that comes from the disk, allocates, or prints.
 */
#ifndef VIO_FILES_DISK_H
#define VIO_FILES_DISK_H

#include <picovirtio/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { VIO_FILES_SECTOR = 512 };

struct vio_files_disk {
	/* `n` bytes from byte `at` of the whole disk; VIO_OK, or an error that is passed on. Only
	 * asked for bytes within `first` .. `first + bytes`. */
	int (*read)(void *ctx, uint64_t at, void *to, uint32_t n);
	void *ctx;
	uint64_t first, bytes;
	uint32_t block_bytes; /* of the device: partition tables count in it; 512..4096 */
};

/* VIO_EFORMAT: not all within the disk, so whatever pointed there is damaged. */
int vio_files_get(const struct vio_files_disk *d, uint64_t at, void *to, uint32_t n);

/* The part of `d` from byte `at`; false, and nothing done: it is not all within `d`. */
bool vio_files_part(const struct vio_files_disk *d, uint64_t at, uint64_t bytes,
		    struct vio_files_disk *out);

/* Little-endian numbers, wherever they stand. */
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

/* CRC-32 as GPT, zip and cksum -o 3 have it, piece by piece; the first `crc` is 0. */
uint32_t vio_files_crc(uint32_t crc, const void *p, size_t n);

/*
 * UTF-16 as UTF-8, up to `n` units or a zero, never more than `room` bytes with the NUL; what is no
 * character becomes U+FFFD. Three bytes a unit are enough.
 */
void vio_files_utf8(const uint8_t *utf16, unsigned n, char *to, size_t room);

#ifdef __cplusplus
}
#endif
#endif
