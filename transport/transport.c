/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/transport.h>

#include <string.h>

enum {
	TRIES = 8,
};

/* What is read before and after a field. If both are equal, the field did not change in between. */
struct bracket {
	uint64_t before, after;
};

/* Version 2 has a generation counter for this. On version 1 the value itself is compared (2.5.3.1,
 * 2.5.4). */
static int read_once(struct vio_transport *t, size_t off, size_t len, uint64_t *value,
		     struct bracket *b)
{
	*value = 0;
	if (!vio_legacy(t))
		b->before = t->ops->generation(t);
	int rc = t->ops->config_read(t, off, value, len);
	if (rc < 0)
		return rc;
	if (!vio_legacy(t)) {
		b->after = t->ops->generation(t);
		return VIO_OK;
	}
	b->before = *value;
	b->after = 0;
	return t->ops->config_read(t, off, &b->after, len);
}

int vio_config_read(struct vio_transport *t, size_t off, void *dst, size_t len)
{
	uint64_t value;
	struct bracket b;

	for (unsigned i = 0; i < TRIES; i++) {
		const int rc = read_once(t, off, len, &value, &b);

		if (rc < 0)
			return rc;
		if (b.before == b.after) {
			memcpy(dst, &value, len);
			return VIO_OK;
		}
	}
	return VIO_EDEVICE;
}
