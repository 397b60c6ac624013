/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/devices/lack.h"

#include "firmware/words/complain.h"
#include "firmware/words/failure.h"
#include "firmware/words/machine.h"

static bool is_out(const struct vio_device *d, const struct vio_driver *driver)
{
	return d && d->driver == driver && d->state != VIO_LIVE;
}

const struct slot *device_out(const struct probe *p, const struct vio_driver *driver)
{
	const struct slot *s = p->slots;

	while (s && !is_out(s->device, driver))
		s = s->next;
	return s;
}

void device_lacks(const struct probe *p, const struct vio_driver *driver, const char *who,
		  const char *what, const char *options)
{
	const struct slot *s = device_out(p, driver);

	if (s)
		complain("%s: %s\n", who, device_error(s->label, s->device, VIO_EDEVICE));
	else
		machine_lacks(who, what, options);
}
