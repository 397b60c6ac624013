/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory of an instance of a class, and the memory that it shares with its device. */
#include "drivers/device/device_internal.h"

#include <string.h>

int vio_room_open(struct vio_room *r, const struct vio_platform *p, void *memory, size_t bytes,
		  size_t need)
{
	if (!memory && p->memory) {
		memory = p->memory(p->ctx, need, 8);
		bytes = need;
	}
	if (!memory || bytes < need)
		return VIO_ENOMEM;
	if ((uintptr_t)memory % 8 != 0)
		return VIO_EINVAL;
	*r = (struct vio_room){ memory, need };
	return VIO_OK;
}

void *vio_room_take(struct vio_room *r, size_t bytes)
{
	void *const part = r->at;

	bytes = VIO_ROOM_BYTES(bytes);
	if (bytes > r->left)
		return NULL;
	r->at += bytes;
	r->left -= bytes;
	memset(part, 0, bytes);
	return part;
}

void *vio_device_ring_memory(struct vio_device *d, size_t bytes, size_t align, vio_dma *at)
{
	const struct vio_platform *p = d->platform;
	void *memory = p->ring_memory(p->ctx, bytes, align, at);

	if (!memory)
		vio_device_refuse(d, (struct vio_problem){ .cause = VIO_C_NO_MEMORY,
							   .err = VIO_ENOMEM,
							   .want = bytes });
	return memory;
}
