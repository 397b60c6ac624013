/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks and CD-ROMs of virtio-scsi. */
#include "firmware/disks/disk.h"

#include <inttypes.h>
#include <stdio.h>

static struct vio_scsi *host_of(const struct disk *d)
{
	return vio_scsi_of(d->slot->device);
}

static bool is_known(void *arg)
{
	const struct vio_scsi *s = arg;

	return !vio_scsi_is_looking(s) || s->device.state != VIO_LIVE;
}

static bool is_disk(const struct vio_scsi_unit *u)
{
	return u->known && (u->type == VIO_SCSI_DISK || u->type == VIO_SCSI_CDROM);
}

static bool find(const struct slot *s, unsigned n, struct disk *out)
{
	struct vio_scsi *x = vio_scsi_of(s->device);

	if (!x)
		return false;
	disk_wait_until(is_known, x);
	for (struct vio_scsi_unit *u = x->unit; u < x->unit + x->units; u++) {
		if (!is_disk(u) || n-- > 0)
			continue;
		out->slot = s;
		out->class = &disk_class_scsi;
		out->device = u;
		out->generation = u->generation;
		snprintf(out->label, sizeof(out->label), "%s/%u:%u", s->label, u->target, u->lun);
		return true;
	}
	return false;
}

/* A host does not report that a medium was changed. */
static void refresh(const struct disk *d)
{
	const struct vio_scsi_unit *u = d->device;

	if (u->removable && vio_scsi_look(host_of(d), u->target) == VIO_OK)
		disk_wait_until(is_known, host_of(d));
}

static const char *lack(const struct disk *d)
{
	const struct vio_scsi_unit *u = d->device;

	if (!u->present)
		return "the disk is unplugged";
	if (u->generation != d->generation)
		return "another disk was plugged in";
	if (u->blocks == 0)
		return u->sense.key ? vio_scsi_words(u->sense) : "its capacity is invalid";
	return NULL;
}

/* Blocks are at least as large as sectors, and their bytes fit 64 bits. */
static void info(const struct disk *d, struct disk_info *i)
{
	const struct vio_scsi_unit *u = d->device;
	const uint32_t block = u->block_bytes ? u->block_bytes : DISK_SECTOR;
	const uint32_t sectors = block / DISK_SECTOR;
	const uint64_t most = (uint64_t)u->unmap_max * sectors;

	*i = (struct disk_info){ .sectors = u->blocks * sectors,
				 .block_bytes = block,
				 .read_only = u->read_only,
				 .write_back = u->write_back,
				 .discard_max = most < UINT32_MAX ? (uint32_t)most : UINT32_MAX };
}

/* These errors would mean something else to the callers. */
static void ended(struct vio_scsi *s, struct vio_scsi_request *r)
{
	const bool is_other = r->err == VIO_ENODEV || r->err == VIO_ENOTSUP || r->err == VIO_ERANGE;

	(void)s;
	disk_ended(r->arg, is_other ? VIO_EIO : r->err,
		   r->err == VIO_EDEVICE ? NULL : vio_scsi_why(r));
}

/* From sectors to blocks. False: they do not fit. */
static bool to_blocks(const struct vio_scsi_unit *u, const struct disk_request *r,
		      struct vio_scsi_request *to)
{
	const uint32_t sectors = u->block_bytes / DISK_SECTOR;

	if (r->sector % sectors != 0 || r->sectors % sectors != 0)
		return false;
	to->block = r->sector / sectors;
	to->blocks = r->sectors / sectors;
	return true;
}

static int submit(const struct disk *d, struct disk_request *r)
{
	static const enum vio_scsi_op ops[] = { [DISK_READ] = VIO_SCSI_READ,
						[DISK_WRITE] = VIO_SCSI_WRITE,
						[DISK_FLUSH] = VIO_SCSI_FLUSH,
						[DISK_DISCARD] = VIO_SCSI_UNMAP };
	struct vio_scsi *s = host_of(d);

	if (s->device.state != VIO_LIVE)
		return VIO_EDEVICE;
	if (r->op > DISK_DISCARD)
		return VIO_ENOTSUP;
	r->scsi.buf = (struct vio_buf){ .p = r->p, .seg.len = r->n };
	r->scsi.r = (struct vio_scsi_request){ .op = ops[r->op],
					       .unit = d->device,
					       .buf = &r->scsi.buf,
					       .nbuf = r->n > 0,
					       .done = ended,
					       .arg = r };
	if (!to_blocks(d->device, r, &r->scsi.r))
		return VIO_EINVAL;
	const int rc = vio_scsi_submit(s, &r->scsi.r);
	if (rc == VIO_OK)
		vio_scsi_kick(s);
	return rc;
}

static void print(const struct disk *d)
{
	const struct vio_scsi_unit *u = d->device;
	const struct vio_scsi *s = host_of(d);

	printf("    unit       %s %s %s: %s, %s\n", u->vendor, u->product, u->revision,
	       u->type == VIO_SCSI_CDROM ? "a CD-ROM" : "a disk",
	       u->removable ? "removable" : "fixed");
	printf("    counted    %" PRIu32 " requests, %" PRIu32 " errors (%" PRIu32
	       " short reads), %" PRIu32 " events of the host, %" PRIu32 " unusable answers\n",
	       s->request.requests, s->errors, s->short_reads, s->events, s->refused);
}

static void print_all(const struct disk *d)
{
	const struct vio_scsi_unit *u = d->device;
	const struct vio_scsi *s = host_of(d);

	printf("    address    target %u, LUN %u\n", u->target, u->lun);
	printf("    host       %u targets are looked at; %" PRIu32
	       " sectors in a request at most (0: any)\n",
	       s->targets, s->config.max_sectors);
}

/* ---- Task management ---- */

static bool is_answered(void *arg)
{
	return !((const struct vio_scsi_task *)arg)->busy;
}

/* The requests of the disk come back. The unit reports the reset as a unit attention, which the
 * next scan of the target receives. */
static int reset(const struct disk *d)
{
	static struct vio_scsi_task task;
	const struct vio_scsi_unit *u = d->device;

	if (!disk_wait_until(is_answered, &task)) /* an earlier reset */
		return VIO_EBUSY;
	task = (struct vio_scsi_task){ .op = VIO_SCSI_RESET_UNIT,
				       .target = u->target,
				       .lun = u->lun };
	const int rc = vio_scsi_manage(host_of(d), &task);
	if (rc < 0)
		return rc;
	vio_scsi_kick(host_of(d));
	if (!disk_wait_until(is_answered, &task))
		return VIO_ETIMEDOUT;
	vio_scsi_look(host_of(d), u->target);
	return task.err;
}

const struct disk_class disk_class_scsi = {
	.driver = &vio_scsi_driver,
	.find = find,
	.refresh = refresh,
	.lack = lack,
	.info = info,
	.submit = submit,
	.print = print,
	.print_all = print_all,
	.reset = reset,
};
