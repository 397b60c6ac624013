/* SPDX-License-Identifier: BSD-2-Clause */
/* Slots: a header that the device reads and an answer that it writes, for each request in flight.
 */
#include "drivers/crypto/crypto_internal.h"

#include <string.h>

bool vio_crypto_take(struct vio_crypto *c, uint16_t *slot)
{
	if (c->nfree == 0)
		return false;
	*slot = c->free[--c->nfree];
	memset(c->header[*slot], 0, sizeof(c->header[*slot]));
	memset(c->answer[*slot], 0xff, sizeof(c->answer[*slot])); /* a value that is no status */
	return true;
}

void vio_crypto_release(struct vio_crypto *c, uint16_t slot)
{
	c->free[c->nfree++] = slot;
}

int vio_crypto_may(const struct vio_crypto *c)
{
	if (c->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	return c->ready ? VIO_OK : VIO_EBUSY;
}

int vio_crypto_judge(uint32_t status)
{
	if (status > VIO_CRYPTO_KEY_REJECTED)
		return VIO_EDEVICE;
	return status == VIO_CRYPTO_OK ? VIO_OK : VIO_EIO;
}
