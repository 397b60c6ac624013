/* SPDX-License-Identifier: BSD-2-Clause */
/* Shared memory regions (virtio 1.4, 2.10). The device's description of them is checked here. */
#include <picovirtio/transport.h>

/* Neither span wraps around. */
static bool overlap(const struct vio_span *a, const struct vio_span *b)
{
	return a->base < b->base + b->bytes && b->base < a->base + a->bytes;
}

static int check_room(const struct vio_span *r)
{
	/* A region does not exist if its length says so. QEMU 7.2 has 0 for the base of such a
	 * region. */
	if (r->bytes == UINT64_MAX || r->bytes == 0)
		return VIO_ENODEV;
	if (r->base > UINTPTR_MAX || r->bytes > UINTPTR_MAX - r->base)
		return VIO_EADDR;
	return VIO_OK;
}

int vio_shm_find(struct vio_transport *t, uint8_t id, const struct vio_span *taken, unsigned n,
		 struct vio_span *region)
{
	if (!PICOVIRTIO_EXTENSIONS || vio_legacy(t))
		return VIO_ENODEV;
	struct vio_span r = t->ops->shm(t, id);
	int rc = check_room(&r);
	if (rc < 0)
		return rc;
	for (unsigned i = 0; i < n; i++) {
		if (overlap(&r, &taken[i]))
			return VIO_EDEVICE;
	}
	*region = r;
	return VIO_OK;
}
