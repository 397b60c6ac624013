/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks of virtio-blk. */
#include "firmware/disks/disk.h"
#include "firmware/words/outside.h"

#include <inttypes.h>
#include <stdio.h>

static bool find(const struct slot *s, unsigned n, struct disk *out)
{
	struct vio_blk *b = vio_blk_of(s->device);

	if (!b || n > 0)
		return false;
	out->slot = s;
	out->class = &disk_class_blk;
	out->device = b;
	snprintf(out->label, sizeof(out->label), "%s", s->label);
	return true;
}

static uint32_t requests(const struct vio_blk *b)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < b->nqueue; i++)
		n += b->queue[i].requests;
	return n;
}

static void info(const struct disk *d, struct disk_info *i)
{
	const struct vio_blk *b = d->device;

	*i = (struct disk_info){ .sectors = b->info.sectors,
				 .block_bytes = b->info.block_bytes,
				 .read_only = b->info.read_only,
				 .write_back = b->info.write_back,
				 .discard_max = b->info.discard_max,
				 .zeroes_max = b->info.zeroes_max,
				 .erase_max = b->info.erase_max,
				 .physical = UINT32_C(1) << b->info.physical_exp };
}

static void ended(struct vio_blk *b, struct vio_blk_request *r)
{
	(void)b;
	disk_ended(r->arg, r->err, NULL);
}

static int submit(const struct disk *d, struct disk_request *r)
{
	static const enum vio_blk_op ops[] = {
		[DISK_READ] = VIO_BLK_READ,	      [DISK_WRITE] = VIO_BLK_WRITE,
		[DISK_FLUSH] = VIO_BLK_FLUSH,	      [DISK_DISCARD] = VIO_BLK_DISCARD,
		[DISK_ZEROES] = VIO_BLK_WRITE_ZEROES, [DISK_ERASE] = VIO_BLK_SECURE_ERASE,
		[DISK_ID] = VIO_BLK_GET_ID,	      [DISK_LIFETIME] = VIO_BLK_GET_LIFETIME,
	};
	struct vio_blk *b = d->device;

	if (r->op == DISK_READ && r->n > (uint64_t)b->info.segs * b->info.seg_bytes)
		return VIO_ERANGE; /* files/ then asks for less */
	r->blk.seg = (struct vio_blk_seg){ r->p, r->n };
	r->blk.r = (struct vio_blk_request){ .op = ops[r->op],
					     .sector = r->sector,
					     .sectors = r->sectors,
					     .seg = &r->blk.seg,
					     .nseg = r->n > 0 ? 1 : 0,
					     .done = ended,
					     .arg = r };
	const int rc = vio_blk_submit(b, &r->blk.r);
	if (rc == VIO_OK)
		vio_blk_kick(b);
	return rc;
}

static void print(const struct disk *d)
{
	const struct vio_blk *b = d->device;
	char serial[VIO_BLK_ID_BYTES + 1];

	printf("    counted    %" PRIu32 " requests, %" PRIu32 " errors (%" PRIu32
	       " short reads), %" PRIu32 " resizes\n",
	       requests(b), b->errors, b->short_reads, b->resizes);
	const int rc = disk_request(d, (struct disk_request){ .op = DISK_ID }, VIO_BLK_ID_BYTES);

	if (rc != VIO_OK)
		printf("    serial     unknown: %s\n",
		       b->id_refused ? "the device refuses the request GET_ID or does not answer it"
				     : disk_error(d, rc));
	snprintf(serial, sizeof(serial), "%.*s", VIO_BLK_ID_BYTES, (const char *)disk_buffer());
	if (rc != VIO_OK || serial[0] == '\0')
		return;
	printf("    serial     ");
	print_outside(serial);
	printf("\n");
}

/* Three little-endian numbers: the end of life, and the wear of two kinds of cells in tenths of
 * what they were designed for (5.2.6). */
static void print_lifetime(const struct disk *d)
{
	const uint8_t *p = disk_buffer();

	if (disk_request(d, (struct disk_request){ .op = DISK_LIFETIME }, VIO_BLK_LIFETIME_BYTES) ==
	    VIO_OK)
		printf("    lifetime   end %u, wear %u and %u of 10\n", p[0] | p[1] << 8,
		       p[2] | p[3] << 8, p[4] | p[5] << 8);
}

static void print_all(const struct disk *d)
{
	const struct vio_blk *b = d->device;
	const struct vio_blk_info *i = &b->info;

	printf("    queues     %u\n", b->nqueue);
	printf("    a request  %" PRIu32 " segments of %" PRIu32 " bytes at most\n", i->segs,
	       i->seg_bytes);
	printf("    topology   physical blocks begin at %u; transfers of %" PRIu32
	       " blocks at least, %" PRIu32 " at best (0: unknown)\n",
	       i->physical_first, i->min_io, i->opt_io);
	print_lifetime(d);
}

static int set_write_back(const struct disk *d, bool on)
{
	return vio_blk_set_write_back(d->device, on);
}

const struct disk_class disk_class_blk = {
	.find = find,
	.info = info,
	.submit = submit,
	.print = print,
	.print_all = print_all,
	.set_write_back = set_write_back,
};
