/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio-scsi: what units say of themselves (SPC-4, SBC-3). All of it is checked here. The bytes
 * are a private copy, but for those of vio_scsi_read_luns(), and those beyond `n` are not read. */
#include "drivers/scsi/scsi_internal.h"

enum {
	LUNS_HEADER = 8,
	LUN_BYTES = 8,
	INQUIRY_BYTES = 36,
	CAPACITY_10_BYTES = 8,
	CAPACITY_16_BYTES = 12, /* as far as the driver needs it */
	AT_THIN = 14,
	IS_THIN = 0x80,
	MODE_HEADER = 4,
	WRITE_PROTECTED = 0x80,
	PAGE_CACHING = 8,
	WRITE_CACHE = 4,
	LIMITS_PAGE = 0xb0,
	AT_UNMAP_BLOCKS = 20,
	AT_UNMAP_RANGES = 24,
	BLOCK_MIN = 512,
};

/* The number of a unit of one level, from its address of eight bytes (SAM-5, 4.7). -1: another
 * kind of address. */
static int lun_of(const uint8_t *p)
{
	const unsigned method = p[0] >> 6;

	for (unsigned i = 2; i < LUN_BYTES; i++) {
		if (p[i] != 0)
			return -1;
	}
	if (method == 0)
		return p[0] == 0 ? p[1] : -1;
	return method == 1 ? (p[0] & 0x3f) << 8 | p[1] : -1;
}

/* Eight bytes at a time, since the device can still change them. */
static const uint8_t *copy(uint8_t *to, const volatile uint8_t *from)
{
	for (unsigned i = 0; i < LUN_BYTES; i++)
		to[i] = from[i];
	return to;
}

void vio_scsi_read_luns(struct vio_scsi *s, const uint8_t *p, uint32_t n)
{
	uint8_t eight[LUN_BYTES];

	if (n < LUNS_HEADER) {
		s->refused++;
		return;
	}
	const uint32_t bytes = (uint32_t)scsi_get(copy(eight, p), 4), room = n - LUNS_HEADER;
	const uint32_t end = LUNS_HEADER + (bytes < room ? bytes : room);
	if (bytes > room || bytes % LUN_BYTES != 0)
		s->refused++;
	for (uint32_t at = LUNS_HEADER; at + LUN_BYTES <= end; at += LUN_BYTES) {
		const int lun = lun_of(copy(eight, p + at));

		if (lun >= 0 && (uint32_t)lun <= s->config.max_lun)
			s->scan.luns[s->scan.nluns++] = (uint16_t)lun;
		else
			s->refused++;
	}
}

static void read_text(char *to, const uint8_t *p, unsigned n)
{
	unsigned end = 0;

	for (unsigned i = 0; i < n; i++) {
		to[i] = p[i] >= 0x20 && p[i] <= 0x7e ? (char)p[i] : '?';
		if (p[i] != ' ')
			end = i + 1;
	}
	to[end] = '\0';
}

/* False: there is no unit, or the answer is too short. */
bool vio_scsi_read_inquiry(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n)
{
	if (n < INQUIRY_BYTES || p[0] >> 5 != 0)
		return false;
	u->type = p[0]; /* the upper bits are 0 */
	u->removable = p[1] >> 7;
	u->read_only = u->type == VIO_SCSI_CDROM;
	u->write_back = !u->read_only;
	read_text(u->vendor, p + 8, 8);
	read_text(u->product, p + 16, 16);
	read_text(u->revision, p + 32, 4);
	return true;
}

/* A capacity is cut so that its bytes can be counted in 64 bits. A unit whose blocks have another
 * size than drivers can use keeps the capacity 0. */
static void set_capacity(struct vio_scsi_unit *u, uint64_t last, uint32_t block)
{
	u->blocks = 0;
	u->block_bytes = 0;
	if (block < BLOCK_MIN || block > VIO_SCSI_BLOCK_MAX || (block & (block - 1)) != 0)
		return;
	const uint64_t most = UINT64_MAX / block;
	u->blocks = last < most ? last + 1 : most;
	u->block_bytes = block;
}

void vio_scsi_read_capacity_10(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n)
{
	if (n >= CAPACITY_10_BYTES)
		set_capacity(u, scsi_get(p, 4), (uint32_t)scsi_get(p + 4, 4));
}

bool vio_scsi_read_capacity_16(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n)
{
	if (n < CAPACITY_16_BYTES)
		return false;
	set_capacity(u, scsi_get(p, 8), (uint32_t)scsi_get(p + 8, 4));
	return n > AT_THIN && (p[AT_THIN] & IS_THIN) != 0;
}

/* The device does not return block descriptors, since the driver asks for none. */
void vio_scsi_read_mode(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n)
{
	if (n < MODE_HEADER)
		return;
	u->read_only = (p[2] & WRITE_PROTECTED) != 0;
	if (n > MODE_HEADER + 2 && p[3] == 0 && (p[MODE_HEADER] & 0x3f) == PAGE_CACHING)
		u->write_back = (p[MODE_HEADER + 2] & WRITE_CACHE) != 0;
}

void vio_scsi_read_limits(struct vio_scsi_unit *u, const uint8_t *p, uint32_t n)
{
	if (n < AT_UNMAP_RANGES + 4 || p[1] != LIMITS_PAGE || scsi_get(p + AT_UNMAP_RANGES, 4) == 0)
		return;
	u->unmap_max = (uint32_t)scsi_get(p + AT_UNMAP_BLOCKS, 4);
}
