/* SPDX-License-Identifier: BSD-2-Clause */
#include <picovirtio/transport.h>

#include <string.h>

enum {
	TRIES = 8,
};

bool vio_config_again(struct vio_transport *t, struct vio_config_pass *p, int *rc)
{
	if (*rc < 0)
		return false;
	const uint32_t now = t->ops->generation(t);
	if (p->tries > 0 && now == p->generation)
		return false;
	if (p->tries == TRIES) {
		*rc = VIO_EDEVICE;
		return false;
	}
	p->tries++;
	p->generation = now;
	return true;
}

/* Version 1 has no generation. The value itself is compared (2.5.4). */
__attribute__((noinline)) static int read_until_equal(struct vio_transport *t, size_t off,
						      uint64_t *value, size_t len)
{
	uint64_t before = 0;
	int rc = t->ops->config_read(t, off, value, len);

	for (unsigned i = 0; i < TRIES && rc == VIO_OK; i++) {
		before = *value;
		rc = t->ops->config_read(t, off, value, len);
		if (*value == before)
			return rc;
	}
	return rc < 0 ? rc : VIO_EDEVICE;
}

static int read_field(struct vio_transport *t, size_t off, uint64_t *value, size_t len)
{
	if (vio_legacy(t))
		return read_until_equal(t, off, value, len);
	return t->ops->config_read(t, off, value, len);
}

int vio_config_field(struct vio_transport *t, size_t off, void *dst, size_t len)
{
	uint64_t value = 0;
	const int rc = read_field(t, off, &value, len);

	if (rc == VIO_OK)
		memcpy(dst, &value, len);
	return rc;
}

int vio_config_read(struct vio_transport *t, size_t off, void *dst, size_t len)
{
	struct vio_config_pass pass = { 0 };
	uint64_t value = 0;
	int rc = VIO_OK;

	while (vio_config_again(t, &pass, &rc))
		rc = read_field(t, off, &value, len);
	if (rc == VIO_OK)
		memcpy(dst, &value, len);
	return rc;
}
