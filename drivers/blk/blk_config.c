/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration of a disk (virtio 1.4, 5.2.4). All of it is checked here. */
#include "drivers/blk/blk_internal.h"

/* Offsets in config space. */
enum {
	AT_CAPACITY = 0,
	AT_SIZE_MAX = 8,
	AT_SEG_MAX = 12,
	AT_BLK_SIZE = 20,
	AT_PHYSICAL_EXP = 24,
	AT_ALIGNMENT_OFFSET = 25,
	AT_MIN_IO = 26,
	AT_OPT_IO = 28,
	AT_WRITEBACK = 32,
	AT_NUM_QUEUES = 34,
	AT_DISCARD_SECTORS = 36,
	AT_DISCARD_SEG = 40,
	AT_DISCARD_ALIGN = 44,
	AT_ZEROES_SECTORS = 48,
	AT_ZEROES_SEG = 52,
	AT_ZEROES_UNMAP = 56,
	AT_ERASE_SECTORS = 60,
	AT_ERASE_SEG = 64,
	AT_ERASE_ALIGN = 68,
	AT_ZONED_MODEL = 92,
};

enum { ZONED_HOST_MANAGED = 1, PHYSICAL_EXP_MAX = 16, AROUND = 2 };

#define SEG_BYTES_MAX (UINT32_MAX & ~(uint32_t)(VIO_BLK_SECTOR - 1))

/* Reads fields in passes. `rc` keeps the first error, and `at` is the place of the latest read. */
struct reader {
	struct vio_blk *b;
	struct vio_config_pass pass;
	int rc;
	size_t at;
};

/* Not inlined: the problem would be built at each place. */
__attribute__((noinline)) static int refuse(struct vio_device *d, enum vio_cause cause, int err,
					    uint64_t got, uint64_t want)
{
	return vio_device_refuse(
		d, (struct vio_problem){ .cause = cause, .err = err, .got = got, .want = want });
}

/* True: read the fields, for the first time or again. An error is recorded as vio_device_config()
 * does. */
static bool reads(struct reader *r)
{
	struct vio_device *d = &r->b->device;
	const bool more = vio_config_again(d->transport, &r->pass, &r->rc);

	if (r->rc < 0 && d->state == VIO_STARTING)
		refuse(d, VIO_C_CONFIG, r->rc, r->at, 0);
	return more;
}

static void get(struct reader *r, size_t off, void *to, size_t width)
{
	if (r->rc < 0)
		return;
	r->at = off;
	r->rc = vio_config_field(r->b->device.transport, off, to, width);
}

/* A field is read only if its feature was negotiated (2.5.1); otherwise it is 0. */
static uint32_t field(struct reader *r, uint64_t feature, size_t off, size_t width)
{
	uint8_t v8 = 0;
	uint16_t v16 = 0;
	uint32_t v32 = 0;

	if (vio_has(&r->b->device, feature))
		get(r, off,
		    width == 1	 ? (void *)&v8
		    : width == 2 ? (void *)&v16
				 : (void *)&v32,
		    width);
	return width == 1 ? v8 : width == 2 ? v16 : v32;
}

/* A host-managed zoned disk takes writes in order only. A driver without zone support must not set
 * FEATURES_OK for it (5.2.5.1). Other zoned disks can be used like plain ones. */
int vio_blk_screen(struct vio_device *d)
{
	struct reader r = { .b = blk_of(d) };
	uint8_t model = 0;

	if (!(d->offered & VIO_BLK_F_ZONED))
		return VIO_OK;
	while (reads(&r))
		get(&r, AT_ZONED_MODEL, &model, sizeof(model));
	if (r.rc < 0 || model != ZONED_HOST_MANAGED)
		return r.rc;
	return refuse(d, VIO_C_ZONED, VIO_ENOTSUP, model, 0);
}

/* A disk whose block size is invalid is used all the same, with 512 bytes, which every device
 * supports. A valid size that is too large for us is refused: every request would fail. */
static int block_bytes(struct vio_blk *b, uint32_t v)
{
	const bool valid = v >= VIO_BLK_SECTOR && (v & (v - 1)) == 0;

	b->info.block_bytes = valid ? v : VIO_BLK_SECTOR;
	b->block_mask = b->info.block_bytes / VIO_BLK_SECTOR - 1;
	if (b->info.block_bytes <= VIO_BLK_BLOCK_MAX)
		return VIO_OK;
	return refuse(&b->device, VIO_C_BLOCK_SIZE, VIO_ENOTSUP, v, VIO_BLK_BLOCK_MAX);
}

/* The number of data segments that fit in each ring, beside header and status, and in our arrays.
 * 0: a ring has no room for data. */
static uint32_t segs(const struct vio_blk *b, uint32_t seg_max)
{
	uint32_t most = b->segs;

	for (unsigned i = 0; i < blk_queues(b); i++) {
		const uint32_t room = vq_size(&b->queue[i].vq) - (uint32_t)AROUND;

		most = room < most ? room : most;
	}
	if (!vio_has(&b->device, VIO_BLK_F_SEG_MAX) || seg_max > most)
		return most;
	return seg_max == 0 ? 1 : seg_max;
}

/* Whole sectors. 0 means no limit, as if the field were missing. */
static int seg_bytes(struct vio_blk *b, uint32_t size_max)
{
	b->info.seg_bytes = SEG_BYTES_MAX;
	if (size_max == 0)
		return VIO_OK;
	b->info.seg_bytes = size_max & SEG_BYTES_MAX;
	if (b->info.seg_bytes != 0)
		return VIO_OK;
	return refuse(&b->device, VIO_C_SEGMENT_SIZE, VIO_ENOTSUP, size_max, VIO_BLK_SECTOR);
}

/* Our requests have one segment, so a device that allows none takes no request (5.2.6.1). */
static uint32_t range_max(struct reader *r, uint64_t feature, size_t sectors, size_t seg)
{
	const uint32_t n = field(r, feature, sectors, 4);

	return field(r, feature, seg, 4) == 0 ? 0 : n;
}

static void read_topology(struct reader *r, struct vio_blk_info *i)
{
	const uint32_t exp = field(r, VIO_BLK_F_TOPOLOGY, AT_PHYSICAL_EXP, 1);

	i->physical_exp = exp <= PHYSICAL_EXP_MAX ? (uint8_t)exp : 0;
	i->physical_first = (uint8_t)field(r, VIO_BLK_F_TOPOLOGY, AT_ALIGNMENT_OFFSET, 1);
	i->min_io = field(r, VIO_BLK_F_TOPOLOGY, AT_MIN_IO, 2);
	i->opt_io = field(r, VIO_BLK_F_TOPOLOGY, AT_OPT_IO, 4);
}

static void read_ranges(struct reader *r, struct vio_blk_info *i)
{
	i->discard_max = range_max(r, VIO_BLK_F_DISCARD, AT_DISCARD_SECTORS, AT_DISCARD_SEG);
	i->discard_align = field(r, VIO_BLK_F_DISCARD, AT_DISCARD_ALIGN, 4);
	i->zeroes_max = range_max(r, VIO_BLK_F_WRITE_ZEROES, AT_ZEROES_SECTORS, AT_ZEROES_SEG);
	i->zeroes_unmap = field(r, VIO_BLK_F_WRITE_ZEROES, AT_ZEROES_UNMAP, 1) == 1;
	i->erase_max = range_max(r, VIO_BLK_F_SECURE_ERASE, AT_ERASE_SECTORS, AT_ERASE_SEG);
	i->erase_align = field(r, VIO_BLK_F_SECURE_ERASE, AT_ERASE_ALIGN, 4);
}

/* Without CONFIG_WCE, a device that offers FLUSH is assumed to have a write-back cache (5.2.5). */
static bool write_back(struct reader *r)
{
	if (!PICOVIRTIO_BLK_EXTRAS || !vio_has(&r->b->device, VIO_BLK_F_CONFIG_WCE))
		return vio_has(&r->b->device, VIO_BLK_F_FLUSH);
	return field(r, VIO_BLK_F_CONFIG_WCE, AT_WRITEBACK, 1) != 0;
}

int vio_blk_read_config(struct vio_blk *b)
{
	struct reader r = { .b = b };
	struct vio_blk_info *i = &b->info;
	uint32_t block = 0, seg_max = 0, size_max = 0;

	*i = (struct vio_blk_info){ .read_only = vio_has(&b->device, VIO_BLK_F_RO) };
	while (reads(&r)) {
		get(&r, AT_CAPACITY, &i->sectors, sizeof(i->sectors));
		block = field(&r, VIO_BLK_F_BLK_SIZE, AT_BLK_SIZE, 4);
		seg_max = field(&r, VIO_BLK_F_SEG_MAX, AT_SEG_MAX, 4);
		size_max = field(&r, VIO_BLK_F_SIZE_MAX, AT_SIZE_MAX, 4);
		if (PICOVIRTIO_BLK_EXTRAS) {
			read_topology(&r, i);
			read_ranges(&r, i);
		}
		i->write_back = write_back(&r);
	}
	if (r.rc < 0)
		return r.rc;
	i->segs = segs(b, seg_max);
	const int rc = block_bytes(b, block);
	return rc < 0 ? rc : seg_bytes(b, size_max);
}

/* num_queues 0 means one queue. Queues beyond our memory stay unused. */
int vio_blk_count_queues(struct vio_blk *b)
{
	struct reader r = { .b = b };
	uint32_t n = 0;

	if (PICOVIRTIO_BLK_EXTRAS && vio_has(&b->device, VIO_BLK_F_MQ)) {
		while (reads(&r))
			n = field(&r, VIO_BLK_F_MQ, AT_NUM_QUEUES, 2);
	}
	b->nqueue = n == 0 ? 1 : n < b->queues ? n : b->queues;
	return r.rc;
}

void vio_blk_forget(struct vio_blk *b)
{
	for (unsigned i = 0; i < b->requests; i++) {
		b->slot[i].end = 0;
		b->slot[i].table.count = 0; /* the next ring may have the other format */
	}
}

/* Requests in flight keep the limits that they were checked against, and their memory. */
void vio_blk_config_changed(struct vio_device *d)
{
	struct vio_blk *b = blk_of(d);
	struct reader r = { .b = b };
	uint64_t sectors = 0;

	while (reads(&r)) {
		get(&r, AT_CAPACITY, &sectors, sizeof(sectors));
		b->info.write_back = write_back(&r);
	}
	if (r.rc < 0) {
		refuse(d, VIO_C_CONFIG, r.rc, r.at, 0);
		return;
	}
	if (sectors == b->info.sectors)
		return;
	b->resizes++;
	b->info.sectors = sectors;
	vio_blk_forget(b); /* the sector of the next request may lie beyond the end */
}

int vio_blk_set_write_back(struct vio_blk *b, bool on)
{
	struct reader r = { .b = b };
	const uint8_t v = on;

	if (b->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (!vio_has(&b->device, VIO_BLK_F_CONFIG_WCE))
		return VIO_ENOTSUP;
	int rc = vio_device_config_write(&b->device, AT_WRITEBACK, &v, sizeof(v));
	if (rc < 0)
		return rc;
	while (reads(&r))
		b->info.write_back = write_back(&r);
	return r.rc == VIO_OK && b->info.write_back == on ? VIO_OK : VIO_EIO;
}

const struct vio_feature vio_blk_features[] = {
	{ 0, "BARRIER" },	{ 1, "SIZE_MAX" },  { 2, "SEG_MAX" },
	{ 4, "GEOMETRY" },	{ 5, "RO" },	    { 6, "BLK_SIZE" },
	{ 7, "SCSI" },		{ 9, "FLUSH" },	    { 10, "TOPOLOGY" },
	{ 11, "CONFIG_WCE" },	{ 12, "MQ" },	    { 13, "DISCARD" },
	{ 14, "WRITE_ZEROES" }, { 15, "LIFETIME" }, { 16, "SECURE_ERASE" },
	{ 17, "ZONED" },	{ 0, NULL },
};
