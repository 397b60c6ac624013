/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of virtio-gpu share. Calls go from gpu.c to gpu_query.c and gpu_command.c, and
 * from gpu_query.c to gpu_edid.c. */
#ifndef VIO_GPU_INTERNAL_H
#define VIO_GPU_INTERNAL_H

#include <picovirtio/driver.h>
#include <picovirtio/gpu.h>

/* Command and response types (5.7.6.7). */
enum {
	GPU_GET_DISPLAY_INFO = 0x0100,
	GPU_GET_EDID = 0x010a,
	GPU_OK_NODATA = 0x1100,
	GPU_OK_DISPLAY_INFO = 0x1101,
	GPU_OK_EDID = 0x1104,
	GPU_ERR_FIRST = 0x1200,
	GPU_ERR_LAST = 0x12ff,
	GPU_HEADER_BYTES = 24, /* of each command and each response */
};

static inline struct vio_gpu *gpu_of(struct vio_device *d)
{
	return (struct vio_gpu *)(void *)d;
}

/* Offset of the answer to a command in `answers`. The answer to a query is at 0. */
static inline size_t gpu_answer_at(size_t slot)
{
	return VIO_GPU_ANSWER_BYTES + slot * GPU_HEADER_BYTES;
}

/* Request-done functions of the two queues. */
void vio_gpu_control_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);
void vio_gpu_cursor_done(struct vio_queue *q, struct vio_request *r, int err, uint32_t written);

/* Query the modes and EDIDs, and call `changed` at the end. */
void vio_gpu_ask(struct vio_gpu *g);

/* Called when the control queue returns a query of the driver. */
void vio_gpu_answered(struct vio_gpu *g, int err, uint32_t written);

/* Read an EDID of `n` bytes from the device's answer. False: it cannot be used, and `m` is zeroed.
 */
bool vio_gpu_edid(const uint8_t *answer, size_t n, struct vio_gpu_monitor *m);

#endif
