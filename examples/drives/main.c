/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists the units of a virtio-scsi, and prints the sum of all bytes of each. */
#include <picovirtio/app.h>
#include <picovirtio/console.h>
#include <picovirtio/scsi.h>

#include <inttypes.h>
#include <stdio.h>

#define TIMEOUT UINT64_C(30000000000) /* ns */

static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_scsi_driver, NULL } };
static struct vio_app app = { .classes = classes, .nclasses = 2 };
/* Static, because the device owns these until it has answered. */
static struct vio_scsi_request request;
static uint8_t data[VIO_SCSI_BLOCK_MAX];

static bool is_known(void *arg)
{
	return !vio_scsi_is_looking(arg);
}

static bool is_done(void *arg)
{
	return !((struct vio_scsi_request *)arg)->busy;
}

static bool read_block(struct vio_scsi *s, struct vio_scsi_unit *u, uint64_t block)
{
	const struct vio_buf buf = { .p = data, .seg.len = u->block_bytes };

	request = (struct vio_scsi_request){
		.op = VIO_SCSI_READ, .unit = u, .block = block, .buf = &buf, .nbuf = 1
	};
	if (vio_scsi_submit(s, &request) != VIO_OK)
		return false;
	vio_scsi_kick(s);
	return vio_loop_wait(&app.loop, is_done, &request, TIMEOUT) && request.err == VIO_OK;
}

static bool print_sum(struct vio_scsi *s, struct vio_scsi_unit *u)
{
	uint64_t sum = 0, block;

	for (block = 0; block < u->blocks && read_block(s, u, block); block++) {
		for (uint32_t i = 0; i < u->block_bytes; i++)
			sum += data[i];
	}
	printf("target %u, LUN %u: %s, %" PRIu64 " blocks of %" PRIu32 " bytes, sum %" PRIu64 "\n",
	       u->target, u->lun, u->product, u->blocks, u->block_bytes, sum);
	if (block < u->blocks)
		printf("block %" PRIu64 ": %s\n", block, vio_scsi_why(&request));
	return block == u->blocks;
}

int main(void)
{

	vio_app_start(&app);
	struct vio_scsi *s = vio_scsi_of(vio_probe_first(&app.probe, &vio_scsi_driver));
	bool good = s && vio_loop_wait(&app.loop, is_known, s, TIMEOUT) && s->unit[0].present;
	for (unsigned i = 0; good && i < s->units && s->unit[i].present; i++)
		good = print_sum(s, &s->unit[i]);
	vio_terminal_finish(&app.terminal);
	return good ? 0 : 1;
}
