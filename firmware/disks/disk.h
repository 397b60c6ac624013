/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks for the commands, by number. The loop runs while a command waits for a request. */
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

/* The disk of this number, counted from 0 in the order of the slots, live or not. False: there is
 * none. */
bool disk_find(uint64_t number, struct disk *out);

/* The buffer for the data of a request, VIO_BLK_BLOCK_MAX bytes. All disks share it. */
uint8_t *disk_buffer(void);

/* Do a request with the first `n` bytes of the buffer as its data. Returns an error of
 * vio_blk_submit(), or the result of the request. VIO_EBUSY: an earlier request is still in flight.
 */
int disk_request(const struct disk *d, struct vio_blk_request r, uint32_t n);

/* Wait for a request that was submitted, and return its result. VIO_ETIMEDOUT, or VIO_ESTOPPED
 * after Ctrl-C: it is still in flight. Until it is back, disk_is_late() is true, and the result of
 * other waits is VIO_EBUSY. */
int disk_wait(const struct disk *d, struct vio_blk_request *r);
bool disk_is_late(const struct disk *d);

/* Let the loop turn once. VIO_ESTOPPED: Ctrl-C. */
int disk_turn(void);

/* The result of disk_request() in words. For VIO_EBUSY they name the request in flight; for a disk
 * that is not live they say so. Valid until the next call. */
const char *disk_error(const struct disk *d, int rc);

/* A whole disk for files/, with a cache that is empty at first. `*d` stays in place as long as
 * `*out` is in use. All disks share the cache, one after the other. */
void disk_window(struct disk *d, struct vio_files_disk *out);

/* Memory for a partition table. It is large and shared, so its content is valid for one command. */
struct vio_part_table *disk_table(void);

#endif
