/* SPDX-License-Identifier: BSD-2-Clause */
/* The work of the devices in the benches of the target: one device of each class, or several disks.
 */
#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <picovirtio/blk.h>
#include <picovirtio/board.h>
#include <picovirtio/console.h>
#include <picovirtio/net.h>
#include <picovirtio/rng.h>

enum { WORK_DEPTH_MAX = 128, WORK_DATA = 16 << 20 }; /* WORK_DATA in bytes */

/* One kind of work: submit() submits `depth` requests of `size` bytes, and notifies the device. */
struct work {
	const char *name;
	void (*prepare)(unsigned size); /* before the first batch of this size; may be NULL */
	void (*submit)(unsigned size, unsigned depth);
	struct vio_device *device; /* NULL: the machine has none */
	struct vio_queue *queue;   /* of `device` */
};

enum work_kind {
	WORK_READ,
	WORK_WRITE,
	WORK_SEND,
	WORK_SEND_PACKET,
	WORK_RNG,
	WORK_CONSOLE_WRITE,
	WORK_CONSOLE_SEND,
	WORK_KINDS
};
extern struct work work[WORK_KINDS];

extern struct vio_device *work_devices; /* all of them */
extern struct vio_console *work_console;
extern uint8_t *work_data;   /* WORK_DATA bytes, which all requests use */
extern unsigned work_failed; /* requests that failed or were refused */

/* Find and start the devices. `ring` is the number of descriptors of a disk's queue, 0 the
 * default. False: there is no memory. */
bool work_start(uint16_t ring);

/* Text on the early console. */
void work_say(const char *text);

#endif
