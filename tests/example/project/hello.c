/* SPDX-License-Identifier: BSD-2-Clause */
/* ---- 8< ---- what README.md shows begins below */
#include <picovirtio/console.h>
#include <picovirtio/mmio.h>

extern const struct vio_platform platform; /* yours: memory and clock, see docs/porting.md */

int main(void)
{
	static struct vio_mmio mmio;
	static struct vio_console console;

	if (vio_mmio_probe(&mmio, 0x10001000, 0x1000) != VIO_OK)
		return 1; /* nothing is there */
	if (vio_console_init(&console, &mmio.base, &platform, NULL) != VIO_OK)
		return 2; /* no memory for it */
	if (vio_device_start(&console.device) != VIO_OK)
		return 3; /* vio_explain(console.device.problem.cause) says why */
	const uint64_t end = platform.now(NULL) + 5000000000; /* for the host to listen */
	while (vio_console_write(&console, 0, "hello\r\n", 7) == 0 && platform.now(NULL) < end)
		vio_device_poll(&console.device);
	vio_console_flush(&console, 0);
	while (vio_console_unsent(&console, 0) != 0 && platform.now(NULL) < end)
		vio_device_poll(&console.device);
	return vio_device_stop(&console.device) == VIO_OK ? 0 : 4;
}
