/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads one sector at a known address, and polls. It links the least that a disk needs. */
#include <picovirtio/blk.h>
#include <picovirtio/board.h>
#include <picovirtio/mmio.h>

enum { WINDOW = 0x10001000, WINDOW_BYTES = 0x200 };

int main(void)
{
	static struct vio_mmio mmio;
	static struct vio_blk disk;
	static uint8_t sector[VIO_BLK_SECTOR];
	static const struct vio_blk_seg seg = { sector, sizeof(sector) };
	static struct vio_blk_request read = { .op = VIO_BLK_READ, .seg = &seg, .nseg = 1 };

	if (vio_mmio_probe(&mmio, WINDOW, WINDOW_BYTES) != VIO_OK ||
	    vio_blk_init(&disk, &mmio.base, &vio_board.platform, NULL) != VIO_OK ||
	    vio_device_start(&disk.device) != VIO_OK || vio_blk_submit(&disk, &read) != VIO_OK)
		return 1;
	vio_blk_kick(&disk);
	while (read.busy && disk.device.state == VIO_LIVE)
		vio_device_poll(&disk.device);
	return vio_device_stop(&disk.device) == VIO_OK && read.err == VIO_OK ? 0 : 1;
}
