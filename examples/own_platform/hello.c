/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Uses the libraries alone, in a firmware that already has start-up code, a C library and memory.
 * The program says hello on the virtio console. It has no devicetree, so it probes each window in
 * which QEMU's virt machine may have a device.
 */
#include <picovirtio/console.h>
#include <picovirtio/mmio.h>

#ifdef __aarch64__
enum { WINDOWS = 32, BYTES = 0x200 };
#define FIRST ((uintptr_t)0x0a000000)
#else /* RISC-V */
enum { WINDOWS = 8, BYTES = 0x1000 };
#define FIRST ((uintptr_t)0x10001000)
#endif

extern const struct vio_platform platform; /* platform.c */

static bool find_console(struct vio_mmio *m)
{
	for (unsigned i = 0; i < WINDOWS; i++) {
		if (vio_mmio_probe(m, FIRST + i * BYTES, BYTES) == VIO_OK &&
		    m->base.device_type == vio_console_driver.device_type)
			return true;
	}
	return false;
}

int main(void)
{
	static struct vio_mmio mmio;
	static struct vio_console console;

	if (!find_console(&mmio))
		return 1;
	/* Either the platform has too little memory, or vio_explain(console.device.problem.cause)
	 * says why. */
	if (vio_console_init(&console, &mmio.base, &platform, NULL) != VIO_OK ||
	    vio_device_start(&console.device) != VIO_OK)
		return 2;
	const uint64_t end = platform.now(NULL) + UINT64_C(5000000000); /* a slow host */

	while (vio_console_write(&console, 0, "hello\r\n", 7) == 0 && platform.now(NULL) < end)
		vio_device_poll(&console.device);
	vio_console_flush(&console, 0);
	while (vio_console_unsent(&console, 0) != 0 && platform.now(NULL) < end)
		vio_device_poll(&console.device);
	return vio_device_stop(&console.device) == VIO_OK ? 0 : 3;
}
