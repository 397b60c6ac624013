/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: from operations to command blocks (SBC-3), and what is checked before. */
#include "drivers/scsi/scsi_internal.h"

#include <string.h>

enum {
	READ_10 = 0x28,
	WRITE_10 = 0x2a,
	SYNCHRONIZE_CACHE = 0x35,
	UNMAP = 0x42,
	READ_16 = 0x88,
	WRITE_16 = 0x8a,
	SECTOR = 512,
};

/* Written to avoid overflow for any capacity: it is never multiplied or added to. */
static int check_range(const struct vio_scsi_unit *u, uint64_t block, uint64_t n)
{
	if (n == 0)
		return VIO_EINVAL;
	return n > u->blocks || block > u->blocks - n ? VIO_ERANGE : VIO_OK;
}

/* The short form, which every drive knows, if the numbers fit. */
static void encode_transfer(struct vio_scsi_request *r, uint32_t n)
{
	const bool is_write = r->op == VIO_SCSI_WRITE;

	if (r->block <= UINT32_MAX && n <= UINT16_MAX) {
		r->cdb[0] = is_write ? WRITE_10 : READ_10;
		scsi_put(r->cdb + 2, r->block, 4);
		scsi_put(r->cdb + 7, n, 2);
	} else {
		r->cdb[0] = is_write ? WRITE_16 : READ_16;
		scsi_put(r->cdb + 2, r->block, 8);
		scsi_put(r->cdb + 10, n, 4);
	}
}

static int transfer(const struct vio_scsi *s, struct vio_scsi_request *r, uint32_t bytes)
{
	const struct vio_scsi_unit *u = r->unit;

	if (bytes % u->block_bytes != 0)
		return VIO_EINVAL;
	if (s->config.max_sectors != 0 && bytes / SECTOR > s->config.max_sectors)
		return VIO_ERANGE;
	if (r->op == VIO_SCSI_WRITE && u->read_only)
		return VIO_EREADONLY;
	const uint32_t n = bytes / u->block_bytes;
	encode_transfer(r, n);
	return check_range(u, r->block, n);
}

static int unmap(struct vio_scsi_request *r, uint8_t *list)
{
	const struct vio_scsi_unit *u = r->unit;

	if (u->read_only)
		return VIO_EREADONLY;
	if (u->unmap_max == 0)
		return VIO_ENOTSUP;
	if (r->blocks > u->unmap_max)
		return VIO_ERANGE;
	int rc = check_range(u, r->block, r->blocks);
	if (rc < 0)
		return rc;
	r->cdb[0] = UNMAP;
	scsi_put(r->cdb + 7, SCSI_LIST_BYTES, 2);
	scsi_put(list, SCSI_LIST_BYTES - 2, 2);
	scsi_put(list + 2, SCSI_LIST_BYTES - 8, 2);
	scsi_put(list + 4, 0, 4);
	scsi_put(list + 8, r->block, 8);
	scsi_put(list + 16, r->blocks, 4);
	scsi_put(list + 20, 0, 4);
	return VIO_OK;
}

int vio_scsi_encode(const struct vio_scsi *s, struct vio_scsi_request *r, uint32_t bytes,
		    uint8_t *list)
{
	const bool has_data = r->op == VIO_SCSI_READ || r->op == VIO_SCSI_WRITE;

	if (r->op == VIO_SCSI_COMMAND)
		return r->lun <= VIO_SCSI_LUN_MAX ? VIO_OK : VIO_ERANGE;
	if (!r->unit || (bytes > 0) != has_data)
		return VIO_EINVAL;
	if (!r->unit->present || r->unit->blocks == 0)
		return VIO_ENODEV;
	r->target = r->unit->target;
	r->lun = r->unit->lun;
	memset(r->cdb, 0, sizeof(r->cdb));
	switch (r->op) {
	case VIO_SCSI_READ:
	case VIO_SCSI_WRITE: return transfer(s, r, bytes);
	case VIO_SCSI_FLUSH: r->cdb[0] = SYNCHRONIZE_CACHE; return VIO_OK;
	case VIO_SCSI_UNMAP: return unmap(r, list);
	default: return VIO_EINVAL;
	}
}
