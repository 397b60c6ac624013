/* SPDX-License-Identifier: BSD-2-Clause */
/* A SCSI host with two disks, and requests to the first one. */
#ifndef SCSI_IO_H
#define SCSI_IO_H

#include "tests/unit/scsi_rig.h"

static struct model_scsi_unit *disk;
static uint8_t data[4][4096];
static unsigned ended;
static bool looked_then; /* the driver was looking for units when a request ended */

static inline void done(struct vio_scsi *scsi, struct vio_scsi_request *q)
{
	assert_ptr_equal(scsi, &s);
	assert_false(q->busy);
	looked_then = vio_scsi_is_looking(scsi);
	ended++;
}

static inline void begin(uint32_t v)
{
	setup(NULL);
	disk = model_scsi_add(&host, 0, 0, 0);
	model_scsi_add(&host, 0, 1, 2);
	live(v);
	memset(data, 0xee, sizeof(data));
}

/* Carry out a request. Returns its result. */
static inline int run(struct vio_scsi_request *q)
{
	const unsigned before = ended;

	q->done = done;
	const int rc = vio_scsi_submit(&s, q);
	if (rc < 0)
		return rc;
	assert_true(q->busy);
	vio_scsi_kick(&s);
	settle();
	assert_int_equal(ended, before + 1);
	assert_int_equal(host_mapped(&r.p), 0);
	return q->err;
}

static inline struct vio_scsi_request request(enum vio_scsi_op op, uint64_t block, uint32_t bytes)
{
	static struct vio_buf buf;

	buf = (struct vio_buf){ .p = data[0], .seg.len = bytes };
	return (struct vio_scsi_request){ .op = op,
					  .unit = &s.unit[0],
					  .block = block,
					  .buf = bytes > 0 ? &buf : NULL,
					  .nbuf = bytes > 0 };
}

static inline int run_op(enum vio_scsi_op op, uint64_t block, uint32_t bytes)
{
	struct vio_scsi_request q = request(op, block, bytes);

	return run(&q);
}

#endif
