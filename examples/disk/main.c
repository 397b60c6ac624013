/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a whole disk, with up to 32 requests in flight, and prints the sum of its bytes. */
#include <picovirtio/app.h>
#include <picovirtio/blk.h>
#include <picovirtio/console.h>

#include <inttypes.h>
#include <stdio.h>

enum { READS = 32, SECTORS = 8 };

#define TIMEOUT UINT64_C(30000000000) /* ns */

static const struct vio_blk_options options = { .requests = READS };
static const struct vio_class classes[] = { { &vio_console_driver, NULL },
					    { &vio_blk_driver, &options } };

/* A request, and the memory for its data. Both belong to the device until read_done(). */
static struct job {
	struct vio_blk_request request; /* first member: the driver returns a pointer to it */
	struct vio_blk_seg seg;
	uint8_t data[SECTORS * VIO_BLK_SECTOR];
} jobs[READS];

static uint64_t sector, sum; /* the next sector, and the sum so far */
static unsigned in_flight, errors;

static void read_next(struct vio_blk *disk, struct job *j);

static void read_done(struct vio_blk *disk, struct vio_blk_request *r)
{
	struct job *j = (struct job *)r;

	in_flight--;
	errors += r->err != VIO_OK;
	for (uint32_t i = 0; errors == 0 && i < j->seg.len; i++)
		sum += j->data[i];
	read_next(disk, j);
}

/* Requests the next sectors. At the end of the disk, or after an error, it does nothing. */
static void read_next(struct vio_blk *disk, struct job *j)
{
	const uint64_t left = disk->info.sectors - sector;
	const uint32_t sectors = left < SECTORS ? (uint32_t)left : SECTORS;

	if (sectors == 0 || errors > 0)
		return;
	j->seg = (struct vio_blk_seg){ j->data, sectors * VIO_BLK_SECTOR };
	j->request = (struct vio_blk_request){
		.op = VIO_BLK_READ, .sector = sector, .seg = &j->seg, .nseg = 1, .done = read_done
	};
	const bool sent = vio_blk_submit(disk, &j->request) == VIO_OK;
	sector += sectors;
	in_flight += sent;
	errors += !sent;
}

static bool is_zero(void *number)
{
	return *(const unsigned *)number == 0;
}

static void read_all(struct vio_loop *loop, struct vio_blk *disk)
{
	for (unsigned i = 0; i < READS; i++)
		read_next(disk, &jobs[i]);
	printf("%u requests in flight\n", in_flight);
	vio_blk_kick(disk); /* the device sees all of them at once */
	errors += !vio_loop_wait(loop, is_zero, &in_flight, TIMEOUT);
	printf("%" PRIu64 " sectors, %u errors, sum %" PRIu64 "\n", sector, errors, sum);
}

int main(void)
{
	static struct vio_app app = { .classes = classes, .nclasses = 2 };

	vio_app_start(&app);
	struct vio_blk *disk = vio_blk_of(vio_probe_first(&app.probe, &vio_blk_driver));
	if (disk)
		read_all(&app.loop, disk);
	else
		printf("There is no disk.\n");
	vio_terminal_finish(&app.terminal);
	return disk && errors == 0 ? 0 : 1;
}
