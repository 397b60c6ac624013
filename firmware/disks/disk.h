/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks for the commands, by number, whatever their class. The loop runs while a command waits for
 * a request. */
#ifndef FIRMWARE_DISKS_DISK_H
#define FIRMWARE_DISKS_DISK_H

#include <picovirtio/blk.h>
#include <picovirtio/files.h>
#include <picovirtio/part.h>
#include <picovirtio/scsi.h>
#include "firmware/devices/probe.h"

enum {
	DISKS_MAX = 100,
	DISK_SECTOR = 512,     /* all sectors here, whatever the blocks of the disk are */
	DISK_BLOCK_MAX = 4096, /* largest block of any class */
	DISK_LABEL_BYTES = SLOT_LABEL_BYTES + 16,
};

enum disk_op {
	DISK_READ,
	DISK_WRITE,
	DISK_FLUSH,
	DISK_DISCARD,
	DISK_ZEROES,
	DISK_ERASE,
	DISK_ID,
	DISK_LIFETIME,
};

struct disk_class;

struct disk {
	const struct slot *slot;
	const struct disk_class *class;
	void *device;	     /* of the class: a struct vio_blk, vio_scsi_unit, or vio_device */
	uint32_t generation; /* of a SCSI unit: differs if another unit took its place */
	unsigned number;
	char label[DISK_LABEL_BYTES];
};

struct disk_info {
	uint64_t sectors;
	uint32_t block_bytes;
	bool read_only, write_back;
	uint32_t discard_max, zeroes_max, erase_max; /* sectors at once; 0: not supported */
	uint32_t physical;			     /* blocks in a physical block; 0: unknown */
};

/* A request, and its memory of `n` bytes. Both belong to the device until done(). */
struct disk_request {
	enum disk_op op;
	uint64_t sector;
	uint32_t sectors; /* of DISCARD, ZEROES and ERASE */
	void *p;
	uint32_t n;
	void (*done)(struct disk_request *r); /* may be NULL */
	void *arg;
	int err;
	bool busy;
	struct disk of; /* set by disk_submit(), as `begun`, the time of the call */
	uint64_t begun;
	union { /* of the class */
		struct {
			struct vio_blk_request r;
			struct vio_blk_seg seg;
		} blk;
		struct {
			struct vio_scsi_request r;
			struct vio_buf buf;
		} scsi;
	};
};

/* A class of disks as const data. image.c has the table of those that the image has. */
struct disk_class {
	/* Of the devices, if a device may have several disks or none. May be NULL. */
	const struct vio_driver *driver;
	/* The `n`th disk behind a slot: its class, device and label. False: it has no more. */
	bool (*find)(const struct slot *s, unsigned n, struct disk *out);
	/* Called when a disk was found by its number, to see what may have changed. May be NULL. */
	void (*refresh)(const struct disk *d);
	/* Why a disk of a live device takes no requests, or NULL. May be NULL itself. */
	const char *(*lack)(const struct disk *d);
	void (*info)(const struct disk *d, struct disk_info *i);
	/* Submit and kick; disk_ended() follows. VIO_ERANGE: too much at once, among others. */
	int (*submit)(const struct disk *d, struct disk_request *r);
	/* Print what is special about the disk: in the list, and in detail. */
	void (*print)(const struct disk *d);
	void (*print_all)(const struct disk *d);
	/* NULL: not supported. The first one is vio_blk_set_write_back(). */
	int (*set_write_back)(const struct disk *d, bool on);
	int (*reset)(const struct disk *d);

	/* For a class of disks that have files, and neither blocks nor partitions: only find() and
	 * these are set. All of them are NULL for disks of blocks. */
	/* Prepare `v`. `*d` stays in place as long as `*v` is in use. */
	int (*mount)(struct disk *d, struct vio_files *v);
	/* End the use of what mount() prepared. */
	void (*close)(const struct disk *d);
	const char *(*title)(const struct disk *d); /* a name that its host gives to it */
	/* The result of reading or writing in words, as disk_error(). */
	const char *(*error)(const struct disk *d, int rc);
};

extern const struct disk_class disk_class_blk, disk_class_scsi, disk_class_folder;

/* The list ends with NULL. Classes of disks of blocks come first. */
extern const struct disk_class *const disk_classes[];

/* The disk of this number, live or not. The numbers begin with 0, class by class, in the order of
 * the slots. A unit that is unplugged keeps its number. False: there is none. */
bool disk_find(uint64_t number, struct disk *out);

/* As disk_find(), for disks of blocks. */
bool disk_find_blocks(uint64_t number, struct disk *out);

/* End the use of what was mounted on the disk. */
void disk_close(const struct disk *d);

/* Why the disk of a live device takes no requests, such as "no medium". NULL: it takes requests.
 * Otherwise all requests fail with VIO_EIO, and disk_error() returns the same words. */
const char *disk_lack(const struct disk *d);

/* The buffer for the data of a request, DISK_BLOCK_MAX bytes. All disks share it. */
uint8_t *disk_buffer(void);

/* Submit a request, and make the device see it. */
int disk_submit(const struct disk *d, struct disk_request *r);

/* For a class: a request has ended. `why` has the reason of an error in words, or is NULL. */
void disk_ended(struct disk_request *r, int err, const char *why);

/* Do a request with the first `n` bytes of the buffer as its data. Returns an error of
 * disk_submit(), or the result of the request. VIO_EBUSY: an earlier request is still in flight. */
int disk_request(const struct disk *d, struct disk_request r, uint32_t n);

/* Wait for a request that was submitted, and return its result. VIO_ETIMEDOUT, or VIO_ESTOPPED
 * after Ctrl-C: it is still in flight. Until it is back, the result of other waits is VIO_EBUSY. */
int disk_wait(const struct disk *d, struct disk_request *r);

/* Is such a request still in flight? If Ctrl-C ended its wait, the function first waits for the
 * request, up to its time-out. */
bool disk_is_late(const struct disk *d);

/* Let the loop turn once. VIO_ESTOPPED: Ctrl-C. */
int disk_turn(void);

/* Was Ctrl-C pressed since the command began? */
bool disk_is_stopped(void);

/* Let the loop turn until ready() is true. False: the time-out has passed, or Ctrl-C was pressed.
 * */
bool disk_wait_until(bool (*ready)(void *arg), void *arg);

/* The result of a request in words. For VIO_EBUSY they name the request in flight and its disk; for
 * a disk that is not live they say so. Valid until the next call. */
const char *disk_error(const struct disk *d, int rc);

/* A whole disk of blocks for files/, with the cache of disk_cache(). `*d` stays in place as long as
 * `*out` is in use. VIO_EDEVICE: the disk is not live. VIO_EIO: it takes no requests (disk_lack()).
 */
int disk_window(struct disk *d, struct vio_files_disk *out);

/* The cache of files/, which is empty at first. All disks share it, one after the other. A block
 * may still be in flight for another disk. */
enum { DISK_MAPS = 16, DISK_DATAS = 4, DISK_BLOCKS = DISK_MAPS + DISK_DATAS };
struct vio_files_cache *disk_cache(void);

/* The number of a block of the cache, below DISK_BLOCKS. */
unsigned disk_block_number(const struct vio_files_block *b);

/* Memory for a partition table. It is large and shared, so its content is valid for one command. */
struct vio_part_table *disk_table(void);

#endif
