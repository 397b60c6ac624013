/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks for the commands: by number, one request at a time, waited for while the loop runs. */
#ifndef FIRMWARE_DISKS_DISK_H
#define FIRMWARE_DISKS_DISK_H

#include <picovirtio/blk.h>
#include <picovirtio/part.h>
#include "firmware/devices/probe.h"

enum { DISKS_MAX = 100 };

struct disk {
	const struct slot *slot;
	struct vio_blk *b;
	unsigned number;
};

/* The disk of this number, from 0 in the order of the slots, live or not; false: none. */
bool disk_find(uint64_t number, struct disk *out);

/* Data of a request, VIO_BLK_BLOCK_MAX bytes. There is one for all disks. */
uint8_t *disk_buffer(void);

/* Carry a request out; the first `n` bytes of the buffer are its data. As vio_blk_submit(), or how
 * it ended. VIO_EBUSY: a request that was given up on is still the device's. */
int disk_request(const struct disk *d, struct vio_blk_request r, uint32_t n);

/* Wait for a request that was submitted: how it ended. VIO_ETIMEDOUT, VIO_ESTOPPED (Ctrl-C): it is
 * still the device's, and until it has ended, disk_is_late() is true and no other is waited for
 * (VIO_EBUSY). */
int disk_wait(const struct disk *d, struct vio_blk_request *r);
bool disk_is_late(const struct disk *d);

/* Let the loop turn once. VIO_ESTOPPED: Ctrl-C. */
int disk_turn(void);

/* What disk_request() returned, in words: VIO_EBUSY names the request that is out, and a disk that
 * is not live says so. Valid until the next call. */
const char *disk_error(const struct disk *d, int rc);

/* All of a disk for files/, with a cache, which is empty at first. `*d` stays in place while `*out`
 * is used; then another disk may have the cache. */
void disk_window(struct disk *d, struct vio_files_disk *out);

/* A partition table to read into: large, and of no use after the command. */
struct vio_part_table *disk_table(void);

#endif
