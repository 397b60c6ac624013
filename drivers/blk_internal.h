/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-blk share; nobody else includes this. */
#ifndef VIO_BLK_INTERNAL_H
#define VIO_BLK_INTERNAL_H

#include "drivers/blk.h"

/* While the offer is on the table: is it a disk that we can drive? (5.2.5.1) */
int blk_screen(struct vio_device *d);

/* All of config space into b->info, checked. The queue is open. */
int blk_read_config(struct vio_blk *b);

/* What may change while the device is live. */
void blk_config_changed(struct vio_device *d);

#endif
